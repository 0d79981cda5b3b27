"""The numbers and the arithmetic of Lambda Managed Instances (LMI), for the pack and the program.

The policy pack judges with them and the program sizes with them, so this module imports nothing
but the standard library. Every value names the rule, or the page of AWS, that it comes from.
"""

from typing import Final

GIB_IN_MB: Final = 1024

LATEST_PUBLISHED: Final = "$LATEST.PUBLISHED"
"""The qualifier of the code that ``publish_to="LATEST_PUBLISHED"`` published last (PUB-03)."""

MIN_MEMORY_MB: Final = 2048
"""Smallest function on LMI, in MB (MEM-01)."""
MAX_MEMORY_MB: Final = 32768
"""Largest function, in MB (MEM-02)."""
PULUMI_DEFAULT_MEMORY_MB: Final = 128
"""What the provider sends where ``memory_size`` is omitted, in MB; too small for LMI (MEM-01)."""
YOUNG_ACCOUNT_MEMORY_MB: Final = 3008
"""Largest function a young account may have until AWS raises its quota, in MB (MEM-09)."""

RATIOS_GIB_PER_VCPU: Final = (2, 4, 8)
"""The supported memory-to-vCPU ratios, in GiB per vCPU: c, m and r instances (MEM-04)."""
MIN_RATIO_GIB_PER_VCPU: Final = RATIOS_GIB_PER_VCPU[0]
MAX_RATIO_GIB_PER_VCPU: Final = RATIOS_GIB_PER_VCPU[-1]
DEFAULT_RATIO_GIB_PER_VCPU: Final = 2
"""The ratio where none is set, in GiB per vCPU. Source:
https://aws.amazon.com/blogs/compute/build-high-performance-apps-with-aws-lambda-managed-instances/
"""
PYTHON_RATIO_GIB_PER_VCPU: Final = 4
"""The ratio AWS recommends for Python at least, in GiB per vCPU (CON-06)."""

MAX_VCPU: Final = MAX_MEMORY_MB // (MIN_RATIO_GIB_PER_VCPU * GIB_IN_MB)
"""vCPUs of the largest execution environment: 32 GiB at 2 GiB per vCPU (MEM-08)."""

MIN_CONCURRENCY: Final = 1
MAX_CONCURRENCY: Final = 1600
"""Largest concurrency of one execution environment that the API's schema takes (CON-01)."""
MAX_CONCURRENCY_PER_VCPU: Final = 64
"""Largest concurrency of one execution environment for each of its vCPUs (CON-02)."""
DEFAULT_CONCURRENCY_PER_VCPU: Final = {
    "python": 16,
    "nodejs": 64,
    "java": 32,
    "dotnet": 32,
    "provided": 8,
}
"""Concurrency for each vCPU where none is set, by runtime family
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-runtimes.html)."""

MAX_FILE_DESCRIPTORS: Final = 4096
"""File descriptors that all requests of one execution environment share (CON-11)."""

DEFAULT_MIN_ENVIRONMENTS: Final = 3
"""Least execution environments of a version where none are set
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-scaling.html)."""
MAX_ENVIRONMENTS: Final = 15000
"""Largest number of execution environments that the API takes, as minimum or maximum (SC-01)."""

MIN_PROVIDER_VCPU: Final = 2
MAX_PROVIDER_VCPU: Final = 15000
"""Range of a capacity provider's ``max_vcpu_count`` (CP-19)."""
DEFAULT_MAX_VCPU: Final = 400
"""vCPUs that a capacity provider may start where nothing is set (CP-20)."""
RECOMMENDED_MIN_VCPU: Final = 12
"""vCPUs of the three ``xlarge`` instances that a provider starts with (CP-21)."""

