"""``aws:apigateway/restApi:RestApi`` and ``aws:apigateway/resource:Resource``."""

from types import MappingProxyType

from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource
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
from local.provider.tagging import API_GATEWAY
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
            **API_GATEWAY.creation(inputs),
        )
        return created["id"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the API."""
        api = aws.find("apigateway", "get_rest_api", GONE, restApiId=existing.id)
        return api and {
            "name": api["name"],
            "description": api.get("description"),
            "endpointConfiguration": {"types": api["endpointConfiguration"]["types"][0]},
            **API_GATEWAY.found(api),
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
        API_GATEWAY.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the API with its resources, methods and stages."""
        if self.read(aws, existing) is not None:
            aws.call("apigateway", "delete_rest_api", restApiId=existing.id)


class Resource(OrdinaryResource):
    """A part of a path in a REST API."""

    pulumi_type = "aws:apigateway/resource:Resource"
    import_layout = "restApi/id"
    properties = MappingProxyType(
        {
            "restApi": string(required=True, replaces=True, member="restApiId"),
            "parentId": string(required=True, replaces=True, member="parentId"),
            "pathPart": string(required=True, replaces=True, member="pathPart"),
            "region": REGION,
            "path": output(member="path"),
        }
    )
    operations = Operations(
        service="apigateway",
        create="create_resource",
        made="id",
        read="get_resource",
        delete="delete_resource",
        gone=GONE,
        key={"restApiId": "restApi", "resourceId": "id"},
    )


def _arn(aws: Aws, api_id: str) -> str:
    return f"arn:aws:apigateway:{aws.region}::/restapis/{api_id}"


def _root_resource_id(aws: Aws, api_id: str) -> str:
    resources = aws.call("apigateway", "get_resources", restApiId=api_id)["items"]
    return next(resource["id"] for resource in resources if resource["path"] == "/")
