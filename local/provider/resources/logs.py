"""What is odd about metric filters and saved queries of CloudWatch Logs."""

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource


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
