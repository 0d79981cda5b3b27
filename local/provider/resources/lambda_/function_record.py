"""The properties of a function, and their validation before AWS is called.

Source: docs/facts/aws-provider.md#function.
"""

from collections.abc import Iterator

from local.provider.resources.lambda_.code import ready_zip
from local.provider.schema import (
    REGION,
    TAGS,
    Failure,
    ValueType,
    archive,
    block,
    boolean,
    integer,
    listing,
    mapping,
    number,
    output,
    string,
    table,
    unordered,
    when_switched,
)
from local.provider.validators import (
    arn,
    at_least,
    at_most_items,
    between,
    length,
    one_of_enum,
    pattern,
)
from local.provider.values import Props, Value

MAX_TIMEOUT_SECONDS = 900
"""Uncertain: the docstring of 7.51.1 says 900, and AWS itself takes 5400."""


def _zero_means_unset(old: Value, new: Value) -> bool:
    del old
    return new == 0


_MANAGED_INSTANCES = block(
    required=True,
    member="LambdaManagedInstancesCapacityProviderConfig",
    fields={
        "capacityProviderArn": string(required=True, validators=(arn,)),
        "executionEnvironmentMemoryGibPerVcpu": number(
            computed=True,
            same=_zero_means_unset,
            member="ExecutionEnvironmentMemoryGiBPerVCpu",
        ),
        "perExecutionEnvironmentMaxConcurrency": integer(computed=True, same=_zero_means_unset),
    },
)

CONFIGURATION = table(
    capacityProviderConfig=block(
        fields={"lambdaManagedInstancesCapacityProviderConfig": _MANAGED_INSTANCES}
    ),
    deadLetterConfig=block(fields={"targetArn": string(required=True, validators=(arn,))}),
    description=string(validators=(length(0, 256),)),
    environment=block(fields={"variables": mapping()}),
    ephemeralStorage=block(
        computed=True,
        fields={"size": integer(computed=True, validators=(between(512, 10240),))},
    ),
    handler=string(validators=(length(1, 128),)),
    kmsKeyArn=string(member="KMSKeyArn", validators=(arn,)),
    layers=listing(item=string(validators=(arn,)), validators=(at_most_items(5),)),
    loggingConfig=block(
        computed=True,
        fields={
            "logFormat": string(required=True, validators=(one_of_enum("lambda", "LogFormat"),)),
            "applicationLogLevel": string(
                computed=True, validators=(one_of_enum("lambda", "ApplicationLogLevel"),)
            ),
            "systemLogLevel": string(
                computed=True, validators=(one_of_enum("lambda", "SystemLogLevel"),)
            ),
            "logGroup": string(
                computed=True,
                validators=(
                    length(1, 512),
                    pattern(r"[.\-_/#A-Za-z0-9]+", "must match [.\\-_/#A-Za-z0-9]+"),
                ),
            ),
        },
    ),
    memorySize=integer(default=128, validators=(between(128, 32768),)),
    role=string(required=True, validators=(arn,)),
    runtime=string(validators=(one_of_enum("lambda", "Runtime"),)),
    snapStart=block(
        fields={
            "applyOn": string(
                required=True, validators=(one_of_enum("lambda", "SnapStartApplyOn"),)
            ),
            "optimizationStatus": output(),
        }
    ),
    timeout=integer(default=3, validators=(between(1, MAX_TIMEOUT_SECONDS),)),
    tracingConfig=block(
        computed=True,
        fields={"mode": string(required=True, validators=(one_of_enum("lambda", "TracingMode"),))},
    ),
    vpcConfig=block(
        fields={
            "subnetIds": unordered(required=True),
            "securityGroupIds": unordered(required=True),
            "ipv6AllowedForDualStack": boolean(default=False),
            "vpcId": output(),
        }
    ),
)
"""The properties that UpdateFunctionConfiguration changes."""

PROPERTIES = table(
    **CONFIGURATION,
    name=string(
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
    packageType=string(
        default="Zip", replaces=True, validators=(one_of_enum("lambda", "PackageType"),)
    ),
    tenancyConfig=block(
        replaces=True,
        fields={
            "tenantIsolationMode": string(
                required=True, validators=(one_of_enum("lambda", "TenantIsolationMode"),)
            )
        },
    ),
    durableConfig=block(
        replaces=when_switched,
        fields={
            "executionTimeout": integer(required=True, validators=(between(1, 31622400),)),
            "retentionPeriod": integer(
                default=14,
                member="RetentionPeriodInDays",
                validators=(between(1, 90),),
            ),
        },
    ),
    architectures=listing(
        computed=True,
        item=string(validators=(one_of_enum("lambda", "Architecture"),)),
        validators=(at_most_items(1),),
    ),
    code=archive(validators=(ready_zip,), sent=False),
    imageUri=string(sent=False),
    s3Bucket=string(sent=False),
    s3Key=string(sent=False),
    s3ObjectVersion=string(sent=False),
    sourceCodeHash=string(computed=True, sent=False),
    publish=boolean(default=False),
    publishTo=string(validators=(one_of_enum("lambda", "FunctionVersionLatestPublished"),)),
    reservedConcurrentExecutions=integer(default=-1, validators=(at_least(-1),), sent=False),
    skipDestroy=boolean(default=False, sent=False),
    region=REGION,
    **TAGS,
    arn=output(),
    codeSha256=output(),
    invokeArn=output(),
    lastModified=output(),
    qualifiedArn=output(),
    qualifiedInvokeArn=output(),
    responseStreamingInvokeArn=output(),
    sourceCodeSize=output(type=ValueType.INTEGER, member="CodeSize"),
    version=output(),
)


def one_code_source(inputs: Props) -> Iterator[Failure]:
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


def zip_needs_runtime(inputs: Props) -> Iterator[Failure]:
    """Check that handler and runtime are set, unless an image contains them."""
    missing = [name for name in ("handler", "runtime") if name not in inputs]
    if inputs.get("packageType", "Zip") == "Zip" and missing:
        yield (
            missing[0],
            "handler and runtime must be set when PackageType is Zip",
        )
