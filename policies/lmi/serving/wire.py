"""What the engine and the pack tell each other, between protocol messages and the SDK's classes."""

from collections.abc import Container, Iterable, Mapping
from functools import cache
from typing import Any, Final

import pulumi
from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    Severity,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import SPECIAL_ARCHIVE_SIG, SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import unknown_checking_proxy

from ..model.access import UNDECRYPTED_SECRET

LEVELS: Final = {level: protocol.EnforcementLevel.Value(level.name) for level in EnforcementLevel}
SEVERITIES: Final = {
    None: protocol.POLICY_SEVERITY_UNSPECIFIED,
    **{one: protocol.PolicySeverity.Value(f"POLICY_SEVERITY_{one.name}") for one in Severity},
}


def default_level(policy: Policy) -> protocol.EnforcementLevel.ValueType:
    """Return the level of a policy that the configuration says nothing about."""
    return LEVELS[policy.enforcement_level or EnforcementLevel.ADVISORY]


def policy_info(policy: Policy) -> protocol.PolicyInfo:
    """Return what people are shown of a policy."""
    framework = policy.framework
    is_of_stack = isinstance(policy, StackValidationPolicy)
    return protocol.PolicyInfo(
        name=policy.name,
        displayName=policy.display_name or "",
        description=policy.description,
        enforcementLevel=default_level(policy),
        policy_type=protocol.POLICY_TYPE_STACK if is_of_stack else protocol.POLICY_TYPE_RESOURCE,
        severity=SEVERITIES[policy.severity],
        framework=framework and protocol.PolicyComplianceFramework(**vars(framework)),
        configSchema=_schema(policy.config_schema),
        tags=policy.tags,
        remediation_steps=policy.remediation_steps or "",
        url=policy.url or "",
    )


@cache
def _schema(schema: PolicyConfigSchema | None) -> protocol.PolicyConfigSchema | None:
    if schema is None:
        return None
    properties = Struct()
    properties.update(schema.properties)
    return protocol.PolicyConfigSchema(properties=properties, required=schema.required)


def read_properties(properties: Struct) -> dict[str, Any]:
    """Return properties in the SDK's proxies, which raise where a value is not known."""
    plain = {key: _plain(value) for key, value in properties.fields.items()}
    return unknown_checking_proxy(plain)


def _plain(value: Value) -> Any:
    """Return a value as JSON has it; NaN and infinity, which JSON has not, stay what they are."""
    match value.WhichOneof("kind"):
        case "struct_value":
            fields = value.struct_value.fields
            return _meaning({key: _plain(one) for key, one in fields.items()})
        case "list_value":
            return [_plain(one) for one in value.list_value.values]
        case "string_value":
            return value.string_value
        case "number_value":
            return value.number_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _meaning(entries: dict[str, Any]) -> Any:
    """Return what an object stands for by its signature, as far as rules look at it.

    The SDK's own reading raises on what it does not know, such as an asset with an empty text.
    """
    signature, path = entries.get(SPECIAL_SIG_KEY), entries.get("path")
    if signature == SPECIAL_SECRET_SIG:
        return entries.get("value", UNDECRYPTED_SECRET)
    if signature == SPECIAL_ARCHIVE_SIG and isinstance(path, str):
        return pulumi.FileArchive(path)
    return entries


def _options(ignored: Iterable[str]) -> PolicyResourceOptions:
    """Return the options of a resource, of which rules read the changes to ignore alone."""
    return PolicyResourceOptions(
        protect=False,
        ignore_changes=list(ignored),
        delete_before_replace=None,
        aliases=[],
        custom_timeouts=PolicyCustomTimeouts(0, 0, 0),
        additional_secret_outputs=[],
    )


_UNREAD: Final = _options(())
"""The options of every resource that no rule reads."""


def read_stack(
    resources: Iterable[protocol.AnalyzerResource], looks_at: Container[str]
) -> list[PolicyResource]:
    """Return the resources of a stack, linked as Pulumi recorded it.

    Of types that rules do not look at only names and dependencies are kept, by which resources
    that are read may be linked.
    """
    read = {message.urn: read_resource(message, looks_at) for message in resources}
    for message in resources:
        resource = read[message.urn]
        resource.parent = read.get(message.parent)
        resource.dependencies = _found(message.dependencies, read)
        if message.type in looks_at:
            resource.property_dependencies = {
                name: _found(sources.urns, read)
                for name, sources in message.propertyDependencies.items()
            }
    return list(read.values())


def read_resource(
    message: protocol.AnalyzeRequest | protocol.AnalyzerResource, looks_at: Container[str]
) -> PolicyResource:
    """Return one resource without its links, with its properties where rules look at them."""
    is_read = message.type in looks_at
    provider = message.provider
    return PolicyResource(
        resource_type=message.type,
        props=read_properties(message.properties) if is_read else {},
        urn=message.urn,
        name=message.name,
        opts=_options(message.options.ignoreChanges) if is_read else _UNREAD,
        provider=(  # without its properties, which are secrets
            PolicyProviderResource(provider.type, {}, provider.urn, provider.name)
            if is_read and message.HasField("provider")
            else None
        ),
        parent=None,
        dependencies=[],
        property_dependencies={},
    )


def _found(urns: Iterable[str], among: Mapping[str, PolicyResource]) -> list[PolicyResource]:
    return [among[urn] for urn in urns if urn in among]
