"""Settings that another one makes meaningless: each gets a line instead of silence."""

from typing import Any

import pulumi
import pytest

from infra.settings.table import SETTINGS
from tests.infra.declared import ACCOUNT, PUBLIC, REGION, declare_with, load

NETWORK: dict[str, Any] = {
    "vpcCidr": "10.64.0.0/20",
    "availabilityZones": [f"{REGION}a", f"{REGION}b"],
    "zoneCount": 2,
    "endpoints": ["sqs"],
    "endpointAccounts": ["210987654321"],
    "nat": True,
    "flowLogDays": 0,
}
CAPACITY: dict[str, Any] = {
    "maxVcpu": 64,
    "scalingMode": "Auto",
    "cpuTarget": 50,
    "allowedInstanceTypes": ["m7i.*"],
    "excludedInstanceTypes": ["c5.*"],
    "capacityKmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "operatorPolicy": "least",
}
EXISTING_NETWORK = {"vpcId": "vpc-0a", "subnetIds": ["subnet-0a"], "securityGroupIds": ["sg-0a"]}
EXISTING_PROVIDER = {
    "capacityProviderArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:shared"
}
CORS: dict[str, Any] = {
    "corsMethods": ["PUT"],
    "corsHeaders": ["x-request-id"],
    "corsCredentials": True,
    "corsMaxAge": 0,
}
API: dict[str, Any] = {"throttleRate": 5, "throttleBurst": 7, "accessLogs": False}
CALLERS = {"urlCallers": ["210987654321"]}
ORIGINS = {"corsOrigins": ["https://app.example.com"]}
HOST = {"packageFor": "host"}

CASES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        {"environment": {"AWS_LWA_READINESS_CHECK_PATH": "/deep"}},
        {"healthPath": "/ready"},
        "environment has AWS_LWA_READINESS_CHECK_PATH, which the web adapter then reads",
    ),
    (
        {"runtime": "nodejs24.x"},
        {"dependencies": "layer"},
        "runtime is for Node.js, whose applications bring their packages",
    ),
    (
        {"environment": {"WEB_CONCURRENCY": "4"}},
        {"workers": 2},
        "environment has WEB_CONCURRENCY, which the application then reads",
    ),
    (
        {"environment": {"API_DOCS": "true"}},
        {"apiDocs": "never"},
        "environment has API_DOCS, which the application then reads",
    ),
    (
        {"environment": {"BEDROCK_MODEL": "amazon.nova-pro-v1:0"}},
        {"bedrockModel": "amazon.nova-lite-v1:0"},
        "environment has BEDROCK_MODEL, which the application then reads",
    ),
    (
        {"imageUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/chat:1"},
        {"appFolder": "services/chat", "runtime": "nodejs24.x", "dependencies": "layer"},
        "imageUri is set, and the image has the application",
    ),
    (
        EXISTING_PROVIDER,
        NETWORK | CAPACITY,
        "capacityProviderArn is set, and that provider has its own network and scaling",
    ),
    (EXISTING_NETWORK, NETWORK, "vpcId is set, and the stack then makes no network"),
    (
        {"availabilityZones": [f"{REGION}a", f"{REGION}b"]},
        {"zoneCount": 2},
        "availabilityZones names the zones",
    ),
    (
        {"scalingMode": "Auto"},
        {"cpuTarget": 50},
        "scalingMode is Auto, which leaves the target to Lambda",
    ),
    (
        HOST,
        {"architecture": "arm64"},
        "packageFor is host, and this machine's architecture then counts",
    ),
    ({}, API, "front is url, and a function URL has neither throttle nor access log"),
    *(
        (
            {"front": front},
            CALLERS,
            "front is an API, whose callers need execute-api:Invoke in a policy of their own "
            "account instead",
        )
        for front in ("rest", "http")
    ),
    *(
        (
            {"front": front},
            {"binaryMediaTypes": ["image/*"]},
            "front is no REST API, and the other fronts hand every body on as it was sent",
        )
        for front in ("url", "http")
    ),
    (PUBLIC, CALLERS, "urlAuth is NONE, which lets everyone call"),
    ({}, {"urlAuthReason": "Why not."}, "urlAuth is AWS_IAM, which needs no reason"),
    (
        {"bedrockModel": "amazon.nova-lite-v1:0"},
        {"bedrockOpen": True},
        "urlAuth is AWS_IAM, and only signed requests reach the model",
    ),
    (PUBLIC, {"bedrockOpen": True}, "bedrockModel is empty, and the built-in model costs nothing"),
    (
        {"front": "rest"},
        ORIGINS,
        "front is rest, and a REST API leaves CORS to the application (docs/fronts.md)",
    ),
    ({}, CORS, "corsOrigins is empty, and no page of another origin may call"),
]
ROWS = [
    pytest.param(other, {key: value}, why, id=f"{key} under {' '.join(other) or 'the defaults'}")
    for other, ignored, why in CASES
    for key, value in ignored.items()
]


@pytest.mark.parametrize(("other", "ignored", "why"), ROWS)
def test_what_would_be_ignored_is_one_clear_line(
    other: dict[str, Any], ignored: dict[str, Any], why: str
) -> None:
    [key] = ignored
    config = {f"lmi-streaming:{name}": value for name, value in {**other, **ignored}.items()}

    with pytest.raises(pulumi.RunError) as refused:
        declare_with({"aws:allowedAccountIds": [ACCOUNT], **config})

    assert str(refused.value).startswith(
        f"lmi-streaming:{key} is set and would be ignored, because {why}. "
        f"Allowed: one of the two. Fix: pulumi config rm {key}, or pulumi config "
    )


def test_every_such_setting_is_tried() -> None:
    tried = {(why, key) for _, ignored, why in CASES for key in ignored}

    assert tried == {
        (override.why, setting.key) for setting in SETTINGS for override in setting.overrides
    }


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({**EXISTING_NETWORK, "zoneCount": 3, "nat": False}, id="existing network"),
        pytest.param({**EXISTING_PROVIDER, "maxVcpu": 20, "endpoints": []}, id="shared provider"),
        pytest.param({"corsMethods": ["GET", "POST"], "throttleRate": 100}, id="function URL"),
    ],
)
def test_a_default_counts_as_not_set_because_the_engine_hands_it_over(
    config: dict[str, Any],
) -> None:
    load(**config)


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(NETWORK | {"zoneCount": 3}, id="a network of the stack's"),
        pytest.param(
            EXISTING_NETWORK | CAPACITY | {"scalingMode": "Manual", "excludedInstanceTypes": []},
            id="capacity in an existing network",
        ),
        pytest.param({"front": "http", **PUBLIC, **ORIGINS, **CORS, **API}, id="an HTTP API"),
    ],
)
def test_what_has_an_effect_is_taken(config: dict[str, Any]) -> None:
    load(**config)
