"""A function's configuration: AWS's defaults and limits, and what managed instances demand.

Each refusal of the latter names the policy pack's rule. The words are AWS's where they are known
(docs/facts/lmi.md#what-the-api-answers). The policy pack has its own numbers: the two are
independent on purpose, so that one can be wrong without the other following.
"""

import json
import math
import re
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from local.lambda_api.errors import invalid_parameter, over_limit
from local.lambda_api.protocol import Members
from local.lambda_api.state import Region
from local.people_yaml import read_yaml
from policies.lmi.facts.limits import MAX_VARIABLES_BYTES, RESERVED_VARIABLES

# Limits that the service model lacks, or that are stricter than in the service model.
MAX_ORDINARY_MEMORY_MB = 10240  # MEM-02
MAX_ORDINARY_TIMEOUT_SECONDS = 900  # FN-07
MAX_STORAGE_MB = 10240  # FN-16: more needs an accelerator
MAX_LAYERS = 5  # FN-14

MIN_MEMORY_MB = 2048  # MEM-01
RATIOS_GIB_PER_VCPU = (2.0, 4.0, 8.0)  # MEM-04
DEFAULT_RATIO_GIB_PER_VCPU = 2.0  # docs/facts/lmi.md#defaults
MAX_CONCURRENCY_PER_VCPU = 64  # CON-02
MAX_VERSIONS_PER_CAPACITY_PROVIDER = 100
DEFAULT_MIN_ENVIRONMENTS = 3  # docs/facts/lmi.md#defaults

_RUNTIMES = read_yaml(Path(__file__).with_name("runtimes.yaml"))
DEPRECATED_RUNTIMES: list[str] = _RUNTIMES["deprecated"]
DEFAULT_CONCURRENCY_PER_VCPU: dict[str, int] = _RUNTIMES["concurrency_per_vcpu"]
OLDEST_RUNTIMES = {family: tuple(version) for family, version in _RUNTIMES["oldest"].items()}

_RUNTIME = re.compile(r"(?P<family>[a-z]+?)(?:\.al)?(?P<version>\d+(?:\.\d+)*)(?:\.x)?")


def complete_settings(function_name: str, given: Members) -> Members:
    """Return the settings with AWS's defaults (docs/facts/lmi.md#defaults)."""
    is_managed = bool(given.get("CapacityProviderConfig"))
    logging: Members = {
        "LogFormat": "JSON" if is_managed else "Text",
        "LogGroup": f"/aws/lambda/{function_name}",
        **given.get("LoggingConfig", {}),
    }
    if logging["LogFormat"] == "JSON":
        logging = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", **logging}
    settings: Members = {
        "Architectures": ["x86_64"],
        "Description": "",
        "MemorySize": 128,
        "PackageType": "Zip",
        "Timeout": 3,
        **given,
        "EphemeralStorage": {"Size": 512, **given.get("EphemeralStorage", {})},
        "SnapStart": {"ApplyOn": "None", **given.get("SnapStart", {})},
        "TracingConfig": {"Mode": "PassThrough", **given.get("TracingConfig", {})},
        "LoggingConfig": logging,
    }
    if is_managed:
        settings["CapacityProviderConfig"] = _capacity_provider_config(settings)
    return settings


def check_settings(region: Region, settings: Members) -> None:
    """Raise for completed settings that AWS refuses although its service model allows them."""
    _check_limits(settings)
    _check_variables(settings)
    instances = managed_instances(settings)
    if instances is None:
        _check_ordinary(settings)
        return
    _check_runtime(settings)
    _check_size(settings["MemorySize"], instances)
    _check_features(settings)
    provider = region.find_capacity_provider(instances.capacity_provider_arn)
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


@dataclass(frozen=True)
class ManagedInstances:
    """The settings of a function on a capacity provider."""

    capacity_provider_arn: str
    ratio_gib_per_vcpu: float
    max_concurrency: int


def managed_instances(settings: Members) -> ManagedInstances | None:
    """Return the function's settings on a capacity provider, ``None`` for an ordinary function."""
    config: Members | None = settings.get("CapacityProviderConfig")
    if not config:
        return None
    instances: Members = config["LambdaManagedInstancesCapacityProviderConfig"]
    return ManagedInstances(
        instances["CapacityProviderArn"],
        instances["ExecutionEnvironmentMemoryGiBPerVCpu"],
        instances["PerExecutionEnvironmentMaxConcurrency"],
    )


