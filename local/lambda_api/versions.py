"""Published versions: numbered ones and ``$LATEST.PUBLISHED``, and their scaling configuration."""

from typing import Any

from local.dataplane.model import Deployment
from local.execution_roles import role_variables
from local.lambda_api.configuration import (
    DEFAULT_MIN_ENVIRONMENTS,
    MAX_VERSIONS_PER_CAPACITY_PROVIDER,
    ManagedInstances,
    managed_instances,
    vcpus_of,
)
from local.lambda_api.errors import AwsError, access_denied, invalid_parameter
from local.lambda_api.layers import layer_files
from local.lambda_api.protocol import Members, page
from local.lambda_api.revisions import Found, creation, describe, find_changeable, status, summarize
from local.lambda_api.state import LATEST, LATEST_PUBLISHED, Function, Region, Revision, Scope
from policies.lmi.facts.limits import MAX_ENVIRONMENTS


def publish_version(scope: Scope, request: Members) -> Members:
    """Run ``PublishVersion``."""
    function = find_changeable(scope, request)
    expected, actual = request.get("CodeSha256"), function.latest.package.sha256
    if expected not in {None, "", actual}:
        raise invalid_parameter(
            f"CodeSHA256 ({expected}) is different from current CodeSHA256 in $LATEST ({actual})."
            " Please try again with the CodeSHA256 in $LATEST."
        )
    return describe(scope, publish(scope, function, request))


def list_versions_by_function(scope: Scope, request: Members) -> Members:
    """Run ``ListVersionsByFunction``: ``$LATEST``, the numbers, then ``$LATEST.PUBLISHED``."""
    function = scope.region.find_function(request["FunctionName"])
    versions = [
        summarize(scope, Found(function, revision, revision.version))
        for revision in function.revisions()
    ]
    return page(request, "Versions", versions)


def publish(scope: Scope, function: Function, request: Members) -> Found:
    """Publish ``$LATEST``, unless it is unchanged since the last time (PUB-14).

    A version that failed is no reason not to: its cause may be gone.

    The request's ``PublishTo`` selects ``$LATEST.PUBLISHED``; without it the version gets a new
    number. ``Description`` is the version's, by default the function's.
    """
    latest, is_numbered = function.latest, not request.get("PublishTo")
    last_version = str(function.last_number) if is_numbered else LATEST_PUBLISHED
    last = function.published.get(last_version)
    if last is not None and last.source is not None:
        is_unchanged = last.source.settings == latest.settings and last.package == latest.package
        found = Found(function, last, last_version)
        if is_unchanged and status(scope, found)["State"] != "Failed":
            return found
    version = str(function.last_number + 1) if is_numbered else LATEST_PUBLISHED
    provider = provider_of(latest)
    if provider is not None and version not in function.published:
        _require_room(scope, provider)
    settings = dict(latest.settings)
    if request.get("Description"):
        settings["Description"] = request["Description"]
    revision = Revision(
        version=version,
        settings=settings,
        package=latest.package,
        source=latest,
        change=creation(scope) if latest.change else None,
    )
    function.published[version] = revision
    function.touch()
    function.last_number += is_numbered
    deploy(scope, function, revision)
    return Found(function, revision, version)


def _require_room(scope: Scope, provider: str) -> None:
    taken = len(versions_on(scope.region, provider))
    if taken >= MAX_VERSIONS_PER_CAPACITY_PROVIDER:  # PUB-07, Q-02
        raise AwsError(
            "FunctionVersionsPerCapacityProviderLimitExceededException",
            f"The capacity provider {provider} has {taken} function versions, of at most"
            f" {MAX_VERSIONS_PER_CAPACITY_PROVIDER}.",
        )


def versions_on(region: Region, capacity_provider_arn: str) -> list[Found]:
    """Return the published versions that run on a capacity provider."""
    return [
        Found(function, revision, version)
        for function in region.functions.values()
        for version, revision in function.published.items()
        if provider_of(revision) == capacity_provider_arn
    ]


def provider_of(revision: Revision) -> str | None:
    """Return the ARN of the capacity provider of a revision, if it has one."""
    instances = managed_instances(revision.settings)
    return instances.capacity_provider_arn if instances else None


