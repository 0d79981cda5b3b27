"""Publishing: numbered versions, and ``$LATEST.PUBLISHED``."""

from collections.abc import Callable, Iterator
from typing import Final, TypedDict

from local.dataplane.model import Deployment
from local.execution_roles import role_variables
from local.lambda_api.errors import AwsError, invalid_parameter
from local.lambda_api.layers import layer_files
from local.lambda_api.managed_instances import (
    MAX_VERSIONS_PER_CAPACITY_PROVIDER,
    ManagedInstances,
    managed_instances,
    vcpus_of,
)
from local.lambda_api.names import find_capacity_provider, find_function
from local.lambda_api.paging import page
from local.lambda_api.protocol import Members
from local.lambda_api.revisions import (
    Found,
    creation,
    describe,
    require_no_change,
    require_revision_id,
    state_of,
    summarize,
)
from local.lambda_api.scaling import environments_of
from local.lambda_api.scope import Scope
from local.lambda_api.state import LATEST, LATEST_PUBLISHED, Function, Region, Revision


class _Placement(TypedDict):
    """What a deployment says of where it runs."""

    capacity_provider: str | None
    vcpus: int
    max_concurrency: int
    max_vcpus: Callable[[], int] | None


_ON_DEMAND: Final = _Placement(capacity_provider=None, vcpus=0, max_concurrency=1, max_vcpus=None)


def publish_version(scope: Scope, request: Members) -> Members:
    """Run ``PublishVersion``."""
    function = find_function(scope.region, request["FunctionName"])
    require_no_change(function)
    require_revision_id(request, function.latest.revision_id)
    expected, actual = request.get("CodeSha256"), function.latest.package.sha256
    if expected not in {None, "", actual}:
        raise invalid_parameter(
            f"CodeSHA256 ({expected}) is different from current CodeSHA256 in $LATEST ({actual})."
            " Please try again with the CodeSHA256 in $LATEST."
        )
    revision = publish(scope, function, request)
    return describe(scope, Found(function, revision, revision.version))


def list_versions_by_function(scope: Scope, request: Members) -> Members:
    """Run ``ListVersionsByFunction``: ``$LATEST``, the numbers, then ``$LATEST.PUBLISHED``."""
    function = find_function(scope.region, request["FunctionName"])
    versions = [
        summarize(scope, Found(function, revision, revision.version))
        for revision in all_revisions(function)
    ]
    return page(request, "Versions", versions)


def publish(scope: Scope, function: Function, request: Members) -> Revision:
    """Publish ``$LATEST``, unless it is unchanged since the last time (PUB-14).

    A version that failed is no reason not to: its cause may be gone.

    The request's ``PublishTo`` selects ``$LATEST.PUBLISHED``; without it the version gets a new
    number. ``Description`` is the version's, by default the function's.
    """
    last = _last_published(function, request)
    if (
        last is not None
        and _is_same(last.source, function.latest)
        and state_of(scope, Found(function, last)) != "Failed"
    ):
        return last
    version = LATEST_PUBLISHED if request.get("PublishTo") else str(function.last_number + 1)
    instances = managed_instances(function.latest.settings)
    if instances is not None and version not in function.published:
        _require_room(scope.region, instances)
    revision = _revision(scope, function, version, request)
    function.published[version] = revision
    function.touch()
    if version != LATEST_PUBLISHED:
        function.last_number += 1
    deploy(scope, function, revision)
    return revision


def deploy(scope: Scope, function: Function, revision: Revision) -> None:
    """Give a revision to the data plane, unless it is ``$LATEST`` on managed instances (PUB-01)."""
    instances = managed_instances(revision.settings)
    if instances is None:
        scope.data_plane.deploy(_deployment(scope, function, revision, _ON_DEMAND), 0)
    elif revision.version != LATEST:
        deployment = _deployment(scope, function, revision, _placement(scope, revision, instances))
        scope.data_plane.deploy(deployment, *environments_of(function, revision.version))


