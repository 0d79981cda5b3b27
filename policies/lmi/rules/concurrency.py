"""Concurrency of one execution environment, and what its requests share (rules CON)."""

import re
from collections.abc import Iterator
from math import ceil

from ..facts import limits, sources
from ..model.functions import Function
from ..model.sizing import DESCRIPTORS_PER_REQUEST, Size, mended, size_of
from .checks import amount, default_in, either, environment_of, layers_of
from .memory import and_what_follows
from .rule import Finding, Setting, broken_at_run_time, likely_refused, refused, unwise

WORKER_COUNT = "AWS_LAMBDA_NODEJS_WORKER_COUNT"
OLD_POWERTOOLS = (
    r"arn:.*:layer:(?P<name>AWSLambdaPowertools"
    r"((?P<language>Python)(V2)?(-Arm64)?|TypeScript)):[0-9]+"
)
"""Powertools layers whose names tell a major version that is too old."""
SET_ON_LMI = "AWS_LAMBDA_MAX_CONCURRENCY"
"""The variable that Lambda sets on LMI alone; GEN-04 has those that it sets everywhere."""


@refused(
    "con-01-from-1-to-1600",
    why="Lambda's API refuses any other number.",
    fix="Set {perExecutionEnvironmentMaxConcurrency} to a number from 1 to 64 for each vCPU.",
    sources=(sources.PROVIDER_CONFIG,),
)
def in_range(function: Function) -> Iterator[Finding]:
    """The concurrency of an execution environment is from 1 to 1600."""
    size = size_of(function)
    if size.concurrency is None or size.concurrency_is_in_range:
        return
    ceiling = limits.MAX_CONCURRENCY_PER_VCPU * size.most_vcpus
    yield function.finding(
        field=Function.concurrency,
        value=size.concurrency,
        allowed=f"1 to {limits.MAX_CONCURRENCY}, and at most {ceiling} here: {_because(size)}",
        fix=function.set_to(Function.concurrency, mended(function, size).most_concurrency),
    )


@refused(
    "con-02-at-most-64-per-vcpu",
    why="AWS allows raising the concurrency to 64 per vCPU, for every runtime, and no further.",
    fix=(
        "Lower {perExecutionEnvironmentMaxConcurrency} to 64 per vCPU, or raise {memorySize}; "
        "vCPUs are {memorySize} / (1024 x {executionEnvironmentMemoryGibPerVcpu})."
    ),
    sources=(sources.SCALING, sources.BEST_PRACTICES, sources.TROUBLESHOOTING),
)
def at_most_64_per_vcpu(function: Function) -> Iterator[Finding]:
    """The concurrency of an execution environment is at most 64 for each of its vCPUs."""
    size = size_of(function)
    if not size.concurrency_is_in_range or not size.concurrency_exceeds_vcpus:
        return
    allowed = _per_vcpu(limits.MAX_CONCURRENCY_PER_VCPU, size)
    yield _too_many(function, allowed, _or_more_memory(function, size))


@refused(
    "con-03-at-most-1024",
    why="No environment has more than 16 vCPU, so 1025 to 1600 pass the schema but never fit.",
    fix="Set {perExecutionEnvironmentMaxConcurrency} to 1024 or less.",
    confidence=3,
    sources=(sources.SCALING, sources.BLOG),
)
def within_largest_environment(function: Function) -> Iterator[Finding]:
    """The concurrency of an execution environment is at most 1024."""
    most = limits.MAX_CONCURRENCY_PER_VCPU * limits.MAX_VCPU
    if (size_of(function).sound_concurrency or 0) > most:
        allowed = f"1 to {most}: the largest function has {limits.MAX_VCPU} vCPU"
        yield _too_many(function, allowed)


PROCESS_MEMORY = Setting(
    "minimumMemoryPerProcessMb",
    "Least memory of one Python process, in MB.",
    default=128,
    maximum=limits.MAX_MEMORY_MB,
)


@unwise(
    "con-05-memory-for-each-python-process",
    why="The managed Python runtime starts one process for each, and each loads the whole program.",
    fix="Lower {perExecutionEnvironmentMaxConcurrency} or raise {memorySize}.",
    sources=(sources.PYTHON, sources.RUNTIMES),
    settings=(PROCESS_MEMORY,),
)
def memory_for_each_process(function: Function, least_mb: int) -> Iterator[Finding]:
    """A Python function has enough memory for one process per unit of concurrency."""
    size = size_of(function)
    if size.memory_mb is None or not function.runs_a_process_per_request:
        return
    concurrency = size.effective_concurrency("python")
    if not concurrency or concurrency < limits.MIN_CONCURRENCY or size.concurrency_exceeds_vcpus:
        return
    if size.memory_mb >= least_mb * concurrency or not size.memory_is_in_range:
        return
    yield _too_many(
        function,
        f"at least {least_mb} MB each",
        ", or add memory",
        value=(
            f"{concurrency}, and {function.spell(Function.memory_mb)} is {size.memory_mb} MB: "
            f"{size.memory_mb // concurrency} MB for each Python process"
        ),
        most=size.memory_mb // least_mb,
    )


