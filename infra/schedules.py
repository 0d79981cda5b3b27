"""Schedules that change how many execution environments a published version has.

EventBridge Scheduler calls ``PutFunctionScalingConfig`` itself, through a universal target, so no
function has to do it (docs/facts/lmi.md#scheduled-scaling). A call that keeps failing ends in the
dead-letter queue.
"""

from __future__ import annotations

from typing import Final

import pulumi
import pulumi_aws as aws

from .iam import account_of, policy
from .settings import ScalingSettings, Schedule
from .settings.arguments import checked_inputs
from .settings.checked import Checked

_TARGET: Final = "arn:aws:scheduler:::aws-sdk:lambda:putFunctionScalingConfig"

_RETRY: Final[aws.scheduler.ScheduleTargetRetryPolicyArgsDict] = {
    # By default a call is repeated for a day, and parks the function in the next day's peak.
    "maximum_event_age_in_seconds": 900,
    "maximum_retry_attempts": 10,
}
_RETENTION_SECONDS: Final = 14 * 86_400
"""How long SQS keeps the failed calls: as long as it can."""


class SchedulesArgs(Checked):
    """The arguments of schedules."""

    function_name: pulumi.Input[str]
    function_arn: pulumi.Input[str]
    """The function, unqualified."""
    qualifier: pulumi.Input[str]
    """The published version: ``$LATEST.PUBLISHED`` or a number."""
    scaling: ScalingSettings
    """The schedules, and the numbers of those that name none."""


class Schedules(pulumi.ComponentResource):
    """Schedules in a group of their own, with a role that may do nothing but their call.

    A ``Service`` makes them of its scaling settings; they are also for a function of another
    program, whose scaling configuration then has ``ignore_changes``.
    """

    dead_letter_queue_name: pulumi.Output[str]
    """Name of the encrypted queue that gets the calls that failed."""

    def __init__(
        self, name: str, args: SchedulesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        inputs = checked_inputs(args, SchedulesArgs)
        super().__init__("lmi-streaming:infra:Schedules", name, inputs, opts)
        self._name = name
        self._args = args
        self._as_child = pulumi.ResourceOptions(parent=self)

        group = aws.scheduler.ScheduleGroup(name, opts=self._as_child)
        queue = aws.sqs.Queue(
            f"{name}-failed-schedules",
            sqs_managed_sse_enabled=True,
            message_retention_seconds=_RETENTION_SECONDS,
            opts=self._as_child,
        )
        role = self._build_role(group)
        permission = self._create_role_policy(role, queue)
        for schedule in args.scaling.schedules:
            self._create_schedule(schedule, group, role, queue, permission)

        self.dead_letter_queue_name = queue.name
        self.register_outputs({"deadLetterQueueName": self.dead_letter_queue_name})

    def _build_role(self, group: aws.scheduler.ScheduleGroup) -> aws.iam.Role:
        """Build the role, which schedules of this group alone may use.

        Source:
        https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html.
        """
        return aws.iam.Role(
            f"{self._name}-schedules",
            description="Lets schedules change how many execution environments the function has",
            assume_role_policy=policy(
                {
                    "Principal": {"Service": "scheduler.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "StringEquals": {
                            "aws:SourceAccount": account_of(self._args.function_arn),
                            "aws:SourceArn": group.arn,
                        }
                    },
                }
            ),
            opts=self._as_child,
        )

    def _create_role_policy(self, role: aws.iam.Role, queue: aws.sqs.Queue) -> aws.iam.RolePolicy:
        return aws.iam.RolePolicy(
            f"{self._name}-schedules",
            role=role.name,
            policy=policy(
                {"Action": "lambda:PutFunctionScalingConfig", "Resource": self._args.function_arn},
                {"Action": "sqs:SendMessage", "Resource": queue.arn},
            ),
            opts=self._as_child,
        )

    def _create_schedule(
        self,
        schedule: Schedule,
        group: aws.scheduler.ScheduleGroup,
        role: aws.iam.Role,
        queue: aws.sqs.Queue,
        permission: aws.iam.RolePolicy,
    ) -> None:
        minimum, maximum = self._args.scaling.numbers(schedule)
        aws.scheduler.Schedule(
            f"{self._name}-{schedule.name}",
            name=schedule.name,
            group_name=group.name,
            description=f"Sets {minimum} to {maximum} execution environments",
            schedule_expression=f"cron({schedule.cron})",
            schedule_expression_timezone=schedule.timezone,
            flexible_time_window={"mode": "OFF"},
            target={
                "arn": _TARGET,
                "role_arn": role.arn,
                "input": pulumi.Output.json_dumps(
                    {
                        "FunctionName": self._args.function_name,
                        "Qualifier": self._args.qualifier,
                        "FunctionScalingConfig": {
                            "MinExecutionEnvironments": minimum,
                            "MaxExecutionEnvironments": maximum,
                        },
                    }
                ),
                "retry_policy": _RETRY,
                "dead_letter_config": {"arn": queue.arn},
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
