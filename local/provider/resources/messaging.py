"""What is odd about EventBridge's rules and schedules, and SNS's and SQS's attributes."""

import json
import secrets
from dataclasses import replace
from typing import Any

from local.account import ACCOUNT_ID
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.schema import Change, Existing
from local.provider.values import Props


class EventRule(OrdinaryResource):
    """A rule of an event bus. Its id is its name, behind the bus where that is not the default."""

    def id_of(self, keys: Props) -> str:
        """Return the name, or the bus and the name."""
        bus = keys["eventBusName"]
        return keys["name"] if bus == "default" else f"{bus}/{keys['name']}"


class EventTarget(OrdinaryResource):
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


_DEFAULT_POLICY_ID = "__default_policy_ID"


class TopicPolicy(OrdinaryResource):
    """A topic's policy. Deleting it restores the default policy of topics."""

    def describe(self, aws: Aws, existing: Existing) -> Props | None:
        """Return the topic's attributes, unless its policy is the default one."""
        found = super().describe(aws, existing)
        default = found is None or json.loads(found["Policy"]).get("Id") == _DEFAULT_POLICY_ID
        return None if default else found

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Restore the default policy."""
        if self.describe(aws, existing) is not None:
            default = {"arn": existing.id, "policy": _default_policy(existing.id)}
            aws.call("sns", "set_topic_attributes", **self.request(default))


def _default_policy(topic: str) -> str:
    """Return the default policy, which allows the owner everything."""
    actions = ("GetTopicAttributes", "SetTopicAttributes", "DeleteTopic", "Subscribe", "Publish")
    return json.dumps(
        {
            "Version": "2008-10-17",
            "Id": _DEFAULT_POLICY_ID,
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": [f"SNS:{action}" for action in actions],
                    "Resource": topic,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT_ID}},
                }
            ],
        }
    )


class Queue(OrdinaryResource):
    """A queue. Its id is its URL."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Leave out what only FIFO queues may have, and take away a key that is no longer set."""
        if not inputs["fifoQueue"]:
            inputs = {**inputs, "fifoQueue": None, "contentBasedDeduplication": None}
        return super().request({"kmsMasterKeyId": "", **inputs} if names else inputs, *names)
