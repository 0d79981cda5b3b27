"""What a stack may set, and what each setting means.

The defaults are those of ``Pulumi.yaml``, which the engine fills in before the program starts. The
classes have them too, for programs of others that use the components.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Architecture = Literal["x86_64", "arm64"]
UrlAuth = Literal["AWS_IAM", "NONE"]
ScalingMode = Literal["Manual", "Auto"]
OperatorPolicy = Literal["managed", "least"]
Publishing = Literal["latest", "versions"]
LogLevel = Literal["INFO", "TRACE", "DEBUG", "WARN", "ERROR", "FATAL"]
FrontKind = Literal["url", "rest", "http"]
PackageFor = Literal["function", "host"]


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """What network the stack makes.

    Attributes
    ----------
    cidr
        Its addresses: an IPv4 network of /16 to /20, of which each zone takes a 32nd.
    availability_zones
        Names of two to four zones to run in; empty asks AWS, and takes the first of the region.
    zone_count
        How many zones that takes, 2 to 4; each adds the price of every interface endpoint.
    nat
        Whether functions reach the internet, for about 33 USD a month and zone.
    flow_log_days
        Days that rejected traffic is logged, as CloudWatch Logs offers them; 0 logs none.
    """

    cidr: str = "10.0.0.0/16"
    availability_zones: tuple[str, ...] = ()
    zone_count: int = 3
    nat: bool = False
    flow_log_days: int = 3


@dataclass(frozen=True, kw_only=True)
class ExistingNetwork:
    """A network that the stack runs in and does not make."""

    vpc_id: str
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CapacitySettings:
    """How the capacity provider scales, and what it launches.

    Attributes
    ----------
    max_vcpu
        vCPUs that its instances may have together, 2 to 15000: the ceiling of what it costs. At
        least 12 start three instances; every service on it adds what its environments need.
    scaling_mode
        ``Manual`` scales towards ``cpu_target``, ``Auto`` leaves the target to Lambda.
    cpu_target
        Average CPU utilisation that manual scaling aims at, in percent, sensibly 20 to 80.
    allowed_instance_types, excluded_instance_types
        Types of the families c, m and r, or patterns such as ``m7g.*``; at most one of the two has
        any (CP-11).
    kms_key_arn
        Key of the instances' volumes; empty takes the key that AWS manages. A change replaces the
        capacity provider.
    operator_policy
        ``managed`` by AWS, or the ``least`` that this provider needs (IAM-03).
    """

    max_vcpu: int = 20
    scaling_mode: ScalingMode = "Manual"
    cpu_target: int = 70
    allowed_instance_types: tuple[str, ...] = ()
    excluded_instance_types: tuple[str, ...] = ()
    kms_key_arn: str = ""
    operator_policy: OperatorPolicy = "managed"


@dataclass(frozen=True, kw_only=True)
class FunctionSettings:
    """One execution environment: its size, what it is told, and how it is published.

    Attributes
    ----------
    memory_mb
        Memory in MB, 2048 to 32768: a multiple of the ratio x 1024, each of which is one vCPU.
    memory_gib_per_vcpu
        Memory to vCPU ratio in GiB per vCPU: 2, 4 or 8, the EC2 families c, m and r.
    max_concurrency
        Requests that it serves at once, 1 to 64 for each vCPU.
    timeout_seconds
        The longest invocation, from 1 to 900 seconds.
    ephemeral_storage_mb
        Size of ``/tmp`` in MB, 512 to 10240, shared by all of its requests.
    publishing
        ``latest`` publishes to ``$LATEST.PUBLISHED``, ``versions`` a numbered version each time.
        A change replaces the function.
    environment
        Environment variables beside the web adapter's, which they may override.
    secrets
        ARNs of secrets that the function may read, by the environment variable that tells each.
    tracing
        Whether it sends traces to X-Ray, which takes an endpoint in a closed network.
    log_level
        The least level that Lambda keeps of the application's JSON lines, TRACE to FATAL.
    log_retention_days
        Days that its log is kept, as CloudWatch Logs offers them; 0 is for ever.
    log_kms_key_arn
        Key of its log; empty leaves encryption to CloudWatch Logs.
    """

    memory_mb: int = 2048
    memory_gib_per_vcpu: int = 2
    max_concurrency: int = 64
    timeout_seconds: int = 120
    ephemeral_storage_mb: int = 512
    publishing: Publishing = "latest"
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, str] = field(default_factory=dict[str, str])
    tracing: bool = True
    log_level: LogLevel = "INFO"
    log_retention_days: int = 14
    log_kms_key_arn: str = ""


@dataclass(frozen=True, kw_only=True)
class ScalingSettings:
    """How many execution environments the function has.

    Attributes
    ----------
    min_environments
        How many always run, 0 to 15000; one for each zone outlives an outage. 0, with
        ``max_environments`` 0, switches the function off.
    max_environments
        How many may run, up to 15000.
    """

    min_environments: int = 3
    max_environments: int = 10


@dataclass(frozen=True, kw_only=True)
class CorsSettings:
    """What scripts of web pages may do with the front; ``*`` stands for all.

    Attributes
    ----------
    origins
        Origins of the pages, such as ``https://app.example.com``; at least one.
    methods
        HTTP methods that they may use: DELETE, GET, HEAD, PATCH, POST, PUT.
    headers
        Request headers that they may set, in lower case.
    credentials
        Whether browsers send cookies; not together with the origin ``*``.
    max_age_seconds
        How long a browser may keep the answer to a preflight, 0 to 86400.
    """

    origins: tuple[str, ...]
    methods: tuple[str, ...] = ("GET", "POST")
    headers: tuple[str, ...] = (
        *("authorization", "content-type"),
        *("x-amz-content-sha256", "x-amz-date", "x-amz-security-token"),
    )
    credentials: bool = False
    max_age_seconds: int = 600


@dataclass(frozen=True, kw_only=True)
class UrlSettings:
    """Who may call the front's address.

    Attributes
    ----------
    auth
        ``AWS_IAM``, or ``NONE`` for everyone.
    callers
        Account ids and role ARNs that the alias's policy admits to the function URL; empty under
        ``NONE`` and before an API.
    cors
        What pages of other origins may do; ``None`` leaves that to the application.
    """

    auth: UrlAuth = "AWS_IAM"
    callers: tuple[str, ...] = ()
    cors: CorsSettings | None = None


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """What an API in front of the function does besides; a function URL has none of it.

    Attributes
    ----------
    throttle_rate
        Requests a second that it lets through over time, at least 1.
    throttle_burst
        Requests that it lets through at once, at least 1.
    access_logs
        Whether it writes a line for each request; for a REST API the account needs a role for it.
    """

    throttle_rate: int = 100
    throttle_burst: int = 200
    access_logs: bool = True


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that a stack may set.

    Attributes
    ----------
    region
        Region of every resource.
    network, existing_network
        The network to make, unless there is one.
    endpoints
        Services that it gets an endpoint to, beside those that every function needs.
    architecture
        Architecture of the function, when it is packaged for the function.
    package_for
        Whether the zip is built for the function's runtime or for this machine.
    capacity_provider_arn
        An existing capacity provider to run on; empty makes one, with its network.
    trust_zone
        What functions on one capacity provider must share (SEC-01); empty tags nothing.
    front
        What callers reach the function through.
    observability
        Whether there are alarms, a dashboard and saved log queries.
    protect
        Whether Pulumi refuses to delete the log, and what the URL's address hangs on.
    """

    region: str
    network: NetworkSettings
    existing_network: ExistingNetwork | None
    endpoints: tuple[str, ...]
    architecture: Architecture
    package_for: PackageFor
    capacity_provider_arn: str
    trust_zone: str
    observability: bool
    protect: bool
    capacity: CapacitySettings
    function: FunctionSettings
    scaling: ScalingSettings
    front: FrontKind
    url: UrlSettings
    api: ApiSettings
