"""Reads one stack's configuration, and refuses a mistake in it with one line that a person can use.

Knows types and formats, not what the settings mean: that is for ``stack_settings.py``.
"""

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn, cast

import pulumi
import pulumi.runtime.config
import yaml

_PROJECT_FILE: Final = Path(__file__).parents[1] / "Pulumi.yaml"
_INTEGER: Final = re.compile(r"-?\d+", re.ASCII)
_VARIABLE: Final = re.compile(r"[A-Za-z]\w+", re.ASCII)


class StackConfig:
    """The project's part of the stack's configuration, which knows what was read of it.

    Every reader raises ``pulumi.RunError`` for a value of another type or format.
    """

    def __init__(self) -> None:
        self._config = pulumi.Config()
        self._read: set[str] = set()

    def text(self, key: str) -> str:
        """Read a key as the engine hands it over: text, or JSON for lists and maps."""
        self._read.add(key)
        value = self._config.get(key)
        if value is None:
            refuse(
                f"{self._config.full_key(key)} is not set, and Pulumi.yaml gives no default",
                allowed="what its description in Pulumi.yaml says",
                fix=f"pulumi config set {key} VALUE",
            )
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Read one of these texts."""
        value = self.text(key)
        if value not in choices:
            self.refuse(key, repr(value), " or ".join(choices), example=choices[0])
        return value

    def optional(self, key: str, pattern: re.Pattern[str], allowed: str, example: str) -> str:
        """Read a text that is empty or matches ``pattern``."""
        value = self.text(key)
        if value and not pattern.fullmatch(value):
            self.refuse(key, repr(value), f"{allowed}; or empty", example)
        return value

    def integer(self, key: str) -> int:
        """Read a whole number, of either sign."""
        value = self.text(key)
        if not _INTEGER.fullmatch(value):
            self.refuse(key, repr(value), "a whole number", example="NUMBER")
        return int(value)

    def boolean(self, key: str) -> bool:
        """Read true or false."""
        return self.choice(key, ("true", "false")) == "true"

    def texts(
        self, key: str, pattern: re.Pattern[str], allowed: str, example: str
    ) -> tuple[str, ...]:
        """Read a list of texts that all match ``pattern`` and are all different."""
        try:
            items = _texts(self.text(key))
        except ValueError:
            demand = f"a list of texts, each {allowed}"
            self.refuse_item(key, 0, repr(self.text(key)), demand, example)
        for place, item in enumerate(items):
            if not pattern.fullmatch(item):
                demand = f"items that are {allowed}"
                self.refuse_item(key, place, f"a list with {item!r}", demand, example)
            if item in items[:place]:
                self.refuse_surplus(key, place, f"a list with {item!r} twice", "each item once")
        return items

    def variables(
        self, key: str, pattern: re.Pattern[str], allowed: str, example: str
    ) -> Mapping[str, str]:
        """Read texts by the name of an environment variable, all of which match ``pattern``."""
        try:
            values = _mapping(self.text(key))
        except ValueError:
            self.refuse_value(
                key, repr(self.text(key)), f"texts by name, each {allowed}", "NAME", example
            )
        for name, value in values.items():
            if not _VARIABLE.fullmatch(name):
                demand = "names of two or more letters, digits and _, the first a letter"
                self.refuse_value(key, f"a value for {name!r}", demand, "NAME", example)
            if not pattern.fullmatch(value):
                # It is not shown: it may be the secret whose ARN belongs there.
                self.refuse_value(
                    key, f"a value for {name} that is something else", allowed, name, example
                )
        return values

    def is_changed(self, key: str) -> bool:
        """Return whether a key has another value than its default.

        The engine hands a default over like any other value; only ``Pulumi.yaml`` tells them apart.
        """
        return _decoded(self.text(key)) != _defaults()[key]

    def refuse_ignored(self, key: str, why: str, undo: str) -> NoReturn:
        """Refuse a key that would change nothing, for what ``undo`` would change."""
        refuse(
            f"{self._config.full_key(key)} is set and would be ignored, because {why}",
            allowed="one of the two",
            fix=f"pulumi config rm {key}, or {undo}",
        )

    def refuse(self, key: str, value: object, allowed: str, example: str) -> NoReturn:
        """Refuse the value of a key, with an example of a good one."""
        refuse(
            f"{self._config.full_key(key)} is {value}",
            allowed=allowed,
            fix=f"pulumi config set {key} {example}",
        )

    def refuse_item(self, key: str, place: int, value: str, allowed: str, example: str) -> NoReturn:
        """Refuse what a list has in a place, or lacks there, with an example of a good item."""
        refuse(
            f"{self._config.full_key(key)} is {value}",
            allowed=allowed,
            fix=f"pulumi config set --path --type string '{key}[{place}]' {example}",
        )

    def refuse_surplus(self, key: str, place: int, value: str, allowed: str) -> NoReturn:
        """Refuse an item of a list that is one too many."""
        refuse(
            f"{self._config.full_key(key)} is {value}",
            allowed=allowed,
            fix=f"pulumi config rm --path '{key}[{place}]'",
        )

    def refuse_value(self, key: str, value: str, allowed: str, name: str, example: str) -> NoReturn:
        """Refuse what a map holds under a name, with an example of a good value."""
        refuse(
            f"{self._config.full_key(key)} has {value}",
            allowed=allowed,
            fix=f"pulumi config set --path --type string '{key}.{name}' {example}",
        )

    def refuse_unread(self) -> None:
        """Refuse a key that nothing read: a misspelt one would silently change nothing."""
        prefix = self._config.full_key("")
        present = (key.removeprefix(prefix) for key in _configured() if key.startswith(prefix))
        for key in sorted(set(present) - self._read):
            nearest = difflib.get_close_matches(key, self._read, n=1)
            refuse(
                f"{prefix}{key} is set, but there is no such setting",
                allowed=f"{nearest[0]}, which is nearest" if nearest else listing(self._read),
                fix=f"pulumi config rm {key}",
            )


def _texts(value: str) -> tuple[str, ...]:
    """Decode a list of texts.

    Raises
    ------
    ValueError
        When it is anything else.
    """
    items = cast("object", json.loads(value))
    if not isinstance(items, list):
        raise ValueError(value)
    texts = tuple(item for item in cast("list[object]", items) if isinstance(item, str))
    if len(texts) != len(cast("list[object]", items)):
        raise ValueError(value)
    return texts


def _mapping(value: str) -> Mapping[str, str]:
    """Decode texts by name.

    Raises
    ------
    ValueError
        When it is anything else.
    """
    values = cast("object", json.loads(value))
    if not isinstance(values, dict):
        raise ValueError(value)
    items = cast("dict[str, object]", values).items()
    texts = {name: text for name, text in items if isinstance(text, str)}
    if len(texts) != len(items):
        raise ValueError(value)
    return texts


@cache
def _defaults() -> Mapping[str, object]:
    """Read what the project gives a stack that sets nothing."""
    project = cast("dict[str, Any]", yaml.safe_load(_PROJECT_FILE.read_text(encoding="utf-8")))
    knobs = cast("dict[str, dict[str, object]]", project["config"])
    return {key: knob.get("default") for key, knob in knobs.items()}


def _decoded(value: str) -> object:
    """Decode what is no plain text: numbers, lists, maps, true and false."""
    try:
        return cast("object", json.loads(value))
    except ValueError:
        return value


def _configured() -> Iterable[str]:
    """Name everything that the stack configures, in every namespace.

    ``pulumi.Config`` only answers for keys it is asked for, so this asks what lies beneath it.
    """
    return pulumi.runtime.config.CONFIG.get()


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