DEFAULT_TIMEOUT_SECONDS: Final = 3
"""Timeout of a function that names none, in seconds
(https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html)."""
DEFAULT_VISIBILITY_SECONDS: Final = 30
MAX_VISIBILITY_SECONDS: Final = 43200
"""How long an SQS queue hides a message, by default and at most (FN-25)."""
MAX_TIMEOUT_SECONDS: Final = 5400
"""Longest timeout of a function on LMI, for asynchronous work (FN-07)."""
MAX_SYNCHRONOUS_TIMEOUT_SECONDS: Final = 900
"""Longest synchronous invocation and stream (FN-07, URL-09)."""
MIN_STORAGE_MB: Final = 512
MAX_STORAGE_MB: Final = 10240
"""Range of the ephemeral storage of a function without accelerators, in MB (FN-16)."""
MAX_ACCELERATED_STORAGE_MB: Final = 32768
"""Largest ephemeral storage of a function with an accelerator, in MB (GPU-07)."""
MAX_ZIP_BYTES: Final = 50 * 1024 * 1024
"""Size that a zip in a request has to stay below, in bytes."""
MAX_UNZIPPED_BYTES: Final = 250 * 1024 * 1024
"""Size that the files of a zip have to stay below together, in bytes."""
MAX_VARIABLES_BYTES: Final = 4096
"""Longest environment variables of a function, in bytes of compact JSON."""
MAX_LAYERS: Final = 5
"""Layers of one function (FN-14)."""
MAX_VERSIONS_OF_PROVIDER: Final = 100
"""Function versions of one capacity provider (Q-02)."""
MAX_PROPAGATED_TAGS: Final = 40
"""Tags that a capacity provider gives its instances (TAG-02)."""
MAX_TAGS: Final = 50
"""Tags of one resource, without those of AWS's own (Q-04)."""
MAX_INSTANCE_TYPES: Final = 400
"""Entries of a list of instance types (CP-12)."""

DEFAULT_ARCHITECTURE: Final = "x86_64"
"""Architecture of a function and of a provider that name none (CP-10)."""

ADAPTER_LAYER_ACCOUNT: Final = "753240598075"
"""The account that publishes the Lambda Web Adapter layers."""
ADAPTER_LAYER_ACCOUNTS: Final = (ADAPTER_LAYER_ACCOUNT, "041581134020", "069767869989")
"""That account, and those that publish the layers in Beijing and in Ningxia."""
FIRST_ADAPTER_LAYER_VERSION: Final = 26
"""The first version of the layers that serves several requests at once (URL-06)."""
ADAPTER_LAYER_VERSION: Final = 30
"""The newest version of the Lambda Web Adapter layers, adapter 1.1.0 (URL-06)."""
ADAPTER_READINESS_PATH: Final = "AWS_LWA_READINESS_CHECK_PATH"
"""The web adapter's variable for the path that it asks until the application is ready."""
ADAPTER_LAYER_NAMES: Final = {"x86_64": "LambdaAdapterLayerX86", "arm64": "LambdaAdapterLayerArm64"}
"""The Lambda Web Adapter layer of each architecture (URL-07)."""


def vcpus(memory_mb: int, ratio: float) -> float:
    """Return the vCPU count of an execution environment; whole where MEM-05 and MEM-06 hold."""
    return memory_mb / (ratio * GIB_IN_MB)


def whole_vcpus(memory_mb: int, ratio: float) -> int:
    """Return the vCPU count to reckon with: at least 1, a fraction rounded up (MEM-07)."""
    return max(1, -int(-memory_mb // (ratio * GIB_IN_MB)))


def neighbouring_memory_mb(memory_mb: int, ratio: int) -> tuple[int, int]:
    """Return the nearest allowed memory sizes below and above ``memory_mb``, in MB (MEM-06).

    Both are multiples of ``ratio`` GiB within what LMI takes; they are equal where ``memory_mb``
    is itself such a multiple, or lies outside the range.
    """
    step = ratio * GIB_IN_MB
    clamped = min(max(memory_mb, step), MAX_MEMORY_MB)
    return clamped // step * step, -(-clamped // step) * step


LOG_RETENTION_DAYS: Final = (
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""What CloudWatch Logs offers; 0 keeps the log for ever
(https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).
"""

LOCAL_AWS_ACCOUNT: Final = "123456789012"
"""The account of the local AWS, which AWS keeps for examples; a stack of the local AWS allows it
alone (docs/design.md#the-local-stack-and-aws-stay-apart)."""

RESERVED_VARIABLES: Final = frozenset(
    {
        "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_RUNTIME_API",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
    }
)  # fmt: skip
"""Environment variables that Lambda sets, and refuses in a function's configuration
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html)."""
RUNTIME_VARIABLES: Final = frozenset({"_HANDLER", "_X_AMZN_TRACE_ID"})
"""Environment variables that the API accepts, and that the runtime overwrites (same source)."""
