"""What makes settings meaningless: one that would be ignored is refused."""

from typing import Final

from ..limits import ADAPTER_READINESS_PATH
from .mistakes import Remove, Set
from .setting import Override

WEB_CONCURRENCY: Final = "WEB_CONCURRENCY"
"""The variable that servers of web applications take the number of their workers from, such as
uvicorn (https://uvicorn.dev/settings/) and gunicorn."""


def _is(key: str, value: str, why: str, *, instead: str) -> Override:
    """Return what a setting makes meaningless with one of its values."""
    return Override(
        is_active=lambda values: values[key] == value,
        why=f"{key} is {value}, {why}",
        remedy=Set(key, instead),
    )


OWN_PROVIDER: Final = Override(
    is_active=lambda values: bool(values["capacityProviderArn"]),
    why="capacityProviderArn is set, and that provider has its own network and scaling",
    remedy=Remove("capacityProviderArn"),
)
OWN_NETWORK: Final = Override(
    is_active=lambda values: bool(values["vpcId"]),
    why="vpcId is set, and the stack then makes no network",
    remedy=Remove("vpcId", "subnetIds", "securityGroupIds"),
)
OF_CAPACITY: Final = (OWN_PROVIDER,)
OF_NETWORK: Final = (OWN_PROVIDER, OWN_NETWORK)
NAMED_ZONES: Final = Override(
    is_active=lambda values: bool(values["availabilityZones"]),
    why="availabilityZones names the zones",
    remedy=Remove("availabilityZones"),
)
AUTO_SCALING: Final = _is(
    "scalingMode", "Auto", "which leaves the target to Lambda", instead="Manual"
)
HEALTH_VARIABLE: Final = Override(
    is_active=lambda values: ADAPTER_READINESS_PATH in values["environment"],
    why=f"environment has {ADAPTER_READINESS_PATH}, which the web adapter then reads",
    remedy=Remove(f"environment.{ADAPTER_READINESS_PATH}"),
)
IMAGE: Final = Override(
    is_active=lambda values: bool(values["imageUri"]),
    why="imageUri is set, and the image has the application",
    remedy=Remove("imageUri"),
)
NODE_RUNTIME: Final = Override(
    is_active=lambda values: values["runtime"].startswith("nodejs"),
    why="runtime is for Node.js, whose applications bring their packages",
    remedy=Remove("runtime"),
)
WORKERS_VARIABLE: Final = Override(
    is_active=lambda values: WEB_CONCURRENCY in values["environment"],
    why=f"environment has {WEB_CONCURRENCY}, which the application then reads",
    remedy=Remove(f"environment.{WEB_CONCURRENCY}"),
)
PACKAGE_FOR_HOST: Final = _is(
    "packageFor", "host", "and this machine's architecture then counts", instead="function"
)
FUNCTION_URL: Final = _is(
    "front", "url", "and a function URL has neither throttle nor access log", instead="rest"
)
ANY_API: Final = Override(
    is_active=lambda values: values["front"] != "url",
    why="front is an API, whose callers need execute-api:Invoke in a policy of their own account "
    "instead",
    remedy=Set("front", "url"),
)
CLOSED_TO_BEDROCK: Final = _is(
    "urlAuth", "AWS_IAM", "and only signed requests reach the model", instead="NONE"
)
NO_BEDROCK_MODEL: Final = Override(
    is_active=lambda values: not values["bedrockModel"],
    why="bedrockModel is empty, and the built-in model costs nothing",
    remedy=Set("bedrockModel", "MODEL"),
)
NO_REST_API: Final = Override(
    is_active=lambda values: values["front"] != "rest",
    why="front is no REST API, and the other fronts hand every body on as it was sent",
    remedy=Set("front", "rest"),
)
OPEN: Final = _is("urlAuth", "NONE", "which lets everyone call", instead="AWS_IAM")
CLOSED: Final = _is("urlAuth", "AWS_IAM", "which needs no reason", instead="NONE")
REST_API: Final = _is(
    "front",
    "rest",
    "and a REST API leaves CORS to the application (docs/fronts.md)",
    instead="url",
)
NO_ORIGINS: Final = Override(
    is_active=lambda values: not values["corsOrigins"],
    why="corsOrigins is empty, and no page of another origin may call",
    remedy=Set("corsOrigins[0]", "https://app.example.com", is_text=True),
)
