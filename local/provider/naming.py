"""Names that the provider generates for resources (docs/facts/aws-provider.md#names)."""

import hashlib
import secrets
from dataclasses import dataclass

from local.provider.errors import ProviderError
from local.provider.schema import AutoName

_SUFFIX_DIGITS = 7


@dataclass(frozen=True)
class Naming:
    """The parts of a generated name.

    Attributes
    ----------
    logical_name
        The resource's name in the program.
    seed
        The engine's seed; equal seeds give equal names. Empty: a random one.
    proposed
        The name by the project's ``pulumi:autonaming`` setting; ``None`` without the setting.
    disabled
        Whether that setting disables generated names.
    """

    logical_name: str
    seed: bytes = b""
    proposed: str | None = None
    disabled: bool = False

    def generate(self, auto_name: AutoName) -> str:
        """Generate a name: the project's, or the logical name and 7 hexadecimal digits."""
        if self.disabled:
            raise ProviderError(f"Missing required property '{auto_name.property}'")
        name = self.proposed or self._unique_name(auto_name.max_length)
        return name.lower() if auto_name.lowercase else name

    def _unique_name(self, max_length: int) -> str:
        prefix = f"{self.logical_name}-"
        if len(prefix) + _SUFFIX_DIGITS > max_length:
            raise ProviderError(
                f"name '{prefix}' plus {_SUFFIX_DIGITS} random chars is longer than maximum "
                f"length {max_length}"
            )
        seed = self.seed or secrets.token_bytes(16)
        return prefix + hashlib.sha256(seed + prefix.encode()).hexdigest()[:_SUFFIX_DIGITS]
