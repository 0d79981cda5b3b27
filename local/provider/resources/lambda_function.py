"""What is odd about functions, layers and capacity providers.

Their code is a ``.zip`` file that is sent to AWS as it is. A function's calls to AWS are in the
order of docs/facts/aws-provider.md#function-calls. Sizes and bounds that only AWS checks are not
checked here; the Lambda API refuses them.
"""

import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from local.provider.aws import Aws, ProviderError
from local.provider.members import filled, to_api
from local.provider.operations import ResourceType
from local.provider.schema import Change, Existing, Failure
from local.provider.values import Asset, Props, Value

CODE_PROPERTIES = (
    "architectures", "code", "imageUri", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash",
)  # fmt: skip
"""A change of any of these is new code to the provider.

Source: docs/facts/aws-provider.md#function-calls.
"""


def ready_zip(name: str, value: Value) -> str | None:
    """Check that the archive is a file.

    The real provider would zip a folder itself. The local AWS does not: such zips carry no file
    modes, so a start script in them could not run.
    """
    path = value.path if isinstance(value, Asset) else None
    if path is not None and zipfile.is_zipfile(path):
        return None
    return (
        f'"{name}" must be a FileArchive of a ready .zip file, because archives that Pulumi makes '
        f"lose the file modes; {_found_instead(path)}"
    )


def _found_instead(path: str | None) -> str:
    if path is None:
        return "it is not a single file"
    if Path(path).is_dir():
        return f"{path} is a folder"
    return f"{path} is no zip file" if Path(path).exists() else f"there is no file {path}"


def code_hash(state: Props) -> dict[str, Any]:
    """Return the archive's hash as ``sourceCodeHash``, which AWS does not return."""
    code = state.get("code")
    return {"sourceCodeHash": state.get("sourceCodeHash") or (code and code.hash)}


class LayerVersion(ResourceType):
    """A version of a layer. Its id is its ARN, and every change replaces it."""

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the name in the ARN, and the hash of the archive."""
        return {**code_hash(existing.state), "layerName": found["LayerArn"].rpartition(":")[2]}


_VERSION_OUTPUTS = ("version", "qualifiedArn", "qualifiedInvokeArn")
_CODE_OUTPUTS = ("codeSha256", "lastModified", "sourceCodeSize")

_IN_PROGRESS = ("ResourceConflictException",)
_IN_PROGRESS_SECONDS = 300
"""Another change may still be applied, for example one before an update that failed."""


class Function(ResourceType):
    """A function, with its code and concurrency.

    Of its operations, ``updates`` and ``update_members`` are for UpdateFunctionConfiguration.
    """

    def failures(self, inputs: Props) -> Iterator[Failure]:
        """Demand what the source of the code needs beside it."""
        if ("s3Bucket" in inputs) != ("s3Key" in inputs):
            yield "s3Key", '"s3_key": all of `s3_bucket,s3_key` must be specified'
        missing = [name for name in ("handler", "runtime") if name not in inputs]
        if inputs.get("packageType", "Zip") == "Zip" and missing:
            yield missing[0], "handler and runtime must be set when PackageType is Zip"

    def unsettled(self, change: Change) -> Collection[str]:
        """Return the outputs that new code or a new version will change.

        Source: docs/facts/aws-provider.md#function-outputs.
        """
        code = (*_CODE_OUTPUTS, "sourceCodeHash") if change.touches(*CODE_PROPERTIES) else ()
        versions = (*_VERSION_OUTPUTS, "lastModified") if self._publishes(change) else ()
        return (*code, *versions)

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the version that is listed last, and the hash of the archive.

        Source: docs/facts/aws-provider.md#function-outputs.
        """
        versions = aws.call("lambda", "list_versions_by_function", FunctionName=existing.id)
        newest = versions["Versions"][-1]
        return {
            **code_hash(existing.state),
            "version": newest["Version"],
            "qualifiedArn": newest["FunctionArn"],
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Update configuration, code and concurrency in this order, then publish what changed."""
        configuration = self._changed_configuration(change)
        if configuration or change.touches("publishTo"):
            _change(aws, "update_function_configuration", change.id, **configuration)
            _wait_for_update(aws, change.id)
        if change.touches(*CODE_PROPERTIES):
            architectures = to_api(self.properties, change.new, "architectures")
            code = filled(self.operations.create_members["Code"], change.new)
            _change(aws, "update_function_code", change.id, **architectures, **code)
            _wait_for_update(aws, change.id)
        super().update(aws, change)
        if self._publishes(change):
            publish_to = change.new.get("publishTo")
            published = _change(aws, "publish_version", change.id, PublishTo=publish_to)
            _wait_for_update(aws, change.id, published["Version"])

    def _changed_configuration(self, change: Change) -> dict[str, Any]:
        """Return the members of what changed, with AWS's value for what is unset."""
        calls, members = self.operations, dict[str, Any]()
        for name in filter(change.touches, calls.updates):
            member = self.properties[name].member
            unset = {member: calls.update_members[member]} if member in calls.update_members else {}
            members |= to_api(self.properties, change.new, name) or unset
        return members

    def _publishes(self, change: Change) -> bool:
        parts = ("publish", "publishTo", *self.operations.updates, *CODE_PROPERTIES)
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


class FunctionScalingConfig(ResourceType):
    """The scaling configuration of a published version. An update keeps omitted fields."""

    def failures(self, inputs: Props) -> Iterator[Failure]:
        """Demand a minimum or a maximum."""
        if inputs.get("functionScalingConfig") == {}:
            yield (
                "functionScalingConfig",
                "Invalid Attribute Combination. At least one of these attributes must be "
                "configured: [min_execution_environments,max_execution_environments]",
            )

    def is_ready(self, aws: Aws, existing: Existing) -> bool:
        """Return whether the configuration is applied."""
        found = self.describe(aws, existing) or {}
        requested = found.get("RequestedFunctionScalingConfig")
        return not requested and "AppliedFunctionScalingConfig" in found
