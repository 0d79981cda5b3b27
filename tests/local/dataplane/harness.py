"""What the tests of the data plane share: a deployable function, and a plane to deploy it to."""

import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

import httpx

from local.account import ACCESS_KEY, SECRET_KEY
from local.dataplane.model import Deployment, LogStream, UrlRoute, VersionStatus
from local.dataplane.plane import LocalDataPlane
from tests.waiting import wait_until

FUNCTION = Path(__file__).with_name("function")
ADAPTER = Path(".tools/bin/lambda-adapter").resolve()
LAYER = "arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerX86:30"
VERSION = "$LATEST.PUBLISHED"
PATIENCE_SECONDS = 120


class NewPlane(Protocol):
    """Starts a data plane that stops with the test; settings replace those of the tests."""

    def __call__(self, **settings: Any) -> LocalDataPlane: ...


class MemoryLogs:
    """Keeps the lines of every log stream."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], list[str]] = {}
        self._writing = threading.Lock()

    def write(self, stream: LogStream, lines: list[str]) -> None:
        with self._writing:
            self._lines.setdefault((stream.group, stream.name), []).extend(lines)

    @property
    def lines(self) -> dict[tuple[str, str], list[str]]:
        """What has been written by now, by log group and stream."""
        with self._writing:
            return {key: list(lines) for key, lines in self._lines.items()}


def build_zip(path: Path, *, script_mode: int = 0o755, script_name: str = "run.sh") -> Path:
    """Pack the function of these tests as Lambda takes it, file modes included."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, packed_as, mode in (
            ("run.sh", script_name, script_mode),
            ("server.py", "server.py", 0o644),
        ):
            member = zipfile.ZipInfo(packed_as)
            member.external_attr = mode << 16
            archive.writestr(member, (FUNCTION / name).read_bytes())
    return path


def deployment(
    zip_file: Path,
    *,
    name: str = "streamer",
    concurrency: int = 4,
    timeout_seconds: int = 60,
    layers: tuple[str, ...] = (LAYER,),
    variables: Mapping[str, str | None] | None = None,
    runtime: str = "python3.13",
    handler: str = "run.sh",
    log_level: str = "INFO",
) -> Deployment:
    """Describe a published version; a variable that is ``None`` is left out."""
    defaults: dict[str, str | None] = {
        "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
        "AWS_LWA_INVOKE_MODE": "response_stream",
        "AWS_LWA_PORT": "8000",
        "AWS_LWA_READINESS_CHECK_PATH": "/health",
        "AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": "200-299",
    }
    merged = defaults | dict(variables or {})
    return Deployment(
        function_name=name,
        function_arn=function_arn(name),
        version=VERSION,
        zip_file=zip_file,
        runtime=runtime,
        handler=handler,
        memory_mb=2048,
        timeout_seconds=timeout_seconds,
        capacity_provider="instances",
        vcpus=1,
        variables={key: value for key, value in merged.items() if value is not None},
        layers=layers,
        max_concurrency=concurrency,
        log_group=f"/aws/lambda/{name}",
        log_format="JSON",
        application_log_level=log_level,
        system_log_level="INFO",
        region="eu-west-1",
        credentials={
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_SESSION_TOKEN": "test",
        },
    )


def function_arn(name: str = "streamer") -> str:
    """Return the unqualified ARN of a function."""
    return f"arn:aws:lambda:eu-west-1:123456789012:function:{name}"


def open_url(
    plane: LocalDataPlane,
    function_name: str = "streamer",
    *,
    auth_type: Literal["NONE", "AWS_IAM"] = "NONE",
    invoke_mode: Literal["BUFFERED", "RESPONSE_STREAM"] = "RESPONSE_STREAM",
    version: str | None = VERSION,
) -> str:
    """Open a function's one URL, or change it; gives its address."""
    return plane.open_url(
        UrlRoute(
            url_id=url_id(function_name),
            function_arn=f"{function_arn(function_name)}:live",
            auth_type=auth_type,
            streams=invoke_mode == "RESPONSE_STREAM",
            version=lambda: version,
        )
    )


def url_id(function_name: str = "streamer") -> str:
    """Return the id of a function's one URL."""
    return f"url-of-{function_name}"


def deploy(plane: LocalDataPlane, deployed: Deployment, environments: int = 1) -> str:
    """Deploy and wait until it is active; gives the address of a URL."""
    plane.deploy(deployed, environments)
    settled = settled_status(plane, deployed.function_name)
    assert settled == VersionStatus("Active"), settled
    return open_url(plane, deployed.function_name)


def settled_status(plane: LocalDataPlane, function_name: str = "streamer") -> VersionStatus:
    """Wait until a version is no longer pending."""

    def settled() -> VersionStatus | None:
        status = plane.status(function_name, VERSION)
        return None if status is None or status.state == "Pending" else status

    return wait_until(settled)


def status_of(url: str) -> int:
    """Ask once; gives the HTTP status."""
    return httpx.get(url).status_code