def deploy(scope: Scope, function: Function, revision: Revision) -> None:
    """Give a revision to the data plane, unless it is ``$LATEST`` on managed instances (PUB-01)."""
    settings = revision.settings
    logging = settings["LoggingConfig"]
    layers: list[str] = settings.get("Layers") or []
    instances = managed_instances(settings)
    if instances is not None and revision.version == LATEST:
        return
    placement: dict[str, Any] = {}
    environments = (0, 0)
    if instances is not None:
        placement = _placement(scope.region, instances, settings["MemorySize"])
        environments = _bounds(function.scaling.get(revision.version, {}))
    deployment = Deployment(
        function_name=function.name,
        function_arn=function.arn,
        version=revision.version,
        zip_file=revision.package.path,
        runtime=settings["Runtime"],
        handler=settings["Handler"],
        memory_mb=settings["MemorySize"],
        timeout_seconds=settings["Timeout"],
        variables=settings.get("Environment", {}).get("Variables", {}),
        layers=tuple(layers),
        layer_files=tuple(layer_files(scope.region, layers)),
        log_group=logging["LogGroup"],
        log_format=logging["LogFormat"],
        # A log in text is not filtered.
        application_log_level=logging.get("ApplicationLogLevel", "TRACE"),
        system_log_level=logging.get("SystemLogLevel", "INFO"),
        region=scope.region.name,
        credentials=role_variables(settings["Role"], function.name, scope.region.name),
        is_traced=settings["TracingConfig"]["Mode"] == "Active",
        **placement,
    )
    scope.data_plane.deploy(deployment, *environments)


def _placement(region: Region, instances: ManagedInstances, memory_mb: int) -> dict[str, Any]:
    """Return the fields of a ``Deployment`` that only one on managed instances has."""
    provider = region.find_capacity_provider(instances.capacity_provider_arn)
    return {
        "capacity_provider": instances.capacity_provider_arn.rpartition(":")[2],
        "vcpus": vcpus_of(memory_mb, instances.ratio_gib_per_vcpu),
        "max_concurrency": instances.max_concurrency,
        "max_vcpus": lambda: provider["CapacityProviderScalingConfig"]["MaxVCpuCount"],
    }


def put_function_scaling_config(scope: Scope, request: Members) -> Members:
    """Run ``PutFunctionScalingConfig``: it applies at once.

    An omitted field keeps its value; without any field AWS's defaults return
    (docs/facts/aws-provider.md#function-scaling-configuration).
    """
    found = _find_managed(scope, request)
    function, version = found.function, found.revision.version
    given: Members | None = request.get("FunctionScalingConfig")
    scaling = {**function.scaling.get(version, {}), **given} if given else {}
    minimum, maximum = _bounds(scaling)
    if minimum > maximum:  # SC-02
        raise invalid_parameter(
            f"MinExecutionEnvironments {minimum} is greater than MaxExecutionEnvironments"
            f" {maximum}."
        )
    if minimum == 0 != maximum:  # SC-17
        raise invalid_parameter(
            "MinExecutionEnvironments 0 is only valid together with MaxExecutionEnvironments 0,"
            " which deactivates the version."
        )
    function.scaling[version] = scaling
    scope.data_plane.scale(function.name, version, minimum, maximum)
    return {"FunctionState": status(scope, found)["State"]}


def get_function_scaling_config(scope: Scope, request: Members) -> Members:
    """Run ``GetFunctionScalingConfig``."""
    found = _find_managed(scope, request)
    scaling = found.function.scaling.get(found.revision.version, {})
    applied = {**scaling, "MinExecutionEnvironments": _bounds(scaling)[0]}
    return {"FunctionArn": found.arn, "AppliedFunctionScalingConfig": applied}


def _bounds(scaling: Members) -> tuple[int, int]:
    """Return the smallest and the largest number of environments of a scaling configuration."""
    minimum = scaling.get("MinExecutionEnvironments", DEFAULT_MIN_ENVIRONMENTS)
    return minimum, scaling.get("MaxExecutionEnvironments", MAX_ENVIRONMENTS)


def _find_managed(scope: Scope, request: Members) -> Found:
    function = scope.region.find_function(request["FunctionName"])
    if managed_instances(function.latest.settings) is None:  # SC-05
        raise access_denied(
            f"The function {function.arn} does not contain a capacity provider configuration."
        )
    version: str = request["Qualifier"]
    return Found(function, function.find_version(version), version)
