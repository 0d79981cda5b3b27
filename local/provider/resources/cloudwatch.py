"""What is odd about CloudWatch's periods and EventBridge's targets."""

from typing import Any

from local.provider.operations import ResourceType
from local.provider.schema import Existing
from local.provider.values import Props, Value

_SHORT_PERIODS = (10, 20, 30)
_MINUTE = 60


def valid_period(name: str, value: Value) -> str | None:
    """Validate a period of a metric, in seconds."""
    if value in _SHORT_PERIODS or (isinstance(value, int) and value > 0 and value % _MINUTE == 0):
        return None
    return f'"{name}" must be 10, 20, 30, or a multiple of 60, got {value}'


class EventTarget(ResourceType):
    """A target of a rule, which EventBridge takes in a list."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the rule, and the target in a list."""
        return {**self.key(Existing("", inputs)), "Targets": [super().request(inputs)]}
