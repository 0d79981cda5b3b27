"""What ``--policy-pack-config`` can say about one rule: thresholds, and exemptions with a reason.

The engine checks a rule's configuration against its schema and fills in defaults, but it lets
misspelt properties pass in silence; they are found here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from pulumi.runtime.proto import analyzer_pb2 as protocol

from ..model.resource import Resource
from ..rules.rule import Rule, Setting

EXEMPTIONS: Final = "exemptions"
_TEXT: Final = {"type": "string", "pattern": r"\S"}
_EXEMPTIONS_SCHEMA: Final[dict[str, Any]] = {
    "type": "array",
    "description": "Resources that the rule leaves alone, each with the reason.",
    "items": {
        "type": "object",
        "required": ["resource", "reason"],
        "additionalProperties": False,
        "properties": {
            "resource": {**_TEXT, "description": "Name or URN; * stands for anything."},
            "reason": {**_TEXT, "description": "Why that is right."},
            "until": {
                "type": "string",
                "format": "date",
                "description": "Last day on which the exemption holds, such as 2027-01-31.",
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exemption; ``until`` is its last day."""

    resource: str
    reason: str
    until: date | None

    def covers(self, name: str, urn: str) -> bool:
        """Return whether the exemption is about a resource."""
        pattern = ".*".join(map(re.escape, self.resource.split("*")))
        return any(re.fullmatch(pattern, text, re.DOTALL) for text in (name, urn))

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed (in UTC)."""
        return self.until is not None and datetime.now(UTC).date() > self.until


@dataclass(frozen=True, slots=True)
class Configuration:
    """A rule's configuration, parsed."""

    values: tuple[int, ...]
    """The settings' values, in the order of ``Rule.settings``."""
    exemptions: tuple[Exemption, ...]
    mistakes: tuple[str, ...]
    """Properties that do not exist, as sentences."""

    def exemption_for(self, name: str, urn: str) -> Exemption | None:
        """Return the exemption in force for a resource."""
        covering = (found for found in self.exemptions if found.covers(name, urn))
        return next((found for found in covering if not found.is_over), None)


@cache
def schema_of(settings: tuple[Setting, ...]) -> protocol.PolicyConfigSchema:
    """Return the schema that the engine checks the configuration of a rule against."""
    properties = {setting.name: setting.schema() for setting in settings}
    schema = protocol.PolicyConfigSchema()
    schema.properties.update({**properties, EXEMPTIONS: _EXEMPTIONS_SCHEMA})
    return schema


def parse_configuration(rule: Rule, config: Mapping[str, Any]) -> Configuration:
    """Return a rule's configuration, which the engine has checked against the schema."""
    known = {setting.name for setting in rule.settings} | {EXEMPTIONS}
    exemptions: list[Mapping[str, str]] = config.get(EXEMPTIONS, [])
    return Configuration(
        tuple(int(config.get(setting.name, setting.default)) for setting in rule.settings),
        tuple(
            Exemption(
                one["resource"],
                one["reason"],
                date.fromisoformat(one["until"]) if "until" in one else None,
            )
            for one in exemptions
        ),
        tuple(unknown_name("property", key, known) for key in sorted(set(config) - known)),
    )


def mistakes_in(
    configurations: Mapping[str, Configuration], resources: Sequence[Resource]
) -> Iterator[str]:
    """Yield what is wrong with the configuration of rules, and exemptions that do nothing."""
    for rule, configuration in sorted(configurations.items()):
        yield from (f"{rule}: {mistake}." for mistake in configuration.mistakes)
        for exemption in configuration.exemptions:
            if exemption.is_over:
                yield f'{rule}: the exemption of "{exemption.resource}" has ended.'
            elif not any(exemption.covers(one.name, one.urn) for one in resources):
                yield f'{rule}: no resource is called "{exemption.resource}".'


def unknown_name(what: str, name: str, known: Iterable[str]) -> str:
    """Return the words for a name that nothing has, with the nearest one that something has."""
    names = sorted(known)  # people write the id of a rule for its name
    of_id = [one for one in names if one.startswith(f"{name.lower()}-")]
    nearest = of_id or get_close_matches(name, names, n=1)
    hint = f'; did you mean "{nearest[0]}"?' if nearest else ""
    return f'there is no {what} "{name}"{hint}'
