"""Every rule as a policy of Pulumi's SDK; the only place that knows how the SDK calls a policy."""

from typing import Any, Final

from pulumi_policy import (
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from ..model.spelling import spelled
from ..rules import RULES
from ..rules.rule import AnyRule, ResourceRule, StackRule
from .configuration import schema_of
from .session import Session

PACK_NAME: Final = "lambda-managed-instances"


def policies() -> list[Policy]:
    """Return one policy for each rule, then those that report what the rules left to tell."""
    session = Session()
    return [*(_policy(rule, session) for rule in RULES), *session.closing_policies()]


def _policy(rule: AnyRule, session: Session) -> Policy:
    common: dict[str, Any] = {
        "name": rule.name,
        "description": rule.title,
        "enforcement_level": rule.level,
        "config_schema": schema_of(rule.settings),
        "display_name": f"{rule.id}: {rule.title}",
        "severity": rule.severity,
        "tags": [PACK_NAME, f"confidence-{rule.confidence}", *rule.equivalents],
        "remediation_steps": spelled(rule.fix),
        "url": rule.sources[0],
    }
    if isinstance(rule, StackRule):
        return StackValidationPolicy(validate=_stack_check(rule, session), **common)
    return ResourceValidationPolicy(validate=_resource_check(rule, session), **common)


def _resource_check(rule: ResourceRule[Any], session: Session) -> Any:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        configuration = session.configuration(rule, args.get_config())
        subject = session.seen_as(rule.subject, args)
        if subject is None:
            return
        for finding in rule.check(subject, *configuration.values):
            if not session.exempts(rule, configuration, args.name, args.urn):
                message = spelled(rule.message(finding, subject), args.stack_tags)
                report(session.with_page(message), None)

    return validate


def _stack_check(rule: StackRule, session: Session) -> Any:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        configuration = session.configuration(rule, args.get_config())
        stack = session.stack(args.resources)
        for finding in rule.check(stack, *configuration.values):
            found = finding.resource
            if found is None or found.is_external:
                continue
            if session.exempts(rule, configuration, found.name, found.urn):
                continue
            message = spelled(rule.message(finding, found), args.stack_tags)
            report(session.with_page(message), found.urn)

    return validate
