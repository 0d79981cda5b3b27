"""``aws:lambda/function:Function``: its calls to AWS, in their order.

Source: docs/facts/aws-provider.md#function-calls.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.members import from_api, to_api
from local.provider.resources.lambda_.code import CODE_PROPERTIES, code_hash, code_location
from local.provider.resources.lambda_.function_record import (
    CONFIGURATION,
    PROPERTIES,
    one_code_source,
    zip_needs_runtime,
)
from local.provider.resources.lambda_.names import invoke_arn, streaming_invoke_arn
from local.provider.tagging import LAMBDA
from local.provider.values import Props

_VERSION_OUTPUTS = ("version", "qualifiedArn", "qualifiedInvokeArn")
_CODE_OUTPUTS = ("codeSha256", "lastModified", "sourceCodeSize")

_IN_PROGRESS = ("ResourceConflictException",)
_IN_PROGRESS_SECONDS = 300
"""Another change may still be applied, for example one before an update that failed."""

_UNSET: Mapping[str, dict[str, Any]] = MappingProxyType(
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
"""The values by which UpdateFunctionConfiguration unsets a setting. Others cannot be unset."""


class Function(schema.ResourceType):
    """A function, with its code and concurrency."""

    pulumi_type = "aws:lambda/function:Function"
    auto_name = schema.AutoName(max_length=64)
    properties = PROPERTIES
    rules = (one_code_source, zip_needs_runtime)

    def unsettled(self, change: schema.Change) -> Collection[str]:
        """Return the outputs that new code or a new version will change.

        Source: docs/facts/aws-provider.md#function-outputs.
        """
        code = (*_CODE_OUTPUTS, "sourceCodeHash") if change.touches(*CODE_PROPERTIES) else ()
        versions = (*_VERSION_OUTPUTS, "lastModified") if _publishes(change) else ()
        return (*code, *versions)

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the function."""
        aws.call(
            "lambda",
            "create_function",
            **to_api(self.properties, inputs),
            Code=code_location(inputs),
            **LAMBDA.creation(inputs),
        )
        return inputs["name"]

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Wait until ``$LATEST`` is active, then reserve its concurrency.

        Nothing waits for the published version, as the real provider does not
        (docs/facts/aws-provider.md#function-calls).
        """
        aws.wait(f"the function {made.id} to become active", lambda: _active(aws, made.id))
        if made.state["reservedConcurrentExecutions"] >= 0:
            _reserve(aws, made.id, made.state["reservedConcurrentExecutions"])

    def read(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Get the function and its newest version."""
        answer = aws.find("lambda", "get_function", FunctionName=existing.id)
        if answer is None:
            return None
        configuration = answer["Configuration"]
        function_arn = configuration["FunctionArn"]
        newest = _newest_version(aws, existing.id)
        reserved = answer.get("Concurrency", {}).get("ReservedConcurrentExecutions", -1)
        return {
            **dict.fromkeys(_UNSET),
            **from_api(self.properties, configuration),
            **_only_meaningful(configuration),
            **code_hash(existing.state),
            "reservedConcurrentExecutions": reserved,
            "tagsAll": answer.get("Tags", {}),
            "arn": function_arn,
            "invokeArn": invoke_arn(aws, function_arn),
            "responseStreamingInvokeArn": streaming_invoke_arn(aws, function_arn),
            "version": newest["Version"],
            "qualifiedArn": newest["FunctionArn"],
            "qualifiedInvokeArn": invoke_arn(aws, newest["FunctionArn"]),
        }

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Update configuration, code and concurrency in this order, then publish what changed."""
        configuration = _changed_configuration(change)
        if configuration or change.touches("publishTo"):
            _change(aws, "update_function_configuration", change.id, **configuration)
            _wait_for_update(aws, change.id)
        if change.touches(*CODE_PROPERTIES):
            _change(
                aws,
                "update_function_code",
                change.id,
                **to_api(self.properties, change.new, "architectures"),
                **code_location(change.new),
            )
            _wait_for_update(aws, change.id)
        if change.touches("reservedConcurrentExecutions"):
            _reserve(aws, change.id, change.new["reservedConcurrentExecutions"])
        if _publishes(change):
            _publish(aws, change.id, change.new.get("publishTo"))
        LAMBDA.update(aws, change)

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the function with all its versions, unless ``skipDestroy`` is set."""
        if existing.state.get("skipDestroy"):
            return
        aws.find("lambda", "delete_function", FunctionName=existing.id)
        aws.wait(
            f"the function {existing.id} to be gone",
            lambda: aws.find("lambda", "get_function", FunctionName=existing.id) is None,
        )


def _change(aws: Aws, operation: str, name: str, **members: object) -> dict[str, Any]:
    """Call an operation of Lambda that is refused while another change is applied."""
    return aws.retry(
        _IN_PROGRESS, _IN_PROGRESS_SECONDS, "lambda", operation, FunctionName=name, **members
    )


def _active(aws: Aws, name: str) -> bool:
    answer = aws.find("lambda", "get_function", FunctionName=name)
    configuration: dict[str, Any] = answer["Configuration"] if answer else {"State": "Pending"}
    if configuration["State"] == "Failed":
        raise ProviderError(f"the function {name} failed: {configuration.get('StateReason')}")
    return configuration["State"] in ("Active", "ActiveNonInvocable")


def _wait_for_update(aws: Aws, name: str, version: str | None = None) -> None:
    def updated() -> bool:
        found = aws.call(
            "lambda", "get_function_configuration", FunctionName=name, Qualifier=version
        )
        if found["LastUpdateStatus"] == "Failed":
            raise ProviderError(
                f"the update of {name} failed: {found.get('LastUpdateStatusReasonCode')}: "
                f"{found.get('LastUpdateStatusReason')}"
            )
        return found["LastUpdateStatus"] == "Successful"

    aws.wait(f"the update of {name} to be applied", updated)


def _changed_configuration(change: schema.Change) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name in CONFIGURATION:
        if change.touches(name):
            members |= to_api(CONFIGURATION, change.new, name) or _UNSET.get(name, {})
    return members


def _publishes(change: schema.Change) -> bool:
    return change.new["publish"] and change.touches(
        "publish", "publishTo", *CONFIGURATION, *CODE_PROPERTIES
    )


def _publish(aws: Aws, name: str, publish_to: str | None) -> None:
    published = _change(aws, "publish_version", name, PublishTo=publish_to)
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
    """Return the version that is listed last (docs/facts/aws-provider.md#function-outputs)."""
    versions: list[dict[str, Any]] = []
    marker: str | None = None
    while True:
        page = aws.call("lambda", "list_versions_by_function", FunctionName=name, Marker=marker)
        versions += page["Versions"]
        marker = page.get("NextMarker")
        if not marker:
            return versions[-1]


def _only_meaningful(configuration: dict[str, Any]) -> dict[str, Any]:
    """Omit settings that AWS shows although they were not set."""
    snap_start = configuration.get("SnapStart", {})
    layers = [layer["Arn"] for layer in configuration.get("Layers", [])]
    return {
        "layers": layers or None,
        **({"snapStart": None} if snap_start.get("ApplyOn", "None") == "None" else {}),
    }
