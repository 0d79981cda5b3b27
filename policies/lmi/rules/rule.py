"""What a rule is: a record of what it demands, why, by which source, and how it checks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from inspect import signature
from typing import Any, TypeAlias

from pulumi_policy import EnforcementLevel, Severity

from ..graph.stack import Stack
from ..model.resource import Finding, Resource


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

THEMES = {
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
"""Themes by the letters of ids, in their order."""
_SERVICES = {"net": "ec2", "iam": "iam"}
"""Services by theme, where that is not Lambda; general rules are about several."""


STOPPING = (Failure.REFUSED, Failure.NEVER_ACTIVE, Failure.BROKEN_AT_RUN_TIME)
DOCUMENTED = 1
LEAST_TO_STOP = 2
"""The weakest confidence (an AWS-owned tool or sample) that stops a deployment by itself."""
UNVERIFIED = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A threshold that ``--policy-pack-config`` can change, for one rule."""

    name: str
    """Property name in the rule's configuration."""
    description: str
    """Names the unit of the numbers."""
    default: int
    minimum: int = 1
    maximum: int | None = None

    @property
    def place(self) -> str:
        """Where it is set, in words for a message."""
        return f"`{self.name}` in the policy's settings"

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of the property."""
        return {
            "type": "integer",
            "description": self.description,
            "default": self.default,
            "minimum": self.minimum,
            **({} if self.maximum is None else {"maximum": self.maximum}),
        }


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


Check: TypeAlias = Callable[..., Iterable[Finding]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rule:
    """One rule; a decorator named after what happens otherwise makes one of a function."""

    name: str
    """The id in lower case, then what the rule demands. Never changes its meaning."""
    title: str
    """The demand, as a sentence."""
    why: str
    fix: str
    """Why AWS or good practice demands it, and what to do in general."""
    failure: Failure
    """What happens where the rule is broken."""
    confidence: int
    """How sure that is, from 1 (AWS's documentation or model) to 4 (not verified)."""
    level: EnforcementLevel
    """Default enforcement level."""
    sources: tuple[str, ...]
    """URLs that say so, the best first."""
    check: Check
    """Called with what it checks and the settings' values; yields the mistakes."""
    subject: type[Resource] | None = None
    """The class of resources whose inputs decide, one by one; None where it needs the stack."""
    equivalents: tuple[str, ...] = ()
    """Ids of the same check in other tools, such as ``cfn-lint:E3717``."""
    settings: tuple[Setting, ...] = ()
    """Thresholds that users can change."""

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
            f"theme-{THEMES[self.theme]}",
            f"class-{_EFFECTS[self.failure][1]}",
            *([f"service-{service}"] if service else []),
            f"confidence-{self.confidence}",
        ]

    def message(self, finding: Finding) -> str:
        """Return the template of what people read under the rule's title."""
        fix = finding.fix.text
        fix = f"{fix}." if fix else self.fix[0].lower() + self.fix[1:]
        lines = [finding.problem]
        if finding.allowed:
            lines.append(f"Allowed: {finding.allowed}.")
        lines += [f"Why: {self.why}", f"Fix: {fix}"]
        if finding.path:
            lines.append(f"Property: {'.'.join(map(str, finding.path))}")
        return "\n".join(lines)


def _rule(
    failure: Failure,
    name: str,
    *,
    why: str,
    fix: str,
    sources: tuple[str, ...],
    confidence: int = DOCUMENTED,
    stops: bool | None = None,
    equivalents: tuple[str, ...] = (),
    settings: tuple[Setting, ...] = (),
) -> Callable[[Check], Rule]:
    """Make a rule of the function that finds its mistakes; its docstring is the title.

    The type of the function's first parameter tells what it checks: the ``Stack``, or each
    resource of a class. ``stops`` is given only where the level differs from what ``level_of``
    says; see the attributes of ``Rule`` for the others.
    """
    level = level_of(failure, confidence)
    if stops is not None:
        level = EnforcementLevel.MANDATORY if stops else EnforcementLevel.ADVISORY

    def made(check: Check) -> Rule:
        subject = next(iter(signature(check, eval_str=True).parameters.values())).annotation
        return Rule(
            name=name,
            title=" ".join((check.__doc__ or "").split()),
            why=why,
            fix=fix,
            failure=failure,
            confidence=confidence,
            level=level,
            sources=sources,
            check=check,
            subject=None if subject is Stack else subject,
            equivalents=equivalents,
            settings=settings,
        )

    return made


refused = partial(_rule, Failure.REFUSED)
likely_refused = partial(_rule, Failure.LIKELY_REFUSED)
never_active = partial(_rule, Failure.NEVER_ACTIVE)
broken_at_run_time = partial(_rule, Failure.BROKEN_AT_RUN_TIME)
loses_telemetry = partial(_rule, Failure.LOSES_TELEMETRY)
insecure = partial(_rule, Failure.INSECURE)
hardening = partial(_rule, Failure.HARDENING)
costly = partial(_rule, Failure.COSTLY)
unwise = partial(_rule, Failure.UNWISE)
"""The decorators of rules, named after what happens where a rule is broken."""
