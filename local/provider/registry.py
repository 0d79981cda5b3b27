"""The resource types of the stand-in provider, by Pulumi's type tokens."""

from typing import Final

from local.provider.schema import ResourceType
from local.provider.tables import FOLDER, resource_types

RESOURCES: Final[dict[str, ResourceType]] = {
    resource.pulumi_type: resource for resource in resource_types()
}


def file_for(token: str) -> str:
    """Return the table that has types of the token's service, such as ``aws:ec2``, or would."""
    name = f"{token.partition('/')[0].rpartition(':')[2]}.yaml"
    new = "" if (FOLDER / name).exists() else ", a new file"
    return f"local/provider/resources/{name}{new}"
