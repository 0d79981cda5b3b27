"""Only for machines without the vendors' downloads; nobody else needs to read this folder.

``engine`` builds the Pulumi CLI, whose version ``go.mod`` and ``go.sum`` pin; it comes without a
Python language host, and ``language_host`` takes its place. ``adapter_crate`` builds Lambda Web
Adapter.
"""
