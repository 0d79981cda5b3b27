"""The program: it creates the components from the settings, and exports the stack's outputs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pulumi

from . import bedrock, package
from .capacity import Capacity, CapacityArgs
from .cost import Item, WarmEnvironments, idle_cost
from .fronts.api import ApiArgs
from .fronts.function_url import FunctionUrl, FunctionUrlArgs
from .fronts.http_api import HttpApi
from .fronts.rest_api import RestApi
from .network import DEFAULT_SERVICES, Network, NetworkArgs
from .observability import Limits, Observability, ObservabilityArgs, billed
from .service import Service, ServiceArgs
from .settings import Architecture, Settings
from .settings.loader import load_settings
from .timetable import hours_per_week


def main() -> None:
    """Declare the stack."""
    settings = load_settings()
    application, architecture = _build_application(settings)
    placement = _create_placement(settings)
    provider_arn = _provider_arn(settings, architecture, placement)
    service = Service(
        settings.service_name,
        ServiceArgs(
            region=settings.region,
            architecture=architecture,
            archive=application.archive if application else None,
            layer=application.layer if application else None,
            provider_arn=provider_arn,
            function=settings.function,
            scaling=settings.scaling,
            streams=settings.front != "http",
            serves_api_docs=settings.serves_api_docs,
            depends_on=placement.depends_on,
            trust_zone=settings.trust_zone,
            protect=settings.protect,
        ),
    )

    pulumi.export("url", _create_front(settings, service))
    pulumi.export("function_name", service.function_name)
    pulumi.export("function_arn", service.function_arn)
    pulumi.export("alias_arn", service.alias_arn)
    pulumi.export("capacity_provider_arn", provider_arn)
    pulumi.export("vpc_id", placement.vpc_id)
    pulumi.export("log_group", service.log_group_name)
    warm = [
        WarmEnvironments(
            environments=environments,
            memory_mb=settings.function.memory_mb,
            memory_gib_per_vcpu=settings.function.memory_gib_per_vcpu,
            architecture=architecture,
            zones=placement.zones,
            hours_per_week=hours,
        )
        for environments, hours in hours_per_week(settings.scaling).items()
    ]
    items = dict(placement.items)
    if settings.observability:
        items |= _create_observability(settings, provider_arn, service)
    pulumi.export("idle_cost", idle_cost(warm, items))


def _build_application(settings: Settings) -> tuple[package.Package | None, Architecture]:
    """Return the zips, unless the application is an image, and the architecture."""
    if settings.function.image_uri:
        return None, settings.architecture
    target = package.Target.choose(
        settings.package_for, settings.architecture, settings.function.runtime
    )
    built = package.build_parts(
        target,
        Path(settings.app_folder).expanduser(),
        Path(".build"),
        for_bedrock=bool(settings.function.bedrock_model),
        with_layer=settings.dependencies == "layer",
    )
    return built, target.architecture


class _Placement(NamedTuple):
    """Where the instances run.

    Attributes
    ----------
    vpc_id
        Id of the VPC; empty if the capacity provider is an existing one.
    subnet_ids, security_group_ids
        Subnets and security groups of the instances.
    zones
        Number of availability zones, as far as the stack knows.
    depends_on
        Resources that have to exist before the first execution environment starts.
    items
        Numbers of billed resources.
    """

    vpc_id: pulumi.Input[str] = ""
    subnet_ids: Sequence[pulumi.Input[str]] = ()
    security_group_ids: Sequence[pulumi.Input[str]] = ()
    zones: int = 1
    depends_on: Sequence[pulumi.Resource] = ()
    items: Mapping[Item, int] = MappingProxyType({})


def _create_placement(settings: Settings) -> _Placement:
    """Create the network, unless the stack uses an existing network or capacity provider."""
    if settings.capacity_provider_arn:
        return _Placement()
    if existing := settings.existing_network:
        subnet_ids = existing.subnet_ids
        return _Placement(
            existing.vpc_id, subnet_ids, existing.security_group_ids, zones=len(subnet_ids)
        )
    network = Network(
        settings.service_name,
        NetworkArgs(
            region=settings.region,
            services=_services(settings),
            settings=settings.network,
            log_kms_key_arn=settings.function.log_kms_key_arn,
        ),
    )
    zones = len(network.subnet_ids)
    items: dict[Item, int] = {
        "interface_endpoint_in_a_zone": zones * len(network.interface_services)
    }
    if settings.network.nat:
        items["nat_gateway_in_a_zone"] = zones
    return _Placement(
        network.vpc_id,
        list(network.subnet_ids.values()),
        [network.security_group_id],
        zones,
        depends_on=[network],
        items=items,
    )


def _services(settings: Settings) -> Sequence[str]:
    """List the services that the function calls, each once."""
    needed = [
        service for service in DEFAULT_SERVICES if service != "xray" or settings.function.tracing
    ]
    secrets = ["secretsmanager"] if settings.function.secrets else []
    models = [bedrock.ENDPOINT_SERVICE] if settings.function.bedrock_model else []
    return list(dict.fromkeys([*needed, *secrets, *models, *settings.endpoints]))


def _provider_arn(
    settings: Settings, architecture: Architecture, placement: _Placement
) -> pulumi.Input[str]:
    """Create the capacity provider, unless the stack uses an existing one."""
    if settings.capacity_provider_arn:
        return settings.capacity_provider_arn
    return Capacity(
        settings.service_name,
        CapacityArgs(
            region=settings.region,
            architecture=architecture,
            subnet_ids=placement.subnet_ids,
            security_group_ids=placement.security_group_ids,
            settings=settings.capacity,
            trust_zone=settings.trust_zone,
        ),
    ).provider_arn


def _create_observability(
    settings: Settings, provider_arn: pulumi.Input[str], service: Service
) -> Mapping[Item, int]:
    """Create the observability of the service; return the numbers of billed resources."""
    limits = Limits(
        max_concurrency=settings.function.max_concurrency,
        max_vcpu=None if settings.capacity_provider_arn else settings.capacity.max_vcpu,
        timeout_seconds=settings.function.timeout_seconds,
        always_runs=settings.scaling.always_runs,
        has_schedules=bool(settings.scaling.schedules),
    )
    watched = Observability(
        settings.service_name,
        ObservabilityArgs(
            region=settings.region,
            function_name=service.function_name,
            provider_arn=provider_arn,
            log_group_name=service.log_group_name,
            dead_letter_queue_name=service.dead_letter_queue_name,
            limits=limits,
        ),
    )
    pulumi.export("alarm_topic_arn", watched.topic_arn)
    pulumi.export("dashboard", watched.dashboard_name)
    return billed(limits)


def _create_front(settings: Settings, service: Service) -> pulumi.Output[str]:
    """Create the front of the function, and return its address."""
    if settings.front == "url":
        url_args = FunctionUrlArgs(service=service, url=settings.url, protect=settings.protect)
        return FunctionUrl(settings.service_name, url_args).url
    args = ApiArgs(
        region=settings.region,
        service=service,
        auth=settings.url.auth,
        api=settings.api,
        protect=settings.protect,
        cors=settings.url.cors,
    )
    front = RestApi if settings.front == "rest" else HttpApi
    return front(settings.service_name, args).url
