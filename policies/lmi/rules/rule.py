"""What a rule is: a record of what it demands, why, by which source, and how it checks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from inspect import signature
from typing import Any, Self, TypeAlias

from pulumi_policy import EnforcementLevel, Severity

from ..graph.stack import Stack
from ..model.resource import Finding, Resource


class Failure(Enum):
    """What happens where the rule is broken, with the severity and the class of such rules."""

    REFUSED = "H", Severity.HIGH, "deployment"
    """The API, or the provider before it, rejects the request."""
    LIKELY_REFUSED = "H?", Severity.HIGH, "deployment"
    """Documented or likely to be refused, but nobody saw the refusal."""
    NEVER_ACTIVE = "D", Severity.HIGH, "deployment"
    """The request is accepted, and the resource or its version never becomes Active."""
    BROKEN_AT_RUN_TIME = "R", Severity.HIGH, "reliability"
    """It deploys green, and does not work or cannot be reached."""
    LOSES_TELEMETRY = "L", Severity.HIGH, "observability"
    """It serves, and logs or traces of it are lost."""
    INSECURE = "S", Severity.HIGH, "security"
    HARDENING = "S?", Severity.LOW, "security"
    """It is as safe as AWS makes it by default; the rule asks for one more layer."""
    COSTLY = "C", Severity.MEDIUM, "cost"
    UNWISE = "B", Severity.LOW, "good-practice"

    # Members with equal values would be one member, so each has letters of its own.
    def __init__(self, _letters: str, severity: Severity, kind: str) -> None:
        self.severity = severity
        self.kind = kind


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


@dataclass(frozen=True, slots=True)
class Setting:
    """A threshold that ``--policy-pack-config`` can change, for one rule."""

    name: str
    """Property name in the rule's configuration."""
    description: str
    """Names the unit of the numbers."""
    default: int
    minimum: int = 1
    maximum: int | None = None

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


@dataclass(kw_only=True, eq=False)
class Rule:
    """One rule, and the decorator of the function that finds the mistakes.

    The function's docstring is the title. The type of its first parameter tells what it checks: the
    ``Stack``, or each resource of a class.
    """

    name: str = field(kw_only=False)
    """The id in lower case, then what the rule demands. Never changes its meaning."""
    why: str
    fix: str
    """Why AWS or good practice demands it, and what to do in general."""
    failure: Failure
    """What happens where the rule is broken."""
    confidence: int = DOCUMENTED
    """How sure that is, from 1 (AWS's documentation or model) to 4 (not verified)."""
    stops: bool | None = None
    """Given only where the level does not follow from what happens and how sure that is."""
    sources: tuple[str, ...]
    """URLs that say so, the best first."""
    equivalents: tuple[str, ...] = ()
    """Ids of the same check in other tools, such as ``cfn-lint:E3717``."""
    settings: tuple[Setting, ...] = ()
    """Thresholds that users can change."""
    check: Check = field(init=False)
    """Called with what it checks and the settings' values; yields the mistakes."""
    title: str = field(init=False)
    """The demand, as a sentence."""
    subject: type[Resource] | None = field(init=False)
    """The class of resources whose inputs decide, one by one; None where it needs the stack."""

    def __call__(self, check: Check) -> Self:
        """Take the function that finds the mistakes."""
        self.check = check
        self.title = " ".join((check.__doc__ or "").split())
        subject = next(iter(signature(check, eval_str=True).parameters.values())).annotation
        self.subject = None if subject is Stack else subject
        return self

    @property
    def id(self) -> str:
        """The id, such as ``MEM-06``, with which the name begins."""
        return "-".join(self.name.split("-")[:2]).upper()

    @property
    def theme(self) -> str:
        """The letters of the id in lower case, such as ``mem``."""
        return self.name.partition("-")[0]

    @property
    def level(self) -> EnforcementLevel:
        """The enforcement level, unless the pack's configuration says otherwise."""
        if self.stops is None:
            return level_of(self.failure, self.confidence)
        return EnforcementLevel.MANDATORY if self.stops else EnforcementLevel.ADVISORY

    @property
    def severity(self) -> Severity:
        """How bad a violation is, by what happens then."""
        return self.failure.severity

    @property
    def tags(self) -> list[str]:
        """What the rule is about: theme, class, service and confidence."""
        service = "" if self.theme == "gen" else _SERVICES.get(self.theme, "lambda")
        return [
            f"theme-{THEMES[self.theme]}",
            f"class-{self.failure.kind}",
            *([f"service-{service}"] if service else []),
            f"confidence-{self.confidence}",
        ]

    def message(self, finding: Finding) -> str:
        """Return the template of what people read under the rule's title."""
        fix = finding.fix.text
        fix = f"{fix}." if fix else self.fix[0].lower() + self.fix[1:]
        lines = [finding.problem]
        if finding.allowed:
            names = " and ".join(f"`{setting.name}`" for setting in self.settings)
            where = f" ({names} in the policy's settings)" if names else ""
            lines.append(f"Allowed: {finding.allowed}{where}.")
        lines += [f"Why: {self.why}", f"Fix: {fix}"]
        if finding.path:
            lines.append(f"Property: {'.'.join(map(str, finding.path))}")
        return finding.resource.in_own_names("\n".join(lines))


refused = partial(Rule, failure=Failure.REFUSED)
likely_refused = partial(Rule, failure=Failure.LIKELY_REFUSED)
never_active = partial(Rule, failure=Failure.NEVER_ACTIVE)
broken_at_run_time = partial(Rule, failure=Failure.BROKEN_AT_RUN_TIME)
loses_telemetry = partial(Rule, failure=Failure.LOSES_TELEMETRY)
insecure = partial(Rule, failure=Failure.INSECURE)
hardening = partial(Rule, failure=Failure.HARDENING)
costly = partial(Rule, failure=Failure.COSTLY)
unwise = partial(Rule, failure=Failure.UNWISE)
"""The decorators of rules, named after what happens where a rule is broken."""
