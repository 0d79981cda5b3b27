"""Names: those the provider invents for resources, and those it gives to properties."""

import hashlib
import re
import secrets

_SUFFIX_DIGITS = 7


class NameTooLongError(ValueError):
    """An invented name would be longer than the provider allows."""


def unique_name(logical_name: str, max_length: int, seed: bytes) -> str:
    """Invent a name: the logical name, a hyphen and 7 hexadecimal digits.

    Parameters
    ----------
    logical_name
        The resource's name in the program.
    max_length
        Most characters the name may have.
    seed
        The engine's seed; equal seeds give equal names. Empty: a random one.

    Raises
    ------
    NameTooLongError
        When the logical name leaves no room for the suffix.
    """
    prefix = f"{logical_name}-"
    if len(prefix) + _SUFFIX_DIGITS > max_length:
        raise NameTooLongError(
            f"name '{prefix}' plus {_SUFFIX_DIGITS} random chars is longer than maximum length "
            f"{max_length}"
        )
    digest = hashlib.sha256((seed or secrets.token_bytes(16)) + prefix.encode()).hexdigest()
    return prefix + digest[:_SUFFIX_DIGITS]


def snake_case(name: str) -> str:
    """Spell a property as the real provider's messages do: `memorySize` as `memory_size`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pascal_case(name: str) -> str:
    """Spell a property as the AWS API does: `memorySize` as `MemorySize`."""
    return name[:1].upper() + name[1:]
