"""What makes settings meaningless: one that would be ignored is refused."""

from typing import Final

from ..limits import ADAPTER_READINESS_PATH
from .setting import Override

WEB_CONCURRENCY: Final = "WEB_CONCURRENCY"
"""The variable that servers of web applications take the number of their workers from, such as
uvicorn (https://uvicorn.dev/settings/) and gunicorn."""

OWN_PROVIDER: Final = Override(
    is_active=lambda values: bool(values["capacityProviderArn"]),
    why="capacityProviderArn is set, and that provider has its own network and scaling",
    remedy="pulumi config rm capacityProviderArn",
)
OWN_NETWORK: Final = Override(
    is_active=lambda values: bool(values["vpcId"]),
    why="vpcId is set, and the stack then makes no network",
    remedy="pulumi config rm each of securityGroupIds, subnetIds, vpcId",
)
OF_CAPACITY: Final = (OWN_PROVIDER,)
OF_NETWORK: Final = (OWN_PROVIDER, OWN_NETWORK)
NAMED_ZONES: Final = Override(
    is_active=lambda values: bool(values["availabilityZones"]),
    why="availabilityZones names the zones",
    remedy="pulumi config rm availabilityZones",
)
AUTO_SCALING: Final = Override(
    is_active=lambda values: values["scalingMode"] == "Auto",
    why="scalingMode is Auto, which leaves the target to Lambda",
    remedy="pulumi config set scalingMode Manual",
)
HEALTH_VARIABLE: Final = Override(
    is_active=lambda values: ADAPTER_READINESS_PATH in values["environment"],
    why=f"environment has {ADAPTER_READINESS_PATH}, which the web adapter then reads",
    remedy=f"pulumi config rm --path 'environment.{ADAPTER_READINESS_PATH}'",
)
IMAGE: Final = Override(
    is_active=lambda values: bool(values["imageUri"]),
    why="imageUri is set, and the image has the application",
    remedy="pulumi config rm imageUri",
)
NODE_RUNTIME: Final = Override(
    is_active=lambda values: values["runtime"].startswith("nodejs"),
    why="runtime is for Node.js, whose applications bring their packages",
    remedy="pulumi config rm runtime",
)
WORKERS_VARIABLE: Final = Override(
    is_active=lambda values: WEB_CONCURRENCY in values["environment"],
    why=f"environment has {WEB_CONCURRENCY}, which the application then reads",
    remedy=f"pulumi config rm --path 'environment.{WEB_CONCURRENCY}'",
)
PACKAGE_FOR_HOST: Final = Override(
    is_active=lambda values: values["packageFor"] == "host",
    why="packageFor is host, and this machine's architecture then counts",
    remedy="pulumi config set packageFor function",
)
FUNCTION_URL: Final = Override(
    is_active=lambda values: values["front"] == "url",
    why="front is url, and a function URL has neither throttle nor access log",
    remedy="pulumi config set front rest",
)
ANY_API: Final = Override(
    is_active=lambda values: values["front"] != "url",
    why="front is an API, whose callers need execute-api:Invoke in a policy of their own account "
    "instead",
    remedy="pulumi config set front url",
)
CLOSED_TO_BEDROCK: Final = Override(
    is_active=lambda values: values["urlAuth"] == "AWS_IAM",
    why="urlAuth is AWS_IAM, and only signed requests reach the model",
    remedy="pulumi config set urlAuth NONE",
)
NO_BEDROCK_MODEL: Final = Override(
    is_active=lambda values: not values["bedrockModel"],
    why="bedrockModel is empty, and the built-in model costs nothing",
    remedy="pulumi config set bedrockModel MODEL",
)
NO_REST_API: Final = Override(
    is_active=lambda values: values["front"] != "rest",
    why="front is no REST API, and the other fronts hand every body on as it was sent",
    remedy="pulumi config set front rest",
)
OPEN: Final = Override(
    is_active=lambda values: values["urlAuth"] == "NONE",
    why="urlAuth is NONE, which lets everyone call",
    remedy="pulumi config set urlAuth AWS_IAM",
)
CLOSED: Final = Override(
    is_active=lambda values: values["urlAuth"] == "AWS_IAM",
    why="urlAuth is AWS_IAM, which needs no reason",
    remedy="pulumi config set urlAuth NONE",
)
REST_API: Final = Override(
    is_active=lambda values: values["front"] == "rest",
    why="front is rest, and a REST API leaves CORS to the application (docs/fronts.md)",
    remedy="pulumi config set front url",
)
NO_ORIGINS: Final = Override(
    is_active=lambda values: not values["corsOrigins"],
    why="corsOrigins is empty, and no page of another origin may call",
    remedy="pulumi config set --path --type string 'corsOrigins[0]' https://app.example.com",
)
