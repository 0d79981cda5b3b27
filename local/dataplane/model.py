"""What the Lambda API, API Gateway and the log exchange with the data plane."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from local.dataplane.cors import Cors
from local.dataplane.prelude import PayloadFormat


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A version of a function, with all that an execution environment needs."""

    function_name: str
    function_arn: str
    """Both unqualified."""
    version: str
    """``$LATEST.PUBLISHED`` or a number, as text; of an ordinary function also ``$LATEST``."""
    zip_file: Path
    """The deployed archive. Its content never changes; new code has a new path."""
    runtime: str
    handler: str
    """A start script in the archive, such as ``run.sh``, or a handler, such as
    ``module.function``."""
    memory_mb: int
    timeout_seconds: int
    variables: Mapping[str, str]
    layers: tuple[str, ...]
    """ARNs of layer versions."""
    layer_files: tuple[Path, ...] = ()
    """Archives of those layers that this local AWS has, in the same order."""
    log_group: str
    log_format: str
    """``JSON`` or ``Text``."""
    application_log_level: str
    """The least level of the function's own lines that reaches the log."""
    system_log_level: str
    """The least level of Lambda's lines that reaches the log."""
    region: str
    credentials: Mapping[str, str]
    """The environment variables with the keys of the execution role."""
    is_traced: bool = False
    """Whether Lambda writes segments to X-Ray (tracing mode ``Active``)."""
    capacity_provider: str | None = None
    """Name of the capacity provider; ``None`` for an ordinary function, whose environments are made
    on demand."""
    vcpus: int = 0
    """vCPUs of one environment; 0 for an ordinary function, which has a share of one."""
    max_concurrency: int = 1
    """Requests that one environment serves at once."""
    max_vcpus: Callable[[], int] | None = None
    """Returns how many vCPUs all environments on the capacity provider may have together now
    (``MaxVCpuCount``); ``None`` is no bound."""
    edits: Mapping[str, Path] | None = None
    """Files by their path in the archive, which ``make dev`` tries out in place of deployed ones:
    all of them together replace the top-level files and folders that they are in. ``None`` as
    deployed."""


@dataclass(frozen=True)
class VersionStatus:
    """The status of a published version, with the values of the Lambda API.

    It is ``Pending`` until the wanted environments are ready, then ``Active``; ``Deactivated`` at
    zero environments (docs/facts/lmi.md#scaling-to-zero); ``Failed`` when an environment could not
    start. The code is then a member of ``StateReasonCode``, and the reason has the last lines of
    the function's output where they explain it.
    """

    state: Literal["Pending", "Active", "Deactivated", "Failed"]
    reason_code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class VersionUsage:
    """The execution environments that serve a published version now, and their slots.

    It is ``edited`` if edited files serve, not those that are deployed.
    """

    function_name: str
    version: str
    state: str
    environments: int
    slots: int
    slots_in_use: int
    edited: bool = False


@dataclass(frozen=True)
class EditResult:
    """What became of an edit; the reason of a failure has the last lines of the output.

    It is superseded when another deployment or edit came before this one served.
    """

    outcome: Literal["served", "failed", "superseded"]
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Target:
    """The function behind a front."""

    function_arn: str
    """As the URL or the integration has it; empty if it has none."""
    auth_type: Literal["NONE", "AWS_IAM"]
    version: Callable[[], str | None]
    """Returns the version that the ARN means now; ``None`` if there is none, or when the function's
    policy does not let an API in."""
    streams: bool
    """Whether the response is streamed, not collected first."""
    timeout_seconds: float | None = None
    """Longest wait for the whole response; ``None`` is that of the function."""

    @property
    def function_name(self) -> str:
        """Name of the function, unqualified."""
        return self.function_arn.split(":")[6] if self.function_arn else ""


@dataclass(frozen=True, kw_only=True)
class UrlRoute(Target):
    """A function URL that the data plane serves; without ``cors``, CORS is left to the function."""

    url_id: str
    cors: Cors | None = None


@dataclass(frozen=True, kw_only=True)
class ApiTarget(Target):
    """The target of a request to a deployed API."""

    resource: str
    """Path pattern of the matching resource, such as ``/{proxy+}``, or the route key of an HTTP
    API."""
    path_parameters: Mapping[str, str]
    """Values of the variables in that path."""
    binary_media_types: Sequence[str] = ()
    """Media types of bodies that a REST API hands on byte by byte, such as ``image/*``."""
    payload_format: PayloadFormat = "2.0"
    """As the integration of an HTTP API has it."""


@dataclass(frozen=True, kw_only=True)
class ApiRoute:
    """A stage of an API Gateway API that the data plane serves.

    The stage ``$default`` is served at the root, every other one under its name. ``target`` takes
    method and path, without the stage, and returns ``None`` if the API has no such method. Only
    HTTP APIs have a CORS configuration; without one CORS is left to the function.
    """

    api_id: str
    stage: str
    kind: Literal["REST", "HTTP"]
    target: Callable[[str, str], ApiTarget | None]
    cors: Cors | None = None

    @property
    def id(self) -> str:
        """A unique id of the stage."""
        return f"{self.api_id}/{self.stage}"

    @property
    def base_path(self) -> str:
        """The prefix of every path of the stage."""
        return "" if self.stage == "$default" else f"/{self.stage}"


@dataclass(frozen=True)
class LogStream:
    """The log group and log stream of an execution environment."""

    region: str
    group: str
    name: str


WriteLog = Callable[[LogStream, list[str]], None]
"""Appends complete lines, without line ends, to a log. Must not raise, nor block for long."""
