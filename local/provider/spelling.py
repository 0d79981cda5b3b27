"""Spellings of a property: in programs, in messages of the real provider, in the AWS API."""

import re


def snake_case(name: str) -> str:
    """Return a property as messages of the real provider spell it, such as ``memory_size``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pascal_case(name: str) -> str:
    """Return a property as the AWS API spells it, such as ``MemorySize``."""
    return name[:1].upper() + name[1:]
