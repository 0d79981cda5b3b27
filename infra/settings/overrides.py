"""What makes settings meaningless: one that would be ignored is refused."""

from typing import Final

from ..limits import ADAPTER_READINESS_PATH
from .mistakes import Remove, Set
from .setting import Override

WEB_CONCURRENCY: Final = "WEB_CONCURRENCY"
"""The variable that servers of web applications take the number of their workers from, such as
uvicorn (https://uvicorn.dev/settings/) and gunicorn."""

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
AUTO_SCALING: Final = Override(
    is_active=lambda values: values["scalingMode"] == "Auto",
    why="scalingMode is Auto, which leaves the target to Lambda",
    remedy=Set("scalingMode", "Manual"),
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
PACKAGE_FOR_HOST: Final = Override(
    is_active=lambda values: values["packageFor"] == "host",
    why="packageFor is host, and this machine's architecture then counts",
    remedy=Set("packageFor", "function"),
)
FUNCTION_URL: Final = Override(
    is_active=lambda values: values["front"] == "url",
    why="front is url, and a function URL has neither throttle nor access log",
    remedy=Set("front", "rest"),
)
ANY_API: Final = Override(
    is_active=lambda values: values["front"] != "url",
    why="front is an API, whose callers need execute-api:Invoke in a policy of their own account "
    "instead",
    remedy=Set("front", "url"),
)
CLOSED_TO_BEDROCK: Final = Override(
    is_active=lambda values: values["urlAuth"] == "AWS_IAM",
    why="urlAuth is AWS_IAM, and only signed requests reach the model",
    remedy=Set("urlAuth", "NONE"),
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
OPEN: Final = Override(
    is_active=lambda values: values["urlAuth"] == "NONE",
    why="urlAuth is NONE, which lets everyone call",
    remedy=Set("urlAuth", "AWS_IAM"),
)
CLOSED: Final = Override(
    is_active=lambda values: values["urlAuth"] == "AWS_IAM",
    why="urlAuth is AWS_IAM, which needs no reason",
    remedy=Set("urlAuth", "NONE"),
)
REST_API: Final = Override(
    is_active=lambda values: values["front"] == "rest",
    why="front is rest, and a REST API leaves CORS to the application (docs/fronts.md)",
    remedy=Set("front", "url"),
)
NO_ORIGINS: Final = Override(
    is_active=lambda values: not values["corsOrigins"],
    why="corsOrigins is empty, and no page of another origin may call",
    remedy=Set("corsOrigins[0]", "https://app.example.com", is_text=True),
)
