"""One stack's configuration, and the one line that refuses a mistake in it."""

import difflib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final, NoReturn, Self

import pulumi
import pulumi.runtime.config

REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
"""What the names of regions look like."""

_SHOWN_CHARACTERS: Final = 100
"""How much of a wrong value a message repeats."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the configuration holds under one key, as the engine hands it over.

    Attributes
    ----------
    key, full_key
        The key without and with the project's name.
    text
        The value: text, or JSON for lists and maps.
    is_secret
        Whether any part of it is marked secret.
    region
        The stack's region, which ``{region}`` in patterns and texts stands for.
    """

    key: str
    full_key: str
    text: str
    is_secret: bool
    region: str

    def local(self, text: str) -> str:
        """Put the region into a pattern or a text."""
        return text.replace("{region}", self.region)

    def refuse(self, value: object, allowed: str, example: str) -> NoReturn:
        """Refuse the value, with an example of a good one."""
        place = f"--path '{self.key}'" if "[" in self.key else self.key
        refuse(
            f"{self.full_key} is {value}",
            allowed=allowed,
            fix=f"pulumi config set {place} {example}",
        )

    def member(self, index: int, name: str, text: str) -> Self:
        """Return what the map at an index of a list holds under a name."""
        path = f"[{index}].{name}"
        return replace(self, key=self.key + path, full_key=self.full_key + path, text=text)

    def refuse_item(self, index: int, value: str, allowed: str, example: str) -> NoReturn:
        """Refuse what a list has or lacks at an index, with an example of a good item."""
        refuse(
            f"{self.full_key} is {value}",
            allowed=allowed,
            fix=f"pulumi config set --path --type string '{self.key}[{index}]' {example}",
        )

    def refuse_surplus(self, index: int, value: str, allowed: str) -> NoReturn:
        """Refuse an item of a list that is one too many."""
        refuse(
            f"{self.full_key} is {value}",
            allowed=allowed,
            fix=f"pulumi config rm --path '{self.key}[{index}]'",
        )

    def refuse_value(self, name: str, mistake: str, allowed: str, example: str) -> NoReturn:
        """Refuse what a map holds under a name, with an example of a good value."""
        separator = "" if mistake.startswith(".") else " "
        refuse(
            f"{self.full_key}{separator}{mistake}",
            allowed=allowed,
            fix=f"pulumi config set --path --type string '{self.key}.{name}' {example}",
        )

    def refuse_secret(self) -> NoReturn:
        """Refuse that the value is marked secret."""
        refuse(
            f"{self.full_key} is marked secret, and the resources that it configures show it",
            allowed="a value in plain text; only values of environment may be secret",
            fix=f"pulumi config rm {self.key}, then pulumi config set {self.key} VALUE",
        )


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

    def entry(self, key: str) -> "Entry":
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
                f"{full_key} is not set, and Pulumi.yaml gives no default",
                allowed="what its description in Pulumi.yaml says",
                fix=f"pulumi config set {key} VALUE",
            )
        return Entry(
            key=key,
            full_key=full_key,
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
                f"{prefix}{key} is set, but there is no such setting",
                allowed=f"{nearest[0]}, which is nearest" if nearest else listing(known),
                fix=f"pulumi config rm {key}",
            )


def _configured() -> Iterable[str]:
    """Name everything that the stack configures, in every namespace.

    ``pulumi.Config`` only answers for keys it is asked for, so this asks what lies beneath it.
    """
    return pulumi.runtime.config.CONFIG.get()


def shortened(value: str) -> str:
    """Quote a value that a person typed, and only its length when it is long."""
    if len(value) > _SHOWN_CHARACTERS:
        return f"a value of {len(value)} characters"
    return repr(value)


def listing(names: Iterable[str]) -> str:
    """Name things in order, for a person to read."""
    return ", ".join(sorted(names))


def refuse(mistake: str, *, allowed: str, fix: str) -> NoReturn:
    """End the program with the one line: what is set, what is allowed, how to fix it.

    Raises
    ------
    pulumi.RunError
        Always.
    """
    raise pulumi.RunError(f"{mistake}. Allowed: {allowed}. Fix: {fix}")
