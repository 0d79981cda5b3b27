"""DynamoDB's resource type: ``aws:dynamodb/table:Table``.

Source: https://www.pulumi.com/registry/packages/aws/api-docs/dynamodb/table/.

Indexes, streams and replicas are not supported.
"""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, Setter, calls
from local.provider.resources.choices import choice
from local.provider.tagging import KEY_AND_VALUE, Tagging
from local.provider.validators import at_least, pattern
from local.provider.values import Props

_ATTRIBUTE = schema.block(
    fields={
        "name": schema.string(required=True, member="AttributeName"),
        "type": choice("dynamodb", "ScalarAttributeType", required=True, member="AttributeType"),
    }
)
_CAPACITIES = ("readCapacity", "writeCapacity")


class Table(OrdinaryResource):
    """A table. Its id is its name."""

    pulumi_type = "aws:dynamodb/table:Table"
    id_layout = "{name}"
    auto_name = schema.AutoName()
    properties = schema.regional(
        name=schema.string(
            replaces=True,
            member="TableName",
            validators=(pattern(r"[a-zA-Z0-9_.-]{3,255}", "3 to 255 letters, digits, _.-"),),
        ),
        attributes=schema.unordered(computed=True, item=_ATTRIBUTE, member="AttributeDefinitions"),
        billingMode=choice("dynamodb", "BillingMode", default="PROVISIONED"),
        deletionProtectionEnabled=schema.boolean(),
        hashKey=schema.string(computed=True, replaces=True, sent=False),
        rangeKey=schema.string(replaces=True, sent=False),
        pointInTimeRecovery=schema.block(
            computed=True, sent=False, fields={"enabled": schema.boolean(required=True)}
        ),
        readCapacity=schema.integer(computed=True, sent=False, validators=(at_least(1),)),
        writeCapacity=schema.integer(computed=True, sent=False, validators=(at_least(1),)),
        ttl=schema.block(
            computed=True,
            sent=False,
            fields={"attributeName": schema.string(), "enabled": schema.boolean(default=False)},
        ),
        arn=schema.output(member="TableArn"),
    )
    operations = Operations(
        service="dynamodb",
        **calls("table", read="describe"),
        found="Table",
        updates=("billingMode", "deletionProtectionEnabled", *_CAPACITIES),
        key={"TableName": "id"},
        setters={
            "pointInTimeRecovery": Setter(
                set="update_continuous_backups",
                members=lambda backups: {
                    "PointInTimeRecoverySpecification": {
                        "PointInTimeRecoveryEnabled": backups["enabled"]
                    }
                },
            ),
            "ttl": Setter(
                set="update_time_to_live",
                members=lambda ttl: {
                    "TimeToLiveSpecification": {
                        "AttributeName": ttl["attributeName"],
                        "Enabled": ttl["enabled"],
                    }
                },
            ),
        },
        state="TableStatus",
        ready="ACTIVE",
        tagging=Tagging(
            service="dynamodb",
            resource="ResourceArn",
            listing="list_tags_of_resource",
            pair=KEY_AND_VALUE,
        ),
    )

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
            members["ProvisionedThroughput"] = {
                "ReadCapacityUnits": read,
                "WriteCapacityUnits": write,
            }
        return members

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return keys, billing and capacity, and what has calls of its own."""
        keys = {each["KeyType"]: each["AttributeName"] for each in found["KeySchema"]}
        summary: Props = found.get("BillingModeSummary", {})
        throughput: Props = found.get("ProvisionedThroughput", {})
        key = self.key(existing)
        ttl = aws.call("dynamodb", "describe_time_to_live", **key)["TimeToLiveDescription"]
        backups = aws.call("dynamodb", "describe_continuous_backups", **key)[
            "ContinuousBackupsDescription"
        ]["PointInTimeRecoveryDescription"]
        return {
            "hashKey": keys["HASH"],
            "rangeKey": keys.get("RANGE"),
            "billingMode": summary.get("BillingMode", "PROVISIONED"),
            "readCapacity": throughput.get("ReadCapacityUnits", 0),
            "writeCapacity": throughput.get("WriteCapacityUnits", 0),
            "pointInTimeRecovery": {"enabled": backups["PointInTimeRecoveryStatus"] == "ENABLED"},
            "ttl": {
                "attributeName": ttl.get("AttributeName"),
                "enabled": ttl["TimeToLiveStatus"] == "ENABLED",
            },
        }
