"""The formats of settings: how each is declared to the engine, read, and refused.

A format raises ``pulumi.RunError`` with one line that says what is set, what is allowed and how to
fix it. Texts may hold ``{region}``, which stands for the stack's region.
"""

import ipaddress
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NoReturn, cast

import pulumi

from .mistakes import Remove, Set, refuse, shortened

BEDROCK_GEOGRAPHIES: Final = ("us", "eu", "apac", "au", "ca", "jp", "global")
"""How the ids of inference profiles begin
(https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html)."""

NO_ADAPTER_LAYER: Final = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "me-south-1", "me-central-1")
"""Regions, or how their names begin, where the current adapter layer is not published under the
account that the program takes it from (docs/facts/web-adapter.md#layer)."""

_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_INTEGER: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_VARIABLE: Final = re.compile(r"[A-Za-z]\w+", re.ASCII)
_NO_VPC: Final = tuple(
    ipaddress.IPv4Network(block)
    for block in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")
)
"""Blocks that are no unicast addresses: this network, loopback, link-local, multicast, reserved."""


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

    def refuse_value(self, name: str, mistake: str, allowed: str, example: str) -> NoReturn:
        """Refuse what a map holds under a name, with an example of a good value."""
        fix = Set(f"{self.key}.{name}", example, is_text=True)
        refuse(mistake, path=self.key, allowed=allowed, fix=fix)


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
            entry.refuse(shortened(entry.text), "a whole number", self.example)
        number = int(entry.text)
        if self.numbers is not None and number not in self.numbers:
            entry.refuse(number, self.allowed, self.example)
        return number


@dataclass(frozen=True)
class Choice(Format):
    """One of a few words."""

    TYPE = "string"

    words: tuple[str, ...]

    def read(self, entry: Entry) -> str:
        """Read the word."""
        if entry.text not in self.words:
            entry.refuse(shortened(entry.text), " or ".join(self.words), self.words[0])
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

    def read(self, entry: Entry) -> str:
        """Read the text."""
        if not entry.text and not self.is_required:
            return entry.text
        if not re.fullmatch(entry.local(self.pattern), entry.text, re.ASCII):
            allowed, example = entry.local(self.allowed), entry.local(self.example)
            or_empty = "" if self.is_required else "; or empty"
            entry.refuse(shortened(entry.text), f"{allowed}{or_empty}", example)
        return entry.text


@dataclass(frozen=True)
class Region(Format):
    """A region that a service can run in."""

    TYPE = "string"

    @staticmethod
    def allowed_instead_of(region: str) -> str:
        """Return what is allowed where a text is no such region; empty where it is one."""
        if not _REGION.fullmatch(region):
            return "a region's name, such as us-east-1"
        if region.startswith(NO_ADAPTER_LAYER):
            return "a region that the Lambda Web Adapter's current layer is published in"
        return ""

    def read(self, entry: Entry) -> str:
        """Read its name."""
        if allowed := self.allowed_instead_of(entry.text):
            entry.refuse(shortened(entry.text), allowed, "us-east-1")
        return entry.text


@dataclass(frozen=True)
class Cidr(Format):
    """The addresses of a VPC."""

    TYPE = "string"
    PREFIXES = range(16, 21)
    """AWS's largest VPC, to the smallest whose zones still have 123 addresses."""

    def read(self, entry: Entry) -> str:
        """Read the network."""
        try:
            network = ipaddress.IPv4Network(entry.text)
        except ValueError:
            network = None
        if (
            network is None
            or network.prefixlen not in self.PREFIXES
            or any(network.overlaps(block) for block in _NO_VPC)
        ):
            least, most = self.PREFIXES[0], self.PREFIXES[-1]
            allowed = f"an IPv4 network of /{least} to /{most}, such as 10.0.0.0/16"
            entry.refuse(shortened(entry.text), allowed, "10.0.0.0/16")
        return str(network)


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
        allowed, example = entry.local(self.allowed), entry.local(self.example)
        items = decoded(entry.text)
        if not isinstance(items, list):
            demand = f"a list of strings, each {allowed}"
            entry.refuse_item(0, shortened(entry.text), demand, example)
        texts: list[str] = []
        for index, item in enumerate(cast("list[object]", items)):
            demand = f"items that are {allowed}"
            if not isinstance(item, str):
                found = f"a list with {shortened(json.dumps(item))}, which is no string"
                entry.refuse_item(index, found, demand, example)
            if not re.fullmatch(entry.local(self.pattern), item, re.ASCII):
                entry.refuse_item(index, f"a list with {shortened(item)}", demand, example)
            if item in texts:
                entry.refuse_surplus(index, f"a list with {item!r} twice", "each item once")
            texts.append(item)
        self._check_size(entry, texts)
        return tuple(texts)

    def _check_size(self, entry: Entry, items: list[str]) -> None:
        count = len(items)
        if self.sizes is None or not items or count in self.sizes:
            return
        if count > self.sizes[-1]:
            entry.refuse_surplus(count - 1, f"a list of {count}", self.sizes_allowed)
        examples = (entry.local(self.example), entry.local(self.further))
        missing = next(example for example in examples if example not in items)
        entry.refuse_item(count, f"a list of {count}", self.sizes_allowed, missing)


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
        allowed, example = entry.local(self.allowed), entry.local(self.example)
        values = decoded(entry.text)
        if not isinstance(values, dict):
            entry.refuse_value("NAME", "is not a map", "a map of strings", example)
        texts: dict[str, str] = {}
        for name, value in cast("dict[str, object]", values).items():
            if not _VARIABLE.fullmatch(name):
                refuse(
                    f"has a variable {shortened(name)}",
                    path=entry.key,
                    allowed="names of two or more letters, digits and _, the first a letter",
                    fix=Remove(f"{entry.key}[{json.dumps(name)}]"),
                )
            if not isinstance(value, str):
                entry.refuse_value(name, f"has {name}, which is no string", allowed, example)
            if not re.fullmatch(entry.local(self.pattern), value, re.ASCII | re.DOTALL):
                entry.refuse_value(name, f"has {name}, which is not {allowed}", allowed, example)
            texts[name] = value
        if not entry.is_secret:
            return texts
        return {name: pulumi.Output.secret(value) for name, value in texts.items()}


def decoded(text: str) -> Any:
    """Decode JSON; None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
