"""SNS's resource types: topics and their policies (docs/facts/aws-provider.md#kms-and-sns)."""

import json
from types import MappingProxyType

from local.account import ACCOUNT_ID
from local.provider.aws import Aws, Response
from local.provider.resources.documents import same_document
from local.provider.schema import (
    REGION,
    TAGS,
    AutoName,
    Change,
    Existing,
    ResourceType,
    output,
    string,
)
from local.provider.tagging import SNS, tag_map
from local.provider.validators import arn, json_document, pattern
from local.provider.values import Props

_GONE = ("NotFound", "NotFoundException")
_ATTRIBUTES = {
    "displayName": "DisplayName",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
}
_DEFAULT_POLICY_ID = "__default_policy_ID"


class Topic(ResourceType):
    """A standard topic. Its id is its ARN."""

    pulumi_type = "aws:sns/topic:Topic"
    auto_name = AutoName()
    properties = MappingProxyType(
        {
            "displayName": string(),
            "kmsMasterKeyId": string(),
            "name": string(
                replaces=True,
                validators=(pattern(r"[a-zA-Z0-9_-]{1,256}", "must be 1-256 letters, digits, -_"),),
            ),
            "policy": string(computed=True, same=same_document, validators=(json_document,)),
            "region": REGION,
            **TAGS,
            "arn": output(),
            "owner": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the topic with its attributes."""
        attributes = {
            attribute: inputs[name] for name, attribute in _ATTRIBUTES.items() if name in inputs
        }
        return aws.call(
            "sns",
            "create_topic",
            Name=inputs["name"],
            Attributes=attributes,
            **SNS.creation(inputs),
        )["TopicArn"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the topic's attributes."""
        attributes = _attributes(aws, existing.id)
        if attributes is None:
            return None
        tags = aws.call("sns", "list_tags_for_resource", ResourceArn=existing.id)["Tags"]
        return {
            **{name: attributes.get(attribute) for name, attribute in _ATTRIBUTES.items()},
            "name": existing.id.rpartition(":")[2],
            "arn": existing.id,
            "owner": attributes["Owner"],
            "tagsAll": tag_map(tags),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Change attributes and tags."""
        for name, attribute in _ATTRIBUTES.items():
            if change.touches(name):
                _set(aws, change.id, attribute, change.new.get(name, ""))
        SNS.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the topic."""
        aws.find("sns", "delete_topic", _GONE, TopicArn=existing.id)


class TopicPolicy(ResourceType):
    """A topic's policy. Deleting it restores the default policy of topics."""

    pulumi_type = "aws:sns/topicPolicy:TopicPolicy"
    properties = MappingProxyType(
        {
            "arn": string(required=True, replaces=True, validators=(arn,)),
            "policy": string(required=True, same=same_document, validators=(json_document,)),
            "region": REGION,
            "owner": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the policy."""
        _set(aws, inputs["arn"], "Policy", inputs["policy"])
        return inputs["arn"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the policy, unless it is the default one."""
        attributes = _attributes(aws, existing.id)
        if attributes is None or json.loads(attributes["Policy"]).get("Id") == _DEFAULT_POLICY_ID:
            return None
        return {
            "arn": existing.id,
            "policy": attributes["Policy"],
            "owner": attributes["Owner"],
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Put the new policy."""
        _set(aws, change.id, "Policy", change.new["policy"])

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Restore the default policy."""
        if self.read(aws, existing) is not None:
            _set(aws, existing.id, "Policy", _default_policy(existing.id))


def _attributes(aws: Aws, topic: str) -> Response | None:
    answer = aws.find("sns", "get_topic_attributes", _GONE, TopicArn=topic)
    return answer and answer["Attributes"]


def _set(aws: Aws, topic: str, attribute: str, value: str) -> None:
    aws.call(
        "sns",
        "set_topic_attributes",
        TopicArn=topic,
        AttributeName=attribute,
        AttributeValue=value,
    )


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
