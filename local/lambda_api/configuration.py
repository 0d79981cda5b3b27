"""A function's configuration: AWS's defaults and limits."""

import json
from itertools import combinations

from local.lambda_api.errors import invalid_parameter, over_limit
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
    for one, other in combinations(layers, 2):
        if one.rpartition(":")[0] == other.rpartition(":")[0]:
            raise invalid_parameter(
                "Two different versions of the same layer are not allowed to be referenced in the"
                f" same function. {one} and {other} are versions of the same layer."
            )


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
