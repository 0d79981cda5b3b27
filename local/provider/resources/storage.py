"""What is odd about what keeps data and messages: tables, buckets, secrets, topics and queues."""

import json
from typing import Any

from local.account import ACCOUNT_ID
from local.provider.aws import Aws
from local.provider.members import from_pairs
from local.provider.operations import ResourceType
from local.provider.schema import Change, Existing
from local.provider.tagging import Tagging
from local.provider.values import Props

_CAPACITIES = ("readCapacity", "writeCapacity")


class Table(ResourceType):
    """A table. Its id is its name."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Add keys and capacity, which DynamoDB has in members of their own."""
        members = super().request(inputs, *names)
        for name in _CAPACITIES:
            members.pop(self.properties[name].member, None)
        if not names:
            keys = {"HASH": inputs.get("hashKey"), "RANGE": inputs.get("rangeKey")}
            members["KeySchema"] = [
                {"AttributeName": name, "KeyType": role} for role, name in keys.items() if name
            ]
        if inputs["billingMode"] == "PROVISIONED":
            read, write = (inputs.get(name) or 1 for name in _CAPACITIES)
            units = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
            members["ProvisionedThroughput"] = units
        return members


class BucketTagging(Tagging):
    """Tags of a bucket: one call sets all of them, and none of them is an error to read."""

    def read(self, aws: Aws, resource_id: str, props: Props, answer: Props) -> dict[str, Any]:
        """Return the tags of a bucket."""
        found = aws.find("s3", "get_bucket_tagging", Bucket=resource_id) or {}
        return {"tagsAll": from_pairs(found.get("TagSet", []), ("Key", "Value"))}

    def update(self, aws: Aws, change: Change) -> None:
        """Put the wanted tags."""
        if change.touches("tags", "tagsAll") and not change.new["tagsAll"]:
            aws.call("s3", "delete_bucket_tagging", Bucket=change.id)
        self.add(aws, change.wanted, change.changed_tags)

    def add(self, aws: Aws, existing: Existing, tags: Props) -> None:
        """Put tags in place of those that a bucket has."""
        if tags:
            tag_set = {"TagSet": self._to_api(tags)}
            aws.call("s3", "put_bucket_tagging", Bucket=existing.id, Tagging=tag_set)


class Bucket(ResourceType):
    """A bucket. Its id is its name."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the bucket; outside of us-east-1, S3 wants to be told the region."""
        location = None if aws.region == "us-east-1" else {"LocationConstraint": aws.region}
        name = inputs["bucket"]
        aws.call("s3", "create_bucket", Bucket=name, CreateBucketConfiguration=location)
        return name

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the bucket, and its objects first if ``forceDestroy`` is set."""
        if existing.state.get("forceDestroy") and self.describe(aws, existing) is not None:
            found = aws.call("s3", "list_object_versions", Bucket=existing.id)
            for each in (*found.get("Versions", []), *found.get("DeleteMarkers", [])):
                version = {"Key": each["Key"], "VersionId": each["VersionId"]}
                aws.call("s3", "delete_object", Bucket=existing.id, **version)
        super().delete(aws, existing)


class Secret(ResourceType):
    """A secret. Its id is its ARN."""

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Schedule the deletion, or delete the secret at once if the window is of 0 days."""
        if self.describe(aws, existing) is None:
            return
        days = existing.state.get("recoveryWindowInDays")
        days = 30 if days is None else int(days)
        window = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        aws.call("secretsmanager", "delete_secret", **self.key(existing), **window)


class SecretVersion(ResourceType):
    """The value of a secret, deleted with it. Its id is the secret's, ``|`` and the version's."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the value, which becomes the current version."""
        version = super().create(aws, inputs)
        return self.id_of({**inputs, "versionId": version})

    def describe(self, aws: Aws, existing: Existing) -> Props | None:
        """Return the version, which the id names."""
        secret, _, version = existing.id.partition("|")
        return super().describe(
            aws, Existing(existing.id, {"secretId": secret, "versionId": version})
        )


_DEFAULT_POLICY_ID = "__default_policy_ID"


class TopicPolicy(ResourceType):
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


class Queue(ResourceType):
    """A queue. Its id is its URL."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Leave out what only FIFO queues may have, and take away a key that is no longer set."""
        if not inputs["fifoQueue"]:
            inputs = {**inputs, "fifoQueue": None, "contentBasedDeduplication": None}
        return super().request({"kmsMasterKeyId": "", **inputs} if names else inputs, *names)
