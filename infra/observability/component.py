"""The component: it makes the topic, the alarms, the dashboard and the saved queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi
import pulumi_aws as aws

from ..cost import Item
from ..iam import account_of, policy
from ..settings.arguments import checked_inputs
from ..settings.checked import Checked
from ..settings.mistakes import refuse
from . import dashboard
from .alarms import FIRST_BYTE_METRIC, PERIOD, Alarm, Limits, Metric, alarms

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
        self._name = name
        self._args = args
        self._as_child = pulumi.ResourceOptions(parent=self)
        self._metrics = f"{name}/{pulumi.get_stack()}"
        provider = pulumi.Output.from_input(args.provider_arn)
        self._account = account_of(provider)
        self._names = pulumi.Output.all(
            function=args.function_name,
            provider=provider.apply(lambda arn: arn.rpartition(":")[2]),
            metrics=self._metrics,
            queue=args.dead_letter_queue_name,
        )

        topic = self._build_topic(self._build_key())
        policy = self._admit_cloudwatch(topic)
        self._measure_first_bytes()
        alarm_arns = [self._build_alarm(alarm, topic, policy).arn for alarm in alarms(args.limits)]
        self._save_queries()

        self.topic_arn = topic.arn
        self.dashboard_name = self._build_dashboard(alarm_arns).dashboard_name
        self.register_outputs({"topicArn": self.topic_arn, "dashboardName": self.dashboard_name})

    def _build_key(self) -> aws.kms.Key:
        """Build a KMS key: CloudWatch may not use AWS's managed key of SNS."""
        return aws.kms.Key(
            f"{self._name}-alarms",
            description="Encrypts the topic of the alarms",
            enable_key_rotation=True,
            deletion_window_in_days=_DELETION_WINDOW_DAYS,
            policy=policy(
                {
                    "Sid": "PoliciesOfTheAccountDecide",
                    "Principal": {
                        "AWS": pulumi.Output.concat("arn:aws:iam::", self._account, ":root")
                    },
                    "Action": "kms:*",
                    "Resource": "*",
                },
                self._publishing("*", "kms:Decrypt", "kms:GenerateDataKey*"),
            ),
            opts=self._as_child,
        )

    def _build_topic(self, key: aws.kms.Key) -> aws.sns.Topic:
        return aws.sns.Topic(f"{self._name}-alarms", kms_master_key_id=key.arn, opts=self._as_child)

    def _admit_cloudwatch(self, topic: aws.sns.Topic) -> aws.sns.TopicPolicy:
        return aws.sns.TopicPolicy(
            f"{self._name}-alarms",
            arn=topic.arn,
            policy=policy(self._publishing(topic.arn, "sns:Publish")),
            opts=self._as_child,
        )

    def _publishing(self, resource: pulumi.Input[str], *actions: str) -> Mapping[str, object]:
        """Return a statement that allows actions to alarms of this account only."""
        return {
            "Sid": "AlarmsArePublished",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": list(actions),
            "Condition": {"StringEquals": {"aws:SourceAccount": self._account}},
            "Resource": resource,
        }

    def _measure_first_bytes(self) -> None:
        aws.cloudwatch.LogMetricFilter(
            f"{self._name}-first-byte",
            log_group_name=self._args.log_group_name,
            pattern=FIRST_BYTE_PATTERN,
            metric_transformation={
                "namespace": self._metrics,
                "name": FIRST_BYTE_METRIC,
                "value": "$.record.spans[0].durationMs",
                "unit": "Milliseconds",
            },
            opts=self._as_child,
        )

    def _build_alarm(
        self, alarm: Alarm, topic: aws.sns.Topic, policy: aws.sns.TopicPolicy
    ) -> aws.cloudwatch.MetricAlarm:
        *_, watched = alarm.queries
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{alarm.name}",
            alarm_description=alarm.meaning,
            metric_queries=[
                self._query(query, source, watched=query == watched)
                for query, source in alarm.queries.items()
            ],
            comparison_operator=alarm.comparison,
            threshold=alarm.threshold,
            evaluation_periods=alarm.periods,
            datapoints_to_alarm=alarm.datapoints,
            treat_missing_data=alarm.missing,
            alarm_actions=[topic.arn],
            ok_actions=[topic.arn],
            # Without the topic's policy an alarm could not publish.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )

    def _query(
        self, query: str, source: Metric | str, *, watched: bool
    ) -> aws.cloudwatch.MetricAlarmMetricQueryArgs:
        if isinstance(source, Metric):
            return aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id=query,
                metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace=self._named(source.namespace),
                    metric_name=source.name,
                    dimensions={
                        name: self._named(value) for name, value in source.dimensions.items()
                    },
                    period=PERIOD,
                    stat=source.stat,
                ),
                return_data=watched,
            )
        return aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id=query,
            expression=self._named(source),
            period=PERIOD if source.startswith("SELECT") else None,
            return_data=watched,
        )

    def _named(self, template: str) -> pulumi.Input[str]:
        """Replace placeholders by names; a text without any is known in a preview."""
        if "{" not in template:
            return template
        return self._names.apply(lambda names: template.format(**names))

    def _build_dashboard(
        self, alarm_arns: Sequence[pulumi.Output[str]]
    ) -> aws.cloudwatch.Dashboard:
        limits, region = self._args.limits, self._args.region
        return aws.cloudwatch.Dashboard(
            self._name,
            # The provider generates no name, and all Regions of an account share the names, which
            # have no dots, as names of stacks may.
            dashboard_name=f"{self._name}-{pulumi.get_stack()}-{region}".replace(".", "-"),
            dashboard_body=pulumi.Output.all(names=self._names, alarms=alarm_arns).apply(
                lambda known: dashboard.body(limits, region, known["names"], known["alarms"])
            ),
            opts=self._as_child,
        )

    def _save_queries(self) -> None:
        for name, query in LOG_QUERIES.items():
            aws.cloudwatch.QueryDefinition(
                f"{self._name}-{name.replace(' ', '-')}",
                name=f"{self._name}/{pulumi.get_stack()}/{name}",
                query_string=query,
                log_group_names=[self._args.log_group_name],
                opts=self._as_child,
            )


def billed(limits: Limits) -> Mapping[Item, int]:
    """Return the numbers of billed resources."""
    return {"alarm": len(alarms(limits)), "custom_metric": 1, "dashboard": 1, "kms_key": 1}
