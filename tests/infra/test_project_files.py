"""The files that the engine reads beside the program: the project and its stacks."""

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import pytest
import yaml

from infra import settings
from infra.settings import Settings, UrlSettings
from infra.settings.formats import Integer
from infra.settings.setting import Setting
from infra.settings.table import SETTINGS
from tests.infra.declared import declare_with, defaults, project_settings, stack_config
from tools.pages import settings as pages

ROOT = Path(__file__).parents[2]


def read(name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load((ROOT / name).read_text()))


WRITTEN = project_settings()


def test_defaults_are_those_of_the_contract() -> None:
    assert defaults() == {
        "lmi-streaming:appFolder": "app",
        "lmi-streaming:imageUri": "",
        "lmi-streaming:dependencies": "bundled",
        "lmi-streaming:runtime": "python3.13",
        "lmi-streaming:healthPath": "/health",
        "lmi-streaming:serviceName": "lmi-streaming",
        "lmi-streaming:memoryMb": 2048,
        "lmi-streaming:memoryGibPerVcpu": 2,
        "lmi-streaming:maxConcurrency": 64,
        "lmi-streaming:workers": 0,
        "lmi-streaming:maxVcpu": 20,
        "lmi-streaming:scalingMode": "Manual",
        "lmi-streaming:cpuTarget": 70,
        "lmi-streaming:allowedInstanceTypes": [],
        "lmi-streaming:excludedInstanceTypes": [],
        "lmi-streaming:capacityKmsKeyArn": "",
        "lmi-streaming:operatorPolicy": "managed",
        "lmi-streaming:capacityProviderArn": "",
        "lmi-streaming:trustZone": "",
        "lmi-streaming:minEnvironments": 3,
        "lmi-streaming:maxEnvironments": 10,
        "lmi-streaming:timeoutSeconds": 120,
        "lmi-streaming:ephemeralStorageMb": 512,
        "lmi-streaming:publishing": "latest",
        "lmi-streaming:environment": {},
        "lmi-streaming:secrets": {},
        "lmi-streaming:tracing": True,
        "lmi-streaming:bedrockModel": "",
        "lmi-streaming:bedrockOpen": False,
        "lmi-streaming:logLevel": "INFO",
        "lmi-streaming:logKmsKeyArn": "",
        "lmi-streaming:architecture": "x86_64",
        "lmi-streaming:front": "url",
        "lmi-streaming:apiDocs": "closed",
        "lmi-streaming:throttleRate": 100,
        "lmi-streaming:throttleBurst": 200,
        "lmi-streaming:accessLogs": True,
        "lmi-streaming:binaryMediaTypes": ["*/*"],
        "lmi-streaming:urlAuth": "AWS_IAM",
        "lmi-streaming:urlCallers": [],
        "lmi-streaming:schedules": [],
        "lmi-streaming:urlAuthReason": "",
        "lmi-streaming:corsOrigins": [],
        "lmi-streaming:corsMethods": ["GET", "POST"],
        "lmi-streaming:corsHeaders": [
            "authorization",
            "content-type",
            "x-amz-content-sha256",
            "x-amz-date",
            "x-amz-security-token",
        ],
        "lmi-streaming:corsCredentials": False,
        "lmi-streaming:corsMaxAge": 600,
        "lmi-streaming:vpcCidr": "10.0.0.0/16",
        "lmi-streaming:availabilityZones": [],
        "lmi-streaming:zoneCount": 3,
        "lmi-streaming:endpoints": [],
        "lmi-streaming:nat": False,
        "lmi-streaming:endpointAccounts": [],
        "lmi-streaming:flowLogDays": 3,
        "lmi-streaming:vpcId": "",
        "lmi-streaming:subnetIds": [],
        "lmi-streaming:securityGroupIds": [],
        "lmi-streaming:logRetentionDays": 14,
        "lmi-streaming:observability": False,
        "lmi-streaming:protect": False,
        "lmi-streaming:packageFor": "function",
    }


