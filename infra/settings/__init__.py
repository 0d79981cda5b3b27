"""The settings that components take, typed, each with its default and its description.

The descriptions are the only ones there are: the engine shows them from ``Pulumi.yaml``, and
``docs/settings.md`` and ``docs/components.md`` list them. A stack sets the same fields, by the keys
and in the formats of ``table``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final, Literal

import pulumi

from .checked import Checked
from .mistakes import Remove, refuse

Architecture = Literal["x86_64", "arm64"]
UrlAuth = Literal["AWS_IAM", "NONE"]
ScalingMode = Literal["Manual", "Auto"]
OperatorPolicy = Literal["managed", "least"]
Publishing = Literal["latest", "versions"]
LogLevel = Literal["INFO", "TRACE", "DEBUG", "WARN", "ERROR", "FATAL"]
FrontKind = Literal["url", "rest", "http"]
PackageFor = Literal["function", "host"]
ApiDocs = Literal["closed", "always", "never"]
Dependencies = Literal["bundled", "layer"]
Runtime = Literal["python3.13", "python3.14", "nodejs22.x", "nodejs24.x"]

DEFAULT_RUNTIME: Final = "python3.13"


class FunctionSettings(Checked):
    """One execution environment: its size, its variables, and how its function is published."""

    image_uri: pulumi.Input[str] = ""
    """Container image of the application in Amazon ECR, in place of a zip of ``appFolder``: up to
    10 GB, with the web adapter in it (docs/your-application.md). Empty packages the folder. A
    change between both replaces the function, and so the URL."""
    runtime: Runtime = DEFAULT_RUNTIME
    """Runtime of the function. For Python the dependencies of ``requirements.txt`` are packaged; an
    application for Node.js brings its ``node_modules``."""
    health_path: str = "/health"
    """Path of the application that Lambda Web Adapter asks until the answer is a status of 2xx; an
    execution environment takes requests from then on. The answer should need nothing that may be
    slow or fail, and does not stream."""
    memory_mb: int = 2048
    """Memory of one execution environment, in MB, 2048 to 32768: a multiple of the ratio x 1024.
    With the ratio it sets the vCPUs; 2048 MB at 2 GiB per vCPU is one."""
    memory_gib_per_vcpu: int = 2
    """Memory to vCPU ratio, in GiB per vCPU: 2, 4 or 8, the shapes of the EC2 families c, m and r.
    An event loop for each vCPU serves every request, so the leanest shape is the default."""
    max_concurrency: int = 64
    """Requests that one execution environment serves at once, 1 to 64 for each vCPU. An open stream
    holds its slot for its whole length, and waits far more than it computes."""
    workers: int = 0
    """Processes that serve in one execution environment, each with an event loop of its own, 1 to
    16; 0 is one for each vCPU. The application gets the number as ``WEB_CONCURRENCY``, which
    uvicorn and gunicorn read. Fewer save memory where the application holds much of it."""
    timeout_seconds: int = 120
    """The longest stream, in seconds, 1 to 900: a function URL calls synchronously, and such calls
    end after 15 minutes, although LMI allows longer ones."""
    ephemeral_storage_mb: int = 512
    """Size of ``/tmp`` in one execution environment, in MB, 512 to 10240. All requests of an
    environment share it; a service that streams from memory needs no more than the least."""
    publishing: Publishing = "latest"
    """``latest`` publishes to ``$LATEST.PUBLISHED``, which replaces what ran before. ``versions``
    publishes a numbered version each time and moves the alias there, for rollback; old versions
    keep their environments, and cost, until they are parked or deleted. A change of this setting
    replaces the function, and so the URL."""
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, str])
    """Environment variables of the function, beside those of Lambda Web Adapter, which they
    override. They are stored in plain text; secrets have a setting of their own."""
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, str])
    """ARNs of Secrets Manager secrets, by the environment variable that holds each ARN. The
    function may read these secrets and no others; their values are in neither the stack's state nor
    the environment."""
    tracing: bool = True
    """Whether the function sends traces to X-Ray. Traces show where a slow request waited; without
    them there is neither the permission nor the endpoint, which is billed by the hour."""
    bedrock_model: str = ""
    """Id of a model of Amazon Bedrock, or of an inference profile (``eu.PROVIDER.MODEL``), that
    answers in the chat (docs/chat.md#amazon-bedrock). The function may call this model alone, and
    the network gets the endpoint. Empty leaves the chat to the model that is built in."""
    log_level: LogLevel = "INFO"
    """The least level of the application's log that Lambda keeps: TRACE, DEBUG, INFO, WARN, ERROR
    or FATAL. It applies to lines that are JSON with a level. Kept lines are paid for, and below
    INFO there are many."""
    log_retention_days: int = 14
    """Days that CloudWatch Logs keeps the function's log: one of the periods it offers, or 0 to
    keep it for ever. Every day more is paid for."""
    log_kms_key_arn: pulumi.Input[str] = ""
    """ARN of the KMS key for all logs of the stack: the function's, an API's access log and the
    flow log. Its policy must admit CloudWatch Logs of the region; who may read the logs is then
    decided by the key as well. Empty leaves encryption to CloudWatch Logs."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in self.environment.keys() & self.secrets.keys():
            refuse(
                f"environment and secrets both have {name}",
                allowed="each name in one of them",
                fix=Remove(f"environment.{name}"),
            )


class Schedule(Checked):
    """A time that repeats, and how many execution environments the function has from then on."""

    name: str
    """Name of the schedule in EventBridge Scheduler, such as ``evening``."""
    cron: str
    """When it fires: the six fields of EventBridge Scheduler's cron expressions, with a number for
    the minute, weekdays by name, and ``*`` for the year."""
    timezone: str = "UTC"
    """Time zone of these fields, such as ``Europe/Berlin``."""
    minimum: int | None = None
    maximum: int | None = None
    """Execution environments that always run, and that may run, from then on: 0 to 15000. 0 for
    both parks the function. ``None`` takes ``min_environments`` and ``max_environments``."""


class ScalingSettings(Checked):
    """How many execution environments the function has."""

    min_environments: int = 3
    """Execution environments that always run, 0 to 15000; 3 is one for each availability zone. 0,
    with a maximum of 0, switches the function off."""
    max_environments: int = 10
    """Execution environments that may run, from the minimum to 15000. With the concurrency it
    bounds the open streams: 10 x 64."""
    schedules: tuple[Schedule, ...] = ()
    """Times at which EventBridge Scheduler changes the two numbers above, for example to park the
    function at night: a list of maps with ``name``, ``cron`` and, where it is not UTC,
    ``timezone``; ``minimum`` and ``maximum`` where they differ from the two numbers
    (docs/operations.md). While a schedule parks the function, it serves nothing and its instances
    cost nothing."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for schedule in self.schedules:
            least, most = self.numbers(schedule)
            if least > most or (least == 0) != (most == 0):
                refuse(
                    f"schedule {schedule.name} sets {least} to {most} execution environments",
                    allowed="a minimum of 1 to the maximum, or 0 for both, which parks the "
                    "function; a number that a schedule does not name is the stack's",
                    fix=f"set minimum and maximum of {schedule.name} in schedules",
                )
        if self.schedules and all(self.parks(schedule) for schedule in self.schedules):
            refuse(
                "schedules park the function, and none starts it again",
                allowed="at least one schedule with a maximum of 1 or more; requests start nothing",
                fix="add a schedule that starts the function, such as one in the morning",
            )

    def numbers(self, schedule: Schedule) -> tuple[int, int]:
        """Return minimum and maximum of execution environments from the time of a schedule on."""
        least, most = schedule.minimum, schedule.maximum
        return (
            self.min_environments if least is None else least,
            self.max_environments if most is None else most,
        )

    def parks(self, schedule: Schedule) -> bool:
        """Return whether a schedule parks the function."""
        return self.numbers(schedule)[1] == 0

    @property
    def always_runs(self) -> bool:
        """Whether at least one execution environment runs at all times."""
        return self.min_environments > 0 and not any(map(self.parks, self.schedules))


class CapacitySettings(Checked):
    """How the capacity provider scales, and what it launches."""

    max_vcpu: int = 20
    """vCPUs that the capacity provider may run, 2 to 15000: the ceiling of what it costs. At least
    12 start three instances with a spare; every service on it adds what its environments need."""
    scaling_mode: ScalingMode = "Manual"
    """``Manual`` scales the capacity provider towards the CPU target, so that headroom stays your
    decision; ``Auto`` leaves the target to Lambda."""
    cpu_target: int = 70
    """Average CPU utilisation that manual scaling aims at, in percent, 0 to 100, sensibly 20 to 80;
    lower leaves room for bursts and costs more."""
    allowed_instance_types: tuple[str, ...] = ()
    """Instance types of the families c, m and r, or patterns such as ``m7g.*``, that Lambda may
    launch; not together with excluded ones. Empty, which AWS advises, leaves all compatible
    ones."""
    excluded_instance_types: tuple[str, ...] = ()
    """Instance types, or patterns, that Lambda may not launch, for example to keep to what a
    savings plan covers; not together with allowed ones. Empty rules none out."""
    kms_key_arn: pulumi.Input[str] = ""
    """ARN of the KMS key for the instances' volumes; empty takes the key that AWS manages. A change
    replaces the capacity provider, so decide before the first deployment."""
    operator_policy: OperatorPolicy = "managed"
    """``managed`` attaches AWS's own policy to the role that Lambda operates the instances with,
    and AWS maintains it; ``least`` allows this region, these subnets and these security groups
    alone, and you maintain it."""


class NetworkSettings(Checked):
    """The network that the stack creates."""

    cidr: str = "10.0.0.0/16"
    """Addresses of the VPC: a private IPv4 network of /16 to /20, of which each zone takes a 32nd.
    Change it where the VPC is peered with another that has the same. A change replaces the VPC."""
    availability_zones: tuple[str, ...] = ()
    """Names of two to four availability zones to run in. Named zones stay the same for good, and
    previews ask AWS for none; empty, which suits any region, asks AWS and takes the first ones."""
    zone_count: int = 3
    """How many availability zones to run in, 2 to 4, when none is named. With three an outage of
    one leaves two; each zone adds the hourly price of every interface endpoint."""
    nat: bool = False
    """Whether functions reach the internet through a regional NAT gateway. It is for what AWS has
    no endpoint for, and costs about 33 USD a month for each zone and 0.045 USD for each GB."""
    endpoint_accounts: tuple[str, ...] = ()
    """Ids of other accounts whose S3 buckets and DynamoDB tables the function may reach, AWS's own
    accounts among them. The gateway endpoints let nothing else through, so that code in the
    function cannot copy data into a bucket of another account; a call that they refuse ends in
    ``AccessDenied``, "because no VPC endpoint policy allows" it."""
    flow_log_days: int = 3
    """Days that CloudWatch Logs keeps what the network rejected: one of the periods it offers, or 0
    for no flow log."""


class ExistingNetwork(Checked):
    """An existing network that the stack runs in."""

    vpc_id: pulumi.Input[str]
    """Id of an existing VPC to run in, together with its subnets and security groups; its
    endpoints, routes and rules are then yours to maintain. Empty makes a network."""
    subnet_ids: tuple[pulumi.Input[str], ...]
    """Ids of the existing VPC's subnets to run in, in two or more availability zones."""
    security_group_ids: tuple[pulumi.Input[str], ...]
    """Ids of the existing VPC's security groups for the instances, which need TLS out to the
    endpoints and nothing in."""


class UrlSettings(Checked):
    """Who may call the front's address."""

    auth: UrlAuth = "AWS_IAM"
    """``AWS_IAM``, or ``NONE``, which opens the front to the internet. A change replaces a function
    URL, and so its address; going back to ``AWS_IAM`` leaves the statements of the public URL in
    the alias's policy, where they grant nothing but should be removed by hand."""
    auth_reason: str = ""
    """Why ``auth`` is ``NONE``, in a sentence for whoever reviews the stack; a stack that gives
    none is refused. Empty under ``AWS_IAM``."""
    bedrock_open: bool = False
    """Whether everybody on the internet may spend the account's money on the model: ``NONE`` with a
    model of Amazon Bedrock is refused without it."""
    callers: tuple[str, ...] = ()
    """Account ids and IAM role ARNs that may call the function URL under ``AWS_IAM``. Callers of
    the same account need no entry: a policy of their own with ``lambda:InvokeFunctionUrl`` and
    ``lambda:InvokeFunction`` suffices. An API takes none: its callers need ``execute-api:Invoke``
    in a policy of the same account."""
    cors: CorsSettings | None = None
    """What pages of other origins may do; ``None`` leaves that to the application."""


class CorsSettings(Checked):
    """What scripts of web pages may do with the front; ``*`` stands for all."""

    origins: tuple[str, ...]
    """Origins of web pages that may call, such as ``https://app.example.com``, or ``*``. Under a
    function URL, and under an HTTP API that is open; a REST API leaves CORS to the application."""
    methods: tuple[str, ...] = ("GET", "POST")
    """HTTP methods that those pages may use: DELETE, GET, HEAD, PATCH, POST, PUT, or ``*``.
    Browsers ask beforehand for all but GET, HEAD and POST."""
    headers: tuple[str, ...] = (
        "authorization", "content-type",
        "x-amz-content-sha256", "x-amz-date", "x-amz-security-token",
    )  # fmt: skip
    """Request headers that those pages may set, in lower case, or ``*``. The default is what a
    signed request with a JSON body has; a list of your own replaces it."""
    credentials: bool = False
    """Whether browsers send cookies with those pages' calls; only with origins that are named,
    since any page could otherwise call in the name of its visitor."""
    max_age_seconds: int = 600
    """Seconds that a browser may keep the answer to a preflight, 0 to 86400. Ten minutes spare a
    second request before most calls; a change of the settings above takes as long to reach every
    page."""


class ApiSettings(Checked):
    """What an API in front of the function adds; a function URL has none of it."""

    throttle_rate: int = 100
    """Requests a second that an API lets through over time, 1 or more; the account's quota for all
    its APIs is 10000."""
    throttle_burst: int = 200
    """Requests that an API lets through at once, 1 or more; the account's quota is 5000. Above what
    all execution environments serve at once, callers get an error instead."""
    access_logs: bool = True
    """Whether an API writes a line for each request, kept as long as the function's log. For a REST
    API the account must have a CloudWatch Logs role for API Gateway in the region, set once
    (docs/fronts.md)."""
    binary_media_types: tuple[str, ...] = ("*/*",)
    """Media types of request bodies that a REST API hands on byte by byte, such as
    ``multipart/form-data`` or ``image/*``. ``*/*`` is all of them, so that every upload arrives as
    it was sent; bodies of other types are read as UTF-8 text. Such a body is encoded as base64 in
    the event, whose 6 MB then hold 4.5 MB. Streams need none."""


class Settings(Checked):
    """All that a stack may set."""

    region: str
    """Region of every resource."""
    app_folder: str = "app"
    """Folder of the application, from the program's folder or absolute, inside the checkout or not.
    It has the application's code, ``run.sh``, which starts its server, and ``requirements.txt``
    with versions and hashes (docs/your-application.md)."""
    service_name: str = "lmi-streaming"
    """First part of every resource's name, 2 to 46 characters. A change replaces everything: the
    network, the capacity provider, the function, its log and its URL."""
    front: FrontKind = "url"
    """What callers reach the function through (docs/fronts.md). ``url`` is a function URL; ``rest``
    an API Gateway REST API, which streams too and adds throttling and access logs; ``http`` an HTTP
    API, which buffers, and gives up after 30 seconds. A change makes a new address."""
    architecture: Architecture = "x86_64"
    """``x86_64`` or ``arm64`` (Graviton), for the instances, the function, its wheels and the web
    adapter. More packages have wheels for ``x86_64``; ``arm64`` costs about a fifth less."""
    endpoints: tuple[str, ...] = ()
    """AWS services that the application calls, each as its endpoint's suffix (``sqs``,
    ``bedrock-runtime``), beside CloudWatch Logs, X-Ray, S3 and DynamoDB; the setting for secrets
    brings the endpoint of Secrets Manager. Interface endpoints are billed by the hour in each
    zone."""
    api_docs: ApiDocs = "closed"
    """Where the application serves ``/docs`` and ``/openapi.json``: ``closed`` only behind a front
    that is not open to the internet, ``always``, or ``never``. They tell every caller what the
    application can do."""
    capacity_provider_arn: pulumi.Input[str] = ""
    """ARN of an existing capacity provider to run on, in the same account and region, so that small
    services share its instances. Empty makes one, with its network."""
    trust_zone: str = ""
    """Value of the tag ``trust-zone`` on the capacity provider and the function. The provider is
    the trust boundary, so what shares it should trust each other. Empty tags nothing."""
    observability: bool = False
    """Whether there are alarms on what goes wrong on LMI, an encrypted topic that they are
    published to, a dashboard and saved log queries. It costs some five USD a month; Pulumi.dev.yaml
    has it."""
    protect: bool = False
    """Whether Pulumi refuses to delete or replace the log group, the function, its alias and the
    front: a lost log stays lost, and a new URL has another address. Pulumi.prod.yaml has it;
    docs/operations.md has the step that lifts it."""
    dependencies: Dependencies = "bundled"
    """``bundled`` puts the dependencies of ``requirements.txt`` into the zip. ``layer`` puts them
    into a layer, which is uploaded only when they change, so that a change of code uploads
    kilobytes; ``run.sh`` then puts ``/opt/python`` on the path. Both share 250 MB."""
    package_for: PackageFor = "function"
    """``function`` builds the zip for the function's runtime; ``host`` builds it for this machine,
    with this machine's architecture, for the local AWS alone."""
    existing_network: ExistingNetwork | None = None
    """The network to run in; ``None`` makes one."""
    network: NetworkSettings = NetworkSettings()
    capacity: CapacitySettings = CapacitySettings()
    function: FunctionSettings = field(default_factory=FunctionSettings)
    scaling: ScalingSettings = field(default_factory=ScalingSettings)
    url: UrlSettings = UrlSettings()
    api: ApiSettings = ApiSettings()
    """The settings of each component."""

    @property
    def serves_api_docs(self) -> bool:
        """Whether the application serves its documentation."""
        return self.api_docs == "always" or (
            self.api_docs == "closed" and self.url.auth == "AWS_IAM"
        )
