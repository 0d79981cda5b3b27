"""Every rule as a policy of Pulumi's SDK; the only place that knows how the SDK calls a policy."""

from collections.abc import Iterator
from typing import Any, Final

from pulumi_policy import (
    Policy,
    PolicyComplianceFramework,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from ..model.resource import Change, Finding, Resource
from ..model.spelling import spelled
from ..rules import RULES
from ..rules.rule import Rule
from .configuration import schema_of
from .levels import levels_policy
from .session import Session

PACK_NAME: Final = "lambda-managed-instances"
CONTROLS: Final = (
    "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html"
)


def policies(session: Session | None = None) -> list[Policy]:
    """Return one policy for each rule, then those that report what the rules left to tell.

    They meet in a session, by default in a new one.
    """
    session = session or Session()
    rules = (_policy(rule, session) for rule in RULES)
    return [*rules, levels_policy(), *session.closing_policies()]


def _policy(rule: Rule, session: Session) -> Policy:
    shown: dict[str, Any] = {
        "name": rule.name,
        "description": rule.title,
        "enforcement_level": rule.level,
        "config_schema": schema_of(rule.settings),
        "display_name": f"{rule.id}: {rule.title}",
        "severity": rule.severity,
        "framework": _framework(rule),
        "tags": [PACK_NAME, *rule.tags, *rule.equivalents],
        "remediation_steps": spelled(rule.fix),
        "url": rule.sources[0],
    }
    if rule.subject is None:
        return StackValidationPolicy(validate=_stack_check(rule, session), **shown)
    return ResourceRulePolicy(rule, rule.subject, session, shown)


def _framework(rule: Rule) -> PolicyComplianceFramework | None:
    """Return the control of AWS's Security Hub that a rule serves."""
    controls = [one.partition(":")[2] for one in rule.equivalents if one.startswith("securityhub:")]
    if not controls:
        return None
    return PolicyComplianceFramework(
        "AWS Security Hub CSPM", reference=controls[0], specification=CONTROLS
    )


class ResourceRulePolicy(ResourceValidationPolicy):
    """A rule about one resource, which reports what is wrong and knows what would mend it."""

    def __init__(
        self, rule: Rule, subject: type[Resource], session: Session, shown: dict[str, Any]
    ) -> None:
        self._rule = rule
        self._subject = subject
        self._session = session
        super().__init__(validate=self._report, **shown)  # pyright: ignore[reportUnknownMemberType] - what is awaited is left open

    def is_broken_by(self, args: ResourceValidationArgs) -> bool:
        """Return whether the policy would report a resource."""
        return any(True for _ in self._findings(args))

    def remedies(self, args: ResourceValidationArgs) -> list[Change]:
        """Return what mends a resource: the changes of findings that take a single one.

        A property whose changes the program ignores is not this program's to set.
        """
        left_alone = {name.split(".")[0] for name in args.opts.ignore_changes}
        return [
            change
            for finding in self._findings(args)
            for change in finding.fix.changes
            if len(finding.fix.changes) == 1 and change.resource is finding.resource
            if left_alone.isdisjoint(("*", str(change.path[0])))
        ]

    def _report(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        found = map(self._rule.message, self._findings(args))
        for message in dict.fromkeys(spelled(text, args.stack_tags) for text in found):
            report(self._session.with_page(message), None)

    def _findings(self, args: ResourceValidationArgs) -> Iterator[Finding]:
        """Yield what is wrong with a resource that is not exempt."""
        configuration = self._session.configuration(self._rule, args.get_config())
        resource = self._session.seen_as(self._subject, args)
        if resource is not None:
            yield from self._session.findings(self._rule, configuration, resource)


def _stack_check(rule: Rule, session: Session) -> Any:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        configuration = session.configuration(rule, args.get_config())
        found = session.findings(rule, configuration, session.stack(args.resources))
        told = ((spelled(rule.message(one), args.stack_tags), one.resource.urn) for one in found)
        for message, urn in dict.fromkeys(told):  # once where several providers share a role
            report(session.with_page(message), urn)

    return validate
