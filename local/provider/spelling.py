"""How a property is spelled: as in programs, in the real provider's messages, in the AWS API."""

import re


def snake_case(name: str) -> str:
    """Spell a property as the real provider's messages do: `memorySize` as `memory_size`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pascal_case(name: str) -> str:
    """Spell a property as the AWS API does: `memorySize` as `MemorySize`."""
    return name[:1].upper() + name[1:]
