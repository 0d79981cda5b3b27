"""A function's configuration: AWS's defaults and limits, and the roles, layers and networks that
it, or a capacity provider, names.

moto has the roles and the networks. AWS's words: docs/facts/lmi.md#what-the-api-answers.
"""

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any, Final, cast

from moto.iam.models import iam_backends

from local.account import ACCOUNT_ID
from local.lambda_api.errors import access_denied, invalid_parameter, over_limit
from local.lambda_api.layers import layer_files
from local.lambda_api.managed_instances import (
    capacity_provider_config,
    check_managed_instances,
    managed_instances,
)
from local.lambda_api.names import find_capacity_provider
from local.lambda_api.protocol import Members
from local.lambda_api.state import Region
from policies.lmi.facts.limits import MAX_VARIABLES_BYTES, RESERVED_VARIABLES

# Limits that the service model lacks, or that are stricter than in the service model.
MAX_ORDINARY_MEMORY_MB = 10240  # MEM-02
MAX_ORDINARY_TIMEOUT_SECONDS = 900  # FN-07
MAX_STORAGE_MB = 10240  # FN-16: more needs an accelerator
MAX_LAYERS = 5  # FN-14

# Runtimes that AWS takes for no function any more (docs/facts/lmi.md#what-the-api-answers).
DEPRECATED_RUNTIMES = {
    "dotnetcore3.1",
    "go1.x",
    "java8",
    "nodejs12.x",
    "nodejs14.x",
    "provided",
    "python3.7",
    "ruby2.7",
}

_NO_SUBNET: Final = (
    "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error"
    " Message: The subnet ID '{id}' does not exist"
)
_NO_GROUP: Final = (
    "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error"
    " Message: The security group '{id}' does not exist"
)
_INVALID_IDS: Final = (
    "One or more {what} IDs are invalid. Check that the IDs are correct and try again."
)


def complete_settings(function_name: str, given: Members) -> Members:
    """Return the settings with AWS's defaults (docs/facts/lmi.md#defaults)."""
    settings: Members = {
        "Architectures": ["x86_64"],
        "Description": "",
        "MemorySize": 128,
        "PackageType": "Zip",
        "Timeout": 3,
        **given,
    }
    settings["EphemeralStorage"] = {"Size": 512, **given.get("EphemeralStorage", {})}
    settings["SnapStart"] = {"ApplyOn": "None", **given.get("SnapStart", {})}
    settings["TracingConfig"] = {"Mode": "PassThrough", **given.get("TracingConfig", {})}
    settings["LoggingConfig"] = _complete_logging(function_name, given)
    if given.get("CapacityProviderConfig"):
        settings["CapacityProviderConfig"] = capacity_provider_config(settings)
    return settings