def _capacity_provider_config(settings: Members) -> Members:
    """Return a function's ``CapacityProviderConfig`` with the default ratio and concurrency."""
    given: Members = settings["CapacityProviderConfig"]
    instances: Members = given["LambdaManagedInstancesCapacityProviderConfig"]
    ratio: float = instances.get("ExecutionEnvironmentMemoryGiBPerVCpu", DEFAULT_RATIO_GIB_PER_VCPU)
    # A runtime without a default is refused later.
    per_vcpu = DEFAULT_CONCURRENCY_PER_VCPU.get(_runtime(settings)[0], 1)
    defaults = {
        "ExecutionEnvironmentMemoryGiBPerVCpu": ratio,
        "PerExecutionEnvironmentMaxConcurrency": per_vcpu * vcpus_of(settings["MemorySize"], ratio),
    }
    return {"LambdaManagedInstancesCapacityProviderConfig": {**defaults, **instances}}


def _check_runtime(settings: Members) -> None:
    family, version = _runtime(settings)
    oldest = OLDEST_RUNTIMES.get(family)
    if oldest is None or version < oldest:  # FN-02, FN-03
        raise invalid_parameter(
            f"Runtime Enum {settings['Runtime']} does not support specified feature:"
            " Lambda Managed Instances"
        )


def _check_size(memory_mb: int, instances: ManagedInstances) -> None:
    ratio = instances.ratio_gib_per_vcpu
    if memory_mb < MIN_MEMORY_MB:  # MEM-01
        raise invalid_parameter(
            f"MemorySize {memory_mb} is too small: a function with a capacity provider"
            f" configuration has at least {MIN_MEMORY_MB} MB."
        )
    if ratio not in RATIOS_GIB_PER_VCPU:  # MEM-04
        raise invalid_parameter(
            f"ExecutionEnvironmentMemoryGiBPerVCpu {ratio} is not supported: it is one of"
            f" {', '.join(str(allowed) for allowed in RATIOS_GIB_PER_VCPU)}."
        )
    if ratio * 1024 > memory_mb:  # MEM-05
        raise invalid_parameter(
            f"Memory ratio of {ratio * 1024}MB per CPU exceeds function's total memory"
        )
    vcpus = vcpus_of(memory_mb, ratio)
    if instances.max_concurrency > MAX_CONCURRENCY_PER_VCPU * vcpus:  # CON-02
        raise invalid_parameter(
            f"PerExecutionEnvironmentMaxConcurrency {instances.max_concurrency} is too high:"
            f" an execution environment with {vcpus} vCPU serves at most"
            f" {MAX_CONCURRENCY_PER_VCPU * vcpus} requests at once"
            f" ({MAX_CONCURRENCY_PER_VCPU} per vCPU)."
        )


def _check_features(settings: Members) -> None:
    vpc: Members = settings.get("VpcConfig") or {}
    if vpc.get("SubnetIds") or vpc.get("SecurityGroupIds"):  # FN-05
        raise invalid_parameter(
            "VpcConfig isn't supported for functions with a capacity provider configuration:"
            " the network is the capacity provider's."
        )
    if settings["SnapStart"]["ApplyOn"] != "None":  # FN-10
        raise invalid_parameter(
            "SnapStart isn't supported for functions with a capacity provider configuration."
        )
    if settings["LoggingConfig"]["LogFormat"] != "JSON":  # FN-15
        raise invalid_parameter(
            'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your'
            ' request or change the LogFormat to "JSON" and try again.'
        )


def vcpus_of(memory_mb: int, ratio_gib_per_vcpu: float) -> int:
    """Return the number of vCPUs, rounded up as in AWS's calculator (MEM-06, MEM-07)."""
    return math.ceil(memory_mb / (ratio_gib_per_vcpu * 1024))


def _runtime(settings: Members) -> tuple[str, tuple[int, ...]]:
    """Split a runtime's name: ``python3.13`` into ``python`` and (3, 13)."""
    match = _RUNTIME.match(settings["Runtime"])
    if match is None:
        return settings["Runtime"], ()
    return match["family"], tuple(int(part) for part in match["version"].split("."))
