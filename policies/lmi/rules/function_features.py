"""Features of Lambda that functions on LMI lack or bound (rules FN)."""

from collections.abc import Iterator

from ..facts import limits, sources
from ..model.functions import Function
from .checks import number_within
from .rule import Failure, Finding, rule


@rule(
    "fn-10-no-snap-start",
    why="SnapStart restores Firecracker snapshots, which LMI does not use.",
    fix="Remove {snapStart}; environments on LMI stay warm.",
    failure=Failure.LIKELY_REFUSED,
    confidence=2,
    sources=(sources.EMULATOR, sources.SNAP_START),
    equivalents=("cfn-lint:E2530",),
)
def no_snap_start(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has no SnapStart."""
    if function.is_managed and function.snap_start.or_none() not in (None, "None"):
        yield function.finding(problem="{snapStart} is set.", allowed="no {snapStart}")


@rule(
    "fn-11-no-reserved-concurrency",
    why="What it does on LMI is not documented; the execution environments set the capacity.",
    fix="Remove {reservedConcurrentExecutions}, and set {maxExecutionEnvironments}.",
    failure=Failure.UNWISE,
    confidence=4,
    sources=(sources.CAPACITY_PROVIDERS,),
)
def no_reserved_concurrency(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has no reserved concurrency."""
    reserved = function.reserved.or_none()
    if function.is_managed and reserved is not None and reserved >= 0:
        yield function.finding(
            field=Function.reserved,
            value=reserved,
            allowed="none; capacity is environments times their concurrency",
        )


@rule(
    "fn-12-no-tenant-isolation",
    why="LMI shares an environment between requests, which tenant isolation forbids.",
    fix="Remove {tenancyConfig}, and give each tenant's functions their own provider.",
    failure=Failure.LIKELY_REFUSED,
    confidence=3,
    sources=(sources.TENANTS, sources.SECURITY),
)
def no_tenant_isolation(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has no tenant isolation."""
    if function.is_managed and function.tenancy.is_present:
        yield function.finding(problem="{tenancyConfig} is set.", allowed="no {tenancyConfig}")


@rule(
    "fn-13-durable-ranges",
    why="Lambda's API refuses other numbers.",
    fix="Set {executionTimeout} to 1 to 31622400 seconds, {retentionPeriod} to 1 to 90 days.",
    failure=Failure.REFUSED,
    sources=(sources.DURABLE, sources.CREATE_FUNCTION),
)
def durable_ranges(function: Function) -> Iterator[Finding]:
    """Durable execution lasts at most 366 days and is kept for at most 90."""
    if function.is_managed:
        yield from number_within(function, Function.durable_timeout, 1, 31_622_400, " s")
        yield from number_within(function, Function.durable_retention, 1, 90, " days")


@rule(
    "fn-14-at-most-5-layers",
    why="Lambda's API refuses more.",
    fix="Merge layers, or move their content into the package.",
    failure=Failure.REFUSED,
    sources=(sources.CREATE_FUNCTION, sources.QUOTAS),
)
def few_layers(function: Function) -> Iterator[Finding]:
    """A function has at most 5 layers."""
    layers = function.layers.or_none()
    if function.is_managed and layers is not None and len(layers) > limits.MAX_LAYERS:
        yield function.finding(
            problem=f"{function.spell(Function.layers)} has {len(layers)} entries.",
            allowed=f"{limits.MAX_LAYERS} at most",
        )


@rule(
    "fn-16-storage-from-512-to-10240-mb",
    why="The API refuses other numbers; more is for functions with accelerators.",
    fix="Set {ephemeralStorage} size within 512 to 10240.",
    failure=Failure.REFUSED,
    sources=(sources.CREATE_FUNCTION,),
)
def storage_in_range(function: Function) -> Iterator[Finding]:
    """Ephemeral storage is from 512 to 10240 MB."""
    if function.is_managed:
        least, most = limits.MIN_STORAGE_MB, limits.MAX_STORAGE_MB
        if function.is_native:
            most = limits.MAX_ACCELERATED_STORAGE_MB
        yield from number_within(function, Function.storage_mb, least, most, " MB")


@rule(
    "fn-17-no-file-system",
    why="Mounts need a function in a VPC of its own, which LMI forbids.",
    fix="Remove {fileSystemConfig}, and read from S3 instead.",
    failure=Failure.LIKELY_REFUSED,
    confidence=3,
    sources=(sources.FILE_SYSTEMS,),
)
def no_file_system(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances mounts no file system."""
    if function.is_managed and function.file_system.is_present:
        yield function.finding(problem="A file system is configured.", allowed="none")
