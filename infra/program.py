"""The program: settings make components, and components make the stack's outputs."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import pulumi

from infra import package
from infra.alarms import Limits
from infra.capacity import Capacity, CapacityArgs
from infra.cost import Held, Item, idle_cost
from infra.network import INTERFACE_SERVICES, Network, NetworkArgs
from infra.observability import Observability, ObservabilityArgs, billed
from infra.service import Service, ServiceArgs
from infra.settings import Architecture, Settings

NAME: Final = "lmi-streaming"
"""Begins every name. Short: the provider appends eight characters, and AWS limits the ARN of a
capacity provider to 140 (CP-01)."""


def main() -> None:
    """Declare the stack."""
    settings = Settings.load()
    target = package.Target.choose(settings.package_for, settings.architecture)
    archive = package.build(target)

    instances = _instances(settings, target.architecture)
    service = Service(
        NAME,
        ServiceArgs(
            region=settings.region,
            architecture=target.architecture,
            archive=archive,
            provider_arn=instances.provider_arn,
            function=settings.function,
            scaling=settings.scaling,
            url=settings.url,
            after=instances.after,
            trust_zone=settings.trust_zone,
            protect=settings.protect,
        ),
    )

    pulumi.export("url", service.url)
    pulumi.export("function_name", service.function_name)
    pulumi.export("function_arn", service.function_arn)
    pulumi.export("alias_arn", service.alias_arn)
    pulumi.export("capacity_provider_arn", instances.provider_arn)
    pulumi.export("vpc_id", instances.vpc_id)
    pulumi.export("log_group", service.log_group_name)
    held = Held(
        environments=settings.scaling.min_environments,
        memory_mb=settings.function.memory_mb,
        memory_gib_per_vcpu=settings.function.memory_gib_per_vcpu,
        architecture=target.architecture,
        zones=instances.zones,
    )
    items = dict(instances.items)
    if settings.observability:
        items |= _observe(settings, instances.provider_arn, service)
    pulumi.export("idle_cost", idle_cost(held, items))


class _Instances(NamedTuple):
    """Where the function runs.

    Attributes
    ----------
    provider_arn, vpc_id
        A VPC that is not the stack's business has no id.
    zones
        How many zones the instances are in, as far as the stack knows.
    after
        What has to be there before the first execution environment.
    items
        What the stack itself pays for by the month.
    """

    provider_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    zones: int
    after: Sequence[pulumi.Resource]
    items: Mapping[Item, int]


def _instances(settings: Settings, architecture: Architecture) -> _Instances:
    """Make the capacity provider and its network, unless the stack runs on an existing one."""
    if settings.capacity_provider_arn:
        return _Instances(settings.capacity_provider_arn, vpc_id="", zones=1, after=[], items={})
    network = Network(
        NAME,
        NetworkArgs(region=settings.region, availability_zones=settings.availability_zones),
    )
    capacity = Capacity(
        NAME,
        CapacityArgs(
            region=settings.region,
            architecture=architecture,
            subnet_ids=list(network.subnet_ids.values()),
            security_group_ids=[network.security_group_id],
            settings=settings.capacity,
            trust_zone=settings.trust_zone,
        ),
    )
    zones = len(network.subnet_ids)
    return _Instances(
        capacity.provider_arn,
        network.vpc_id,
        zones,
        after=[network],
        items={"interface_endpoint_in_a_zone": zones * len(INTERFACE_SERVICES)},
    )


def _observe(
    settings: Settings, provider_arn: pulumi.Input[str], service: Service
) -> Mapping[Item, int]:
    """Watch the service, and give what that adds to the bill."""
    limits = Limits(
        max_concurrency=settings.function.max_concurrency,
        max_vcpu=None if settings.capacity_provider_arn else settings.capacity.max_vcpu,
        timeout_seconds=settings.function.timeout_seconds,
        always_runs=settings.scaling.min_environments > 0,
    )
    watched = Observability(
        NAME,
        ObservabilityArgs(
            region=settings.region,
            function_name=service.function_name,
            provider_arn=provider_arn,
            log_group_name=service.log_group_name,
            limits=limits,
        ),
    )
    pulumi.export("alarm_topic_arn", watched.topic_arn)
    pulumi.export("dashboard", watched.dashboard_name)
    return billed(limits)
