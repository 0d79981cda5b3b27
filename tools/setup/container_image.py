"""A file out of a public container image, by plain HTTPS: neither Docker nor an account is needed.

The registry's answers are checked: an image is an index of manifests by architecture, a manifest
lists layers, and each names the next by its SHA-256 digest
(https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull). The token comes from
``/token/``, as Amazon ECR Public has it (https://github.com/wazuh/wazuh/issues/35608).
"""

import hashlib
import io
import json
import tarfile
import zlib
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

_TIMEOUT_SECONDS = 30
_ACCEPTED = ", ".join(
    [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "*/*",
    ]
)
_ANY_ERROR = (
    OSError, HTTPException, ValueError, LookupError, TypeError,
    EOFError, tarfile.TarError, zlib.error,  # of a layer
)  # fmt: skip


class ImageError(Exception):
    """A file could not be taken out of an image."""


@dataclass(frozen=True)
class Image:
    """A container image for Linux, of several architectures."""

    registry: str  # URL of the registry
    # Names of the image there.
    repository: str
    tag: str

    def file(self, path: str, architecture: str) -> bytes:
        """Return the content of a file by its path from the root of the image.

        The architecture is the machine's, as images spell it, such as ``amd64``. A registry out of
        reach, an answer without its digest, and an image that lacks the file or the architecture
        are an ``ImageError``.
        """
        try:
            scope = f"repository:{self.repository}:pull"
            query = urlencode({"service": urlsplit(self.registry).hostname, "scope": scope})
            token = json.loads(self._get(f"token/?{query}"))["token"]
            index = json.loads(self._get(f"v2/{self.repository}/manifests/{self.tag}", token))
            wanted = {"os": "linux", "architecture": architecture}
            manifests = [
                each for each in index["manifests"] if wanted.items() <= each["platform"].items()
            ]
            if not manifests:
                raise LookupError(f"there is none for linux/{architecture}")
            manifest = json.loads(self._verified(token, "manifests", manifests[0]["digest"]))
            for layer in reversed(manifest["layers"]):
                content = self._verified(token, "blobs", layer["digest"])
                if (file := _member(content, path)) is not None:
                    return file
            raise LookupError(f"it has no file {path}")
        except _ANY_ERROR as error:
            raise ImageError(f"{self.registry}/{self.repository}:{self.tag}: {error}") from error

    def _verified(self, token: str, part: str, digest: str) -> bytes:
        content = self._get(f"v2/{self.repository}/{part}/{digest}", token)
        if digest != f"sha256:{hashlib.sha256(content).hexdigest()}":
            raise ValueError(f"what the registry answers for {digest} has another digest")
        return content

    def _get(self, place: str, token: str = "") -> bytes:
        request = Request(f"{self.registry}/{place}", headers={"Accept": _ACCEPTED})  # noqa: S310
        if token:
            # The storage that a registry redirects to refuses a token that is not its own.
            request.add_unredirected_header("Authorization", f"Bearer {token}")
        with urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310
            return response.read()


def _member(layer: bytes, path: str) -> bytes | None:
    with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
        for member in archive:
            if member.name.removeprefix("./") == path and (content := archive.extractfile(member)):
                return content.read()
    return None
