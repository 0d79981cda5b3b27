"""Schedules: what EventBridge Scheduler calls, what it may do, and what deployments leave alone."""

import json
from typing import Any

import pulumi
import pytest

from tests.infra.declared import ACCOUNT, REGION, Program, Resource, declare
from tests.infra.judged import unexplained

SCHEDULE = "aws:scheduler/schedule:Schedule"
GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup"
QUEUE = "aws:sqs/queue:Queue"
ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicy:RolePolicy"
SCALING = "aws:lambda/functionScalingConfig:FunctionScalingConfig"
COMPONENT = "lmi-streaming:infra:Schedules"

EVENING = {"name": "evening", "cron": "0 19 ? * MON-FRI *", "minimum": 0, "maximum": 0}
MORNING = {"name": "morning", "cron": "30 7 ? * MON-FRI *", "timezone": "Europe/Berlin"}
GROUP_NAME = FUNCTION_NAME = "lmi-streaming-1a2b3c4"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:lmi-streaming-failed-schedules-1a2b3c4"


@pytest.fixture(scope="module")
def parked_at_night() -> Program:
    """Declare the program with two schedules. Tests only read it."""
    return declare(schedules=[EVENING, MORNING])


def call(schedule: Resource) -> Any:
    """Return the request that a schedule makes."""
    return json.loads(schedule.inputs["target"]["input"])


def numbers(schedule: Resource) -> tuple[int, int]:
    scaling = call(schedule)["FunctionScalingConfig"]
    return scaling["MinExecutionEnvironments"], scaling["MaxExecutionEnvironments"]


def test_without_schedules_there_is_nothing_of_them(default: Program) -> None:
    assert not any(default.all(type_) for type_ in (SCHEDULE, GROUP, QUEUE, COMPONENT))
    assert not default.one(SCALING).options.get("ignoreChanges")


def test_a_schedule_calls_the_published_version(parked_at_night: Program) -> None:
    evening = parked_at_night.one(SCHEDULE, name="evening")

    assert evening.inputs["scheduleExpression"] == "cron(0 19 ? * MON-FRI *)"
    assert evening.inputs["scheduleExpressionTimezone"] == "UTC"
    assert evening.inputs["groupName"] == GROUP_NAME
    assert evening.inputs["flexibleTimeWindow"] == {"mode": "OFF"}
    target = evening.inputs["target"]
    assert target["arn"] == "arn:aws:scheduler:::aws-sdk:lambda:putFunctionScalingConfig"
    assert call(evening) == {
        "FunctionName": FUNCTION_NAME,
        "Qualifier": "$LATEST.PUBLISHED",
        "FunctionScalingConfig": {"MinExecutionEnvironments": 0, "MaxExecutionEnvironments": 0},
    }


def test_a_numbered_version_is_called_by_its_number() -> None:
    declared = declare(schedules=[MORNING], publishing="versions")

    assert call(declared.one(SCHEDULE))["Qualifier"] == "7"


def test_a_call_that_fails_is_repeated_for_minutes_and_kept_encrypted(
    parked_at_night: Program,
) -> None:
    for schedule in parked_at_night.all(SCHEDULE):
        target = schedule.inputs["target"]
        assert target["retryPolicy"] == {
            "maximumEventAgeInSeconds": 900,
            "maximumRetryAttempts": 10,
        }
        assert target["deadLetterConfig"] == {"arn": QUEUE_ARN}
    assert parked_at_night.one(QUEUE).inputs["sqsManagedSseEnabled"] is True


def test_its_role_may_do_that_call_and_report_its_failure(parked_at_night: Program) -> None:
    policy = json.loads(parked_at_night.named(POLICY, "lmi-streaming-schedules").inputs["policy"])

    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "lambda:PutFunctionScalingConfig",
            "Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION_NAME}",
        },
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE_ARN},
    ]


def test_schedules_of_this_group_alone_may_use_the_role(parked_at_night: Program) -> None:
    role = parked_at_night.named(ROLE, "lmi-streaming-schedules")
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]

    group_arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{GROUP_NAME}"
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": group_arn}
    }


def test_a_schedule_comes_after_the_permission_that_it_needs(parked_at_night: Program) -> None:
    permission = parked_at_night.named(POLICY, "lmi-streaming-schedules")

    for schedule in parked_at_night.all(SCHEDULE):
        assert permission.urn in parked_at_night.before(schedule)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (3, 10)),
        ({"minEnvironments": 6, "maxEnvironments": 60}, (6, 60)),
        # What a parked stack has of its own does not matter to a schedule with numbers.
        ({"minEnvironments": 4}, (4, 10)),
    ],
)
def test_a_schedule_without_numbers_has_those_of_the_stack(
    settings: dict[str, int], expected: tuple[int, int]
) -> None:
    declared = declare(schedules=[EVENING, MORNING], **settings)

    assert numbers(declared.one(SCHEDULE, name="morning")) == expected
    assert numbers(declared.one(SCHEDULE, name="evening")) == (0, 0)


def test_a_deployment_leaves_the_numbers_to_the_schedules(parked_at_night: Program) -> None:
    assert parked_at_night.one(SCALING).options["ignoreChanges"] == ["functionScalingConfig"]


@pytest.mark.parametrize(("minimum", "maximum"), [(0, 0), (5, 50)])
def test_a_new_version_begins_with_the_numbers_that_are_in_force(
    minimum: int, maximum: int
) -> None:
    # The first one fired within the last hour, the other in another year.
    hourly = {"name": "hourly", "cron": "0 * ? * * *", "minimum": minimum, "maximum": maximum}
    yearly = {"name": "yearly", "cron": "0 0 29 FEB ? *"}
    declared = declare(schedules=[hourly, yearly])

    assert declared.one(SCALING).inputs["functionScalingConfig"] == {
        "minExecutionEnvironments": minimum,
        "maxExecutionEnvironments": maximum,
    }