@unwise(
    "con-06-python-with-4-gib-per-vcpu",
    why="AWS recommends it: Python's one process per request needs memory sooner than vCPUs.",
    fix="Set {executionEnvironmentMemoryGibPerVcpu} to 4 or 8.",
    sources=(sources.SCALING, sources.BEST_PRACTICES),
)
def python_ratio(function: Function) -> Iterator[Finding]:
    """A Python function has 4 or 8 GiB of memory per vCPU."""
    size = size_of(function)
    if size.ratio is None or not function.runs_a_process_per_request:
        return
    least = limits.PYTHON_RATIO_GIB_PER_VCPU
    if size.ratio not in limits.RATIOS_GIB_PER_VCPU or size.ratio >= least:
        return
    yield function.finding(
        field=Function.ratio,
        value=f"{amount(size.ratio)} GiB{default_in(function.ratio)}",
        allowed=f"{either([ratio for ratio in limits.RATIOS_GIB_PER_VCPU if ratio >= least])} GiB",
        fix=function.set_to(Function.ratio, least) + and_what_follows(function, size),
    )


@unwise(
    "con-07-more-than-one-per-vcpu",
    why="With one request per environment, scaling out throttles, and idle vCPUs are paid for.",
    fix=(
        "Raise {perExecutionEnvironmentMaxConcurrency}, or leave it out for AWS's default; keep "
        "about one per vCPU only where each request keeps a vCPU busy."
    ),
    sources=(sources.SCALING, sources.TROUBLESHOOTING, sources.BEST_PRACTICES),
)
def more_than_one_per_vcpu(function: Function) -> Iterator[Finding]:
    """An execution environment serves several requests at once."""
    size = size_of(function)
    concurrency, vcpu = size.sound_concurrency, size.vcpus or 1
    if concurrency is None or (concurrency > 1 and concurrency >= vcpu):
        return
    yield function.finding(
        field=Function.concurrency,
        value=concurrency,
        allowed=f"more than 1, and at least one per vCPU ({vcpu} here)",
    )


@likely_refused(
    "con-09-no-reserved-lmi-variables",
    why="Lambda reserves AWS_LAMBDA_MAX_CONCURRENCY, and tells the runtime its concurrency by it.",
    fix="Remove AWS_LAMBDA_MAX_CONCURRENCY from environment.",
    sources=(sources.VARIABLES,),
    equivalents=("cfn-lint:E3663",),
)
def no_key_of_lambda(function: Function) -> Iterator[Finding]:
    """The environment does not set the variable that Lambda sets on LMI."""
    if SET_ON_LMI in environment_of(function):
        yield function.finding(f"The environment variable {SET_ON_LMI} is set.")


@unwise(
    "con-10-node-workers-within-concurrency",
    why="Node.js spreads requests over worker threads; more threads than requests stay idle.",
    fix="Remove AWS_LAMBDA_NODEJS_WORKER_COUNT, or set it from 1 to the concurrency.",
    sources=(sources.NODEJS,),
)
def node_workers(function: Function) -> Iterator[Finding]:
    """AWS_LAMBDA_NODEJS_WORKER_COUNT is a whole number from 1 to the concurrency."""
    size = size_of(function)
    count = function.variable(WORKER_COUNT).or_none()
    if count is None or function.runtime_family != "nodejs" or not function.is_managed:
        return
    concurrency = size.effective_concurrency("nodejs")
    most = limits.MAX_CONCURRENCY
    if concurrency and concurrency >= limits.MIN_CONCURRENCY:
        most = min(concurrency, mended(function, size).most_concurrency)
    if re.fullmatch(r"[0-9]{1,4}", count) and 1 <= int(count) <= most:
        return
    yield function.finding(f"{WORKER_COUNT} is not a whole number from 1 to {most}.")


@broken_at_run_time(
    "con-12-libraries-for-concurrency",
    why="Older ones keep one request's state where another finds it.",
    fix="Use Powertools for Python 3.23.0, for TypeScript 2.29.0, or later.",
    stops=False,
    sources=(sources.PYTHON, sources.NODEJS),
)
def libraries_for_concurrency(function: Function) -> Iterator[Finding]:
    """Libraries in layers can serve several requests at once."""
    for layer in layers_of(function):
        match = re.fullmatch(OLD_POWERTOOLS, layer)
        if match:
            yield function.finding(
                f"The layer {match['name']} is of an older major version.",
                allowed=f"Powertools {'3.23.0' if match['language'] else '2.29.0'} or later",
            )


