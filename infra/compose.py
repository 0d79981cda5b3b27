"""The wiring: it creates the components of one service from its settings."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pulumi

from .capacity import Capacity, CapacityArgs
from .cost import Item, WarmEnvironments, idle_cost
from .fronts.api import ApiArgs
from .fronts.function_url import FunctionUrl, FunctionUrlArgs
from .fronts.http_api import HttpApi
from .fronts.rest_api import RestApi
from .iam import BEDROCK_SERVICE
from .network import DEFAULT_SERVICES, Network, NetworkArgs
from .observability import Limits, Observability, ObservabilityArgs, billed
from .package import Target, build_parts
from .service import Service, ServiceArgs
from .settings import Architecture, Settings
from .timetable import hours_per_week


class Application(NamedTuple):
    """What a function runs."""

    architecture: Architecture  # architecture that the function must have to run it
    # The Lambda zip; ``None`` where the settings name a container image.
    archive: Path | pulumi.Input[pulumi.Archive] | None = None
    # The zip of a layer with the dependencies; ``None`` where ``archive`` has them.
    layer: Path | None = None


class Composed(NamedTuple):
    """What was created."""

    url: pulumi.Output[str]  # address of the front; ends with a slash
    service: Service  # the function
    provider_arn: pulumi.Input[str]  # ARN of the capacity provider
    vpc_id: pulumi.Input[str]  # id of the VPC; empty if the capacity provider is an existing one
    watched: Observability | None  # the observability of the service, if its settings ask for it
    # What it costs while no request arrives, as ``cost.idle_cost`` returns it.
    idle_cost: Mapping[str, object] | None


def compose(
    settings: Settings, application: Application, opts: pulumi.ResourceOptions | None = None
) -> Composed:
    """Create the components of a service from its settings, each with the same options."""
    placement = _create_placement(settings, application.architecture, opts)
    provider_arn = placement.provider_arn
    service = Service(
        settings.service_name,
        ServiceArgs(
            region=settings.region,
            architecture=application.architecture,
            archive=application.archive,
            layer=application.layer,
            provider_arn=provider_arn,
            function=settings.function,
            scaling=settings.scaling,
            streams=settings.front != "http",
            serves_api_docs=settings.serves_api_docs,
            depends_on=placement.depends_on,
            trust_zone=settings.trust_zone,
            protect=settings.protect,
        ),
        opts,
    )
    url = _create_front(settings, service, opts)
    warm = [
        WarmEnvironments(
            environments=environments,
            memory_mb=settings.function.memory_mb,
            memory_gib_per_vcpu=settings.function.memory_gib_per_vcpu,
            architecture=application.architecture,
            zones=placement.zones,
            hours_per_week=hours,
        )
        for environments, hours in hours_per_week(settings.scaling).items()
    ]
    items, watched = dict(placement.items), None
    if settings.observability:
        limits = Limits(
            max_concurrency=settings.function.max_concurrency,
            max_vcpu=None if settings.capacity_provider_arn else settings.capacity.max_vcpu,
            timeout_seconds=settings.function.timeout_seconds,
            always_runs=settings.scaling.always_runs,
            has_schedules=bool(settings.scaling.schedules),
        )
        watched = _watch(settings, service, provider_arn, limits, opts)
        items |= billed(limits)
    estimate = idle_cost(warm, items)
    return Composed(url, service, provider_arn, placement.vpc_id, watched, estimate)


def _watch(
    settings: Settings,
    service: Service,
    provider_arn: pulumi.Input[str],
    limits: Limits,
    opts: pulumi.ResourceOptions | None,
) -> Observability:
    args = ObservabilityArgs(
        region=settings.region,
        function_name=service.function_name,
        provider_arn=provider_arn,
        log_group_name=service.log_group_name,
        dead_letter_queue_name=service.dead_letter_queue_name,
        limits=limits,
    )
    return Observability(settings.service_name, args, opts)


def build_application(settings: Settings, into: Path | None = None) -> Application:
    """Package the application's folder, unless the application is an image.

    The folder for the builds is by default ``.build`` beside the application.
    """
    if settings.function.image_uri:
        return Application(settings.architecture)
    target = Target.choose(settings.package_for, settings.architecture, settings.function.runtime)
    built = build_parts(
        target,
        # That of Path raises where there is no such user.
        Path(os.path.expanduser(settings.app_folder)),  # noqa: PTH111
        into,
        for_bedrock=bool(settings.function.bedrock_model),
        with_layer=settings.dependencies == "layer",
    )
    return Application(target.architecture, *built)


class _Placement(NamedTuple):
    """Where the function runs."""

    provider_arn: pulumi.Input[str]
    # Id of the VPC; empty if the capacity provider is an existing one.
    vpc_id: pulumi.Input[str] = ""
    zones: int = 1  # number of availability zones, as far as the stack knows
    # Resources that have to exist before the first execution environment starts.
    depends_on: Sequence[pulumi.Resource] = ()
    items: Mapping[Item, int] = MappingProxyType({})  # numbers of billed resources


def _create_placement(
    settings: Settings, architecture: Architecture, opts: pulumi.ResourceOptions | None
) -> _Placement:
    """Create network and capacity provider, unless the stack uses existing ones."""
    if settings.capacity_provider_arn:
        return _Placement(settings.capacity_provider_arn)
    depends_on: list[pulumi.Resource] = []
    items: dict[Item, int] = {}
    if existing := settings.existing_network:
        vpc_id, subnet_ids = existing.vpc_id, existing.subnet_ids
        security_group_ids = existing.security_group_ids
    else:
        args = NetworkArgs(
            region=settings.region,
            services=_services(settings),
            settings=settings.network,
            log_kms_key_arn=settings.function.log_kms_key_arn,
        )
        network = Network(settings.service_name, args, opts)
        vpc_id, subnet_ids = network.vpc_id, list(network.subnet_ids.values())
        security_group_ids = [network.security_group_id]
        depends_on.append(network)
        interfaces = len(network.interface_services)
        items["interface_endpoint_in_a_zone"] = len(subnet_ids) * interfaces
        if settings.network.nat:
            items["nat_gateway_in_a_zone"] = len(subnet_ids)
    capacity = Capacity(
        settings.service_name,
        CapacityArgs(
            region=settings.region,
            architecture=architecture,
            subnet_ids=subnet_ids,
            security_group_ids=security_group_ids,
            settings=settings.capacity,
            trust_zone=settings.trust_zone,
        ),
        opts,
    )
    return _Placement(capacity.provider_arn, vpc_id, len(subnet_ids), depends_on, items)


def _services(settings: Settings) -> Sequence[str]:
    """List the services that the function calls, each once."""
    needed = [
        service for service in DEFAULT_SERVICES if service != "xray" or settings.function.tracing
    ]
    secrets = ["secretsmanager"] if settings.function.secrets else []
    models = [BEDROCK_SERVICE] if settings.function.bedrock_model else []
    return list(dict.fromkeys([*needed, *secrets, *models, *settings.endpoints]))


def _create_front(
    settings: Settings, service: Service, opts: pulumi.ResourceOptions | None
) -> pulumi.Output[str]:
    """Create the front of the function, and return its address."""
    if settings.front == "url":
        url_args = FunctionUrlArgs(service=service, url=settings.url, protect=settings.protect)
        return FunctionUrl(settings.service_name, url_args, opts).url
    args = ApiArgs(
        region=settings.region,
        service=service,
        auth=settings.url.auth,
        api=settings.api,
        protect=settings.protect,
        cors=settings.url.cors,
    )
    front = RestApi if settings.front == "rest" else HttpApi
    return front(settings.service_name, args, opts).url
