"""Systems Manager's resource type: ``aws:ssm/parameter:Parameter``.

Source: https://www.pulumi.com/registry/packages/aws/api-docs/ssm/parameter/.
"""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.choices import choice
from local.provider.tagging import KEY_AND_VALUE, Tagging
from local.provider.validators import length
from local.provider.values import Props


class Parameter(OrdinaryResource):
    """A parameter. Its id is its name."""

    pulumi_type = "aws:ssm/parameter:Parameter"
    id_layout = "{name}"
    auto_name = schema.AutoName()
    properties = schema.regional(
        name=schema.string(replaces=True, validators=(length(1, 2048),)),
        type=choice("ssm", "ParameterType", required=True),
        value=schema.string(computed=True),
        allowedPattern=schema.string(validators=(length(0, 1024),)),
        dataType=schema.string(computed=True),
        description=schema.string(validators=(length(0, 1024),)),
        keyId=schema.string(computed=True),
        tier=choice("ssm", "ParameterTier", computed=True),
        arn=schema.output(member="ARN"),
        version=schema.output(type=schema.ValueType.INTEGER),
    )
    operations = Operations(
        service="ssm",
        **calls("parameter", create="put", update=""),
        read_members={"WithDecryption": True},
        found="Parameter",
        key={"Name": "name"},
        tagging=Tagging(
            service="ssm",
            resource="ResourceId",
            by_id=True,
            members={"ResourceType": "Parameter"},
            tag="add_tags_to_resource",
            untag="remove_tags_from_resource",
            listing="list_tags_for_resource",
            listed="TagList",
            pair=KEY_AND_VALUE,
        ),
    )

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return what SSM answers about a parameter without its value."""
        filters = [{"Key": "Name", "Option": "Equals", "Values": [existing.id]}]
        answer = aws.call("ssm", "describe_parameters", ParameterFilters=filters)
        (described,) = answer["Parameters"]
        return {
            "allowedPattern": described.get("AllowedPattern"),
            "description": described.get("Description"),
            "keyId": described.get("KeyId"),
            "tier": described.get("Tier", "Standard"),
        }

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Put the parameter over the old one, and update its tags."""
        if set(change.names) - {"tags", "tagsAll"}:
            aws.call("ssm", "put_parameter", **self.request(change.new), Overwrite=True)
        super().update(aws, change)
