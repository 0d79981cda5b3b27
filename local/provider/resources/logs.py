"""What is odd about log groups, metric filters and saved queries of CloudWatch Logs."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.values import Props


class LogGroup(OrdinaryResource):
    """A log group. A retention of 0 days keeps its events for ever."""

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the ARN of the group, without its streams."""
        return {"arn": found["arn"].removesuffix(":*")}


class LogMetricFilter(OrdinaryResource):
    """A metric filter of a log group. Its id is its name."""

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Replace the filter: moto would keep the old one beside the new."""
        self.delete(aws, schema.Existing(change.id, change.old))
        super().update(aws, change)


class QueryDefinition(OrdinaryResource):
    """A saved query. A slash in its name makes a folder; its id is one that CloudWatch gives."""

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Take the ARN, which ends in the id."""
        return schema.Existing(import_id.rpartition(":")[2], {})
