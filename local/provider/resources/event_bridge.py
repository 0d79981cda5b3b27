"""What is odd about EventBridge's rules, their targets, and schedules."""

import secrets
from dataclasses import replace
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.values import Props


class EventRule(OrdinaryResource):
    """A rule of an event bus. Its id is its name, behind the bus where that is not the default."""

    def id_of(self, keys: Props) -> str:
        """Return the name, or the bus and the name."""
        bus = keys["eventBusName"]
        return keys["name"] if bus == "default" else f"{bus}/{keys['name']}"


class Schedule(OrdinaryResource):
    """A schedule. Its id is its group and its name, joined by a slash."""

    def id_of(self, keys: Props) -> str:
        """Return group and name; without a group it is the one named ``default``."""
        return f"{keys.get('groupName') or 'default'}/{keys['name']}"


class EventTarget(OrdinaryResource):
    """A target of a rule. Its id is the rule and the target's own id, joined by a hyphen."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the target, with an invented id if the program gives none."""
        return super().create(aws, {"targetId": f"terraform-{secrets.token_hex(13)}", **inputs})

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the rule, and the target in a list."""
        target = super().request(inputs)
        return {**self.key(schema.Existing("", inputs)), "Targets": [target]}

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Find the target by its own id."""
        return super().describe(aws, replace(existing, state=_named(existing.id, existing.state)))

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Put the target again."""
        super().update(aws, replace(change, new=_named(change.id, change.new)))


def _named(resource_id: str, props: Props) -> Props:
    """Return properties with the target's own id, which inputs lack if it is invented."""
    return {"targetId": resource_id.removeprefix(f"{props['rule']}-"), **props}
