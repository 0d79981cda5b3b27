"""What is odd about DynamoDB's tables."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.values import Props

_CAPACITIES = ("readCapacity", "writeCapacity")


class Table(OrdinaryResource):
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

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the keys, and what has calls of its own."""
        keys = {each["KeyType"]: each["AttributeName"] for each in found["KeySchema"]}
        key = self.key(existing)
        ttl = aws.call("dynamodb", "describe_time_to_live", **key)["TimeToLiveDescription"]
        backups = aws.call("dynamodb", "describe_continuous_backups", **key)[
            "ContinuousBackupsDescription"
        ]["PointInTimeRecoveryDescription"]
        return {
            "hashKey": keys["HASH"],
            "rangeKey": keys.get("RANGE"),
            "pointInTimeRecovery": {"enabled": backups["PointInTimeRecoveryStatus"] == "ENABLED"},
            "ttl": {
                "attributeName": ttl.get("AttributeName"),
                "enabled": ttl["TimeToLiveStatus"] == "ENABLED",
            },
        }
