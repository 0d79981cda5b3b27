"""What makes settings meaningless: one that would be ignored is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..limits import ADAPTER_READINESS_PATH
from .mistakes import Fix, Remove, Set

WEB_CONCURRENCY: Final = "WEB_CONCURRENCY"
"""The variable that servers of web applications take the number of their workers from, such as
uvicorn (https://uvicorn.dev/settings/) and gunicorn."""
API_DOCS: Final = "API_DOCS"
BEDROCK_MODEL: Final = "BEDROCK_MODEL"
"""The variables that the sample takes the settings of nearly these names from."""

Values = Mapping[str, Any]
"""What the stack sets, by key."""


@dataclass(frozen=True)
class Override:
    """What makes some settings meaningless."""

    keys: tuple[str, ...]  # the settings
    is_active: Callable[[Values], bool]  # whether the values of a stack have it
    why: str  # what is set, and what follows
    remedy: Fix  # the change that gives the settings a meaning


def _by_variable(key: str, variable: str, reader: str) -> Override:
    """Return how a variable of ``environment`` makes a setting meaningless."""
    return Override(
        (key,),
        lambda values: variable in values["environment"],
        f"environment has {variable}, which {reader} then reads",
        Remove(f"environment.{variable}"),
    )


_OF_CAPACITY: Final = (
    "maxVcpu", "scalingMode", "cpuTarget", "allowedInstanceTypes", "excludedInstanceTypes",
    "capacityKmsKeyArn", "operatorPolicy",
)  # fmt: skip
_OF_NETWORK: Final = (
    "vpcCidr", "availabilityZones", "zoneCount", "endpoints", "endpointAccounts", "nat",
    "flowLogDays",
)  # fmt: skip

OVERRIDES: Final = (
    Override(
        (*_OF_CAPACITY, *_OF_NETWORK),
        lambda values: bool(values["capacityProviderArn"]),
        "capacityProviderArn is set, and that provider has its own network and scaling",
        Remove("capacityProviderArn"),
    ),
    Override(
        _OF_NETWORK,
        lambda values: bool(values["vpcId"]),
        "vpcId is set, and the stack then makes no network",
        Remove("vpcId", "subnetIds", "securityGroupIds"),
    ),
    Override(
        ("zoneCount",),
        lambda values: bool(values["availabilityZones"]),
        "availabilityZones names the zones",
        Remove("availabilityZones"),
    ),
    Override(
        ("cpuTarget",),
        lambda values: values["scalingMode"] == "Auto",
        "scalingMode is Auto, which leaves the target to Lambda",
        Set("scalingMode", "Manual"),
    ),
    _by_variable("healthPath", ADAPTER_READINESS_PATH, "the web adapter"),
    Override(
        ("appFolder", "runtime", "dependencies"),
        lambda values: bool(values["imageUri"]),
        "imageUri is set, and the image has the application",
        Remove("imageUri"),
    ),
    Override(
        ("dependencies",),
        lambda values: values["runtime"].startswith("nodejs"),
        "runtime is for Node.js, whose applications bring their packages",
        Remove("runtime"),
    ),
    _by_variable("workers", WEB_CONCURRENCY, "the application"),
    _by_variable("apiDocs", API_DOCS, "the application"),
    _by_variable("bedrockModel", BEDROCK_MODEL, "the application"),
    Override(
        ("architecture",),
        lambda values: values["packageFor"] == "host",
        "packageFor is host, and this machine's architecture then counts",
        Set("packageFor", "function"),
    ),
    Override(
        ("throttleRate", "throttleBurst", "accessLogs"),
        lambda values: values["front"] == "url",
        "front is url, and a function URL has neither throttle nor access log",
        Set("front", "rest"),
    ),
    Override(
        ("urlCallers",),
        lambda values: values["front"] != "url",
        "front is an API, whose callers need execute-api:Invoke in a policy of their own account "
        "instead",
        Set("front", "url"),
    ),
    Override(
        ("bedrockOpen",),
        lambda values: values["urlAuth"] == "AWS_IAM",
        "urlAuth is AWS_IAM, and only signed requests reach the model",
        Set("urlAuth", "NONE"),
    ),
    Override(
        ("bedrockOpen",),
        lambda values: not values["bedrockModel"],
        "bedrockModel is empty, and the built-in model costs nothing",
        Set("bedrockModel", "MODEL"),
    ),
    Override(
        ("binaryMediaTypes",),
        lambda values: values["front"] != "rest",
        "front is no REST API, and the other fronts hand every body on as it was sent",
        Set("front", "rest"),
    ),
    Override(
        ("urlCallers",),
        lambda values: values["urlAuth"] == "NONE",
        "urlAuth is NONE, which lets everyone call",
        Set("urlAuth", "AWS_IAM"),
    ),
    Override(
        ("urlAuthReason",),
        lambda values: values["urlAuth"] == "AWS_IAM",
        "urlAuth is AWS_IAM, which needs no reason",
        Set("urlAuth", "NONE"),
    ),
    Override(
        ("corsOrigins",),
        lambda values: values["front"] == "rest",
        "front is rest, and a REST API leaves CORS to the application (docs/fronts.md)",
        Set("front", "url"),
    ),
    Override(
        ("corsMethods", "corsHeaders", "corsCredentials", "corsMaxAge"),
        lambda values: not values["corsOrigins"],
        "corsOrigins is empty, and no page of another origin may call",
        Set("corsOrigins[0]", "https://app.example.com", is_text=True),
    ),
)
"""Every override; where several are active for a setting, the first is told."""
