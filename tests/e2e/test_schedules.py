"""Schedules park the service and start it again, and deployments go together with that.

moto keeps schedules, and never fires one. A test does what EventBridge Scheduler does when the time
has come: it makes the call that the schedule names.
"""

import json
from typing import Any

import httpx

from local.aws_client import AwsClients
from testing.checkout import Checkout, answers
from testing.streams import open_streams
from tests.waiting import wait_until

REGION = "us-east-1"
PARKED = (0, 0)
EVENING = {"name": "evening", "cron": "0 19 ? * MON-FRI *", "minimum": 0, "maximum": 0}
MORNING = {"name": "morning", "cron": "30 7 ? * MON-FRI *", "timezone": "Europe/Berlin"}
NIGHTS: dict[str, Any] = {"schedules": [EVENING, MORNING]}
ALWAYS_NIGHT = {
    "schedules": [{**EVENING, "cron": "0 * ? * * *"}, {**MORNING, "cron": "0 0 29 2 ? *"}]
}
"""The evening comes every hour, and the morning on one day of four years."""
LATEST: dict[str, Any] = {"publishing": "latest", "minEnvironments": 1, "maxEnvironments": 1}


def test_at_night_deployments_start_nothing_and_schedules_may_be_removed(
    own_checkout: Checkout,
) -> None:
    own_checkout.update(**LATEST, **NIGHTS)
    fire(own_checkout, "evening")
    assert numbers(own_checkout, "$LATEST.PUBLISHED") == PARKED

    message = own_checkout.folder / "app/message.py"
    message.write_text(message.read_text().replace("streaming from", "streaming by day from"))
    deployed = own_checkout.up(minEnvironments=2, maxEnvironments=2)
    assert "parked" in deployed.output
    assert numbers(own_checkout, "$LATEST.PUBLISHED") == PARKED
    assert "deactivated" in httpx.get(deployed.url, trust_env=False).text
    # The changed minimum has reached the schedules.
    fire(own_checkout, "morning")
    assert numbers(own_checkout, "$LATEST.PUBLISHED") == (2, 2)
    wait_until(lambda: answers(deployed.url))
    assert "streaming by day" in open_streams(deployed.url, 1)[0].text

    fire(own_checkout, "evening")
    assert numbers(own_checkout, "$LATEST.PUBLISHED") == PARKED
    by_settings = own_checkout.update(schedules=[])
    wait_until(lambda: answers(by_settings))
    assert open_streams(by_settings, 1)[0].text.endswith("from Lambda Managed Instances!")
    same = ("preview", "--stack", "local", "--expect-no-changes")
    assert own_checkout.pulumi(*same).returncode == 0


def test_a_numbered_version_is_parked_and_started_in_place_of_the_one_before(
    own_checkout: Checkout,
) -> None:
    own_checkout.update(**{**LATEST, "publishing": "versions"}, **ALWAYS_NIGHT)
    old = version(own_checkout)
    message = own_checkout.folder / "app/message.py"
    message.write_text(f"{message.read_text()}\n# Another version.\n")
    url = own_checkout.update()
    new = version(own_checkout)

    assert new != old
    assert numbers(own_checkout, old) == numbers(own_checkout, new) == PARKED
    fire(own_checkout, "morning")
    assert numbers(own_checkout, old) == PARKED
    assert numbers(own_checkout, new) == (1, 1)
    wait_until(lambda: answers(url))


def fire(checkout: Checkout, name: str) -> None:
    """Make the call of a schedule."""
    scheduler = client(checkout, "scheduler")
    groups = [group["Name"] for group in scheduler.list_schedule_groups()["ScheduleGroups"]]
    (group,) = (found for found in groups if found != "default")
    target = scheduler.get_schedule(Name=name, GroupName=group)["Target"]
    *_, service, operation = target["Arn"].lower().split(":")
    called = client(checkout, service)
    (method,) = (
        name for name, api in called.meta.method_to_api_mapping.items() if api.lower() == operation
    )
    getattr(called, method)(**json.loads(target["Input"]))


def version(checkout: Checkout) -> str:
    """Return the version that callers reach."""
    alias = client(checkout, "lambda").get_alias(FunctionName=function(checkout), Name="live")
    return alias["FunctionVersion"]


def numbers(checkout: Checkout, qualifier: str) -> tuple[int, int]:
    """Return minimum and maximum of execution environments of a version."""
    applied = client(checkout, "lambda").get_function_scaling_config(
        FunctionName=function(checkout), Qualifier=qualifier
    )["AppliedFunctionScalingConfig"]
    return applied["MinExecutionEnvironments"], applied["MaxExecutionEnvironments"]


def function(checkout: Checkout) -> str:
    (found,) = client(checkout, "lambda").list_functions()["Functions"]
    return found["FunctionName"]


def client(checkout: Checkout, service: str) -> Any:
    running = json.loads((checkout.folder / ".local/aws.json").read_text())
    return AwsClients(running["endpoint_url"]).get(service, REGION)
