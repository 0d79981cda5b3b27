"""A Pulumi language host for Python, for machines without the vendor's downloads.

The engine starts ``pulumi-language-python`` to run a program or a policy pack. The vendor's host is
only in the vendor's archive. This one implements the LanguageRuntime service with the
stubs the Python SDK ships (docs/facts/pulumi.md#language-host) and knows one toolchain, pip. Where
the vendor's host is installed, it is used and this one is not.
"""
