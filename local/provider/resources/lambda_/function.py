"""`aws:lambda/function:Function` (aws-provider.md section 2)."""

from collections.abc import Collection, Iterator
from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.members import from_api, to_api
from local.provider.resources.lambda_.code import CODE_PROPERTIES, code_location, ready_zip
from local.provider.resources.lambda_.names import invoke_arn, streaming_invoke_arn
from local.provider.resources.lambda_.tags import update_tags
from local.provider.schema import (
    REGION,
    TAGS,
    AutoName,
    Change,
    Existing,
    Failure,
    Kind,
    Property,
    ResourceType,
    archive,
    block,
    boolean,
    integer,
    listing,
    mapping,
    number,
    output,
    string,
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
"""Unsettled: 7.51.1's text says 900, one field report 3600, and AWS itself takes 5400 (2.1)."""

_GONE = ("ResourceNotFoundException",)


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

_CONFIGURATION = MappingProxyType(
    {
        "capacityProviderConfig": block(
            fields={"lambdaManagedInstancesCapacityProviderConfig": _MANAGED_INSTANCES}
        ),
        "deadLetterConfig": block(fields={"targetArn": string(required=True, validators=(arn,))}),
        "description": string(validators=(length(0, 256),)),
        "environment": block(fields={"variables": mapping()}),
        "ephemeralStorage": block(
            computed=True,
            fields={"size": integer(computed=True, validators=(between(512, 10240),))},
        ),
        "handler": string(validators=(length(1, 128),)),
        "kmsKeyArn": string(member="KMSKeyArn", validators=(arn,)),
        "layers": listing(item=string(validators=(arn,)), validators=(at_most_items(5),)),
        "loggingConfig": block(
            computed=True,
            fields={
                "logFormat": string(
                    required=True, validators=(one_of_enum("lambda", "LogFormat"),)
                ),
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
        "memorySize": integer(default=128, validators=(between(128, 32768),)),
        "role": string(required=True, validators=(arn,)),
        "runtime": string(validators=(one_of_enum("lambda", "Runtime"),)),
        "snapStart": block(
            fields={
                "applyOn": string(
                    required=True, validators=(one_of_enum("lambda", "SnapStartApplyOn"),)
                ),
                "optimizationStatus": output(),
            }
        ),
        "timeout": integer(default=3, validators=(between(1, MAX_TIMEOUT_SECONDS),)),
        "tracingConfig": block(
            computed=True,
            fields={
                "mode": string(required=True, validators=(one_of_enum("lambda", "TracingMode"),))
            },
        ),
        "vpcConfig": block(
            fields={
                "subnetIds": unordered(required=True),
                "securityGroupIds": unordered(required=True),
                "ipv6AllowedForDualStack": boolean(default=False),
                "vpcId": output(),
            }
        ),
    }
)
"""What UpdateFunctionConfiguration changes."""

_UNSET: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "deadLetterConfig": {"DeadLetterConfig": {"TargetArn": ""}},
        "description": {"Description": ""},
        "environment": {"Environment": {"Variables": {}}},
        "kmsKeyArn": {"KMSKeyArn": ""},
        "layers": {"Layers": []},
        "snapStart": {"SnapStart": {"ApplyOn": "None"}},
        "vpcConfig": {"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []}},
    }
)
"""How UpdateFunctionConfiguration unsets a setting. What is missing here cannot be unset."""

_FIXED: MappingProxyType[str, Property] = MappingProxyType(
    {
        "name": string(
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
        "packageType": string(
            default="Zip", replaces=True, validators=(one_of_enum("lambda", "PackageType"),)
        ),
        "tenancyConfig": block(
            replaces=True,
            fields={
                "tenantIsolationMode": string(
                    required=True, validators=(one_of_enum("lambda", "TenantIsolationMode"),)
                )
            },
        ),
        "durableConfig": block(
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
    }
)

_VERSION_OUTPUTS = ("version", "qualifiedArn", "qualifiedInvokeArn")
_CODE_OUTPUTS = ("codeSha256", "lastModified", "sourceCodeSize")


def _one_code_source(inputs: Props) -> Iterator[Failure]:
    sources = [name for name in ("code", "imageUri", "s3Bucket") if name in inputs]
    if len(sources) != 1:
        yield (
            sources[0] if sources else "code",
            "Invalid combination of arguments. "
            '"filename": one of `filename,image_uri,s3_bucket` must be specified',
        )
    if ("s3Bucket" in inputs) != ("s3Key" in inputs):
        yield "s3Key", '"s3_key": all of `s3_bucket,s3_key` must be specified'


def _zip_needs_runtime(inputs: Props) -> Iterator[Failure]:
    missing = [name for name in ("handler", "runtime") if name not in inputs]
    if inputs.get("packageType", "Zip") == "Zip" and missing:
        yield (
            missing[0],
            "handler and runtime must be set when PackageType is Zip",
        )


class Function(ResourceType):
    """A function, with all that is deployed together with it."""

    pulumi_type = "aws:lambda/function:Function"
    auto_name = AutoName(max_length=64)
    properties = MappingProxyType(
        {
            **_CONFIGURATION,
            **_FIXED,
            "architectures": listing(
                computed=True,
                item=string(validators=(one_of_enum("lambda", "Architecture"),)),
                validators=(at_most_items(1),),
            ),
            "code": archive(validators=(ready_zip,), sent=False),
            "imageUri": string(sent=False),
            "s3Bucket": string(sent=False),
            "s3Key": string(sent=False),
            "s3ObjectVersion": string(sent=False),
            "sourceCodeHash": string(computed=True, sent=False),
            "publish": boolean(default=False),
            "publishTo": string(
                validators=(one_of_enum("lambda", "FunctionVersionLatestPublished"),)
            ),
            "reservedConcurrentExecutions": integer(
                default=-1, validators=(at_least(-1),), sent=False
            ),
            "skipDestroy": boolean(default=False, sent=False),
            "region": REGION,
            **TAGS,
            "arn": output(),
            "codeSha256": output(),
            "invokeArn": output(),
            "lastModified": output(),
            "qualifiedArn": output(),
            "qualifiedInvokeArn": output(),
            "responseStreamingInvokeArn": output(),
            "sourceCodeSize": output(kind=Kind.INTEGER, member="CodeSize"),
            "version": output(),
        }
    )
    rules = (_one_code_source, _zip_needs_runtime)

    def unsettled(self, change: Change) -> Collection[str]:
        """Name what new code or a new version will change (section 2.4)."""
        code = (*_CODE_OUTPUTS, "sourceCodeHash") if change.touches(*CODE_PROPERTIES) else ()
        versions = (*_VERSION_OUTPUTS, "lastModified") if _publishes(change) else ()
        return (*code, *versions)

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the function, wait until `$LATEST` is active, then reserve its concurrency.

        Nothing waits for the published version, as the real provider does not (section 2.3).
        """
        name: str = inputs["name"]
        aws.call(
            "lambda",
            "create_function",
            **to_api(self.properties, inputs),
            Code=code_location(inputs),
            Tags=inputs["tagsAll"] or None,
        )
        aws.wait(f"the function {name} to become active", lambda: _active(aws, name))
        if inputs["reservedConcurrentExecutions"] >= 0:
            _reserve(aws, name, inputs["reservedConcurrentExecutions"])
        return name

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the function and its newest version."""
        answer = aws.find("lambda", "get_function", _GONE, FunctionName=existing.id)
        if answer is None:
            return None
        configuration = answer["Configuration"]
        function_arn = configuration["FunctionArn"]
        newest = _newest_version(aws, existing.id)
        reserved = answer.get("Concurrency", {}).get("ReservedConcurrentExecutions", -1)
        return {
            **dict.fromkeys(_UNSET),
            **from_api(_CONFIGURATION, configuration),
            **from_api(_FIXED, configuration),
            **from_api(
                self.properties,
                configuration,
                "architectures",
                "codeSha256",
                "lastModified",
                "sourceCodeSize",
            ),
            **_only_meaningful(configuration),
            **_code_hash(existing.state),
            "reservedConcurrentExecutions": reserved,
            "tagsAll": answer.get("Tags", {}),
            "arn": function_arn,
            "invokeArn": invoke_arn(aws, function_arn),
            "responseStreamingInvokeArn": streaming_invoke_arn(aws, function_arn),
            "version": newest["Version"],
            "qualifiedArn": newest["FunctionArn"],
            "qualifiedInvokeArn": invoke_arn(aws, newest["FunctionArn"]),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Change configuration, then code, then concurrency, and publish what is new."""
        configuration = _changed_configuration(change)
        if configuration or change.touches("publishTo"):
            aws.call(
                "lambda",
                "update_function_configuration",
                FunctionName=change.id,
                **configuration,
            )
            _wait_for_update(aws, change.id)
        if change.touches(*CODE_PROPERTIES):
            aws.call(
                "lambda",
                "update_function_code",
                FunctionName=change.id,
                **to_api(self.properties, change.new, "architectures"),
                **code_location(change.new),
            )
            _wait_for_update(aws, change.id)
        if change.touches("reservedConcurrentExecutions"):
            _reserve(aws, change.id, change.new["reservedConcurrentExecutions"])
        if _publishes(change):
            _publish(aws, change.id, change.new.get("publishTo"))
        update_tags(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the function with all its versions, unless the program keeps it."""
        if existing.state.get("skipDestroy"):
            return
        aws.find("lambda", "delete_function", _GONE, FunctionName=existing.id)
        aws.wait(
            f"the function {existing.id} to be gone",
            lambda: (
                aws.find("lambda", "get_function", _GONE, FunctionName=existing.id) is None or None
            ),
        )


def _active(aws: Aws, name: str) -> bool | None:
    answer = aws.find("lambda", "get_function", _GONE, FunctionName=name)
    configuration: dict[str, Any] = answer["Configuration"] if answer else {"State": "Pending"}
    if configuration["State"] == "Failed":
        raise ProviderError(f"the function {name} failed: {configuration.get('StateReason')}")
    return configuration["State"] in ("Active", "ActiveNonInvocable") or None


def _wait_for_update(aws: Aws, name: str, version: str | None = None) -> None:
    def updated() -> bool | None:
        found = aws.call(
            "lambda", "get_function_configuration", FunctionName=name, Qualifier=version
        )
        if found["LastUpdateStatus"] == "Failed":
            raise ProviderError(
                f"the update of {name} failed: {found.get('LastUpdateStatusReasonCode')}: "
                f"{found.get('LastUpdateStatusReason')}"
            )
        return found["LastUpdateStatus"] == "Successful" or None

    aws.wait(f"the update of {name} to be applied", updated)


def _changed_configuration(change: Change) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name in _CONFIGURATION:
        if change.touches(name):
            members |= to_api(_CONFIGURATION, change.new, name) or _UNSET.get(name, {})
    return members


def _publishes(change: Change) -> bool:
    return change.new["publish"] and change.touches(
        "publish", "publishTo", *_CONFIGURATION, *CODE_PROPERTIES
    )


def _publish(aws: Aws, name: str, publish_to: str | None) -> None:
    published = aws.call("lambda", "publish_version", FunctionName=name, PublishTo=publish_to)
    _wait_for_update(aws, name, published["Version"])


def _reserve(aws: Aws, name: str, executions: int) -> None:
    if executions < 0:
        aws.call("lambda", "delete_function_concurrency", FunctionName=name)
    else:
        aws.call(
            "lambda",
            "put_function_concurrency",
            FunctionName=name,
            ReservedConcurrentExecutions=executions,
        )


def _newest_version(aws: Aws, name: str) -> dict[str, Any]:
    """Give what ListVersionsByFunction lists last (section 2.4)."""
    versions: list[dict[str, Any]] = []
    marker: str | None = None
    while True:
        page = aws.call("lambda", "list_versions_by_function", FunctionName=name, Marker=marker)
        versions += page["Versions"]
        marker = page.get("NextMarker")
        if not marker:
            return versions[-1]


def _only_meaningful(configuration: dict[str, Any]) -> dict[str, Any]:
    """Leave out settings that AWS shows although nobody made them."""
    snap_start = configuration.get("SnapStart", {})
    layers = [layer["Arn"] for layer in configuration.get("Layers", [])]
    return {
        "layers": layers or None,
        **({"snapStart": None} if snap_start.get("ApplyOn", "None") == "None" else {}),
    }


def _code_hash(state: Props) -> dict[str, Any]:
    """Give the archive's own hash as `sourceCodeHash`, which AWS never tells."""
    code = state.get("code")
    return {"sourceCodeHash": state.get("sourceCodeHash") or (code and code.hash)}
