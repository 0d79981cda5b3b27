"""A Pulumi language host for Python, for engines that come without the vendor's.

The engine starts `pulumi-language-python` to run a program or a policy pack; the vendor's own is
part of its archive and of nothing else. This one implements the LanguageRuntime service with the
stubs the Python SDK ships (docs/facts/pulumi.md#language-host) and knows one toolchain, pip. Where
the vendor's host is installed, it is used and this one is not.
"""
