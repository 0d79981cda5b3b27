"""Options together: AWS's model takes what they declare, and the policy pack finds nothing new.

Every option is tried alone, or with what gives it an effect, and then in mixes that are drawn once
and for all.
"""

import random
from itertools import chain
from typing import Any

import pytest

from infra.settings.table import MAX_SERVICE_NAME
from tests.infra.api_requests import API_REQUESTS, REQUESTS, assert_the_api_takes
from tests.infra.declared import ACCOUNT, PUBLIC, REGION, declare, defaults
from tests.infra.judged import unexplained

Options = dict[str, Any]

_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"
_SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-AbCdEf"

_PAGES = {"corsOrigins": ["https://app.example.com"]}

_MORNING = {"name": "morning", "cron": "30 7 ? * MON-FRI *", "timezone": "Europe/Berlin"}
_NIGHTS = [
    {"name": "evening", "cron": "0 19 ? * * *", "minimum": 0, "maximum": 0},
    {**_MORNING, "minimum": 3, "maximum": 9},
]

NETWORK: list[list[Options]] = [
    [
        {"zoneCount": 2},
        {"zoneCount": 4},
        {"availabilityZones": [f"{REGION}a", f"{REGION}c"]},
        {"vpcCidr": "10.64.0.0/20"},
    ],
    [{"endpoints": ["sqs", "bedrock-runtime"]}],
    [{"nat": True}],
    [{"flowLogDays": 0}, {"flowLogDays": 30}],
    [{"endpointAccounts": ["210987654321"]}],
    [{"apiDocs": "always"}, {"apiDocs": "never"}],
]
CAPACITY: list[list[Options]] = [
    [{"operatorPolicy": "least"}],
    [{"scalingMode": "Auto"}, {"cpuTarget": 30}],
    [
        {"architecture": "arm64"},
        {"architecture": "arm64", "allowedInstanceTypes": ["c7g.*", "c8g.*", "m7g.*", "m8g.*"]},
        {"excludedInstanceTypes": ["c5.*", "m5.*"]},
    ],
    [
        {"memoryMb": 8192, "memoryGibPerVcpu": 4, "maxConcurrency": 128, "maxVcpu": 64},
        {"memoryMb": 4096, "maxVcpu": 40, "workers": 1},
        {"memoryMb": 32768, "memoryGibPerVcpu": 8, "maxConcurrency": 256, "maxVcpu": 15000},
        {"minEnvironments": 0, "maxEnvironments": 0},
        {"minEnvironments": 6, "maxEnvironments": 60, "maxVcpu": 100},
    ],
    [{"capacityKmsKeyArn": _KEY}],
]
SERVICE: list[list[Options]] = [
    [{"runtime": runtime} for runtime in ("python3.14", "nodejs22.x", "nodejs24.x")],
    [{"publishing": "versions"}],
    [{"schedules": [{**_MORNING, "minimum": 4, "maximum": 8}]}, {"schedules": _NIGHTS}],
    [{"timeoutSeconds": 900}, {"timeoutSeconds": 30}],
    [{"ephemeralStorageMb": 10240}],
    [{"environment": {"PAGE_SIZE": "50"}}, {"secrets": {"DATABASE": _SECRET}}],
    [{"tracing": False}],
    [{"logLevel": "DEBUG"}, {"logRetentionDays": 3653}, {"logRetentionDays": 0}],
    [{"logKmsKeyArn": _KEY}],
    [{"trustZone": "shop"}],
    [{"appFolder": "services/chat", "healthPath": "/ready"}],
    [{"serviceName": "c" * MAX_SERVICE_NAME}],
    [{"observability": True}],
    [{"protect": True}],
    [
        PUBLIC,
        {"urlCallers": ["210987654321"]},
        {**_PAGES, "corsMethods": ["*"], "corsHeaders": ["*"], "corsMaxAge": 0},
        {**_PAGES, **PUBLIC, "corsCredentials": True},
        {**PUBLIC, "corsOrigins": ["*"]},
        {"bedrockModel": "eu.amazon.nova-lite-v1:0"},
        {**PUBLIC, "bedrockModel": "amazon.nova-lite-v1:0", "bedrockOpen": True},
        {"front": "rest"},
        {"front": "rest", "binaryMediaTypes": ["multipart/form-data", "image/*"]},
        {"front": "rest", **PUBLIC, "throttleRate": 5, "throttleBurst": 7, "accessLogs": False},
        {"front": "http"},
        {"front": "http", **PUBLIC, **_PAGES, "accessLogs": False},
    ],
]

