"""Deployed archives, each stored once under its hash."""

import base64
import hashlib
import io
import os
import zipfile
from pathlib import Path

from local.lambda_api.errors import invalid_parameter, not_in_local_aws, request_too_large
from local.lambda_api.protocol import Members
from local.lambda_api.state import Package
from policies.lmi.facts.limits import MAX_UNZIPPED_BYTES, MAX_ZIP_BYTES


class PackageStore:
    """The folder of deployed archives, which is created with the first one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, code: Members) -> Package:
        """Store the archive of a ``FunctionCode``: a readable zip, given as ``ZipFile``."""
        if code.get("ImageUri"):
            raise not_in_local_aws("container images (ImageUri): give the code as ZipFile")
        if code.get("S3Bucket"):
            raise not_in_local_aws("code from Amazon S3 (S3Bucket): give it as ZipFile")
        content: bytes | None = code.get("ZipFile")
        if content is None:
            raise invalid_parameter("Please provide a source for function code.")
        _check_zip(content)
        return self._keep(content)

    def _keep(self, content: bytes) -> Package:
        digest = hashlib.sha256(content)
        path = self._folder / f"{digest.hexdigest()}.zip"
        # Also where it is stored already: that file may have been damaged since.
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(content)
        unfinished.replace(path)
        return Package(path, base64.b64encode(digest.digest()).decode(), len(content))


def _check_zip(content: bytes) -> None:
    if len(content) >= MAX_ZIP_BYTES:
        raise request_too_large(f"Zipped size must be smaller than {MAX_ZIP_BYTES} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = archive.infolist()
    except zipfile.BadZipFile:
        raise invalid_parameter(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from None
    if not files:
        raise invalid_parameter("Uploaded file must be a non-empty zip.")
    if sum(file.file_size for file in files) >= MAX_UNZIPPED_BYTES:
        raise invalid_parameter(f"Unzipped size must be smaller than {MAX_UNZIPPED_BYTES} bytes")
