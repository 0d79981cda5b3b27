"""What a rule is: a record of what it demands, why, by which source, and how it checks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, NotRequired, TypeAlias, TypedDict, TypeVar, Unpack

from pulumi_policy import EnforcementLevel, Severity

from ..model.fix import AnyField, Change, Fix
from ..model.resource import Resource

R = TypeVar("R", bound=Resource)


class Failure(Enum):
    """What happens where the rule is broken."""

    REFUSED = "H"
    """The API, or the provider before it, rejects the request."""
    LIKELY_REFUSED = "H?"
    """Documented or likely to be refused, but nobody saw the refusal."""
    NEVER_ACTIVE = "D"
    """The request is accepted, and the resource or its version never becomes Active."""
    BROKEN_AT_RUN_TIME = "R"
    """It deploys green, and does not work or cannot be reached."""
    LOSES_TELEMETRY = "L"
    """It serves, and logs or traces of it are lost."""
    INSECURE = "S"
    HARDENING = "S?"
    """It is as safe as AWS makes it by default; the rule asks for one more layer."""
    COSTLY = "C"
    UNWISE = "B"


_EFFECTS = {
    Failure.REFUSED: (Severity.HIGH, "deployment"),
    Failure.LIKELY_REFUSED: (Severity.HIGH, "deployment"),
    Failure.NEVER_ACTIVE: (Severity.HIGH, "deployment"),
    Failure.BROKEN_AT_RUN_TIME: (Severity.HIGH, "reliability"),
    Failure.LOSES_TELEMETRY: (Severity.HIGH, "observability"),
    Failure.INSECURE: (Severity.HIGH, "security"),
    Failure.HARDENING: (Severity.LOW, "security"),
    Failure.COSTLY: (Severity.MEDIUM, "cost"),
    Failure.UNWISE: (Severity.LOW, "good-practice"),
}
"""Severity and class of rules, by what happens."""

_THEMES = {
    "mem": "memory",
    "con": "concurrency",
    "sc": "scaling",
    "sch": "schedules",
    "cp": "capacity-provider",
    "fn": "function",
    "pub": "publishing",
    "url": "function-url",
    "net": "network",
    "iam": "roles",
    "gen": "general",
    "q": "quotas",
    "sec": "trust",
    "cost": "cost",
    "gpu": "accelerator",
    "tel": "telemetry",
    "tag": "tags",
}
"""Themes by the letters of ids."""
_SERVICES = {"net": "ec2", "iam": "iam"}
"""Services by theme, where that is not Lambda; general rules are about several."""


STOPPING = (Failure.REFUSED, Failure.NEVER_ACTIVE, Failure.BROKEN_AT_RUN_TIME)
DOCUMENTED = 1
LEAST_TO_STOP = 2
"""The weakest confidence (an AWS-owned tool or sample) that stops a deployment by itself."""
UNVERIFIED = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A threshold that ``--policy-pack-config`` can change, for one rule.

    Attributes
    ----------
    name
        Property name in the rule's configuration.
    default, minimum, maximum
        Whole numbers, in the unit that ``description`` names.
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
    """One mistake; never the value of a possible secret. Texts are templates of ``spelling``.

    Attributes
    ----------
    allowed
        What may be set.
    field, value
        The property that is wrong, and what it is set to.
    problem
        What is set, as a sentence; needed where that is not one field and its value.
    fix
        What to change; needed where the rule's own advice does not say it.
    resource
        The resource to show it at; needed by rules about the stack only.
    """

    allowed: str
    field: AnyField | None = None
    value: object = ""
    problem: str = ""
    fix: Fix | str = ""
    resource: Resource | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """The properties to change with their values, where the fix says them."""
        return self.fix.changes if isinstance(self.fix, Fix) else ()

    def property_of(self, resource: Resource) -> str:
        """Return the path of the property that is wrong, empty where it is not a single one."""
        own = [change.field for change in self.changes if change.resource is resource]
        field = self.field or (own[0] if own else None)
        path = field.path(native=resource.is_native) if field else None
        return ".".join(map(str, path or ()))


def level_of(failure: Failure, confidence: int) -> EnforcementLevel:
    """Return the level that follows from what happens and how sure that is.

    What is certainly refused, never becomes active or does not serve stops a deployment; what
    nobody verified waits to be turned on; all else is told.
    """
    if confidence == UNVERIFIED:
        return EnforcementLevel.DISABLED
    if failure in STOPPING and confidence <= LEAST_TO_STOP:
        return EnforcementLevel.MANDATORY
    return EnforcementLevel.ADVISORY


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rule:
    """One rule; see ``ResourceRule`` and ``StackRule`` for the two ways to check.

    Attributes
    ----------
    name
        The id in lower case, then what the rule demands. Never changes its meaning.
    title
        The demand, as a sentence.
    why, fix
        Why AWS or good practice demands it, and what to do in general.
    failure
        What happens where the rule is broken.
    confidence
        How sure that is, from 1 (AWS's documentation or model) to 4 (not verified).
    level
        Default enforcement level.
    sources
        URLs that say so, the best first.
    equivalents
        Ids of the same check in other tools, such as ``cfn-lint:E3717``.
    settings
        Thresholds; their values follow the subject in the call of ``check``.
    """

    name: str
    title: str
    why: str
    fix: str
    failure: Failure
    confidence: int
    level: EnforcementLevel
    sources: tuple[str, ...]
    equivalents: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()

    @property
    def id(self) -> str:
        """The id, such as ``MEM-06``, with which the name begins."""
        return "-".join(self.name.split("-")[:2]).upper()

    @property
    def theme(self) -> str:
        """The letters of the id in lower case, such as ``mem``."""
        return self.name.partition("-")[0]

    @property
    def severity(self) -> Severity:
        """How bad a violation is, by what happens then."""
        return _EFFECTS[self.failure][0]

    @property
    def tags(self) -> list[str]:
        """What the rule is about: theme, class, service and confidence."""
        service = "" if self.theme == "gen" else _SERVICES.get(self.theme, "lambda")
        return [
            f"theme-{_THEMES[self.theme]}",
            f"class-{_EFFECTS[self.failure][1]}",
            *([f"service-{service}"] if service else []),
            f"confidence-{self.confidence}",
        ]

    def message(self, finding: Finding, resource: Resource) -> str:
        """Return the template of what people read under the rule's title.

        Parameters
        ----------
        finding
            What the rule found.
        resource
            Where it found that.
        """
        problem = finding.problem
        if finding.field is not None and not problem:
            problem = f"{resource.spell(finding.field)} is {finding.value}."
        fix = finding.fix.text if isinstance(finding.fix, Fix) else finding.fix
        fix = f"{fix}." if fix else self.fix[0].lower() + self.fix[1:]
        lines = [problem, f"Allowed: {finding.allowed}.", f"Why: {self.why}", f"Fix: {fix}"]
        path = finding.property_of(resource)
        return "\n".join([*lines, f"Property: {path}"] if path else lines)


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
        Called with the ``Stack`` and the settings' values; yields the mistakes, each with its
        resource.
    """

    check: Callable[..., Iterable[Finding]]


AnyRule: TypeAlias = ResourceRule[Any] | StackRule


class Record(TypedDict):
    """What the decorators take beside the name; see the attributes of ``Rule``.

    The title is the docstring of the decorated function. ``confidence`` is given only where AWS
    does not document the rule, ``level`` only where it differs from what ``level_of`` says.
    """

    why: str
    fix: str
    failure: Failure
    sources: tuple[str, ...]
    confidence: NotRequired[int]
    level: NotRequired[EnforcementLevel]
    equivalents: NotRequired[tuple[str, ...]]
    settings: NotRequired[tuple[Setting, ...]]


def resource_rule(
    name: str, subject: type[R], **record: Unpack[Record]
) -> Callable[[Callable[..., Iterable[Finding]]], ResourceRule[R]]:
    """Make a rule about one resource of the function that finds its mistakes."""
    return lambda check: ResourceRule(
        name=name, subject=subject, check=check, **_completed(check, record)
    )


def stack_rule(
    name: str, **record: Unpack[Record]
) -> Callable[[Callable[..., Iterable[Finding]]], StackRule]:
    """Make a rule about the whole stack of the function that finds its mistakes."""
    return lambda check: StackRule(name=name, check=check, **_completed(check, record))


def _completed(check: Callable[..., Iterable[Finding]], record: Record) -> Any:
    confidence = record.get("confidence", DOCUMENTED)
    return {
        "title": " ".join((check.__doc__ or "").split()),
        "confidence": confidence,
        "level": level_of(record["failure"], confidence),
        **record,
    }
