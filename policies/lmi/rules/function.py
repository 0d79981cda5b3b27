"""The function itself, and features of Lambda that LMI lacks or bounds (rules FN)."""

from collections.abc import Iterator

from ..facts import limits, sources
from ..facts.runtimes import OLDEST, shown, support
from ..graph.stack import Stack
from ..model.callers import Distribution
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function, FunctionUrl, ProvisionedConcurrency, ScalableTarget
from .checks import answers_late, number_within
from .rule import Finding, Setting, insecure, likely_refused, refused, unwise

OS_ONLY = ("provided", "go")


@refused(
    "fn-02-supported-runtime",
    why="A runtime on LMI has to serve several requests at once; older ones cannot.",
    fix="Use python3.13, nodejs22.x, java21, dotnet8, provided.al2023, or later.",
    sources=(sources.RUNTIMES, sources.CREATE_FUNCTION),
    equivalents=("checkov:CKV_AWS_363", "securityhub:Lambda.2", "cfn-lint:E2531"),
)
def supported_runtime(function: Function) -> Iterator[Finding]:
    """The runtime is one that Lambda Managed Instances run."""
    family = function.runtime_family
    if family not in OS_ONLY:
        version = next((one for one in OLDEST if family and one.startswith(family)), None)
        instead = f"{version} or later" if version else "one of them, or use an image"
        allowed = f"{', '.join(OLDEST)} and later, or an image"
        yield from _unsupported(function, allowed, f"set runtime to {instead}")


def _unsupported(function: Function, allowed: str = "", fix: str = "") -> Iterator[Finding]:
    """Yield a finding where a function on LMI has a runtime that LMI does not run."""
    runtime = function.runtime.or_none()
    if not function.is_managed or runtime is None or function.package_type.or_none() == "Image":
        return
    if support(runtime) is False:
        problem = f"runtime is {shown(runtime)}, which LMI does not run."
        yield function.finding(problem, allowed=allowed, fix=fix)


@refused(
    "fn-03-provided-al2023",
    why="LMI supports no older operating system, nor go1.x.",
    fix='Set runtime to "provided.al2023", and rebuild for it.',
    sources=(sources.RUNTIMES,),
    equivalents=("checkov:CKV_AWS_363", "securityhub:Lambda.2", "cfn-lint:E2531"),
)
def supported_os(function: Function) -> Iterator[Finding]:
    """An OS-only runtime is provided.al2023 or later."""
    if function.runtime_family in OS_ONLY:
        yield from _unsupported(function)


