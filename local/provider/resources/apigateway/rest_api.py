"""``aws:apigateway/restApi:RestApi`` and ``aws:apigateway/resource:Resource``."""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.resources.api_stages import execution_arn
from local.provider.schema import (
    REGION,
    TAGS,
    AutoName,
    Change,
    Existing,
    ResourceType,
    block,
    output,
    string,
)
from local.provider.validators import length, one_of_enum
from local.provider.values import Props

GONE = ("NotFoundException",)
_PATCHED = ("name", "description")


class RestApi(ResourceType):
    """A REST API with its root resource."""

    pulumi_type = "aws:apigateway/restApi:RestApi"
    auto_name = AutoName()
    properties = MappingProxyType(
        {
            "name": string(validators=(length(1, 1024),)),
            "description": string(computed=True),
            "endpointConfiguration": block(
                fields={
                    "types": string(
                        required=True, validators=(one_of_enum("apigateway", "EndpointType"),)
                    )
                },
                computed=True,
                replaces=True,
            ),
            "region": REGION,
            **TAGS,
            "arn": output(),
            "createdDate": output(),
            "executionArn": output(),
            "rootResourceId": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the API."""
        endpoint: Props | None = inputs.get("endpointConfiguration")
        created = aws.call(
            "apigateway",
            "create_rest_api",
            name=inputs["name"],
            description=inputs.get("description"),
            endpointConfiguration=endpoint and {"types": [endpoint["types"]]},
            tags=inputs["tagsAll"] or None,
        )
        return created["id"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the API."""
        api = aws.find("apigateway", "get_rest_api", GONE, restApiId=existing.id)
        return api and {
            "name": api["name"],
            "description": api.get("description"),
            "endpointConfiguration": {"types": api["endpointConfiguration"]["types"][0]},
            "tagsAll": api.get("tags", {}),
            "arn": _arn(aws, existing.id),
            "createdDate": api["createdDate"].isoformat(),
            "executionArn": execution_arn(aws, existing.id),
            "rootResourceId": _root_resource_id(aws, existing.id),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Change name, description and tags."""
        patches = [
            {"op": "replace", "path": f"/{name}", "value": change.new.get(name, "")}
            for name in _PATCHED
            if change.touches(name)
        ]
        if patches:
            aws.call("apigateway", "update_rest_api", restApiId=change.id, patchOperations=patches)
        update_tags(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the API with its resources, methods and stages."""
        if self.read(aws, existing) is not None:
            aws.call("apigateway", "delete_rest_api", restApiId=existing.id)


class Resource(ResourceType):
    """A part of a path in a REST API."""

    pulumi_type = "aws:apigateway/resource:Resource"
    import_layout = "restApi/id"
    properties = MappingProxyType(
        {
            "restApi": string(required=True, replaces=True),
            "parentId": string(required=True, replaces=True),
            "pathPart": string(required=True, replaces=True),
            "region": REGION,
            "path": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the resource."""
        created = aws.call(
            "apigateway",
            "create_resource",
            restApiId=inputs["restApi"],
            parentId=inputs["parentId"],
            pathPart=inputs["pathPart"],
        )
        return created["id"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the resource."""
        found = aws.find("apigateway", "get_resource", GONE, **_key(existing))
        return found and {
            "parentId": found["parentId"],
            "pathPart": found["pathPart"],
            "path": found["path"],
        }

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the resource."""
        if self.read(aws, existing) is not None:
            aws.call("apigateway", "delete_resource", **_key(existing))


def _key(existing: Existing) -> dict[str, Any]:
    return {"restApiId": existing.state["restApi"], "resourceId": existing.id}


def update_tags(aws: Aws, change: Change) -> None:
    """Update the tags of an API or a stage."""
    arn = change.old["arn"]
    if keys := change.removed_tags:
        aws.call("apigateway", "untag_resource", resourceArn=arn, tagKeys=keys)
    if tags := change.changed_tags:
        aws.call("apigateway", "tag_resource", resourceArn=arn, tags=tags)


def _arn(aws: Aws, api_id: str) -> str:
    return f"arn:aws:apigateway:{aws.region}::/restapis/{api_id}"


def _root_resource_id(aws: Aws, api_id: str) -> str:
    resources = aws.call("apigateway", "get_resources", restApiId=api_id)["items"]
    return next(resource["id"] for resource in resources if resource["path"] == "/")
