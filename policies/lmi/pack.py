"""Every rule as a policy of Pulumi's SDK; the only place that knows how the SDK calls a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_policy import (
    Policy,
    PolicyConfigSchema,
    ResourceValidationPolicy,
    StackValidationPolicy,
)

from .access import Props
from .resources import KIND_OF_TYPE
from .rule import AnyRule, ResourceRule, Rule, StackRule
from .rules import RULES
from .stack import Stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_policy import ReportViolation, ResourceValidationArgs, StackValidationArgs

PACK_NAME = "lambda-managed-instances"

Inputs = dict[str, Props]
"""Inputs by URN. The SDK shows stack policies the outputs only, which a first preview does not
know; the resource policies of the same process saw the inputs before."""


def policies(rules: tuple[AnyRule, ...] = RULES) -> list[Policy]:
    """Return one policy for each rule."""
    inputs: Inputs = {}
    return [_policy(rule, inputs) for rule in rules]


def _policy(rule: AnyRule, inputs: Inputs) -> Policy:
    common: dict[str, Any] = {
        "name": rule.name,
        "description": rule.title,
        "enforcement_level": rule.level,
        "config_schema": _schema(rule),
        "display_name": f"{rule.id}: {rule.title}",
        "severity": rule.severity,
        "tags": ["lambda-managed-instances", f"confidence-{rule.confidence}", *rule.sisters],
        "remediation_steps": rule.fix,
        "url": rule.sources[0],
    }
    if isinstance(rule, StackRule):
        return StackValidationPolicy(validate=_stack_check(rule, inputs), **common)
    return ResourceValidationPolicy(validate=_resource_check(rule, inputs), **common)


def _schema(rule: Rule) -> PolicyConfigSchema | None:
    if not rule.settings:
        return None
    return PolicyConfigSchema({setting.name: setting.schema() for setting in rule.settings})


def _resource_check(rule: ResourceRule[Any], inputs: Inputs) -> Any:
    tokens = rule.subject.tokens()

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type not in KIND_OF_TYPE:
            return
        props = inputs[args.urn] = Props(args.props)
        if args.resource_type not in tokens:
            return
        subject = rule.subject(type=args.resource_type, name=args.name, urn=args.urn, props=props)
        for finding in rule.check(subject, *_values(rule, args.get_config())):
            report(rule.message(finding), None)

    return validate


def _stack_check(rule: StackRule, inputs: Inputs) -> Any:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        stack = Stack(args.resources, inputs)
        for finding in rule.check(stack, *_values(rule, args.get_config())):
            report(rule.message(finding), finding.resource.urn if finding.resource else None)

    return validate


def _values(rule: Rule, config: Mapping[str, Any]) -> list[int]:
    """Return the settings' values; the engine has checked them against the schema."""
    return [int(config.get(setting.name, setting.default)) for setting in rule.settings]