@refused(
    "fn-05-no-function-vpc-config",
    why="The network comes from the capacity provider; the two configurations exclude each other.",
    fix="Remove {vpcConfig} from the function, and set it on the capacity provider.",
    confidence=2,
    sources=(sources.SAM_FUNCTION, sources.BLOG, sources.CAPACITY_PROVIDERS),
)
def no_network_of_its_own(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has no network of its own."""
    fields = (Function.subnet_ids, Function.security_group_ids)
    names = [function.spell(field) for field in fields if field.of(function).or_none()]
    if function.is_managed and names:
        yield function.finding(f"{{vpcConfig}} has {' and '.join(names)}.")


@refused(
    "fn-06-no-provisioned-concurrency",
    why="Its environments are always warm; the two settings exclude each other.",
    fix="Remove it, and set {minExecutionEnvironments} of a scaling config instead.",
    confidence=2,
    sources=(sources.SAM_FUNCTION,),
)
def no_provisioned_concurrency(stack: Stack) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has no provisioned concurrency."""
    for provisioned, _ in stack.of_managed(ProvisionedConcurrency):
        if provisioned.environments.is_present or not provisioned.is_native:
            yield provisioned.finding("Its function has a capacity provider.")
    for target, _ in stack.of_managed(ScalableTarget):
        if target.dimension.or_none() == "lambda:function:ProvisionedConcurrency":
            yield target.finding("It scales that of a function with a capacity provider.")


@refused(
    "fn-07-timeout-at-most-5400-seconds",
    why="LMI allows 90 minutes, for asynchronous work; the API refuses more.",
    fix="Set timeout within 1 to 5400.",
    sources=(sources.TIMEOUT, sources.CREATE_FUNCTION),
    equivalents=("cfn-lint:E3717",),
)
def timeout_in_range(function: Function) -> Iterator[Finding]:
    """The timeout is at most 5400 seconds."""
    if function.is_managed:
        most, longest = limits.MAX_TIMEOUT_SECONDS, limits.MAX_SYNCHRONOUS_TIMEOUT_SECONDS
        fix = None
        if (function.timeout.or_none() or 0) > most:
            more = f" or less, or to at most {most} where no caller waits"
            fix = function.set_to(Function.timeout, longest) + more
        yield from number_within(function, Function.timeout, 1, most, " s", fix=fix)


@unwise(
    "fn-07-url-timeout-at-most-900-seconds",
    why="Synchronous invocations end after 15 minutes, even where the timeout is longer.",
    fix="Set timeout to 900 or less.",
    sources=(sources.TIMEOUT, sources.STREAMING),
)
def synchronous_timeout(stack: Stack) -> Iterator[Finding]:
    """The timeout of a function with a URL is at most 900 seconds."""
    for url in stack.all(FunctionUrl):
        if url.streams:
            continue  # URL-09 speaks about streams
        for function in stack.functions_of(url)[:1]:
            yield from answers_late(function, function, "a URL answers for it")


LONG = Setting(
    "longTimeoutSeconds",
    "Timeout above which the rule warns, in seconds.",
    default=300,
    maximum=limits.MAX_SYNCHRONOUS_TIMEOUT_SECONDS,
)


@unwise(
    "fn-08-timeout-is-short",
    why="On LMI a timeout answers the caller and does not stop the code, which keeps its slot.",
    fix="Lower timeout, and let handlers watch the time that remains.",
    sources=(sources.ENVIRONMENT, sources.TIMEOUT),
    settings=(LONG,),
)
def no_long_timeout(function: Function, most: int) -> Iterator[Finding]:
    """The timeout is no longer than the work needs."""
    timeout = function.timeout.or_none()
    if not function.is_managed or timeout is None:
        return
    if most < timeout <= limits.MAX_SYNCHRONOUS_TIMEOUT_SECONDS:
        yield function.finding(
            field=Function.timeout,
            value=f"{timeout} s",
            allowed=f"1 to {most} s",
            fix=function.set_to(Function.timeout, most)
            + " or less, or end work in the code before its time is over",
        )


@likely_refused(
    "fn-18-not-at-the-edge",
    why="Lambda@Edge takes small functions without a network; that it takes LMI is not documented.",
    fix="Use a function without a capacity provider, in us-east-1, for CloudFront.",
    confidence=4,
    sources=(sources.CAPACITY_PROVIDERS,),
)
def not_at_the_edge(stack: Stack) -> Iterator[Finding]:
    """A function on Lambda Managed Instances does not run at CloudFront's edge."""
    for distribution in stack.all(Distribution):
        arns = (one.or_none() for one in distribution.edge_functions)
        for functions in (stack.named(Function, arn) for arn in arns if arn):
            if functions and all(function.is_managed for function in functions):
                yield distribution.finding("A function with a capacity provider runs at the edge.")


@unwise(
    "fn-26-long-work-is-prepared",
    why="NAT drops flows after 350 idle seconds, credentials rotate, and retries run it again.",
    fix="Send TCP keep-alives, read credentials anew, and make a second run harmless.",
    sources=(sources.BEST_PRACTICES,),
)
def long_work(function: Function) -> Iterator[Finding]:
    """Work beyond 15 minutes survives idle connections, new credentials and retries."""
    if function.long_timeout:
        yield function.finding(field=Function.timeout, value=f"{function.long_timeout} s")


@refused(
    "fn-15-json-logs",
    why="Lambda sets the format there and refuses any other: requests share one log stream.",
    fix='Set {loggingConfig} {logFormat} to "JSON", or leave it out.',
    confidence=2,
    sources=(sources.LOG_FORMAT,),
)
def json_logs(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances logs in JSON."""
    if function.is_managed and function.log_format.or_none() not in (None, "JSON"):
        yield function.finding(
            field=Function.log_format,
            value="not JSON",
            allowed="JSON, or nothing",
            fix=function.set_to(Function.log_format, "JSON"),
        )


@insecure(
    "fn-23-two-roles",
    why="The operator role may launch instances, which code in the function has no need of.",
    fix="Create an execution role for the function.",
    sources=(sources.OPERATOR_ROLE, sources.SECURITY),
)
def two_roles(stack: Stack) -> Iterator[Finding]:
    """A function and its capacity provider have different roles."""
    for function in stack.managed_functions():
        providers = stack.providers_of(function)
        if providers and all(_share_a_role(stack, function, provider) for provider in providers):
            yield function.finding("Its role is also the operator role of its capacity provider.")


def _share_a_role(stack: Stack, function: Function, provider: CapacityProvider) -> bool:
    own, operator = stack.roles_of(function), stack.roles_of(provider)
    if own or operator:
        return len(own) == 1 and own == operator
    arn = function.role.or_none()
    return arn is not None and arn == provider.operator_role.or_none()


@likely_refused(
    "fn-10-no-snap-start",
    why="SnapStart restores Firecracker snapshots, which LMI does not use.",
    fix="Remove {snapStart}; environments on LMI stay warm.",
    confidence=2,
    sources=(sources.EMULATOR, sources.SNAP_START),
    equivalents=("cfn-lint:E2530",),
)
def no_snap_start(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has no SnapStart."""
    if function.is_managed and function.snap_start.or_none() not in (None, "None"):
        yield function.finding("{snapStart} is set.")


@unwise(
    "fn-11-no-reserved-concurrency",
    why="What it does on LMI is not documented; the execution environments set the capacity.",
    fix="Remove {reservedConcurrentExecutions}, and set {maxExecutionEnvironments}.",
    confidence=4,
    sources=(sources.CAPACITY_PROVIDERS,),
)
def no_reserved_concurrency(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has no reserved concurrency."""
    reserved = function.reserved.or_none()
    if function.is_managed and reserved is not None and reserved >= 0:
        yield function.finding(field=Function.reserved, value=reserved)


@likely_refused(
    "fn-12-no-tenant-isolation",
    why="LMI shares an environment between requests, which tenant isolation forbids.",
    fix="Remove {tenancyConfig}, and give each tenant's functions their own provider.",
    confidence=3,
    sources=(sources.TENANTS, sources.SECURITY),
)
def no_tenant_isolation(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances has no tenant isolation."""
    if function.is_managed and function.tenancy.is_present:
        yield function.finding("{tenancyConfig} is set.")


@refused(
    "fn-13-durable-ranges",
    why="Lambda's API refuses other numbers.",
    fix="Set {executionTimeout} to 1 to 31622400 seconds, {retentionPeriod} to 1 to 90 days.",
    sources=(sources.DURABLE, sources.CREATE_FUNCTION),
)
def durable_ranges(function: Function) -> Iterator[Finding]:
    """Durable execution lasts at most 366 days and is kept for at most 90."""
    if function.is_managed:
        yield from number_within(function, Function.durable_timeout, 1, 31_622_400, " s")
        yield from number_within(function, Function.durable_retention, 1, 90, " days")


@refused(
    "fn-14-at-most-5-layers",
    why="Lambda's API refuses more.",
    fix="Merge layers, or move their content into the package.",
    sources=(sources.CREATE_FUNCTION, sources.QUOTAS),
)
def few_layers(function: Function) -> Iterator[Finding]:
    """A function has at most 5 layers."""
    layers = function.layers.or_none()
    if function.is_managed and layers is not None and len(layers) > limits.MAX_LAYERS:
        yield function.finding(f"layers has {len(layers)} entries.")


@refused(
    "fn-16-storage-from-512-to-10240-mb",
    why="The API refuses other numbers; more is for functions with accelerators.",
    fix="Set {ephemeralStorage} size within 512 to 10240.",
    sources=(sources.CREATE_FUNCTION,),
)
def storage_in_range(function: Function) -> Iterator[Finding]:
    """Ephemeral storage is from 512 to 10240 MB."""
    if function.is_managed:
        least, most = limits.MIN_STORAGE_MB, limits.MAX_STORAGE_MB
        if function.is_native:
            most = limits.MAX_ACCELERATED_STORAGE_MB
            size = function.storage_mb.or_none() or 0
            if function.is_accelerated is False and size > limits.MAX_STORAGE_MB:
                return  # GPU-07 speaks about it
        yield from number_within(function, Function.storage_mb, least, most, " MB")


@likely_refused(
    "fn-17-no-file-system",
    why="Mounts need a function in a VPC of its own, which LMI forbids.",
    fix="Remove {fileSystemConfig}, and read from S3 instead.",
    confidence=3,
    sources=(sources.FILE_SYSTEMS,),
)
def no_file_system(function: Function) -> Iterator[Finding]:
    """A function on Lambda Managed Instances mounts no file system."""
    if function.is_managed and function.file_system.is_present:
        yield function.finding("A file system is configured.")
