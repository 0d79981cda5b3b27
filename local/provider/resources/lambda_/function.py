"""Functions: their calls to AWS, in their order (docs/facts/aws-provider.md#function-calls)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.members import to_api
from local.provider.operations import OrdinaryResource
from local.provider.resources.lambda_.code import CODE_PROPERTIES, code_hash, code_location
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


@dataclass(kw_only=True)
class Function(OrdinaryResource):
    """A function, with its code and concurrency.

    ``configuration`` names the properties that UpdateFunctionConfiguration changes.
    """

    configuration: Sequence[str]

    def failures(self, inputs: Props) -> Iterator[schema.Failure]:
        """Demand one source of code, and what it needs beside it."""
        sources = [name for name in ("code", "imageUri", "s3Bucket") if name in inputs]
        if len(sources) != 1:
            yield (
                sources[0] if sources else "code",
                "Invalid combination of arguments. "
                '"filename": one of `filename,image_uri,s3_bucket` must be specified',
            )
        if ("s3Bucket" in inputs) != ("s3Key" in inputs):
            yield "s3Key", '"s3_key": all of `s3_bucket,s3_key` must be specified'
        missing = [name for name in ("handler", "runtime") if name not in inputs]
        if inputs.get("packageType", "Zip") == "Zip" and missing:
            yield missing[0], "handler and runtime must be set when PackageType is Zip"

    def unsettled(self, change: schema.Change) -> Collection[str]:
        """Return the outputs that new code or a new version will change.

        Source: docs/facts/aws-provider.md#function-outputs.
        """
        code = (*_CODE_OUTPUTS, "sourceCodeHash") if change.touches(*CODE_PROPERTIES) else ()
        versions = (*_VERSION_OUTPUTS, "lastModified") if self._publishes(change) else ()
        return (*code, *versions)

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the members with the code."""
        return {**super().request(inputs, *names), "Code": code_location(inputs)}

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Wait until ``$LATEST`` is active, then reserve its concurrency.

        Nothing waits for the published version, as the real provider does not
        (docs/facts/aws-provider.md#function-calls).
        """
        super().complete(aws, made)
        if made.state["reservedConcurrentExecutions"] >= 0:
            _reserve(aws, made.id, made.state["reservedConcurrentExecutions"])

    def is_ready(self, aws: Aws, existing: schema.Existing) -> bool:
        """Return whether the function is active."""
        found = self.describe(aws, existing) or {"State": "Pending"}
        if found["State"] == "Failed":
            raise ProviderError(f"the function {existing.id} failed: {found.get('StateReason')}")
        return found["State"] in ("Active", "ActiveNonInvocable")

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the newest version, and omit settings that AWS shows although they are not set."""
        newest = _newest_version(aws, existing.id)
        snap_start = found.get("SnapStart", {})
        layers = [layer["Arn"] for layer in found.get("Layers", [])]
        return {
            "layers": layers or None,
            **({"snapStart": None} if snap_start.get("ApplyOn", "None") == "None" else {}),
            **code_hash(existing.state),
            "version": newest["Version"],
            "qualifiedArn": newest["FunctionArn"],
        }

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Update configuration, code and concurrency in this order, then publish what changed."""
        configuration = self._changed_configuration(change)
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
        if self._publishes(change):
            _publish(aws, change.id, change.new.get("publishTo"))
        super().update(aws, change)

    def _changed_configuration(self, change: schema.Change) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for name in filter(change.touches, self.configuration):
            members |= to_api(self.properties, change.new, name) or _UNSET.get(name, {})
        return members

    def _publishes(self, change: schema.Change) -> bool:
        parts = ("publish", "publishTo", *self.configuration, *CODE_PROPERTIES)
        return change.new["publish"] and change.touches(*parts)


def _change(aws: Aws, operation: str, name: str, **members: object) -> dict[str, Any]:
    """Call an operation of Lambda that is refused while another change is applied."""
    return aws.retry(
        _IN_PROGRESS, _IN_PROGRESS_SECONDS, "lambda", operation, FunctionName=name, **members
    )


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


def _publish(aws: Aws, name: str, publish_to: str | None) -> None:
    published = _change(aws, "publish_version", name, PublishTo=publish_to)
    _wait_for_update(aws, name, published["Version"])


def _reserve(aws: Aws, name: str, executions: int) -> None:
    if executions < 0:
        aws.call("lambda", "delete_function_concurrency", FunctionName=name)
    else:
        reserved = {"ReservedConcurrentExecutions": executions}
        aws.call("lambda", "put_function_concurrency", FunctionName=name, **reserved)


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
