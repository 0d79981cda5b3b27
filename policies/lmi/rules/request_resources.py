"""What all requests of an execution environment share (rules CON)."""

from collections.abc import Iterator

from ..facts import limits, sources
from ..model.functions import Function
from ..model.sizing import DESCRIPTORS_PER_REQUEST, mended, size_of
from .rule import Failure, Finding, Setting, rule

REQUEST_STORAGE = Setting(
    name="leastStoragePerRequestMb",
    description="Least part of /tmp for each request of an execution environment, in MB.",
    default=1,
    maximum=limits.MAX_STORAGE_MB,
)


@rule(
    "con-08-storage-for-each-request",
    why="All of them share it, and a full one throttles the environment (DiskThrottles).",
    fix="Raise {ephemeralStorage} size, or lower {perExecutionEnvironmentMaxConcurrency}.",
    failure=Failure.UNWISE,
    sources=(sources.PYTHON, sources.NODEJS),
    settings=(REQUEST_STORAGE,),
)
def storage_for_each_request(function: Function, least_mb: int) -> Iterator[Finding]:
    """The requests of an execution environment have room in /tmp."""
    size = size_of(function)
    storage_mb = function.storage_mb.or_default(limits.MIN_STORAGE_MB)
    if size is None or storage_mb is None or storage_mb < limits.MIN_STORAGE_MB:
        return
    concurrency = size.concurrency if size.concurrency_is_in_range else None
    if concurrency is None or size.concurrency_exceeds_vcpus:
        return
    if storage_mb >= least_mb * concurrency:
        return
    field = function.spell(Function.storage_mb)
    omitted = " (the default)" if function.storage_mb.is_absent else ""
    yield function.finding(
        field=Function.concurrency,
        value=f"{concurrency}, and {field} of the ephemeral storage is {storage_mb} MB{omitted}",
        allowed=(
            f"at least {least_mb} MB for each request (`{REQUEST_STORAGE.name}` in the policy's "
            "settings)"
        ),
        fix=(
            f"set {field} of {{ephemeralStorage}} to {least_mb * concurrency} or more, or lower "
            f"{function.spell(Function.concurrency)}"
        ),
    )


DESCRIPTORS = Setting(
    name="fileDescriptorsPerRequest",
    description="File descriptors that one request may need: sockets, pipes and files.",
    default=DESCRIPTORS_PER_REQUEST,
    maximum=limits.MAX_FILE_DESCRIPTORS,
)


@rule(
    "con-11-file-descriptors-for-each-request",
    why="All requests of an execution environment share 4096 file descriptors.",
    fix="Lower {perExecutionEnvironmentMaxConcurrency}; 512 leaves eight for each request.",
    failure=Failure.UNWISE,
    sources=(sources.QUOTAS,),
    settings=(DESCRIPTORS,),
)
def file_descriptors(function: Function, per_request: int) -> Iterator[Finding]:
    """The concurrency leaves enough file descriptors for each request."""
    size = size_of(function)
    if size is None or size.concurrency is None or not size.concurrency_is_in_range:
        return
    most = max(limits.MIN_CONCURRENCY, limits.MAX_FILE_DESCRIPTORS // per_request)
    if size.concurrency <= most or size.concurrency_exceeds_vcpus:
        return
    yield function.finding(
        field=Function.concurrency,
        value=(
            f"{size.concurrency}: {limits.MAX_FILE_DESCRIPTORS // size.concurrency} file "
            "descriptors for each request"
        ),
        allowed=f"1 to {most} ({per_request} each, `{DESCRIPTORS.name}` in the policy's settings)",
        fix=(
            function.set_to(
                Function.concurrency, min(most, mended(function, size).most_concurrency)
            )
            + " or less, with more environments"
        ),
    )
