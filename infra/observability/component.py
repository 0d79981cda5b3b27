"""The component: it makes the topic, the alarms, the dashboard and the saved queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi
import pulumi_aws as aws

from ..cost import Item
from ..iam import account_of, policy
from ..settings.arguments import checked_inputs
from ..settings.checked import Checked
from ..settings.mistakes import refuse
from . import dashboard
from .alarms import FIRST_BYTE_METRIC, PERIOD, Limits, Metric, alarms

_DELETION_WINDOW_DAYS: Final = 7
FIRST_BYTE_PATTERN: Final = (
    '{ ($.type = "platform.report") && ($.record.spans[0].name = "responseLatency") }'
)
"""Filter of Lambda's line after every invocation; its first span ends with the first byte."""

LOG_QUERIES: Final[Mapping[str, str]] = {
    "slowest first bytes": """\
fields @timestamp, record.requestId, record.spans.0.durationMs as firstByteMs
| filter type = "platform.report" and record.spans.0.name = "responseLatency"
| sort firstByteMs desc
| limit 50""",
    "failed invocations": """\
fields @timestamp, record.requestId, record.status, record.errorType
| filter type = "platform.report" and record.status != "success"
| sort @timestamp desc
| limit 50""",
    "streams cut short": """\
fields @timestamp, requestId, xrayTraceId, message, reason
| filter message in ["stream interrupted", "stream failed"]
| sort @timestamp desc
| limit 50""",
    "one request": """\
fields @timestamp, type, level, message, record.status
| filter requestId = "REQUEST_ID" or record.requestId = "REQUEST_ID"
| sort @timestamp asc""",
    "one trace": """\
fields @timestamp, type, level, message, requestId, record.requestId
| filter @message like "TRACE_ID"
| sort @timestamp asc""",
}
"""The saved queries, by name."""


class ObservabilityArgs(Checked):
    """The arguments of observability."""

    region: str
    """Region of the stack."""
    function_name: pulumi.Input[str]
    """The function, unqualified."""
    provider_arn: pulumi.Input[str]
    """ARN of the capacity provider that it runs on."""
    log_group_name: pulumi.Input[str]
    """Log group that its execution environments write to."""
    limits: Limits
    """The limits that the alarms compare with."""
    dead_letter_queue_name: pulumi.Input[str] | None = None
    """Queue of the schedules' failed calls; None without schedules."""


