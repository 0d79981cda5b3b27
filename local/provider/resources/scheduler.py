"""EventBridge Scheduler's resource types: schedules and their groups.

Sources: https://www.pulumi.com/registry/packages/aws/api-docs/scheduler/schedule/ and
https://www.pulumi.com/registry/packages/aws/api-docs/scheduler/schedulegroup/.

Parameters of ECS, EventBridge, Kinesis, SageMaker and SQS targets are not supported.
"""

from local.provider import schema
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.choices import choice
from local.provider.tagging import KEY_AND_VALUE, Tagging
from local.provider.validators import arn, between, length, pattern
from local.provider.values import Props

_NAME = (length(1, 64), pattern(r"[0-9A-Za-z_.-]+", "letters, digits and _.-"))
_TARGET = {
    "arn": schema.string(required=True, validators=(arn,)),
    "deadLetterConfig": schema.block(
        fields={"arn": schema.string(required=True, validators=(arn,))}
    ),
    "input": schema.string(),
    "retryPolicy": schema.block(
        computed=True,
        fields={
            "maximumEventAgeInSeconds": schema.integer(
                default=86_400, validators=(between(60, 86_400),)
            ),
            "maximumRetryAttempts": schema.integer(default=185, validators=(between(0, 185),)),
        },
    ),
    "roleArn": schema.string(required=True, validators=(arn,)),
}


class Schedule(OrdinaryResource):
    """A schedule. Its id is its group and its name, joined by a slash."""

    pulumi_type = "aws:scheduler/schedule:Schedule"
    import_layout = "groupName/name"
    auto_name = schema.AutoName(max_length=64)
    properties = schema.regional(
        name=schema.string(replaces=True, validators=_NAME),
        groupName=schema.string(computed=True, replaces=True),
        description=schema.string(validators=(length(0, 512),)),
        flexibleTimeWindow=schema.block(
            required=True,
            fields={
                "maximumWindowInMinutes": schema.integer(validators=(between(1, 1440),)),
                "mode": choice("scheduler", "FlexibleTimeWindowMode", required=True),
            },
        ),
        kmsKeyArn=schema.string(validators=(arn,)),
        scheduleExpression=schema.string(required=True, validators=(length(1, 256),)),
        scheduleExpressionTimezone=schema.string(default="UTC", validators=(length(1, 50),)),
        state=choice("scheduler", "ScheduleState", default="ENABLED"),
        target=schema.block(required=True, fields=_TARGET),
        arn=schema.output(),
    )
    operations = Operations(
        service="scheduler",
        **calls("schedule"),
        key={"Name": "name", "GroupName": "groupName"},
        optional=("description", "kmsKeyArn"),
    )

    def id_of(self, keys: Props) -> str:
        """Return group and name; without a group it is the one named ``default``."""
        return f"{keys.get('groupName') or 'default'}/{keys['name']}"


class ScheduleGroup(OrdinaryResource):
    """A group of schedules. Its id is its name."""

    pulumi_type = "aws:scheduler/scheduleGroup:ScheduleGroup"
    id_layout = "{name}"
    auto_name = schema.AutoName(max_length=64)
    properties = schema.regional(
        name=schema.string(replaces=True, validators=_NAME), **schema.outputs("arn", "state")
    )
    operations = Operations(
        service="scheduler",
        **calls("schedule_group", update=""),
        key={"Name": "id"},
        tagging=Tagging(
            service="scheduler",
            resource="ResourceArn",
            listing="list_tags_for_resource",
            pair=KEY_AND_VALUE,
        ),
    )
