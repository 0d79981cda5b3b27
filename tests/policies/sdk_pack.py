"""The rules as policies of Pulumi's SDK, which its own server reads, calls and answers for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from policies.lmi.graph.stack import Stack
from policies.lmi.model.access import UNKNOWN, Props
from policies.lmi.model.resource import Resource
from policies.lmi.model.spelling import spelled
from policies.lmi.rules import RULES
from policies.lmi.serving import pack
from policies.lmi.serving.configuration import Configuration, mistakes_in, parse_configuration
from policies.lmi.serving.levels import unknown_beginnings
from policies.lmi.serving.session import Session
from policies.lmi.serving.wire import Views, seen_as

if TYPE_CHECKING:
    from policies.lmi.rules.rule import Rule

SESSION = Session()
CONFIGURATIONS: dict[str, Configuration] = {}
TOLD: list[str] = []


def sdk_policies() -> list[Policy]:
    """Return a policy of the SDK for each of the pack's."""
    rules = {rule.name: rule for rule in RULES}
    return [_policy(shown, rules.get(shown.name)) for shown in pack.policies(RULES)]


def _policy(shown: protocol.PolicyInfo, rule: Rule | None) -> Policy:
    severity = protocol.PolicySeverity.Name(shown.severity).removeprefix("POLICY_SEVERITY_")
    framework = shown.framework
    texts: dict[str, Any] = {
        "name": shown.name,
        "description": shown.description,
        "enforcement_level": EnforcementLevel[
            protocol.EnforcementLevel.Name(shown.enforcementLevel)
        ],
        "config_schema": PolicyConfigSchema(MessageToDict(shown.configSchema.properties)),
        "display_name": shown.displayName,
        "severity": Severity[severity],
        "framework": PolicyComplianceFramework(
            framework.name, None, framework.reference, framework.specification
        )
        if shown.HasField("framework")
        else None,
        "tags": list(shown.tags),
        "remediation_steps": shown.remediation_steps,
        "url": shown.url,
    }
    if rule is None:
        return StackValidationPolicy(validate=_report_of(shown.name), **texts)
    if rule.subject is None:
        return StackValidationPolicy(validate=_stack_check(rule), **texts)
    return ResourceValidationPolicy(validate=_resource_check(rule), **texts)


def _resource_check(rule: Rule) -> Any:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        resource = _resource(args)
        SESSION.see(resource)
        _judge(rule, args, seen_as(resource), report)

    return validate


def _stack_check(rule: Rule) -> Any:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        views: Views = {Stack: SESSION.stack([_linked(one) for one in args.resources])}
        _judge(rule, args, views, report)

    return validate


def _judge(
    rule: Rule,
    args: ResourceValidationArgs | StackValidationArgs,
    views: Views,
    report: ReportViolation,
) -> None:
    configuration = CONFIGURATIONS[rule.name] = parse_configuration(rule, args.get_config())
    subject = views.get(rule.subject or Stack)
    found = SESSION.findings(rule, configuration, subject) if subject is not None else ()
    for text, urn in dict.fromkeys((spelled(rule.message(one)), one.resource.urn) for one in found):
        page = "" if TOLD else f"\n{pack.PAGE_IS_AT}{pack.PAGE}"
        TOLD.append(text)
        report(text + page, urn)


def _report_of(policy: str) -> Any:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        resources = [_linked(one) for one in args.resources]
        texts = {
            pack.LEVELS.name: unknown_beginnings(RULES, args.get_config()),
            pack.IN_FORCE.name: SESSION.exempt(resources),
            pack.UNDERSTOOD.name: mistakes_in(CONFIGURATIONS, resources),
        }
        for text in texts[policy]:
            report(text, None)
        if policy == pack.UNDERSTOOD.name:  # the last one of an analysis
            vars(SESSION).update(vars(Session()))
            CONFIGURATIONS.clear()
            TOLD.clear()

    return validate


def _linked(source: PolicyResource) -> Resource:
    made_from: Mapping[str, tuple[str, ...]] = {
        key: tuple(one.urn for one in found) for key, found in source.property_dependencies.items()
    }
    return _resource(
        source,
        depends_on=tuple(one.urn for one in source.dependencies),
        made_from=made_from or None,
    )


def _resource(source: ResourceValidationArgs | PolicyResource, **links: Any) -> Resource:
    return Resource(
        type=source.resource_type,
        name=source.name,
        urn=source.urn,
        props=Props(_plain(source.props)),
        made_by=source.provider.urn if source.provider else None,
        ignored=tuple(source.opts.ignore_changes),
        **links,
    )


def _plain(value: Any) -> Any:
    """Return what one of the SDK's proxies holds, which raises where something is not known."""
    if isinstance(value, Mapping):
        found = cast("Mapping[str, Any]", value)
        return {key: _element(found, key) for key in found}
    if isinstance(value, Sequence) and not isinstance(value, str):
        listed = cast("Sequence[Any]", value)
        return [_element(listed, index) for index in range(len(listed))]
    return UNKNOWN if value == "[secret]" else value


def _element(container: Any, key: str | int) -> Any:
    try:
        return _plain(container[key])
    except UnknownValueError:
        return UNKNOWN
