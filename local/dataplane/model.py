"""What the Lambda API, API Gateway and the log exchange with the data plane."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from local.dataplane.cors import Cors
from local.dataplane.prelude import PayloadFormat


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A version of a function, with all that an execution environment needs.

    Attributes
    ----------
    function_name
        Name of the function, unqualified.
    function_arn
        Unqualified ARN of the function.
    version
        ``$LATEST.PUBLISHED`` or a number, as text; of an ordinary function also ``$LATEST``.
    zip_file
        The deployed archive. Its content never changes; new code has a new path.
    runtime
        Identifier of the runtime, such as ``python3.13``.
    handler
        The start script inside the archive, such as ``run.sh``, or a Python handler, such as
        ``module.function``.
    memory_mb, timeout_seconds
        As configured; the timeout is that of one invocation.
    capacity_provider
        Name of the capacity provider; ``None`` of an ordinary function, whose environments are made
        on demand.
    vcpus
        vCPUs of one environment; 0 of an ordinary function, which has a share of one.
    max_vcpus
        Returns how many vCPUs all environments on the capacity provider may have together now
        (``MaxVCpuCount``); ``None`` is no bound.
    variables
        The function's own environment variables.
    layers
        Layer version ARNs.
    layer_files
        Archives of the layers that this local AWS has, in their order.
    max_concurrency
        Requests that one environment serves at once (``PerExecutionEnvironmentMaxConcurrency``); 1
        of an ordinary function.
    log_group
        Name of the log group for the environment's output.
    log_format
        ``JSON`` or ``Text``, as in ``LoggingConfig``.
    application_log_level, system_log_level
        The least levels that reach the log, as in ``LoggingConfig``.
    region
        Region of the function.
    credentials
        The environment variables with the keys of the execution role.
    is_traced
        Whether Lambda writes segments to X-Ray (tracing mode ``Active``).
    edits
        Files by their path in the archive, which ``make dev`` tries out in place of deployed ones:
        all of them together replace the top-level files and folders that they are in.
        ``None`` as deployed.
    """

    function_name: str
    function_arn: str
    version: str
    zip_file: Path
    runtime: str
    handler: str
    memory_mb: int
    timeout_seconds: int
    capacity_provider: str | None
    vcpus: int
    variables: Mapping[str, str]
    layers: tuple[str, ...]
    max_concurrency: int
    log_group: str
    log_format: str
    application_log_level: str
    system_log_level: str
    region: str
    credentials: Mapping[str, str]
    is_traced: bool = False
    max_vcpus: Callable[[], int] | None = None
    layer_files: tuple[Path, ...] = ()
    edits: Mapping[str, Path] | None = None


@dataclass(frozen=True)
class VersionStatus:
    """The status of a published version, with the values of the Lambda API.

    Attributes
    ----------
    state
        ``Pending`` until the wanted environments are ready, then ``Active``; ``Deactivated`` at
        zero environments (docs/facts/lmi.md#scaling-to-zero); ``Failed`` when an environment could
        not start.
    reason_code
        A member of the API's ``StateReasonCode`` enum when ``Failed``.
    reason
        A message, with the last lines of the function's output where they explain it.
    """

    state: Literal["Pending", "Active", "Deactivated", "Failed"]
    reason_code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class VersionUsage:
    """The execution environments and slots of a published version at one moment.

    Attributes
    ----------
    function_name
        Name of the function, unqualified.
    version
        ``$LATEST.PUBLISHED`` or a number, as text.
    state
        As in ``VersionStatus``.
    environments
        Number of execution environments that serve.
    slots, slots_in_use
        Invocations that they can run at once, and that they run now.
    edited
        Whether edited files serve, not those that are deployed.
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
    """What became of an edit.

    Attributes
    ----------
    outcome
        ``superseded`` when another deployment or edit came before this one served.
    reason
        Why it failed, with the last lines of the function's output where they explain it.
    """

    outcome: Literal["served", "failed", "superseded"]
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Target:
    """The function behind a front.

    Attributes
    ----------
    function_arn
        ARN of the function, as the URL or the integration has it; empty if it has none.
    auth_type
        ``NONE`` or ``AWS_IAM``.
    version
        Returns the version that the ARN means now; ``None`` if there is none, or when the
        function's policy does not let an API in.
    streams
        Whether the response is streamed, not collected first.
    timeout_seconds
        Longest wait for the whole response; ``None`` is that of the function.
    """

    function_arn: str
    auth_type: Literal["NONE", "AWS_IAM"]
    version: Callable[[], str | None]
    streams: bool
    timeout_seconds: float | None = None

    @property
    def function_name(self) -> str:
        """Name of the function, unqualified."""
        return self.function_arn.split(":")[6] if self.function_arn else ""


@dataclass(frozen=True, kw_only=True)
class UrlRoute(Target):
    """A function URL that the data plane serves.

    Attributes
    ----------
    url_id
        The URL's id.
    cors
        The CORS configuration; ``None`` leaves CORS to the function.
    """

    url_id: str
    cors: Cors | None = None


@dataclass(frozen=True, kw_only=True)
class ApiTarget(Target):
    """The target of a request to a deployed API.

    Attributes
    ----------
    resource
        Path pattern of the matching resource, such as ``/{proxy+}``; of an HTTP API the route key.
    path_parameters
        Values of the pattern's variables.
    binary_media_types
        Media types of bodies that a REST API hands on byte by byte, such as ``image/*``.
    payload_format
        As the integration of an HTTP API has it.
    """

    resource: str
    path_parameters: Mapping[str, str]
    binary_media_types: Sequence[str] = ()
    payload_format: PayloadFormat = "2.0"


@dataclass(frozen=True, kw_only=True)
class ApiRoute:
    """A stage of an API Gateway API that the data plane serves.

    Attributes
    ----------
    api_id, stage
        The API's id and the stage's name. The stage ``$default`` is served at the root, every other
        one under its name.
    kind
        ``REST`` or ``HTTP``, which differ in events and refusals.
    target
        Takes method and path, without the stage; returns ``None`` if the API has no such method.
    cors
        The CORS configuration, which only HTTP APIs have; ``None`` leaves CORS to the function.
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


class LogSink(Protocol):
    """Receives the output of execution environments."""

    def write(self, stream: LogStream, lines: list[str]) -> None:
        """Append complete lines, without line ends. Must not raise, nor block for long."""
