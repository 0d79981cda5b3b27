"""What Lambda API and API Gateway tell the data plane, and what it may ask back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from local.dataplane.cors import Cors

RESERVED_VARIABLES = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""Environment variables that Lambda itself sets, and that no function may (CON-09).

`AWS_LAMBDA_MAX_CONCURRENCY` is missing: there are reports of functions that set it.
"""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One published version of a function, with all that an execution environment needs.

    Attributes
    ----------
    function_name
        Name of the function, unqualified.
    function_arn
        Unqualified ARN of the function.
    version
        `$LATEST.PUBLISHED` or a number, as text.
    zip_file
        The deployed archive. Its content never changes; new code is a new path.
    handler
        The start script inside the archive, e.g. `run.sh`.
    memory_mb, timeout_seconds
        As configured; the timeout bounds one invocation.
    variables
        The function's own environment variables.
    layers
        Layer version ARNs. The web adapter's layer is the one that can be run here.
    max_concurrency
        Requests that one environment serves at once (`PerExecutionEnvironmentMaxConcurrency`).
    log_group
        Name of the log group that takes the environment's output.
    region
        Region of the function.
    """

    function_name: str
    function_arn: str
    version: str
    zip_file: Path
    handler: str
    memory_mb: int
    timeout_seconds: int
    variables: Mapping[str, str]
    layers: tuple[str, ...]
    max_concurrency: int
    log_group: str
    region: str


@dataclass(frozen=True)
class VersionStatus:
    """How a published version is doing, in the words of the Lambda API.

    Attributes
    ----------
    state
        `Pending` until the wanted environments are up, then `Active`; `Deactivated` at zero
        environments (docs/facts/lmi.md#scaling-to-zero); `Failed` when an environment could not
        start.
    reason_code
        A member of the API's `StateReasonCode` enum when `Failed`.
    reason
        One sentence for people, with the last words of the function's output when it helps.
    """

    state: Literal["Pending", "Active", "Deactivated", "Failed"]
    reason_code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class UrlRoute:
    """A function URL that the data plane serves.

    Attributes
    ----------
    url_id
        The URL's id.
    function_name
        Name of the function, unqualified.
    auth_type
        `NONE` or `AWS_IAM`.
    invoke_mode
        `BUFFERED` or `RESPONSE_STREAM`.
    version
        Gives the version that the URL's qualifier points at now, `None` when it points nowhere.
    cors
        What browsers may do; `None` leaves that to the function.
    """

    url_id: str
    function_name: str
    auth_type: Literal["NONE", "AWS_IAM"]
    invoke_mode: Literal["BUFFERED", "RESPONSE_STREAM"]
    version: Callable[[], str | None]
    cors: Cors | None = None


@dataclass(frozen=True, kw_only=True)
class ApiTarget:
    """What a deployed API does with a request.

    Attributes
    ----------
    resource
        Path pattern of the matching resource, e.g. `/{proxy+}`; of an HTTP API the route key.
    path_parameters
        What the pattern's variables stand for.
    auth_type
        `NONE` or `AWS_IAM`.
    function_name
        Name of the function, unqualified.
    version
        Gives the version that the integration's function ARN points at now; `None` when it points
        nowhere, or when the function's policy does not let the API in.
    streams
        Whether the response is passed on as it comes.
    timeout_seconds
        How long the integration waits for the whole response.
    """

    resource: str
    path_parameters: Mapping[str, str]
    auth_type: Literal["NONE", "AWS_IAM"]
    function_name: str
    version: Callable[[], str | None]
    streams: bool
    timeout_seconds: float


@dataclass(frozen=True, kw_only=True)
class ApiRoute:
    """A stage of an API Gateway API that the data plane serves.

    Attributes
    ----------
    api_id, stage
        The API's id and the stage's name. The stage `$default` is served at the root, every other
        one under its name.
    kind
        `REST` or `HTTP`; they word events and refusals differently.
    target
        Takes method and path, without the stage; gives `None` for what the API does not have.
    cors
        What browsers may do, which HTTP APIs alone can tell; `None` leaves it to the function.
    """

    api_id: str
    stage: str
    kind: Literal["REST", "HTTP"]
    target: Callable[[str, str], ApiTarget | None]
    cors: Cors | None = None

    @property
    def id(self) -> str:
        """Tells the stage from every other one."""
        return f"{self.api_id}/{self.stage}"

    @property
    def base_path(self) -> str:
        """What every path of the stage begins with."""
        return "" if self.stage == "$default" else f"/{self.stage}"


class DataPlane(Protocol):
    """What Lambda API and API Gateway need of a data plane.

    Every call is thread-safe and returns at once.
    """

    def deploy(self, deployment: Deployment, environments: int) -> None:
        """Bring a published version up beside what runs, then let it take over the traffic."""

    def scale(self, function_name: str, version: str, environments: int) -> None:
        """Keep exactly this many environments of a published version."""

    def retire(self, function_name: str, version: str) -> None:
        """Stop every environment of a published version; unknown versions are fine."""

    def status(self, function_name: str, version: str) -> VersionStatus | None:
        """Return how a published version is doing; `None` when it was never deployed."""

    def open_url(self, route: UrlRoute) -> str:
        """Serve a function URL, or change a served one; gives its address, ending in a slash."""
        ...

    def close_url(self, url_id: str) -> None:
        """Stop serving a function URL; unknown ids are fine."""

    def open_api(self, route: ApiRoute) -> str:
        """Serve a stage of an API, or change a served one; gives its address, ending in a slash."""
        ...

    def close_api(self, route_id: str) -> None:
        """Stop serving a stage; unknown ids are fine."""


@dataclass(frozen=True)
class LogStream:
    """Where in CloudWatch Logs an execution environment writes."""

    region: str
    group: str
    name: str


class LogSink(Protocol):
    """Where the output of execution environments goes."""

    def write(self, stream: LogStream, lines: list[str]) -> None:
        """Append whole lines, without their line ends; never raises or blocks long."""
