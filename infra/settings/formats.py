"""The formats of settings: how each is declared to the engine, read, and refused.

A format raises ``pulumi.RunError`` with one line that says what is set, what is allowed and how to
fix it. Texts may hold ``{region}``, which stands for the stack's region.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NoReturn, cast

import pulumi

from .mistakes import Remove, Set, refuse, shortened

BEDROCK_GEOGRAPHIES: Final = ("us", "eu", "apac", "au", "ca", "jp", "global")
"""How the ids of inference profiles begin
(https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html)."""

_NO_ADAPTER_LAYER: Final = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "me-south-1", "me-central-1")
"""Regions, or how their names begin, where the current adapter layer is not published under the
account that the program takes it from (docs/facts/web-adapter.md#layer)."""

_INTEGER: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_VARIABLE: Final = re.compile(r"[A-Za-z]\w+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is set under one key, as the engine hands it over."""

    key: str  # the key, or the path of a part
    text: str  # the value: text, or JSON for lists and maps
    is_secret: bool = False  # whether any part of it is marked secret
    # The stack's region, which ``{region}`` in patterns and texts stands for; empty where the
    # arguments have none, and any may stand there.
    region: str

    def local(self, text: str) -> str:
        """Put the region into a pattern or a text."""
        return text.replace("{region}", self.region or "REGION")

    def matches(self, pattern: str, text: str) -> bool:
        """Return whether the value, or a part of it, matches a pattern."""
        in_region = pattern.replace("{region}", self.region or "[a-z0-9-]+")
        return bool(re.fullmatch(in_region, text, re.ASCII))

    def refuse(self, mistake: str, allowed: str, example: str, part: str = "") -> NoReturn:
        """Refuse the value, with an example of a good one, or of a good part of it."""
        fix = Set(f"{self.key}{part}", self.local(example), is_text=bool(part))
        refuse(mistake, path=self.key, allowed=self.local(allowed), fix=fix)

    def refuse_surplus(self, index: int, mistake: str, allowed: str) -> NoReturn:
        """Refuse an item of a list that is one too many."""
        refuse(mistake, path=self.key, allowed=allowed, fix=Remove(f"{self.key}[{index}]"))


class Format(ABC):
    """What a setting accepts."""

    TYPE: ClassVar[str]
    """The type that ``Pulumi.yaml`` declares, which the engine checks."""
    ITEM_TYPE: ClassVar[str] = "string"
    """The type of an item, where ``TYPE`` is ``array``."""
    takes_secrets: bool = False
    """Whether the value may be marked secret in the configuration."""

    @abstractmethod
    def read(self, entry: Entry) -> object:
        """Return the value that an entry of the configuration holds."""


@dataclass(frozen=True)
class Integer(Format):
    """A whole number; where none are named, the policy pack decides what it may be."""

    TYPE = "integer"

    numbers: Container[int] | None = None  # what it may be, where LMI does not decide
    allowed: str = ""  # the same in words, with the reason
    example: str = "NUMBER"  # what a mistake is told to set

    def read(self, entry: Entry) -> int:
        """Read the number."""
        if not _INTEGER.fullmatch(entry.text):
            entry.refuse(f"is {shortened(entry.text)}", "a whole number", self.example)
        number = int(entry.text)
        if self.numbers is not None and number not in self.numbers:
            entry.refuse(f"is {number}", self.allowed, self.example)
        return number


@dataclass(frozen=True)
class Choice(Format):
    """One of a few words."""

    TYPE = "string"

    words: tuple[str, ...]

    def read(self, entry: Entry) -> str:
        """Read the word."""
        if entry.text not in self.words:
            entry.refuse(f"is {shortened(entry.text)}", " or ".join(self.words), self.words[0])
        return entry.text


@dataclass(frozen=True)
class Boolean(Format):
    """``true`` or ``false``."""

    TYPE = "boolean"

    def read(self, entry: Entry) -> bool:
        """Read it."""
        return Choice(("true", "false")).read(entry) == "true"


@dataclass(frozen=True)
class Text(Format):
    """A text that matches a pattern, or is empty unless ``is_required``."""

    TYPE = "string"

    pattern: str
    allowed: str
    example: str
    is_required: bool = False
    is_good: Callable[[str], bool] = bool  # what else it has to be; by default not empty

    def read(self, entry: Entry) -> str:
        """Read the text."""
        if not entry.text and not self.is_required:
            return entry.text
        if not entry.matches(self.pattern, entry.text) or not self.is_good(entry.text):
            allowed = self.allowed if self.is_required else f"{self.allowed}; or empty"
            entry.refuse(f"is {shortened(entry.text)}", allowed, self.example)
        return entry.text


REGION: Final = Text(
    rf"(?!{'|'.join(_NO_ADAPTER_LAYER)})[a-z]{{2}}(-[a-z]+)+-\d",
    "a region's name, such as us-east-1, where the Lambda Web Adapter's current layer is published",
    "us-east-1",
    is_required=True,
)


@dataclass(frozen=True)
class Texts(Format):
    """A list of different texts that all match a pattern."""

    TYPE = "array"

    # What an item may be.
    pattern: str
    allowed: str
    example: str
    further: str = ""  # another example, for a list that has the first one and lacks an item
    sizes: range | None = None  # how many items there may be, where there are any
    sizes_allowed: str = ""  # the same in words, with the reason

    def read(self, entry: Entry) -> tuple[str, ...]:
        """Read the items."""
        items = decoded(entry.text)
        if not isinstance(items, list):
            demand = f"a list of strings, each {self.allowed}"
            entry.refuse(f"is {shortened(entry.text)}", demand, self.example, "[0]")
        texts: list[str] = []
        for index, item in enumerate(cast("list[object]", items)):
            if not isinstance(item, str) or not entry.matches(self.pattern, item):
                is_text = isinstance(item, str)
                found = shortened(item if is_text else json.dumps(item))
                entry.refuse(
                    f"is a list with {found}{'' if is_text else ', which is no string'}",
                    f"items that are {self.allowed}",
                    self.example,
                    f"[{index}]",
                )
            if item in texts:
                entry.refuse_surplus(index, f"is a list with {item!r} twice", "each item once")
            texts.append(item)
        self._check_size(entry, texts)
        return tuple(texts)

    def _check_size(self, entry: Entry, items: list[str]) -> None:
        count = len(items)
        if self.sizes is None or not items or count in self.sizes:
            return
        if count > self.sizes[-1]:
            entry.refuse_surplus(count - 1, f"is a list of {count}", self.sizes_allowed)
        missing = self.further if entry.matches(self.example, items[0]) else self.example
        entry.refuse(f"is a list of {count}", self.sizes_allowed, missing, f"[{count}]")


@dataclass(frozen=True)
class Variables(Format):
    """A map of strings, by the names of environment variables."""

    TYPE = "object"

    # What a value may be.
    pattern: str
    allowed: str
    example: str
    takes_secrets: bool = False  # values that are marked secret stay so

    def read(self, entry: Entry) -> Mapping[str, pulumi.Input[str]]:
        """Read the values; a value is never shown, since it may be a secret."""
        values = decoded(entry.text)
        if not isinstance(values, dict):
            entry.refuse("is not a map", "a map of strings", self.example, ".NAME")
        check_variables(entry.key, cast("dict[str, object]", values))
        texts: dict[str, str] = {}
        for name, value in cast("dict[str, object]", values).items():
            if not isinstance(value, str) or not entry.matches(self.pattern, value):
                wrong = (
                    f"not {entry.local(self.allowed)}" if isinstance(value, str) else "no string"
                )
                entry.refuse(
                    f"has {name}, which is {wrong}", self.allowed, self.example, f".{name}"
                )
            texts[name] = value
        if not entry.is_secret:
            return texts
        return {name: pulumi.Output.secret(value) for name, value in texts.items()}


def check_variables(key: str, names: Iterable[str]) -> None:
    """Refuse a name that no environment variable of a function may have."""
    for name in names:
        if not _VARIABLE.fullmatch(name):
            refuse(
                f"has a variable {shortened(name)}",
                path=key,
                allowed="names of two or more letters, digits and _, the first a letter",
                fix=Remove(f"{key}[{json.dumps(name)}]"),
            )


def decoded(text: str) -> Any:
    """Decode JSON; None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
