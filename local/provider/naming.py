"""Names that the provider invents for resources (docs/facts/aws-provider.md#names)."""

import hashlib
import secrets
from dataclasses import dataclass

from local.provider.schema import AutoName

_SUFFIX_DIGITS = 7


class NamingError(ValueError):
    """No name can be invented."""


@dataclass(frozen=True)
class Naming:
    """What an invented name is made of.

    Attributes
    ----------
    logical_name
        The resource's name in the program.
    seed
        The engine's seed; equal seeds give equal names. Empty: a random one.
    proposed
        The name that the project's `pulumi:autonaming` setting gives; `None` without the setting.
    disabled
        Whether that setting turns invented names off.
    """

    logical_name: str
    seed: bytes = b""
    proposed: str | None = None
    disabled: bool = False

    def invent(self, auto_name: AutoName) -> str:
        """Invent a name: as the project says, else the logical name and 7 hexadecimal digits.

        Raises
        ------
        NamingError
            When the project turned that off, or the logical name leaves no room for the digits.
        """
        if self.disabled:
            raise NamingError(f"Missing required property '{auto_name.property}'")
        return self.proposed or self._unique_name(auto_name.max_length)

    def _unique_name(self, max_length: int) -> str:
        prefix = f"{self.logical_name}-"
        if len(prefix) + _SUFFIX_DIGITS > max_length:
            raise NamingError(
                f"name '{prefix}' plus {_SUFFIX_DIGITS} random chars is longer than maximum "
                f"length {max_length}"
            )
        seed = self.seed or secrets.token_bytes(16)
        return prefix + hashlib.sha256(seed + prefix.encode()).hexdigest()[:_SUFFIX_DIGITS]