@unwise(
    "con-14-at-most-16-python-processes-per-vcpu",
    why="AWS's blog and skill call the default of 16 per vCPU the most that Python should have.",
    fix="Lower {perExecutionEnvironmentMaxConcurrency} to 16 per vCPU.",
    confidence=2,
    sources=(sources.BLOG, sources.SKILL, sources.SCALING),
)
def python_default(function: Function) -> Iterator[Finding]:
    """A Python function without Lambda Web Adapter has at most 16 processes per vCPU."""
    size = size_of(function)
    concurrency = size.sound_concurrency
    each = limits.DEFAULT_CONCURRENCY_PER_VCPU["python"]
    if concurrency is None or concurrency <= each * size.most_vcpus:
        return
    if not function.runs_a_process_per_request:
        return
    if any(memory_for_each_process.check(function, PROCESS_MEMORY.default)):
        return
    yield _too_many(function, _per_vcpu(each, size), ", or put a web adapter in front")


def _too_many(
    function: Function,
    allowed: str,
    more: str = "",
    *,
    value: str = "",
    most: int = limits.MAX_CONCURRENCY,
) -> Finding:
    """Return that the concurrency is too high, with one to lower it to that no rule reports."""
    size = size_of(function)
    lower = max(limits.MIN_CONCURRENCY, min(most, mended(function, size).most_concurrency))
    return function.finding(
        field=Function.concurrency,
        value=value or size.concurrency,
        allowed=allowed,
        fix=function.set_to(Function.concurrency, lower) + f" or less{more}",
    )


def _per_vcpu(each: int, size: Size) -> str:
    """Return how much concurrency a function may have by its vCPUs, in words."""
    return f"1 to {each * size.most_vcpus}: {each} per vCPU, and {_because(size)}"


def _because(size: Size) -> str:
    """Return how many vCPUs the function has, in words."""
    if size.vcpus is not None:
        return (
            f"{size.memory_mb} MB at {amount(size.ratio)} GiB per vCPU count as {size.vcpus} vCPU"
        )
    return f"the function has at most {size.most_vcpus} vCPU, as far as is known"


def _or_more_memory(function: Function, size: Size) -> str:
    """Return the memory that allows the concurrency at the same ratio, in words; or nothing."""
    if size.concurrency is None or size.vcpus is None:
        return ""
    needed = ceil(size.concurrency / limits.MAX_CONCURRENCY_PER_VCPU)
    memory_mb = needed * size.possible_ratios[0] * limits.GIB_IN_MB
    fits = memory_mb <= limits.MAX_MEMORY_MB
    return f", or {function.set_to(Function.memory_mb, memory_mb).text}" if fits else ""


REQUEST_STORAGE = Setting(
    "leastStoragePerRequestMb",
    "Least part of /tmp for each request of an execution environment, in MB.",
    default=1,
    maximum=limits.MAX_STORAGE_MB,
)


@unwise(
    "con-08-storage-for-each-request",
    why="All of them share it, and a full one throttles the environment (DiskThrottles).",
    fix="Raise {ephemeralStorage} size, or lower {perExecutionEnvironmentMaxConcurrency}.",
    sources=(sources.PYTHON, sources.NODEJS),
    settings=(REQUEST_STORAGE,),
)
def storage_for_each_request(function: Function, least_mb: int) -> Iterator[Finding]:
    """The requests of an execution environment have room in /tmp."""
    storage_mb = function.storage_mb.or_default(limits.MIN_STORAGE_MB)
    concurrency = size_of(function).sound_concurrency
    if storage_mb is None or storage_mb < limits.MIN_STORAGE_MB or concurrency is None:
        return
    if storage_mb >= least_mb * concurrency:
        return
    field, omitted = function.spell(Function.storage_mb), default_in(function.storage_mb)
    yield function.finding(
        field=Function.concurrency,
        value=f"{concurrency}, and {field} of the ephemeral storage is {storage_mb} MB{omitted}",
        allowed=f"at least {least_mb} MB for each request",
        fix=(
            f"set {field} of {{ephemeralStorage}} to {least_mb * concurrency} or more, or lower "
            f"{function.spell(Function.concurrency)}"
        ),
    )


DESCRIPTORS = Setting(
    "fileDescriptorsPerRequest",
    "File descriptors that one request may need: sockets, pipes and files.",
    default=DESCRIPTORS_PER_REQUEST,
    maximum=limits.MAX_FILE_DESCRIPTORS,
)


@unwise(
    "con-11-file-descriptors-for-each-request",
    why="All requests of an execution environment share 4096 file descriptors.",
    fix="Lower {perExecutionEnvironmentMaxConcurrency}; 512 leaves eight for each request.",
    sources=(sources.QUOTAS,),
    settings=(DESCRIPTORS,),
)
def file_descriptors(function: Function, per_request: int) -> Iterator[Finding]:
    """The concurrency leaves enough file descriptors for each request."""
    concurrency = size_of(function).sound_concurrency
    most = max(limits.MIN_CONCURRENCY, limits.MAX_FILE_DESCRIPTORS // per_request)
    if concurrency is None or concurrency <= most:
        return
    each = limits.MAX_FILE_DESCRIPTORS // concurrency
    yield _too_many(
        function,
        f"1 to {most}, {per_request} each",
        ", with more environments",
        value=f"{concurrency}: {each} file descriptors for each request",
        most=most,
    )