GROUNDS: list[tuple[Options, list[list[Options]]]] = [
    ({}, [*NETWORK, *CAPACITY]),
    (
        {
            "vpcId": "vpc-0a",
            "subnetIds": ["subnet-0a", "subnet-0b"],
            "securityGroupIds": ["sg-0a", "sg-0b"],
        },
        CAPACITY,
    ),
    ({"capacityProviderArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:shared"}, []),
]
"""Where instances run, and what a stack can then say of it; of each list it has one, or none."""

EXPLAINED: list[tuple[str, object, set[str]]] = [
    # Old versions stay until the operator, who asked for rollback, prunes them; each has its own
    # scaling config, as the rule advises.
    ("publishing", "versions", {"pub-07", "sc-18"}),
    # A function that is parked serves nothing.
    ("maxEnvironments", 0, {"sc-13"}),
    ("timeoutSeconds", 900, {"fn-08"}),
    # More than the budget that the pack has unless it is given another.
    ("maxVcpu", 100, {"cost-02"}),
    ("maxVcpu", 15000, {"cost-02"}),
    ("flowLogDays", 0, {"gen-09"}),
    ("logRetentionDays", 0, {"gen-07"}),
    ("urlAuth", "NONE", {"url-12"}),
    ("corsOrigins", ["*"], {"url-14"}),
]
"""What the pack is meant to say of an option: its key, its value, the rules."""


def _mixed(seed: int) -> Options:
    draw = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    ground, choices = GROUNDS[seed % len(GROUNDS)]
    drawn = (draw.choice([{}, *some]) for some in [*choices, *SERVICE])
    return dict(chain(ground.items(), chain.from_iterable(some.items() for some in drawn)))


ALONE = [*(ground for ground, _ in GROUNDS), *chain(*NETWORK, *CAPACITY, *SERVICE)]
MIXES = [_mixed(seed) for seed in range(9)]
COMBINATIONS: list[Options] = [*ALONE, *MIXES]


def test_there_are_at_least_forty_combinations_that_differ() -> None:
    assert len({repr(options) for options in COMBINATIONS}) == len(COMBINATIONS) >= 40


@pytest.mark.parametrize("options", COMBINATIONS, ids=lambda options: " ".join(options) or "none")
def test_the_api_and_the_policy_pack_take_what_options_declare(options: Options) -> None:
    declared = declare(**options)

    # The one question that a preview may have to ask; the setting availabilityZones answers it.
    assert {token for token, _ in declared.calls} <= {_ZONES}
    assert_the_api_takes(declared)
    assert unexplained(declared, _explained(options)) == []


def test_every_known_request_is_made() -> None:
    stacks = (
        declare(nat=True, observability=True, urlCallers=["210987654321"], schedules=_NIGHTS),
        declare(front="rest"),
        declare(front="http"),
    )

    made = {resource.type for declared in stacks for resource in declared.resources}
    assert made >= REQUESTS.keys() | API_REQUESTS.keys()


def test_every_setting_is_in_a_combination() -> None:
    tried = {f"lmi-streaming:{key}" for options in COMBINATIONS for key in options}

    # A zip for this machine is for the local AWS, which the end-to-end tests run, with a layer; it
    # cannot run an image.
    apart = {"lmi-streaming:packageFor", "lmi-streaming:dependencies", "lmi-streaming:imageUri"}
    assert defaults().keys() - tried == apart


def _explained(options: Options) -> set[str]:
    asked = (ids for key, value, ids in EXPLAINED if options.get(key) == value)
    return set(chain.from_iterable(asked))
