"""CloudWatch Logs' resource types: log groups, their metric filters, and saved queries.

Source: docs/facts/aws-provider.md#log-group, docs/facts/aws-provider.md#metric-filters-and-queries.
"""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, Setter
from local.provider.resources.choices import choice
from local.provider.spelling import camel_case
from local.provider.tagging import LOGS
from local.provider.validators import arn, length, one_of, pattern
from local.provider.values import Props
from policies.lmi.facts.limits import LOG_RETENTION_DAYS


class LogGroup(OrdinaryResource):
    """A log group. A retention of 0 days keeps its events for ever."""

    pulumi_type = "aws:cloudwatch/logGroup:LogGroup"
    id_layout = "{name}"
    auto_name = schema.AutoName()
    properties = schema.regional(
        camel_case,
        name=schema.string(
            replaces=True,
            member="logGroupName",
            validators=(length(1, 512), pattern(r"[.\-_/#A-Za-z0-9]+", "see LogGroupName")),
        ),
        kmsKeyId=schema.string(validators=(arn,)),
        logGroupClass=choice("logs", "LogGroupClass", computed=True, replaces=True),
        retentionInDays=schema.integer(
            default=0, sent=False, validators=(one_of(*LOG_RETENTION_DAYS),)
        ),
        skipDestroy=schema.boolean(default=False, sent=False),
        arn=schema.output(),
    )
    operations = Operations(
        service="logs",
        create="create_log_group",
        read="describe_log_groups",
        read_key={"logGroupNamePrefix": "id"},
        found="logGroups",
        match={"logGroupName": "id"},
        delete="delete_log_group",
        key={"logGroupName": "id"},
        setters={
            "retentionInDays": Setter(
                set="put_retention_policy",
                unset="delete_retention_policy",
                members=lambda days: {"retentionInDays": days},
            ),
            "kmsKeyId": Setter(
                set="associate_kms_key",
                unset="disassociate_kms_key",
                members=lambda key: {"kmsKeyId": key},
            ),
        },
        optional=("kmsKeyId",),
        tagging=LOGS,
    )

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the class and the retention that CloudWatch omits, and the ARN of the group."""
        return {
            "logGroupClass": found.get("logGroupClass", "STANDARD"),
            "retentionInDays": found.get("retentionInDays", 0),
            "arn": found["arn"].removesuffix(":*"),
        }


class LogMetricFilter(OrdinaryResource):
    """A metric filter of a log group. Its id is its name."""

    pulumi_type = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
    id_layout = "{name}"
    import_layout = "logGroupName:name"
    auto_name = schema.AutoName()
    properties = schema.regional(
        camel_case,
        logGroupName=schema.string(required=True, replaces=True),
        metricTransformation=schema.block(
            required=True,
            member="metricTransformations",
            in_list=True,
            fields={
                "defaultValue": schema.string(),
                "dimensions": schema.mapping(),
                "name": schema.string(
                    required=True, member="metricName", validators=(length(0, 255),)
                ),
                "namespace": schema.string(
                    required=True, member="metricNamespace", validators=(length(0, 255),)
                ),
                "unit": choice("logs", "StandardUnit", default="None"),
                "value": schema.string(
                    required=True, member="metricValue", validators=(length(0, 100),)
                ),
            },
        ),
        name=schema.string(
            replaces=True,
            member="filterName",
            validators=(pattern(r"[^:*]{1,512}", "cannot contain a colon or an asterisk"),),
        ),
        pattern=schema.string(required=True, member="filterPattern", validators=(length(0, 1024),)),
    )
    operations = Operations(
        service="logs",
        create="put_metric_filter",
        read="describe_metric_filters",
        read_key={"logGroupName": "logGroupName", "filterNamePrefix": "id"},
        found="metricFilters",
        match={"filterName": "id"},
        update="put_metric_filter",
        delete="delete_metric_filter",
        key={"logGroupName": "logGroupName", "filterName": "id"},
    )

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Replace the filter: moto would keep the old one beside the new."""
        self.delete(aws, schema.Existing(change.id, change.old))
        super().update(aws, change)


class QueryDefinition(OrdinaryResource):
    """A saved query. A slash in its name makes a folder; its id is one that CloudWatch gives."""

    pulumi_type = "aws:cloudwatch/queryDefinition:QueryDefinition"
    auto_name = schema.AutoName()
    properties = schema.regional(
        camel_case,
        logGroupNames=schema.listing(
            item=schema.string(
                validators=(pattern(r"[.\-_/#A-Za-z0-9]{1,512}", "see LogGroupName"),)
            )
        ),
        name=schema.string(
            validators=(
                length(1, 255),
                pattern(
                    r"([^:*/]+/?)*[^:*/]+",
                    "cannot contain a colon or asterisk and cannot start or end with a slash",
                ),
            )
        ),
        queryString=schema.string(required=True, validators=(length(1, 10000),)),
        queryDefinitionId=schema.output(),
    )
    operations = Operations(
        service="logs",
        create="put_query_definition",
        made="queryDefinitionId",
        read="describe_query_definitions",
        read_key={},
        found="queryDefinitions",
        match={"queryDefinitionId": "id"},
        update="put_query_definition",
        delete="delete_query_definition",
        key={"queryDefinitionId": "id"},
    )

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Take the ARN, which ends in the id."""
        return schema.Existing(import_id.rpartition(":")[2], {})
