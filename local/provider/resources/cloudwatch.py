"""What is odd about CloudWatch's alarms, metric filters and saved queries."""

from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.schema import Change, Existing
from local.provider.values import Value

_SHORT_PERIODS = (10, 20, 30)
_MINUTE = 60


def valid_period(name: str, value: Value) -> str | None:
    """Validate a period of a metric, in seconds."""
    if value in _SHORT_PERIODS or (isinstance(value, int) and value > 0 and value % _MINUTE == 0):
        return None
    return f'"{name}" must be 10, 20, 30, or a multiple of 60, got {value}'


class LogMetricFilter(OrdinaryResource):
    """A metric filter of a log group. Its id is its name."""

    def update(self, aws: Aws, change: Change) -> None:
        """Replace the filter: moto would keep the old one beside the new."""
        self.delete(aws, Existing(change.id, change.old))
        super().update(aws, change)


class QueryDefinition(OrdinaryResource):
    """A saved query. A slash in its name makes a folder; its id is one that CloudWatch gives."""

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Take the ARN, which ends in the id."""
        return Existing(import_id.rpartition(":")[2], {})
