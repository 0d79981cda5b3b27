"""What a rule is: a record of what it demands, why, on whose word, and how it checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from pulumi_policy import EnforcementLevel, Severity

from ..model.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

R = TypeVar("R", bound=Resource)


class Failure(Enum):
    """What happens where the rule is broken; the catalogue's class."""

    REFUSED = "H"
    """The API, or the provider before it, rejects the request."""
    LIKELY_REFUSED = "H?"
    """Documented or likely to be refused, but nobody saw the refusal."""
    NEVER_ACTIVE = "D"
    """The request is accepted, and the resource or its version never becomes Active."""
    BROKEN_AT_RUN_TIME = "R"
    """It deploys green, and does not work or cannot be reached."""
    INSECURE = "S"
    COSTLY = "C"
    UNWISE = "B"


SEVERITIES = {
    Failure.REFUSED: Severity.HIGH,
    Failure.LIKELY_REFUSED: Severity.HIGH,
    Failure.NEVER_ACTIVE: Severity.HIGH,
    Failure.BROKEN_AT_RUN_TIME: Severity.HIGH,
    Failure.INSECURE: Severity.HIGH,
    Failure.COSTLY: Severity.MEDIUM,
    Failure.UNWISE: Severity.LOW,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A threshold that `--policy-pack-config` can change, for one rule.

    Attributes
    ----------
    name
        Property name in the rule's configuration.
    default, minimum, maximum
        Whole numbers, in the unit that `description` names.
    """

    name: str
    description: str
    default: int
    minimum: int
    maximum: int | None = None

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of the property."""
        schema: dict[str, Any] = {
            "type": "integer",
            "description": self.description,
            "default": self.default,
            "minimum": self.minimum,
        }
        if self.maximum is not None:
            schema["maximum"] = self.maximum
        return schema


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One mistake, in the words that its author needs; never the value of a possible secret.

    Attributes
    ----------
    problem
        What is set, as a sentence.
    allowed
        What may be set.
    fix
        What to change, in the user's spelling of the property.
    resource
        The resource to show it at; needed by rules about the stack only.
    """

    problem: str
    allowed: str
    fix: str
    resource: Resource | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rule:
    """One rule of the catalogue; see `ResourceRule` and `StackRule` for the two ways to check.

    Attributes
    ----------
    id
        Row of the rule catalogue, such as ``MEM-06``.
    name
        The id in lower case, then what the rule demands. Never changes its meaning.
    title
        The demand, as a sentence.
    why, fix
        Why AWS or good sense demands it, and what to do in general.
    failure, confidence
        The catalogue's class, and how sure it is (1 AWS itself, 4 not verified).
    level
        Default enforcement level.
    sources
        URLs that say so, the best first.
    sisters
        Ids of the same check in other tools, such as ``cfn-lint:E3717``.
    settings
        Thresholds; their values follow the subject in the call of `check`.
    """

    id: str
    name: str
    title: str
    why: str
    fix: str
    failure: Failure
    confidence: int
    level: EnforcementLevel
    sources: tuple[str, ...]
    sisters: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()

    @property
    def severity(self) -> Severity:
        """How bad a violation is, by what happens then."""
        return SEVERITIES[self.failure]

    def message(self, finding: Finding) -> str:
        """Return the text that people read under the rule's title."""
        return (
            f"{finding.problem}\nAllowed: {finding.allowed}.\nWhy: {self.why}\nFix: {finding.fix}."
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ResourceRule(Rule, Generic[R]):
    """A rule that one resource's inputs decide.

    Attributes
    ----------
    subject
        The resource class it looks at.
    check
        Called with the resource and the settings' values; yields the mistakes.
    """

    subject: type[R]
    check: Callable[..., Iterable[Finding]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StackRule(Rule):
    """A rule that needs several resources of the stack.

    Attributes
    ----------
    check
        Called with the `Stack` and the settings' values; yields the mistakes, each with its
        resource.
    """

    check: Callable[..., Iterable[Finding]]


AnyRule: TypeAlias = ResourceRule[Any] | StackRule