def _complete_logging(function_name: str, given: Members) -> Members:
    default_format = "JSON" if given.get("CapacityProviderConfig") else "Text"
    logging: Members = {
        "LogFormat": default_format,
        "LogGroup": f"/aws/lambda/{function_name}",
        **given.get("LoggingConfig", {}),
    }
    if logging["LogFormat"] == "JSON":
        return {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", **logging}
    return logging


def check_settings(region: Region, settings: Members) -> None:
    """Raise for completed settings that AWS refuses although its service model allows them."""
    _check_limits(settings)
    _check_variables(settings)
    instances = managed_instances(settings)
    if instances is None:
        _check_ordinary(settings)
        return
    check_managed_instances(settings, instances)
    provider = find_capacity_provider(region, instances.capacity_provider_arn)
    architectures = provider["InstanceRequirements"]["Architectures"]
    if settings["Architectures"] != architectures:  # CP-10
        raise invalid_parameter(
            f"Architecture mismatch: the function is {settings['Architectures'][0]}, the capacity"
            f" provider {instances.capacity_provider_arn} runs {architectures[0]}."
        )


def _check_limits(settings: Members) -> None:
    storage: int = settings["EphemeralStorage"]["Size"]
    if storage > MAX_STORAGE_MB:
        raise over_limit(storage, "ephemeralStorage.size", "value", MAX_STORAGE_MB)
    layers: list[str] = settings.get("Layers") or []
    if len(layers) > MAX_LAYERS:
        raise invalid_parameter(f"Cannot reference more than {MAX_LAYERS} layers.")


def _check_variables(settings: Members) -> None:
    variables: Members = settings.get("Environment", {}).get("Variables", {})
    reserved = sorted(RESERVED_VARIABLES.intersection(variables))
    if reserved:
        raise invalid_parameter(
            "Lambda was unable to configure your environment variables because the environment"
            " variables you have provided contains reserved keys that are currently not supported"
            f" for modification. Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > MAX_VARIABLES_BYTES:
        raise invalid_parameter(
            "Lambda was unable to configure your environment variables because the environment"
            " variables you have provided exceeded the 4KB limit. String measured: " + measured
        )


def _check_ordinary(settings: Members) -> None:
    runtime: str = settings["Runtime"]
    if runtime in DEPRECATED_RUNTIMES:
        raise invalid_parameter(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating"
            " AWS Lambda functions. We recommend you use a supported runtime while creating or"
            " updating functions."
        )
    if settings["MemorySize"] > MAX_ORDINARY_MEMORY_MB:
        raise over_limit(settings["MemorySize"], "memorySize", "value", MAX_ORDINARY_MEMORY_MB)
    if settings["Timeout"] > MAX_ORDINARY_TIMEOUT_SECONDS:
        raise over_limit(settings["Timeout"], "timeout", "value", MAX_ORDINARY_TIMEOUT_SECONDS)


def check_references_of_function(region: Region, request: Members) -> None:
    """Raise for a role, layers or a network that a function cannot have.

    Layers of other accounts and Regions, such as the web adapter's, cannot be looked up.
    """
    role: str | None = request.get("Role")
    if role and f":{ACCOUNT_ID}:" not in role:
        raise access_denied("Cross-account pass role is not allowed.")
    if role and not _trusts_lambda(role):
        raise invalid_parameter("The role defined for the function cannot be assumed by Lambda.")
    for arn in request.get("Layers") or ():
        is_own = arn.startswith(region.arn("layer:"))
        if is_own and not list(layer_files(region, [arn])):
            raise invalid_parameter(f"Layer version {arn} does not exist.")
    network: Members = request.get("VpcConfig") or {}
    if bool(network.get("SubnetIds")) != bool(network.get("SecurityGroupIds")):
        raise invalid_parameter("SubnetIds and SecurityIds must coexist or be both empty list.")
    if network.get("SubnetIds"):
        _check_network(region, network, _NO_SUBNET, _NO_GROUP)


def check_references_of_capacity_provider(region: Region, settings: Members) -> None:
    """Raise for an operator role or a network that a capacity provider cannot have."""
    if not _trusts_lambda(settings["PermissionsConfig"]["CapacityProviderOperatorRoleArn"]):
        raise invalid_parameter(
            "The operator role is invalid or doesn't have sufficient permissions. Verify the role"
            " and permissions and try again."
        )
    unknown = [_INVALID_IDS.format(what=what) for what in ("subnet", "security group")]
    _check_network(region, settings["VpcConfig"], *unknown)


def _check_network(region: Region, network: Members, no_subnet: str, no_group: str) -> None:
    # Loaded with the first call to moto (local/memory.py); importing it earlier takes seconds.
    from moto.ec2.models import ec2_backends  # noqa: PLC0415

    ec2 = cast("Any", ec2_backends)[ACCOUNT_ID][region.name]
    for ids, resources, missing in (
        (network["SubnetIds"], ec2.describe_subnets(), no_subnet),
        (network["SecurityGroupIds"], ec2.describe_security_groups(), no_group),
    ):
        known = {resource.id for resource in resources}
        for unknown in (each for each in ids if each not in known):
            raise invalid_parameter(missing.format(id=unknown))


def _trusts_lambda(arn: str) -> bool:
    """Return whether a role exists and Lambda may assume it; conditions are not evaluated."""
    roles: Iterable[Any] = cast("Any", iam_backends)[ACCOUNT_ID]["aws"].get_roles()
    return any(
        _admits_lambda(statement)
        for role in list(roles)
        if role.arn == arn
        for statement in _listed(json.loads(role.assume_role_policy_document)["Statement"])
    )


def _admits_lambda(statement: Members) -> bool:
    """Return whether a statement lets Lambda assume the role.

    ``NotAction`` and ``NotPrincipal`` count as all: what AWS may accept is not refused.
    """
    principal: str | Members = statement.get("Principal", "*")
    services = principal if isinstance(principal, str) else principal.get("Service", [])
    actions = _listed(statement.get("Action", "*"))
    return (
        statement["Effect"] == "Allow"
        and any(fnmatchcase("sts:assumerole", action.lower()) for action in actions)
        and not {"*", "lambda.amazonaws.com"}.isdisjoint(_listed(services))
    )


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]