def all_revisions(function: Function) -> Iterator[Revision]:
    """Return ``$LATEST``, the numbered versions from the oldest on, then ``$LATEST.PUBLISHED``."""
    yield function.latest
    published = dict(function.published)
    latest_published = published.pop(LATEST_PUBLISHED, None)
    yield from published.values()
    if latest_published:
        yield latest_published


def versions_on(region: Region, capacity_provider_arn: str) -> list[tuple[Function, Revision]]:
    """Return the published versions that run on a capacity provider."""
    return [
        (function, revision)
        for function in region.functions.values()
        for revision in function.published.values()
        if provider_of(revision) == capacity_provider_arn
    ]


def provider_of(revision: Revision) -> str | None:
    """Return the ARN of the capacity provider of a revision, if it has one."""
    instances = managed_instances(revision.settings)
    return instances.capacity_provider_arn if instances else None


def _last_published(function: Function, request: Members) -> Revision | None:
    version = LATEST_PUBLISHED if request.get("PublishTo") else str(function.last_number)
    return function.published.get(version)


def _is_same(source: Revision | None, latest: Revision) -> bool:
    return source is not None and (source.settings, source.package) == (
        latest.settings,
        latest.package,
    )


def _require_room(region: Region, instances: ManagedInstances) -> None:
    taken = len(versions_on(region, instances.capacity_provider_arn))
    if taken >= MAX_VERSIONS_PER_CAPACITY_PROVIDER:  # PUB-07, Q-02
        raise AwsError(
            "FunctionVersionsPerCapacityProviderLimitExceededException",
            f"The capacity provider {instances.capacity_provider_arn} has {taken} function"
            f" versions, of at most {MAX_VERSIONS_PER_CAPACITY_PROVIDER}.",
        )


def _revision(scope: Scope, function: Function, version: str, request: Members) -> Revision:
    settings = dict(function.latest.settings)
    if request.get("Description"):
        settings["Description"] = request["Description"]
    latest = function.latest
    return Revision(
        version=version,
        settings=settings,
        package=latest.package,
        source=latest,
        change=creation(scope) if latest.change else None,
    )


def _placement(scope: Scope, revision: Revision, instances: ManagedInstances) -> _Placement:
    provider = find_capacity_provider(scope.region, instances.capacity_provider_arn)
    return _Placement(
        capacity_provider=instances.capacity_provider_arn.rpartition(":")[2],
        vcpus=vcpus_of(revision.settings["MemorySize"], instances.ratio_gib_per_vcpu),
        max_concurrency=instances.max_concurrency,
        max_vcpus=lambda: provider["CapacityProviderScalingConfig"]["MaxVCpuCount"],
    )


def _deployment(
    scope: Scope, function: Function, revision: Revision, placement: _Placement
) -> Deployment:
    settings = revision.settings
    logging = settings["LoggingConfig"]
    return Deployment(
        function_name=function.name,
        function_arn=function.arn,
        version=revision.version,
        zip_file=revision.package.path,
        runtime=settings["Runtime"],
        handler=settings["Handler"],
        memory_mb=settings["MemorySize"],
        timeout_seconds=settings["Timeout"],
        **placement,
        variables=settings.get("Environment", {}).get("Variables", {}),
        layers=tuple(settings.get("Layers") or ()),
        layer_files=tuple(layer_files(scope.region, settings.get("Layers") or ())),
        log_group=logging["LogGroup"],
        log_format=logging["LogFormat"],
        # A log in text is not filtered.
        application_log_level=logging.get("ApplicationLogLevel", "TRACE"),
        system_log_level=logging.get("SystemLogLevel", "INFO"),
        region=scope.region.name,
        credentials=role_variables(settings["Role"], function.name, scope.region.name),
        is_traced=settings["TracingConfig"]["Mode"] == "Active",
    )