CHOICES: dict[str, Any] = {
    "scalingMode": settings.ScalingMode,
    "operatorPolicy": settings.OperatorPolicy,
    "publishing": settings.Publishing,
    "logLevel": settings.LogLevel,
    "architecture": settings.Architecture,
    "front": settings.FrontKind,
    "apiDocs": settings.ApiDocs,
    "urlAuth": settings.UrlAuth,
    "packageFor": settings.PackageFor,
}


@pytest.mark.parametrize("key", WRITTEN)
def test_every_setting_says_what_it_is(key: str) -> None:
    setting = WRITTEN[key]

    assert setting.keys() <= {"type", "items", "default", "description"}
    assert len(setting["description"]) > 60


@pytest.mark.parametrize(
    "key", [key for key, setting in WRITTEN.items() if setting["type"] == "integer"]
)
def test_every_number_has_a_range(key: str) -> None:
    ranges = r"\w+ to \d+|\d or \d|\d or more|one of the periods"

    assert re.search(ranges, WRITTEN[key]["description"])


@pytest.mark.parametrize("key", CHOICES)
def test_every_choice_is_named(key: str) -> None:
    words = re.findall(r"\w+", WRITTEN[key]["description"])

    assert set(get_args(CHOICES[key])) <= set(words)


def test_the_project_and_the_page_follow_from_the_table_of_settings() -> None:
    """After a change of settings, run `python -m tools.pages`."""
    project = (ROOT / "Pulumi.yaml").read_text()
    page = (ROOT / "docs/settings.md").read_text()

    assert project == pages.project(project)
    assert page == pages.page(page)


def test_a_setting_without_a_description_says_where_it_is_missing() -> None:
    @dataclass
    class Undescribed:
        """Nothing is said of its fields."""

        size: int = 1

    with pytest.raises(LookupError, match="class Undescribed does not describe size"):
        _ = Setting("size", Undescribed, "size", Integer()).description


def test_every_field_of_a_settings_class_is_a_setting() -> None:
    groups = {setting.group for setting in SETTINGS}
    fields = {(group, field.name) for group in groups for field in dataclasses.fields(group)}
    made_of_others = (
        {
            (Settings, name)
            for name in ("region", "existing_network", "network", "capacity", "function")
        }
        | {(Settings, name) for name in ("scaling", "url", "api")}
        | {(UrlSettings, "cors")}
    )

    assert fields - made_of_others == {(setting.group, setting.field) for setting in SETTINGS}
    # Keys follow from the names of fields alone.
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)


def test_the_program_lies_at_the_root_where_the_engine_looks_for_it() -> None:
    project = read("Pulumi.yaml")

    assert "main" not in project
    assert project["runtime"]["options"] == {"toolchain": "pip", "virtualenv": ".venv"}


def test_the_local_stack_is_refused_by_aws_and_never_rewritten() -> None:
    local = read("Pulumi.local.yaml")

    assert local["config"]["aws:allowedAccountIds"] == ["123456789012"]
    assert local["config"]["aws:accessKey"] == local["config"]["aws:secretKey"] == "test"
    assert "encryptionsalt" in local


def test_only_the_local_stack_is_packaged_for_the_host() -> None:
    assert stack_config("local")["lmi-streaming:packageFor"] == "host"


def test_dev_has_the_defaults_and_is_watched() -> None:
    assert stack_config("dev") == {
        "aws:region": "us-east-1",
        "aws:defaultTags": {"tags": {"project": "lmi-streaming", "stack": "dev"}},
        "lmi-streaming:observability": True,
    }


def test_prod_has_higher_limits_than_dev_and_is_protected() -> None:
    dev = defaults() | stack_config("dev")
    prod = defaults() | stack_config("prod")

    assert {key.partition(":")[2] for key in prod if prod[key] != dev[key]} == {
        "defaultTags",
        "availabilityZones",
        "maxEnvironments",
        "maxVcpu",
        "cpuTarget",
        "logRetentionDays",
        "protect",
    }


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_program_takes_the_settings_of_each_stack_on_aws(stack: str) -> None:
    declared = declare_with(stack_config(stack))

    assert declared.outputs["idle_cost"]["usdPerMonth"]


def test_a_preview_of_prod_asks_aws_nothing() -> None:
    assert declare_with(stack_config("prod")).calls == []
