"""Only for machines without the vendors' downloads; nobody else needs to read this folder.

``builds`` makes the Pulumi CLI, whose version ``go.mod`` and ``go.sum`` pin, and Lambda Web
Adapter. That CLI comes without a Python language host, and ``language_host`` takes its place.
"""
