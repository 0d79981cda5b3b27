"""One stack's configuration, and what is refused in it."""

import difflib
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final, NoReturn, Self

import pulumi
import pulumi.runtime.config

from .mistakes import Remove, Set, listing, refuse

REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
"""What the names of regions look like."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is set under one key, as the engine hands it over."""

    key: str  # the key, or the path of a part
    text: str  # the value: text, or JSON for lists and maps
    is_secret: bool = False  # whether any part of it is marked secret
    region: str  # the stack's region, which ``{region}`` in patterns and texts stands for

    def local(self, text: str) -> str:
        """Put the region into a pattern or a text."""
        return text.replace("{region}", self.region)

    def member(self, index: int, name: str, text: str) -> Self:
        """Return what the map at an index of a list holds under a name."""
        return replace(self, key=f"{self.key}[{index}].{name}", text=text)

    def refuse(self, value: object, allowed: str, example: str) -> NoReturn:
        """Refuse the value, with an example of a good one."""
        refuse(f"is {value}", path=self.key, allowed=allowed, fix=Set(self.key, example))

    def refuse_item(self, index: int, value: str, allowed: str, example: str) -> NoReturn:
        """Refuse what a list has or lacks at an index, with an example of a good item."""
        fix = Set(f"{self.key}[{index}]", example, is_text=True)
        refuse(f"is {value}", path=self.key, allowed=allowed, fix=fix)

    def refuse_surplus(self, index: int, value: str, allowed: str) -> NoReturn:
        """Refuse an item of a list that is one too many."""
        fix = Remove(f"{self.key}[{index}]")
        refuse(f"is {value}", path=self.key, allowed=allowed, fix=fix)

    def refuse_name(self, name: str, mistake: str, allowed: str) -> NoReturn:
        """Refuse a name in a map."""
        fix = Remove(f"{self.key}[{json.dumps(name)}]")
        refuse(mistake, path=self.key, allowed=allowed, fix=fix)

    def refuse_value(self, name: str, mistake: str, allowed: str, example: str) -> NoReturn:
        """Refuse what a map holds under a name, with an example of a good value."""
        fix = Set(f"{self.key}.{name}", example, is_text=True)
        refuse(mistake, path=self.key, allowed=allowed, fix=fix)


class StackConfig:
    """The project's part of the stack's configuration.

    Parameters
    ----------
    region
        The stack's region.
    """

    def __init__(self, region: str) -> None:
        self._config = pulumi.Config()
        self._region = region

    def entry(self, key: str) -> Entry:
        """Return what a key holds.

        Raises
        ------
        pulumi.RunError
            When it holds nothing, although ``Pulumi.yaml`` has a default for every key.
        """
        full_key = self._config.full_key(key)
        # Config.get would warn of a secret, which Entry keeps secret.
        text: str | None = pulumi.runtime.config.get_config(full_key)
        if text is None:
            refuse(
                "is not set, and Pulumi.yaml gives no default",
                path=key,
                allowed="what its description in Pulumi.yaml says",
                fix=Set(key, "VALUE"),
            )
        return Entry(
            key=key,
            text=text,
            is_secret=pulumi.runtime.config.is_config_secret(full_key),
            region=self._region,
        )

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Refuse a key that is no setting: a misspelt one would silently change nothing."""
        prefix = self._config.full_key("")
        present = (key.removeprefix(prefix) for key in _configured() if key.startswith(prefix))
        for key in sorted(set(present).difference(known)):
            nearest = difflib.get_close_matches(key, known, n=1)
            refuse(
                "is set, but there is no such setting",
                path=key,
                allowed=f"{nearest[0]}, which is nearest" if nearest else listing(known),
                fix=Remove(key),
            )


def _configured() -> Iterable[str]:
    """Name everything that the stack configures, in every namespace.

    ``pulumi.Config`` only answers for keys it is asked for, so this asks what lies beneath it.
    """
    return pulumi.runtime.config.CONFIG.get()