class Observability(pulumi.ComponentResource):
    """Alarms that publish to an encrypted topic, a dashboard, and saved log queries.

    Dashboard, queries and the metric of the first byte have the component's name and the stack's,
    which have to be unique in the account.
    """

    topic_arn: pulumi.Output[str]
    """ARN of the topic that alarms are published to."""
    dashboard_name: pulumi.Output[str]
    """Name of the dashboard."""

    def __init__(
        self, name: str, args: ObservabilityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        inputs = checked_inputs(args, ObservabilityArgs)
        super().__init__("lmi-streaming:infra:Observability", name, inputs, opts)
        if args.limits.has_schedules and args.dead_letter_queue_name is None:
            refuse(
                "ObservabilityArgs has no dead_letter_queue_name, and its Limits has_schedules",
                allowed="the queue of the schedules' failed calls, which an alarm watches",
                fix=("ObservabilityArgs(dead_letter_queue_name=...)", "has_schedules=False"),
            )
        as_child = pulumi.ResourceOptions(parent=self)
        metrics = f"{name}/{pulumi.get_stack()}"
        provider = pulumi.Output.from_input(args.provider_arn)
        account = account_of(provider)
        self._names = pulumi.Output.all(
            function=args.function_name,
            provider=provider.apply(lambda arn: arn.rpartition(":")[2]),
            metrics=metrics,
            queue=args.dead_letter_queue_name,
        )

        # CloudWatch may not use AWS's managed key of SNS.
        key = aws.kms.Key(
            f"{name}-alarms",
            description="Encrypts the topic of the alarms",
            enable_key_rotation=True,
            deletion_window_in_days=_DELETION_WINDOW_DAYS,
            policy=policy(
                {
                    "Sid": "PoliciesOfTheAccountDecide",
                    "Principal": {"AWS": pulumi.Output.concat("arn:aws:iam::", account, ":root")},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                _publishing(account, "*", "kms:Decrypt", "kms:GenerateDataKey*"),
            ),
            opts=as_child,
        )
        topic = aws.sns.Topic(f"{name}-alarms", kms_master_key_id=key.arn, opts=as_child)
        permission = aws.sns.TopicPolicy(
            f"{name}-alarms",
            arn=topic.arn,
            policy=policy(_publishing(account, topic.arn, "sns:Publish")),
            opts=as_child,
        )
        aws.cloudwatch.LogMetricFilter(
            f"{name}-first-byte",
            log_group_name=args.log_group_name,
            pattern=FIRST_BYTE_PATTERN,
            metric_transformation={
                "namespace": metrics,
                "name": FIRST_BYTE_METRIC,
                "value": "$.record.spans[0].durationMs",
                "unit": "Milliseconds",
            },
            opts=as_child,
        )
        # Without the topic's policy an alarm could not publish.
        opts = pulumi.ResourceOptions(parent=self, depends_on=[permission])
        alarm_arns = [
            aws.cloudwatch.MetricAlarm(
                f"{name}-{alarm.name}",
                alarm_description=alarm.meaning,
                # The last query is compared with the threshold.
                metric_queries=[
                    self._query(query, source, watched=number == len(alarm.queries))
                    for number, (query, source) in enumerate(alarm.queries.items(), 1)
                ],
                comparison_operator=alarm.comparison,
                threshold=alarm.threshold,
                evaluation_periods=alarm.periods,
                datapoints_to_alarm=alarm.datapoints,
                treat_missing_data=alarm.missing,
                alarm_actions=[topic.arn],
                ok_actions=[topic.arn],
                opts=opts,
            ).arn
            for alarm in alarms(args.limits)
        ]
        for title, query in LOG_QUERIES.items():
            aws.cloudwatch.QueryDefinition(
                f"{name}-{title.replace(' ', '-')}",
                name=f"{metrics}/{title}",
                query_string=query,
                log_group_names=[args.log_group_name],
                opts=as_child,
            )

        self.topic_arn = topic.arn
        self.dashboard_name = aws.cloudwatch.Dashboard(
            name,
            # The provider generates no name, and all Regions of an account share the names.
            dashboard_name=f"{name}-{pulumi.get_stack()}-{args.region}",
            dashboard_body=pulumi.Output.all(names=self._names, alarms=alarm_arns).apply(
                lambda known: dashboard.body(
                    args.limits, args.region, known["names"], known["alarms"]
                )
            ),
            opts=as_child,
        ).dashboard_name
        self.register_outputs({"topicArn": self.topic_arn, "dashboardName": self.dashboard_name})

    def _query(
        self, query: str, source: Metric | str, *, watched: bool
    ) -> aws.cloudwatch.MetricAlarmMetricQueryArgs:
        if isinstance(source, str):
            return aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id=query,
                expression=self._named(source),
                period=PERIOD if source.startswith("SELECT") else None,
                return_data=watched,
            )
        return aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id=query,
            metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                namespace=self._named(source.namespace),
                metric_name=source.name,
                dimensions={key: self._named(text) for key, text in source.dimensions.items()},
                period=PERIOD,
                stat=source.stat,
            ),
            return_data=watched,
        )

    def _named(self, template: str) -> pulumi.Input[str]:
        """Replace placeholders by names; a text without any is known in a preview."""
        if "{" not in template:
            return template
        return self._names.apply(lambda names: template.format(**names))


def _publishing(
    account: pulumi.Output[str], resource: pulumi.Input[str], *actions: str
) -> Mapping[str, object]:
    """Return a statement that allows actions to alarms of an account only."""
    return {
        "Sid": "AlarmsArePublished",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": list(actions),
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        "Resource": resource,
    }


def billed(limits: Limits) -> Mapping[Item, int]:
    """Return the numbers of billed resources."""
    return {"alarm": len(alarms(limits)), "custom_metric": 1, "dashboard": 1, "kms_key": 1}