def test_numbers_that_change_owner_are_put_anew(default: Program, parked_at_night: Program) -> None:
    triggers = {
        program.one(SCALING).options["replacementTrigger"] for program in (default, parked_at_night)
    }

    assert len(triggers) == 2


@pytest.mark.parametrize("in_force", [EVENING, MORNING], ids=lambda schedule: schedule["name"])
def test_the_policy_pack_finds_nothing(in_force: dict[str, Any]) -> None:
    others = [each for each in (EVENING, MORNING) if each is not in_force]
    declared = declare(schedules=[{**in_force, "cron": "0 * ? * * *"}, *others])

    assert unexplained(declared, set()) == []


MISTAKES = [
    (
        "every evening",
        "lmi-streaming:schedules is 'every evening'. Allowed: a list of maps, each with some of "
        "cron, maximum, minimum, name, timezone. "
        "Fix: pulumi config set --path 'schedules[0].name' evening",
    ),
    (
        [{**MORNING, "crn": ""}],
        "lmi-streaming:schedules[0] has 'crn'. Allowed: cron, maximum, minimum, name, timezone. "
        "Fix: remove 'crn', or correct its spelling",
    ),
    (
        [{**MORNING, "name": "Morning!"}],
        "lmi-streaming:schedules[0].name is 'Morning!'. Allowed: up to 40 lower-case letters, "
        "digits and single hyphens between them, the first a letter. "
        "Fix: pulumi config set --path 'schedules[0].name' evening",
    ),
    (
        [MORNING, {**EVENING, "name": "morning"}],
        "lmi-streaming:schedules is a list with 'morning' twice. Allowed: each name once. "
        "Fix: pulumi config rm --path 'schedules[1]'",
    ),
    *(
        (
            [{**MORNING, "cron": cron}],
            f"lmi-streaming:schedules[0].cron is {cron!r}. Allowed: minute hour day month weekday "
            "year as in EventBridge Scheduler, with a number for the minute, ? for day or weekday, "
            "weekdays by name, and * for the year. "
            "Fix: pulumi config set --path 'schedules[0].cron' '0 19 ? * MON-FRI *'",
        )
        for cron in (
            "",
            "0 19 * * MON-FRI",  # five fields, as other cron tools have
            "0 19 * * MON-FRI *",  # EventBridge demands a question mark
            "0 19 ? * ? *",
            "0 19 ? * 2-6 *",  # Monday to Friday for EventBridge, Tuesday to Saturday for others
            "* 19 ? * MON-FRI *",  # sixty calls
            "0 25 ? * MON-FRI *",
            "0 19 30 FEB ? *",
            "0 19 ? * MON-FRI 2027",
            "cron(0 19 ? * MON-FRI *)",
        )
    ),
    (
        [{**MORNING, "timezone": "Europe/Berln"}],
        "lmi-streaming:schedules[0].timezone is 'Europe/Berln'. Allowed: a time zone of the IANA "
        "database, such as Europe/Berlin. "
        "Fix: pulumi config set --path 'schedules[0].timezone' Europe/Berlin",
    ),
    *(
        (
            [{**MORNING, "minimum": number}],
            f"lmi-streaming:schedules[0].minimum is {number}. Allowed: 0 to 15000, as Lambda's API "
            "demands. Fix: pulumi config set --path 'schedules[0].minimum' 3",
        )
        for number in (-1, 15001)
    ),
    *(
        (
            [MORNING, {**EVENING, **wrong}],
            f"schedule evening sets {least} to {most} execution environments. "
            "Allowed: a minimum of 1 to the maximum, or 0 for both, which parks the function; a "
            "number that a schedule does not name is the stack's. "
            "Fix: set minimum and maximum of evening in schedules",
        )
        for wrong, least, most in (
            ({"maximum": 5}, 0, 5),
            ({"minimum": 1}, 1, 0),
            ({"minimum": 6, "maximum": 5}, 6, 5),
        )
    ),
    (
        [EVENING],
        "schedules park the function, and none starts it again. "
        "Allowed: at least one schedule with a maximum of 1 or more; requests start nothing. "
        "Fix: add a schedule that starts the function, such as one in the morning",
    ),
]


def test_environments_that_do_not_fit_the_provider_are_one_clear_line() -> None:
    peak = {"name": "peak", "cron": "0 8 ? * MON-FRI *", "minimum": 11, "maximum": 20}
    size = {"memoryMb": 4096, "maxVcpu": 20}

    assert declare(schedules=[{**peak, "minimum": 10}], **size).all(SCHEDULE)
    shared = f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:shared"
    assert declare(schedules=[peak], memoryMb=4096, capacityProviderArn=shared).all(SCHEDULE)
    with pytest.raises(pulumi.RunError) as refused:
        declare(schedules=[peak], **size)
    assert str(refused.value) == (
        "schedule peak starts 11 execution environments of 2 vCPU each, and maxVcpu is 20. "
        "Allowed: a minimum of at most 10. "
        "Fix: pulumi config set maxVcpu 22, or set a smaller minimum of peak in schedules"
    )


@pytest.mark.parametrize(("schedules", "line"), MISTAKES)
def test_a_mistake_is_one_clear_line(schedules: object, line: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare(schedules=schedules)

    assert str(refused.value) == line
