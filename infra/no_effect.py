"""Settings that would be ignored: whoever sets one expects something of it, and is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from infra.stack_config import StackConfig

_NETWORK: Final = (
    "vpcCidr",
    "availabilityZones",
    "zoneCount",
    "endpoints",
    "nat",
    "flowLogDays",
)
_CAPACITY: Final = (
    "maxVcpu",
    "scalingMode",
    "cpuTarget",
    "allowedInstanceTypes",
    "excludedInstanceTypes",
    "capacityKmsKeyArn",
    "operatorPolicy",
)


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """Settings that another one makes meaningless.

    Attributes
    ----------
    keys
        The settings.
    holds
        Whether the other setting is such.
    why
        What it is, and what follows.
    undo
        The change of it that gives the settings a meaning.
    """

    keys: tuple[str, ...]
    holds: Callable[[StackConfig], bool]
    why: str
    undo: str


def _differs(key: str) -> Callable[[StackConfig], bool]:
    return lambda stack: stack.is_changed(key)


def _is(key: str, value: str) -> Callable[[StackConfig], bool]:
    return lambda stack: stack.text(key) == value


IGNORED: Final = (
    Ignored(
        keys=(*_NETWORK, *_CAPACITY),
        holds=_differs("capacityProviderArn"),
        why="capacityProviderArn is set, and that provider has its own network and scaling",
        undo="pulumi config rm capacityProviderArn",
    ),
    Ignored(
        keys=_NETWORK,
        holds=_differs("vpcId"),
        why="vpcId is set, and the stack then makes no network",
        undo="pulumi config rm each of securityGroupIds, subnetIds, vpcId",
    ),
    Ignored(
        keys=("zoneCount",),
        holds=_differs("availabilityZones"),
        why="availabilityZones names the zones",
        undo="pulumi config rm availabilityZones",
    ),
    Ignored(
        keys=("cpuTarget",),
        holds=_is("scalingMode", "Auto"),
        why="scalingMode is Auto, which leaves the target to Lambda",
        undo="pulumi config set scalingMode Manual",
    ),
    Ignored(
        keys=("architecture",),
        holds=_is("packageFor", "host"),
        why="packageFor is host, and this machine's architecture then counts",
        undo="pulumi config set packageFor function",
    ),
    Ignored(
        keys=("throttleRate", "throttleBurst", "accessLogs"),
        holds=_is("front", "url"),
        why="front is url, and a function URL has neither throttle nor access log",
        undo="pulumi config set front rest",
    ),
    Ignored(
        keys=("urlCallers",),
        holds=lambda stack: stack.text("front") != "url",
        why="front is an API, whose callers need execute-api:Invoke in a policy of their own "
        "account instead",
        undo="pulumi config set front url",
    ),
    Ignored(
        keys=("urlCallers",),
        holds=_is("urlAuth", "NONE"),
        why="urlAuth is NONE, which lets everyone call",
        undo="pulumi config set urlAuth AWS_IAM",
    ),
    Ignored(
        keys=("urlAuthReason",),
        holds=_is("urlAuth", "AWS_IAM"),
        why="urlAuth is AWS_IAM, which needs no reason",
        undo="pulumi config set urlAuth NONE",
    ),
    Ignored(
        keys=("corsOrigins",),
        holds=_is("front", "rest"),
        why="front is rest, and a REST API leaves CORS to the application (docs/fronts.md)",
        undo="pulumi config set front url",
    ),
    Ignored(
        keys=("corsMethods", "corsHeaders", "corsCredentials", "corsMaxAge"),
        holds=_is("corsOrigins", "[]"),
        why="corsOrigins is empty, and no page of another origin may call",
        undo="pulumi config set --path --type string 'corsOrigins[0]' https://app.example.com",
    ),
)
"""In this order they are looked for."""


def refuse_ignored(stack: StackConfig) -> None:
    """Refuse the first setting that would be ignored.

    Raises
    ------
    pulumi.RunError
        With the one line to show.
    """
    for ignored in IGNORED:
        for key in ignored.keys:
            if stack.is_changed(key) and ignored.holds(stack):
                stack.refuse_ignored(key, ignored.why, ignored.undo)
