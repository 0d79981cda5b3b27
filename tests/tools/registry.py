"""A container registry on this machine, with a storage behind it, as Amazon ECR Public has them."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from tools.setup.container_image import Image

REPOSITORY = "awsguru/aws-lambda-adapter"
_TOKEN = "secret-of-the-registry"  # of a registry that a test serves
_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Registry:
    """The content of a registry with one image.

    Parameters
    ----------
    files
        The content of the image's file ``lambda-adapter`` by architecture.

    Attributes
    ----------
    blobs
        Manifests and layers by digest, which a test may damage.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.blobs: dict[str, bytes] = {}
        manifests = [
            {
                "digest": self._manifest(content),
                "platform": {"os": "linux", "architecture": architecture},
            }
            for architecture, content in files.items()
        ]
        self.index = json.dumps({"mediaType": _INDEX, "manifests": manifests}).encode()

    def damage_layers(self) -> None:
        """Change each layer behind its digest."""
        for digest, content in self.blobs.items():
            if not content.startswith(b"{"):
                self.blobs[digest] = content + b"\0"

    def answer(self, request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        """Return the status, and the content or the address of a redirection."""
        url = urlsplit(request.path)
        authorization = request.headers.get("Authorization")
        if url.path == "/token/":
            (scope,) = parse_qs(url.query)["scope"]
            granted = _TOKEN if scope == f"repository:{REPOSITORY}:pull" else "of another"
            return 200, json.dumps({"token": granted}).encode()
        if url.path.startswith("/storage/"):
            # As S3 does, which takes a token for a signature that it cannot read.
            return (400, b"") if authorization else (200, self.blobs[url.path.split("/")[-1]])
        if authorization != f"Bearer {_TOKEN}":
            return 401, b""
        return self._of_repository(url.path.removeprefix(f"/v2/{REPOSITORY}"), request)

    def _of_repository(self, path: str, request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        accepted = request.headers.get("Accept", "")
        name = path.rsplit("/", maxsplit=1)[-1]
        match path.split("/")[1]:
            case "manifests" if name == "1.1.0" and _INDEX in accepted:
                return 200, self.index
            case "manifests" if name in self.blobs and _MANIFEST in accepted:
                return 200, self.blobs[name]
            case "blobs" if name in self.blobs:
                return 307, f"/storage/{name}".encode()
            case _:
                return 404, b""

    def _manifest(self, content: bytes) -> str:
        layers = [_layer("lambda-adapter", content), _layer("licence", b"free")]
        listed = [{"digest": self._stored(layer)} for layer in layers]
        return self._stored(json.dumps({"mediaType": _MANIFEST, "layers": listed}).encode())

    def _stored(self, content: bytes) -> str:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.blobs[digest] = content
        return digest


@contextmanager
def serving(registry: Registry) -> Generator[Image]:
    """Serve a registry; the image is the one in it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name is the library's
            status, content = registry.answer(self)
            self.send_response(status)
            if status == 307:
                self.send_header("Location", content.decode())
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield Image(f"http://127.0.0.1:{server.server_port}", REPOSITORY, "1.1.0")
        server.shutdown()
        thread.join()


def _layer(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue())
