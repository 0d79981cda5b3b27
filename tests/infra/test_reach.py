"""Every setting changes what the program declares."""

import json
from functools import cache
from typing import Any

import pytest

from infra.settings.table import SETTINGS
from tests.infra.declared import ACCOUNT, PUBLIC, REGION, declare_with

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-AbCdEf"
PROVIDER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:shared"
API = {"front": "http"}
REST = {"front": "rest"}
CORS = {"corsOrigins": ["https://app.example.com"]}
EXISTING: dict[str, Any] = {
    "vpcId": "vpc-0a",
    "subnetIds": ["subnet-0a", "subnet-0b"],
    "securityGroupIds": ["sg-0a"],
}

CHANGES: dict[str, tuple[object, dict[str, Any]]] = {
    "healthPath": ("/ready", {}),
    "serviceName": ("chat", {}),
    "memoryMb": (8192, {}),
    "memoryGibPerVcpu": (4, {}),
    "maxConcurrency": (16, {}),
    "workers": (2, {}),
    "dependencies": ("layer", {}),
    "imageUri": (f"123456789012.dkr.ecr.{REGION}.amazonaws.com/chat:1", {}),
    "runtime": ("nodejs24.x", {}),
    "maxVcpu": (40, {}),
    "scalingMode": ("Auto", {}),
    "cpuTarget": (50, {}),
    "allowedInstanceTypes": (["m7i.*"], {}),
    "excludedInstanceTypes": (["c5.*"], {}),
    "capacityKmsKeyArn": (KEY, {}),
    "operatorPolicy": ("least", {}),
    "capacityProviderArn": (PROVIDER, {}),
    "trustZone": ("shop", {}),
    "minEnvironments": (6, {}),
    "maxEnvironments": (60, {}),
    "schedules": ([{"name": "morning", "cron": "0 7 ? * MON-FRI *"}], {}),
    "timeoutSeconds": (900, {}),
    "ephemeralStorageMb": (10240, {}),
    "publishing": ("versions", {}),
    "environment": ({"PAGES": "3"}, {}),
    "secrets": ({"DATABASE": SECRET}, {}),
    "tracing": (False, {}),
    "bedrockModel": ("amazon.nova-lite-v1:0", {}),
    "logLevel": ("DEBUG", {}),
    "logRetentionDays": (365, {}),
    "logKmsKeyArn": (KEY, {}),
    "architecture": ("arm64", {}),
    "front": ("rest", {}),
    "apiDocs": ("never", {}),
    "binaryMediaTypes": (["image/*"], REST),
    "throttleRate": (5, API),
    "throttleBurst": (7, API),
    "accessLogs": (False, API),
    "urlAuth": ("NONE", {"urlAuthReason": PUBLIC["urlAuthReason"]}),
    "urlCallers": (["210987654321"], {}),
    "corsOrigins": (["https://app.example.com"], {}),
    "corsMethods": (["PUT"], CORS),
    "corsHeaders": (["x-request-id"], CORS),
    "corsCredentials": (True, CORS),
    "corsMaxAge": (0, CORS),
    "vpcCidr": ("10.64.0.0/20", {}),
    "availabilityZones": ([f"{REGION}b", f"{REGION}c"], {}),
    "zoneCount": (2, {}),
    "endpoints": (["sqs"], {}),
    "endpointAccounts": (["210987654321"], {}),
    "nat": (True, {}),
    "flowLogDays": (0, {}),
    "vpcId": ("vpc-0b", EXISTING),
    "subnetIds": (["subnet-0c", "subnet-0d"], EXISTING),
    "securityGroupIds": (["sg-0b"], EXISTING),
    "observability": (True, {}),
    "protect": (True, {}),
}
"""A value other than the default, and the settings that give it a meaning."""

NOT_DECLARED = {
    "appFolder": "It decides what is in the zip, which test_package looks into.",
    "urlAuthReason": "It is for whoever reviews the stack; the program demands it (test_settings).",
    "bedrockOpen": "It is a consent, which the program demands (test_settings).",
    "packageFor": "It decides what is in the zip, which test_package looks into.",
}


def test_every_setting_is_tried_or_says_why_not() -> None:
    assert CHANGES.keys() | NOT_DECLARED.keys() == {setting.key for setting in SETTINGS}
    assert not CHANGES.keys() & NOT_DECLARED.keys()


@pytest.mark.parametrize("key", CHANGES)
def test_a_changed_setting_changes_what_is_declared(key: str) -> None:
    value, beside = CHANGES[key]
    before = {other: its for other, its in beside.items() if other != "urlAuthReason"}

    assert _declared({**beside, key: value}) != _declared_before(json.dumps(before))


@cache
def _declared_before(config: str) -> list[tuple[str, ...]]:
    return _declared(json.loads(config))


def _declared(config: dict[str, Any]) -> list[tuple[str, ...]]:
    program = declare_with({f"lmi-streaming:{key}": value for key, value in config.items()})
    resources = (
        (made.urn, repr(made.inputs), str(made.options.get("protect")))
        for made in program.resources
    )
    return [*sorted(resources), ("vpc_id", repr(program.outputs.get("vpc_id")))]
