"""Only for machines that cannot download Pulumi's own CLI; nobody else needs to read this folder.

``go.mod`` and ``go.sum`` pin the engine that set-up then builds, which comes without a Python
language host; ``language_host`` is the one that takes its place.
"""
