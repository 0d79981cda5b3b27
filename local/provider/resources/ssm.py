"""What is odd about parameters of Systems Manager."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.values import Props


class Parameter(OrdinaryResource):
    """A parameter. Its id is its name."""

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
