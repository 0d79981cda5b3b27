"""Metric filters and saved queries of CloudWatch Logs.

Source: docs/facts/aws-provider.md#metric-filters-and-queries.
"""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.schema import (
    REGION,
    AutoName,
    Change,
    Existing,
    ResourceType,
    block,
    listing,
    mapping,
    output,
    string,
)
from local.provider.validators import length, one_of_enum, pattern
from local.provider.values import Props

_GONE = ("ResourceNotFoundException",)


class LogMetricFilter(ResourceType):
    """A metric filter of a log group. Its id is its name."""

    pulumi_type = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
    import_layout = "logGroupName:name"
    auto_name = AutoName()
    properties = MappingProxyType(
        {
            "logGroupName": string(required=True, replaces=True, member="logGroupName"),
            "metricTransformation": block(
                required=True,
                sent=False,
                fields={
                    "defaultValue": string(member="defaultValue"),
                    "dimensions": mapping(member="dimensions"),
                    "name": string(
                        required=True, member="metricName", validators=(length(0, 255),)
                    ),
                    "namespace": string(
                        required=True, member="metricNamespace", validators=(length(0, 255),)
                    ),
                    "unit": string(
                        default="None",
                        member="unit",
                        validators=(one_of_enum("logs", "StandardUnit"),),
                    ),
                    "value": string(
                        required=True, member="metricValue", validators=(length(0, 100),)
                    ),
                },
            ),
            "name": string(
                replaces=True,
                member="filterName",
                validators=(pattern(r"[^:*]{1,512}", "cannot contain a colon or an asterisk"),),
            ),
            "pattern": string(required=True, member="filterPattern", validators=(length(0, 1024),)),
            "region": REGION,
        }
    )

    def id_of(self, keys: Props) -> str:
        """Return the name."""
        return keys["name"]

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the filter."""
        self._put(aws, inputs)
        return inputs["name"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Find the filter among those of its log group."""
        group = existing.state["logGroupName"]
        found = aws.find(
            "logs",
            "describe_metric_filters",
            _GONE,
            logGroupName=group,
            filterNamePrefix=existing.id,
        )
        filters: list[dict[str, Any]] = (found or {}).get("metricFilters", [])
        described = next((each for each in filters if each["filterName"] == existing.id), None)
        return described and {
            **from_api(self.properties, described),
            "logGroupName": group,
            "metricTransformation": from_api(
                self.properties["metricTransformation"].fields,
                described["metricTransformations"][0],
            ),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Replace the filter: moto would keep the old one beside the new."""
        self.delete(aws, Existing(change.id, change.old))
        self._put(aws, change.new)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the filter."""
        group = existing.state["logGroupName"]
        aws.find("logs", "delete_metric_filter", _GONE, logGroupName=group, filterName=existing.id)

    def _put(self, aws: Aws, inputs: Props) -> None:
        transformation = to_api(
            self.properties["metricTransformation"].fields, inputs["metricTransformation"]
        )
        aws.call(
            "logs",
            "put_metric_filter",
            **to_api(self.properties, inputs),
            metricTransformations=[transformation],
        )


class QueryDefinition(ResourceType):
    """A saved query. A slash in its name makes a folder; its id is one that CloudWatch gives."""

    pulumi_type = "aws:cloudwatch/queryDefinition:QueryDefinition"
    auto_name = AutoName()
    properties = MappingProxyType(
        {
            "logGroupNames": listing(
                member="logGroupNames",
                item=string(validators=(pattern(r"[.\-_/#A-Za-z0-9]{1,512}", "see LogGroupName"),)),
            ),
            "name": string(
                member="name",
                validators=(
                    length(1, 255),
                    pattern(
                        r"([^:*/]+/?)*[^:*/]+",
                        "cannot contain a colon or asterisk and cannot start or end with a slash",
                    ),
                ),
            ),
            "queryString": string(
                required=True, member="queryString", validators=(length(1, 10000),)
            ),
            "region": REGION,
            "queryDefinitionId": output(member="queryDefinitionId"),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Save the query."""
        return aws.call("logs", "put_query_definition", **to_api(self.properties, inputs))[
            "queryDefinitionId"
        ]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Look for the query among those that are saved."""
        saved = aws.call("logs", "describe_query_definitions")["queryDefinitions"]
        found = next((query for query in saved if query["queryDefinitionId"] == existing.id), None)
        return found and from_api(self.properties, found)

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Take the ARN, which ends in the id."""
        del aws
        return Existing(import_id.rpartition(":")[2], {})

    def update(self, aws: Aws, change: Change) -> None:
        """Save the new query over the old."""
        aws.call(
            "logs",
            "put_query_definition",
            **to_api(self.properties, change.new),
            queryDefinitionId=change.id,
        )

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the query."""
        aws.find("logs", "delete_query_definition", _GONE, queryDefinitionId=existing.id)
