"""The properties of a function, and their validation before AWS is called.

Source: docs/facts/aws-provider.md#function.
"""

from collections.abc import Iterator

from local.provider import schema
from local.provider.resources.choices import choice
from local.provider.resources.lambda_.code import ready_zip
from local.provider.validators import arn, at_least, at_most_items, between, length, pattern
from local.provider.values import Props, Value

MAX_TIMEOUT_SECONDS = 900
"""Uncertain: the docstring of 7.51.1 says 900, and AWS itself takes 5400."""


def _zero_means_unset(old: Value, new: Value) -> bool:
    del old
    return new == 0


_MANAGED_INSTANCES = schema.block(
    required=True,
    member="LambdaManagedInstancesCapacityProviderConfig",
    fields={
        "capacityProviderArn": schema.string(required=True, validators=(arn,)),
        "executionEnvironmentMemoryGibPerVcpu": schema.number(
            computed=True, same=_zero_means_unset, member="ExecutionEnvironmentMemoryGiBPerVCpu"
        ),
        "perExecutionEnvironmentMaxConcurrency": schema.integer(
            computed=True, same=_zero_means_unset
        ),
    },
)

CONFIGURATION = schema.table(
    capacityProviderConfig=schema.block(
        fields={"lambdaManagedInstancesCapacityProviderConfig": _MANAGED_INSTANCES}
    ),
    deadLetterConfig=schema.block(
        fields={"targetArn": schema.string(required=True, validators=(arn,))}
    ),
    description=schema.string(validators=(length(0, 256),)),
    environment=schema.block(fields={"variables": schema.mapping()}),
    ephemeralStorage=schema.block(
        computed=True,
        fields={"size": schema.integer(computed=True, validators=(between(512, 10240),))},
    ),
    handler=schema.string(validators=(length(1, 128),)),
    kmsKeyArn=schema.string(member="KMSKeyArn", validators=(arn,)),
    layers=schema.listing(item=schema.string(validators=(arn,)), validators=(at_most_items(5),)),
    loggingConfig=schema.block(
        computed=True,
        fields={
            "logFormat": choice("lambda", "LogFormat", required=True),
            "applicationLogLevel": choice("lambda", "ApplicationLogLevel", computed=True),
            "systemLogLevel": choice("lambda", "SystemLogLevel", computed=True),
            "logGroup": schema.string(
                computed=True,
                validators=(
                    length(1, 512),
                    pattern(r"[.\-_/#A-Za-z0-9]+", "must match [.\\-_/#A-Za-z0-9]+"),
                ),
            ),
        },
    ),
    memorySize=schema.integer(default=128, validators=(between(128, 32768),)),
    role=schema.string(required=True, validators=(arn,)),
    runtime=choice("lambda", "Runtime"),
    snapStart=schema.block(
        fields={
            "applyOn": choice("lambda", "SnapStartApplyOn", required=True),
            "optimizationStatus": schema.output(),
        }
    ),
    timeout=schema.integer(default=3, validators=(between(1, MAX_TIMEOUT_SECONDS),)),
    tracingConfig=schema.block(
        computed=True, fields={"mode": choice("lambda", "TracingMode", required=True)}
    ),
    vpcConfig=schema.block(
        fields={
            "subnetIds": schema.unordered(required=True),
            "securityGroupIds": schema.unordered(required=True),
            "ipv6AllowedForDualStack": schema.boolean(default=False),
            "vpcId": schema.output(),
        }
    ),
)
"""The properties that UpdateFunctionConfiguration changes."""

PROPERTIES = schema.regional(
    **CONFIGURATION,
    name=schema.string(
        replaces=True,
        member="FunctionName",
        validators=(
            length(1, 140),
            pattern(
                r"(arn:[\w-]+:lambda:[\w-]+:\d{12}:function:)?[a-zA-Z0-9-_]{1,64}",
                "must be at most 64 letters, digits, hyphens and underscores, or an ARN",
            ),
        ),
    ),
    packageType=choice("lambda", "PackageType", default="Zip", replaces=True),
    tenancyConfig=schema.block(
        replaces=True,
        fields={"tenantIsolationMode": choice("lambda", "TenantIsolationMode", required=True)},
    ),
    durableConfig=schema.block(
        replaces=schema.when_switched,
        fields={
            "executionTimeout": schema.integer(required=True, validators=(between(1, 31622400),)),
            "retentionPeriod": schema.integer(
                default=14, member="RetentionPeriodInDays", validators=(between(1, 90),)
            ),
        },
    ),
    architectures=schema.listing(
        computed=True, item=choice("lambda", "Architecture"), validators=(at_most_items(1),)
    ),
    code=schema.archive(validators=(ready_zip,), sent=False),
    imageUri=schema.string(sent=False),
    s3Bucket=schema.string(sent=False),
    s3Key=schema.string(sent=False),
    s3ObjectVersion=schema.string(sent=False),
    sourceCodeHash=schema.string(computed=True, sent=False),
    publish=schema.boolean(default=False),
    publishTo=choice("lambda", "FunctionVersionLatestPublished"),
    reservedConcurrentExecutions=schema.integer(default=-1, validators=(at_least(-1),), sent=False),
    skipDestroy=schema.boolean(default=False, sent=False),
    **schema.TAGS,
    **schema.outputs(
        "arn",
        "codeSha256",
        "invokeArn",
        "lastModified",
        "qualifiedArn",
        "qualifiedInvokeArn",
        "responseStreamingInvokeArn",
    ),
    sourceCodeSize=schema.output(type=schema.ValueType.INTEGER, member="CodeSize"),
    version=schema.output(),
)


def one_code_source(inputs: Props) -> Iterator[schema.Failure]:
    """Check that exactly one source of code is set."""
    sources = [name for name in ("code", "imageUri", "s3Bucket") if name in inputs]
    if len(sources) != 1:
        yield (
            sources[0] if sources else "code",
            "Invalid combination of arguments. "
            '"filename": one of `filename,image_uri,s3_bucket` must be specified',
        )
    if ("s3Bucket" in inputs) != ("s3Key" in inputs):
        yield "s3Key", '"s3_key": all of `s3_bucket,s3_key` must be specified'


def zip_needs_runtime(inputs: Props) -> Iterator[schema.Failure]:
    """Check that handler and runtime are set, unless an image contains them."""
    missing = [name for name in ("handler", "runtime") if name not in inputs]
    if inputs.get("packageType", "Zip") == "Zip" and missing:
        yield (missing[0], "handler and runtime must be set when PackageType is Zip")
