"""SNS's resource types: topics and their policies (docs/facts/aws-provider.md#kms-and-sns)."""

import json
from typing import Any

from local.account import ACCOUNT_ID
from local.provider import schema
from local.provider.aws import Aws
from local.provider.members import to_api
from local.provider.operations import Operations, OrdinaryResource, Setter, calls
from local.provider.resources.documents import document
from local.provider.spelling import pascal_case
from local.provider.tagging import SNS
from local.provider.validators import arn, pattern
from local.provider.values import Props

_DEFAULT_POLICY_ID = "__default_policy_ID"


def _attribute(name: str) -> Setter:
    """Return the setter of a topic's attribute."""
    return Setter(
        set="set_topic_attributes",
        members=lambda value: {"AttributeName": pascal_case(name), "AttributeValue": value},
    )


_ATTRIBUTES = ("displayName", "kmsMasterKeyId", "policy")


class Topic(OrdinaryResource):
    """A standard topic. Its id is its ARN."""

    pulumi_type = "aws:sns/topic:Topic"
    auto_name = schema.AutoName()
    properties = schema.regional(
        displayName=schema.string(),
        kmsMasterKeyId=schema.string(),
        name=schema.string(
            replaces=True,
            validators=(pattern(r"[a-zA-Z0-9_-]{1,256}", "must be 1-256 letters, digits, -_"),),
        ),
        policy=document(computed=True),
        arn=schema.output(member="TopicArn"),
        owner=schema.output(),
    )
    operations = Operations(
        service="sns",
        create="create_topic",
        made="TopicArn",
        read="get_topic_attributes",
        found="Attributes",
        delete="delete_topic",
        key={"TopicArn": "id"},
        setters={name: _attribute(name) for name in _ATTRIBUTES},
        optional=("displayName", "kmsMasterKeyId"),
        tagging=SNS,
    )

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the name, and the other properties as attributes."""
        return {"Name": inputs["name"], "Attributes": to_api(self.properties, inputs, *_ATTRIBUTES)}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the name, which ends the ARN."""
        return {"name": existing.id.rpartition(":")[2]}


class TopicPolicy(OrdinaryResource):
    """A topic's policy. Deleting it restores the default policy of topics."""

    pulumi_type = "aws:sns/topicPolicy:TopicPolicy"
    id_layout = "{arn}"
    properties = schema.regional(
        arn=schema.string(required=True, replaces=True, member="TopicArn", validators=(arn,)),
        policy=document(required=True),
        owner=schema.output(),
    )
    operations = Operations(
        service="sns",
        **calls("topic_attributes", create="set", update="set", delete=""),
        found="Attributes",
        key={"TopicArn": "id"},
    )

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
