"""AWS's runtime emulator in its mode for managed instances, around the function of the tests.

It insists on ``/var/task`` and ``/opt`` and starts the function as another user, so it runs in a
mount namespace of its own, where both are empty file systems in memory. That needs root on Linux.
"""

import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from infra.wheels import uv_variables
from local.dataplane.ports import port_of, reserve_port
from tests.local.dataplane.harness import ADAPTER, FUNCTION, PATIENCE_SECONDS
from tests.local.emulator.observations import Outcome

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
INSTALLED = Path(".tools/emulator").resolve()
_ARCHITECTURE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
BINARY = INSTALLED / f"samcli/local/rapid/aws-lambda-rie-{_ARCHITECTURE}"
START = """
set -e
umask 022
mount -t tmpfs none /var
mount -t tmpfs none /opt
mkdir -p /var/task /var/runtime /opt/extensions /opt/python
mount --bind "$PYTHON" /opt/python
cp "$FUNCTION"/* /var/task/
cp "$ADAPTER" /opt/extensions/
cat > /var/runtime/bootstrap <<'END'
#!/bin/sh
PATH=/opt/python/bin:$PATH LD_LIBRARY_PATH=/opt/python/lib exec /var/task/$_HANDLER
END
chmod 755 /var/task/run.sh /var/runtime/bootstrap /opt/extensions/*
unset PYTHON FUNCTION ADAPTER
exec "$0" --runtime-interface-emulator-address "$1" --runtime-api-address "$2"
"""


def why_not() -> str:
    """Return why the emulator cannot run here; empty if it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "AWS's runtime emulator needs root on Linux"
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        return "AWS's runtime emulator needs a mount namespace, which is refused here"
    if not BINARY.is_file():
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
        command += ["--require-hashes", "--requirement", REQUIREMENTS, "--target", INSTALLED]
        environment = {**os.environ, **uv_variables(Path(sys.executable), os.environ)}
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            return f"AWS's runtime emulator cannot be had: {done.stderr.strip()}"
    BINARY.chmod(0o755)
    return ""


class Emulator:
    """A running emulator."""

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self._process = process
        self._url = f"http://{address}/2015-03-31/functions/function/invocations"

    def invoke(self, event: bytes) -> Outcome:
        """Invoke the function."""
        headers = {"x-amzn-trace-id": "Root=1-0-1"}
        answer = httpx.post(
            self._url, content=event, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False
        )
        return Outcome(
            is_admitted="Runtime.Unavailable" not in answer.text,
            failed="error-type" in answer.headers,
            payload=answer.content,
        )

    def has_ended(self) -> bool:
        """Return whether it has given up."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """End the function as Lambda does, and wait for it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE_SECONDS)


@contextmanager
def emulator(variables: Mapping[str, str], concurrency: int, log: Path) -> Generator[Emulator]:
    """Run the function under the emulator, with an environment of these variables."""
    with (
        # Kept from others: what listens there may do so all the same.
        reserve_port() as own,
        reserve_port() as api,
        reserve_port() as server,
        log.open("wb") as output,
    ):
        address = f"127.0.0.1:{port_of(own)}"
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "AWS_LAMBDA_FUNCTION_NAME": "streamer",
            "AWS_LAMBDA_FUNCTION_HANDLER": "run.sh",
            "AWS_LAMBDA_MAX_CONCURRENCY": str(concurrency),
            "AWS_LWA_PORT": str(port_of(server)),
            **variables,
            "PYTHON": sys.base_prefix,
            "FUNCTION": str(FUNCTION),
            "ADAPTER": str(ADAPTER),
        }
        script = ["unshare", "-m", "sh", "-c", START]
        with subprocess.Popen(
            [*script, BINARY, address, f"127.0.0.1:{port_of(api)}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ) as process:
            running = Emulator(process, address)
            try:
                _wait_until_it_listens(process, address)
                yield running
            finally:
                if not running.has_ended():
                    running.stop()


def _wait_until_it_listens(process: subprocess.Popen[bytes], address: str) -> None:
    """Wait until it takes invocations, or has ended."""
    host, port = address.split(":")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
