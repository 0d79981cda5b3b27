"""Runs the pack's policies the way the SDK does, over resources that a test writes down.

Properties travel as on the wire (a protobuf struct, which makes every number a float) and arrive
in the SDK's own proxies, which raise on unknowns. ``judge`` plays one operation of the engine:
every resource policy over every resource's inputs, then every stack policy over the outputs.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy

from policies.lmi.serving.pack import policies
from policies.lmi.serving.session import Session
from testing.policies.support import Json, Res

LEVEL = "enforcementLevel"

_SESSION = Session()
_PACK = policies(_SESSION)
_ABOUT_RESOURCES = [policy for policy in _PACK if isinstance(policy, ResourceValidationPolicy)]
_ABOUT_STACKS = [policy for policy in _PACK if isinstance(policy, StackValidationPolicy)]

SILENT: set[str] = set()
"""What ``names`` returns where no rule has anything to say."""


@dataclass(frozen=True)
class Violation:
    """What a policy reported, and where."""

    policy: str
    resource: str
    message: str


def judge(
    *resources: Res, config: Mapping[str, Json] | None = None, by: tuple[str, ...] = ("",)
) -> list[Violation]:
    """Return what the pack reports about a stack; what is off has to be turned on.

    Parameters
    ----------
    by
        The policies that judge: those whose names begin so; by default all.
    """
    vars(_SESSION).update(vars(Session()))  # as in a new process
    found: list[Violation] = []
    levels = {name: entry.get(LEVEL) for name, entry in (config or {}).items()}
    settings = {name: _without_level(entry) for name, entry in (config or {}).items()}

    def judges(policy: Policy) -> bool:
        return policy.name.startswith(by) and _is_on(policy, levels.get(policy.name))

    about_resources = list(filter(judges, _ABOUT_RESOURCES))
    for resource in resources:
        args_with = _resource_args(resource)
        for policy in about_resources:
            args = args_with(settings.get(policy.name))
            _validate(policy, args, _reporter(found, policy.name, resource.name))
    outputs = policy_resources(resources)
    for policy in filter(judges, _ABOUT_STACKS):
        args = StackValidationArgs(outputs, settings.get(policy.name))
        _validate(policy, args, _reporter(found, policy.name, None))
    return found


def names(*resources: Res, config: Mapping[str, Json] | None = None) -> set[str]:
    """Return the catalogue ids, lower case, of the rules that the whole pack reports."""
    return {"-".join(found.policy.split("-")[:2]) for found in judge(*resources, config=config)}


def turned_on(policy: str) -> dict[str, Json]:
    """Return a configuration that turns on a policy which is off by default."""
    return {policy: {LEVEL: "advisory"}}


def message(policy: str, *resources: Res) -> str:
    """Return the one message that a policy reports about a stack."""
    (found,) = judge(*resources, by=(policy,))
    return found.message


def policy_resources(resources: Sequence[Res]) -> list[PolicyResource]:
    """Return the resources as the SDK hands them to stack policies."""
    made = {
        resource.name: PolicyResource(
            resource.type,
            on_the_wire(resource.inputs if resource.outputs is None else resource.outputs),
            resource.urn,
            resource.name,
            _options(resource),
            PolicyProviderResource("pulumi:providers:aws", {}, resource.made_by, "default"),
            None,
            [],
            {},
        )
        for resource in resources
    }
    for resource in resources:
        target = made[resource.name]
        sources: dict[str, list[PolicyResource]] = defaultdict(list)
        for key, others in resource.made_from.items():
            sources[key] = [made[other] for other in others]
        target.property_dependencies = dict(sources)
        target.dependencies = [
            *(source for group in sources.values() for source in group),
            *(made[other] for other in resource.depends_on),
        ]
    return list(made.values())


def on_the_wire(props: Json) -> Json:
    """Return properties as they reach a policy: through protobuf, into the SDK's proxies."""
    struct = struct_pb2.Struct()
    struct.update(props)
    return unknown_checking_proxy(deserialize_properties(json_format.MessageToDict(struct)))


def _is_on(policy: Policy, level: str | None) -> bool:
    return level is not None or policy.enforcement_level is not EnforcementLevel.DISABLED


def _without_level(entry: Json) -> Json:
    return {name: value for name, value in entry.items() if name != LEVEL}


def _options(resource: Res) -> PolicyResourceOptions:
    return PolicyResourceOptions(
        protect=False,
        ignore_changes=list(resource.ignore_changes),
        delete_before_replace=None,
        aliases=[],
        custom_timeouts=PolicyCustomTimeouts(0, 0, 0),
        additional_secret_outputs=[],
    )


def _resource_args(resource: Res) -> Callable[[Json | None], ResourceValidationArgs]:
    """Return what gives a policy about a resource its arguments, by its configuration."""
    props, options = on_the_wire(resource.checked_inputs), _options(resource)
    return lambda config: ResourceValidationArgs(
        resource.type, props, resource.urn, resource.name, options, None, config
    )


def _validate(policy: Any, args: object, report: object) -> None:
    """Call a policy as the SDK does; its own types leave an awaited result open."""
    policy.validate(args, report)


def _reporter(found: list[Violation], policy: str, resource: str | None) -> Any:
    def report(text: str, urn: str | None = None) -> None:
        name = (urn or "").rsplit("::", 1)[-1] if resource is None else resource
        found.append(Violation(policy, name, text))

    return report
