"""Operations on capacity providers."""

import re

from local.lambda_api.errors import conflict, invalid_parameter
from local.lambda_api.protocol import Members, page, without
from local.lambda_api.references import check_references_of_capacity_provider
from local.lambda_api.revisions import status
from local.lambda_api.state import Scope, timestamp
from local.lambda_api.versions import provider_of, versions_on

# Names of types of the families, which may have wildcards (docs/facts/lmi.md#instance-types).
_OFFERED_TYPES = re.compile(r"([cmr]|g|gr)[\d*]|\*")

# docs/facts/lmi.md#defaults
DEFAULT_MAX_VCPUS = 400

_BESIDE_SETTINGS = ("CapacityProviderName", "Tags")


def create_capacity_provider(scope: Scope, request: Members) -> Members:
    """Run ``CreateCapacityProvider``. The next read is ``Active``, which takes minutes on AWS."""
    name: str = request["CapacityProviderName"].rpartition(":")[2]
    if name in scope.region.capacity_providers:  # CP-02
        raise conflict(f"Capacity provider already exists: {name}")
    settings = _complete(without(request, *_BESIDE_SETTINGS))
    _check(settings)
    check_references_of_capacity_provider(scope.region, settings)
    arn = scope.region.arn(f"capacity-provider:{name}")
    own = {"CapacityProviderArn": arn, "LastModified": timestamp(), "State": "Active"}
    provider = {**settings, **own, "Tags": dict(request.get("Tags") or {})}
    scope.region.capacity_providers[name] = provider
    return {"CapacityProvider": {**provider, "State": "Pending"}}


def get_capacity_provider(scope: Scope, request: Members) -> Members:
    """Run ``GetCapacityProvider``."""
    provider = scope.region.find_capacity_provider(request["CapacityProviderName"])
    return {"CapacityProvider": provider}


def update_capacity_provider(scope: Scope, request: Members) -> Members:
    """Run ``UpdateCapacityProvider``: scaling, tag propagation and telemetry only (CP-30)."""
    provider = scope.region.find_capacity_provider(request["CapacityProviderName"])
    settings = _complete({**provider, **without(request, *_BESIDE_SETTINGS)})
    _check(settings)
    provider.update(settings, LastModified=timestamp())
    return {"CapacityProvider": provider}


def delete_capacity_provider(scope: Scope, request: Members) -> Members:
    """Run ``DeleteCapacityProvider``."""
    provider = scope.region.find_capacity_provider(request["CapacityProviderName"])
    arn: str = provider["CapacityProviderArn"]
    functions = scope.region.functions.values()
    users = [one for one in functions if arn in map(provider_of, one.revisions())]
    if users:  # CP-31
        raise conflict(
            f"The capacity provider is currently in use by {len(users)} functions. To delete this"
            f" capacity provider, first remove its association with {arn}."
        )
    del scope.region.capacity_providers[arn.rpartition(":")[2]]
    return {"CapacityProvider": {**provider, "State": "Deleting"}}


def list_capacity_providers(scope: Scope, request: Members) -> Members:
    """Run ``ListCapacityProviders``."""
    shown = [
        provider
        for provider in scope.region.capacity_providers.values()
        if request.get("State") in {None, provider["State"]}
    ]
    return page(request, "CapacityProviders", shown)


def list_function_versions_by_capacity_provider(scope: Scope, request: Members) -> Members:
    """Run ``ListFunctionVersionsByCapacityProvider``."""
    arn = scope.region.find_capacity_provider(request["CapacityProviderName"])[
        "CapacityProviderArn"
    ]
    versions = [
        {"FunctionArn": found.arn, "State": status(scope, found)["State"]}
        for found in versions_on(scope.region, arn)
    ]
    return {"CapacityProviderArn": arn, **page(request, "FunctionVersions", versions)}


def _complete(given: Members) -> Members:
    """Return the settings with AWS's defaults (docs/facts/lmi.md#defaults)."""
    return {
        **given,
        "InstanceRequirements": {
            "Architectures": ["x86_64"],
            **given.get("InstanceRequirements", {}),
        },
        "CapacityProviderScalingConfig": {
            "MaxVCpuCount": DEFAULT_MAX_VCPUS,
            "ScalingMode": "Auto",
            **given.get("CapacityProviderScalingConfig", {}),
        },
    }


def _check(settings: Members) -> None:
    types: Members = settings["InstanceRequirements"]
    if types.get("AllowedInstanceTypes") and types.get("ExcludedInstanceTypes"):  # CP-11
        raise invalid_parameter(
            "AllowedInstanceTypes and ExcludedInstanceTypes cannot be specified together."
        )
    for name in (*types.get("AllowedInstanceTypes", ()), *types.get("ExcludedInstanceTypes", ())):
        if not _OFFERED_TYPES.match(name) or ".metal" in name:  # CP-14
            raise invalid_parameter(
                f"The instance type {name} is not supported. Lambda Managed Instances run on the"
                " families C, M and R and, with accelerators, on G, but on no metal sizes."
            )
    scaling: Members = settings["CapacityProviderScalingConfig"]
    if scaling["ScalingMode"] == "Manual" and not scaling.get("ScalingPolicies"):  # CP-23
        raise invalid_parameter("ScalingPolicies is required when ScalingMode is Manual.")
