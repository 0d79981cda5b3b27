"""The code of functions and layers: a ``.zip`` file, sent to AWS as it is."""

import zipfile
from pathlib import Path
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.operations import OrdinaryResource
from local.provider.values import Asset, Props, Value

CODE_PROPERTIES = (
    "architectures",
    "code",
    "imageUri",
    "s3Bucket",
    "s3Key",
    "s3ObjectVersion",
    "sourceCodeHash",
)
"""A change of any of these is new code to the provider.

Source: docs/facts/aws-provider.md#function-calls.
"""

_FROM_ELSEWHERE = {
    "imageUri": "ImageUri",
    "s3Bucket": "S3Bucket",
    "s3Key": "S3Key",
    "s3ObjectVersion": "S3ObjectVersion",
}


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


def code_location(inputs: Props) -> dict[str, Any]:
    """Return the code as members of the API."""
    if archive := inputs.get("code"):
        return {"ZipFile": _content(archive)}
    return {member: inputs[name] for name, member in _FROM_ELSEWHERE.items() if inputs.get(name)}


def code_hash(state: Props) -> dict[str, Any]:
    """Return the archive's hash as ``sourceCodeHash``, which AWS does not return."""
    code = state.get("code")
    return {"sourceCodeHash": state.get("sourceCodeHash") or (code and code.hash)}


def _content(archive: Asset) -> bytes:
    if archive.path is None:
        raise ProviderError("the code is no file")
    try:
        return Path(archive.path).read_bytes()
    except OSError as error:
        raise ProviderError(f"the code cannot be read: {error}") from error


class LayerVersion(OrdinaryResource):
    """A version of a layer. Its id is its ARN, and every change replaces it."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the members with the code."""
        return {**super().request(inputs, *names), "Content": code_location(inputs)}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the name in the ARN, and the hash of the archive."""
        return {**code_hash(existing.state), "layerName": found["LayerArn"].rpartition(":")[2]}
