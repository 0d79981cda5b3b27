"""The program: settings make components, and components make the stack's outputs."""

from typing import Final

import pulumi

from infra import package
from infra.capacity import Capacity, CapacityArgs
from infra.cost import Held, Item, idle_cost
from infra.network import INTERFACE_SERVICES, Network, NetworkArgs
from infra.service import Service, ServiceArgs
from infra.settings import Settings

NAME: Final = "lmi-streaming"
"""Begins every name. Short: the provider appends eight characters, and AWS limits the ARN of a
capacity provider to 140 (CP-01)."""


def main() -> None:
    """Declare the stack."""
    settings = Settings.load()
    target = package.Target.choose(settings.package_for, settings.architecture)
    archive = package.build(target)

    network = Network(
        NAME,
        NetworkArgs(region=settings.region, availability_zones=settings.availability_zones),
    )
    capacity = Capacity(
        NAME,
        CapacityArgs(
            architecture=target.architecture,
            subnet_ids=list(network.subnet_ids.values()),
            security_group_id=network.security_group_id,
            settings=settings.capacity,
        ),
    )
    service = Service(
        NAME,
        ServiceArgs(
            region=settings.region,
            architecture=target.architecture,
            archive=archive,
            provider_arn=capacity.provider_arn,
            function=settings.function,
            scaling=settings.scaling,
            url=settings.url,
            after=[network],
        ),
    )

    pulumi.export("url", service.url)
    pulumi.export("function_name", service.function_name)
    pulumi.export("function_arn", service.function_arn)
    pulumi.export("alias_arn", service.alias_arn)
    pulumi.export("capacity_provider_arn", capacity.provider_arn)
    pulumi.export("vpc_id", network.vpc_id)
    pulumi.export("log_group", service.log_group_name)
    zones = len(network.subnet_ids)
    held = Held(
        environments=settings.scaling.min_environments,
        memory_mb=settings.function.memory_mb,
        memory_gib_per_vcpu=settings.function.memory_gib_per_vcpu,
        architecture=target.architecture,
        zones=zones,
    )
    items: dict[Item, int] = {"interface_endpoint_in_a_zone": zones * len(INTERFACE_SERVICES)}
    pulumi.export("idle_cost", idle_cost(held, items))
