"""What is odd about CloudWatch's metric filters and saved queries, and EventBridge's rules."""

import secrets
from dataclasses import replace
from typing import Any

from local.provider.aws import Aws
from local.provider.operations import ResourceType
from local.provider.schema import Change, Existing
from local.provider.values import Props, Value

_SHORT_PERIODS = (10, 20, 30)
_MINUTE = 60


def valid_period(name: str, value: Value) -> str | None:
    """Validate a period of a metric, in seconds."""
    if value in _SHORT_PERIODS or (isinstance(value, int) and value > 0 and value % _MINUTE == 0):
        return None
    return f'"{name}" must be 10, 20, 30, or a multiple of 60, got {value}'


class QueryDefinition(ResourceType):
    """A saved query. A slash in its name makes a folder; its id is one that CloudWatch gives."""

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Take the ARN, which ends in the id."""
        return Existing(import_id.rpartition(":")[2], {})


class EventRule(ResourceType):
    """A rule of an event bus. Its id is its name, behind the bus where that is not the default."""

    def id_of(self, keys: Props) -> str:
        """Return the name, or the bus and the name."""
        bus = keys["eventBusName"]
        return keys["name"] if bus == "default" else f"{bus}/{keys['name']}"


class EventTarget(ResourceType):
    """A target of a rule. Its id is the rule and the target's own id, joined by a hyphen."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the target, with an invented id if the program gives none."""
        return super().create(aws, {"targetId": f"terraform-{secrets.token_hex(13)}", **inputs})

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the rule, and the target in a list."""
        target = super().request(inputs)
        return {**self.key(Existing("", inputs)), "Targets": [target]}

    def describe(self, aws: Aws, existing: Existing) -> Props | None:
        """Find the target by its own id."""
        return super().describe(aws, replace(existing, state=_named(existing.id, existing.state)))

    def update(self, aws: Aws, change: Change) -> None:
        """Put the target again."""
        super().update(aws, replace(change, new=_named(change.id, change.new)))


def _named(resource_id: str, props: Props) -> Props:
    """Return properties with the target's own id, which inputs lack if it is invented."""
    return {"targetId": resource_id.removeprefix(f"{props['rule']}-"), **props}
