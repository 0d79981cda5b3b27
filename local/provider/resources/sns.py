"""What is odd about the policies of SNS's topics."""

import json
from typing import Any

from local.account import ACCOUNT_ID
from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.values import Props

_DEFAULT_POLICY_ID = "__default_policy_ID"


class TopicPolicy(OrdinaryResource):
    """A topic's policy. Deleting it restores the default policy of topics."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the policy as an attribute of its topic."""
        members = {"AttributeName": "Policy", "AttributeValue": inputs["policy"]}
        return {"TopicArn": inputs["arn"], **members}

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Return the topic's attributes, unless its policy is the default one."""
        found = super().describe(aws, existing)
        default = found is None or json.loads(found["Policy"]).get("Id") == _DEFAULT_POLICY_ID
        return None if default else found

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
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
