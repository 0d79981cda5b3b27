"""REST APIs, their resources, methods and integrations (``aws:apigateway/...``).

moto has neither UpdateMethod nor UpdateIntegration, so an update puts the whole resource.
"""

from collections.abc import Iterator
from typing import Any, cast

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, Setter, calls
from local.provider.resources.api_stages import EXECUTION_ARN
from local.provider.resources.choices import choice
from local.provider.spelling import camel_case
from local.provider.tagging import API_GATEWAY
from local.provider.validators import length, one_of
from local.provider.values import UNKNOWN, Props


def patch(operation: str, path: str) -> Setter:
    """Return the setter of a property that API Gateway replaces by its path."""
    return Setter(
        set=operation,
        members=lambda value: {
            "patchOperations": [{"op": "replace", "path": path, "value": value}]
        },
    )


class RestApi(OrdinaryResource):
    """A REST API with its root resource."""

    pulumi_type = "aws:apigateway/restApi:RestApi"
    auto_name = schema.AutoName()
    properties = schema.regional(
        camel_case,
        name=schema.string(validators=(length(1, 1024),)),
        description=schema.string(computed=True),
        binaryMediaTypes=schema.listing(computed=True),
        endpointConfiguration=schema.block(
            fields={"types": choice("apigateway", "EndpointType", required=True, in_list=True)},
            computed=True,
            replaces=True,
        ),
        **schema.outputs("arn", "createdDate", "executionArn", "rootResourceId"),
    )
    operations = Operations(
        service="apigateway",
        **calls("rest_api", update=""),
        made="id",
        key={"restApiId": "id"},
        setters={name: patch("update_rest_api", f"/{name}") for name in ("name", "description")},
        optional=("description",),
        derived={
            "arn": "arn:{partition}:apigateway:{region}::/restapis/{id}",
            "executionArn": EXECUTION_ARN,
        },
        tagging=API_GATEWAY,
    )

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Add the media types, which moto's CreateRestApi drops."""
        super().complete(aws, made)
        found = aws.call("apigateway", "get_rest_api", restApiId=made.id)
        _change_media_types(aws, made.id, found.get("binaryMediaTypes"), made.state)

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Replace name and description, and add and remove media types one by one."""
        super().update(aws, change)
        _change_media_types(aws, change.id, change.old.get("binaryMediaTypes"), change.new)

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the id of the resource that API Gateway created with the API."""
        resources = aws.call("apigateway", "get_resources", restApiId=existing.id)["items"]
        return {"rootResourceId": next(each["id"] for each in resources if each["path"] == "/")}


def _change_media_types(aws: Aws, api_id: str, old: object, wanted: Props) -> None:
    if "binaryMediaTypes" not in wanted:
        return
    before, after = (
        cast("list[str]", types or []) for types in (old, wanted.get("binaryMediaTypes"))
    )
    patches = [("remove", each) for each in before if each not in after]
    patches += [("add", each) for each in after if each not in before]
    if not patches:
        return
    operations = [
        {"op": operation, "path": f"/binaryMediaTypes/{each.replace('/', '~1')}", "value": each}
        for operation, each in patches
    ]
    aws.call("apigateway", "update_rest_api", restApiId=api_id, patchOperations=operations)


class Resource(OrdinaryResource):
    """A part of a path in a REST API."""

    pulumi_type = "aws:apigateway/resource:Resource"
    import_layout = "restApi/id"
    properties = schema.regional(
        camel_case,
        restApi=schema.string(required=True, replaces=True, member="restApiId"),
        parentId=schema.string(required=True, replaces=True),
        pathPart=schema.string(required=True, replaces=True),
        path=schema.output(),
    )
    operations = Operations(
        service="apigateway",
        **calls("resource", update=""),
        made="id",
        key={"restApiId": "restApi", "resourceId": "id"},
    )


_HTTP_METHOD = one_of("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_OF_A_METHOD = {
    "restApi": schema.string(required=True, replaces=True, member="restApiId"),
    "resourceId": schema.string(required=True, replaces=True),
    "httpMethod": schema.string(required=True, replaces=True, validators=(_HTTP_METHOD,)),
}
_KEY = {"restApiId": "restApi", "resourceId": "resourceId", "httpMethod": "httpMethod"}


class Method(OrdinaryResource):
    """A method of a resource. Its id is ``agm-``, API, resource and method, joined by dashes."""

    pulumi_type = "aws:apigateway/method:Method"
    id_layout = "agm-{restApi}-{resourceId}-{httpMethod}"
    import_layout = "restApi/resourceId/httpMethod"
    properties = schema.regional(
        camel_case,
        **_OF_A_METHOD,
        authorization=schema.string(required=True, member="authorizationType"),
        apiKeyRequired=schema.boolean(default=False),
    )
    operations = Operations(
        service="apigateway", **calls("method", create="put", update="put"), key=_KEY
    )

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Put the method again, and then its integration, which moto removes with it."""
        key = self.key(schema.Existing(change.id, change.new))
        integration = aws.find("apigateway", "get_integration", **key)
        super().update(aws, change)
        if integration and "uri" in integration:
            members = {name: integration[name] for name in _INTEGRATION_MEMBERS}
            method = integration["httpMethod"]
            aws.call(
                "apigateway", "put_integration", **key, **members, integrationHttpMethod=method
            )


_INTEGRATION_MEMBERS = ("type", "uri", "responseTransferMode", "timeoutInMillis")
_DEFAULT_MILLISECONDS = 29_000
_MAX_MILLISECONDS = {"BUFFERED": 300_000, "STREAM": 900_000}


def _timeout_of_the_mode(inputs: Props) -> Iterator[schema.Failure]:
    mode = inputs.get("responseTransferMode", "BUFFERED")
    timeout = inputs.get("timeoutMilliseconds", _DEFAULT_MILLISECONDS)
    if UNKNOWN in (mode, timeout):
        return
    longest = _MAX_MILLISECONDS.get(mode, 0)
    if not 50 <= timeout <= longest:
        yield (
            "timeoutMilliseconds",
            f"expected timeout_milliseconds to be in the range (50 - {longest}), got {timeout}",
        )


class Integration(OrdinaryResource):
    """The integration of a method. Its id is ``agi-``, API, resource and method."""

    pulumi_type = "aws:apigateway/integration:Integration"
    id_layout = "agi-{restApi}-{resourceId}-{httpMethod}"
    import_layout = "restApi/resourceId/httpMethod"
    delete_before_replace = True
    properties = schema.regional(
        camel_case,
        **_OF_A_METHOD,
        type=choice("apigateway", "IntegrationType", required=True, replaces=True),
        integrationHttpMethod=schema.string(replaces=True, validators=(_HTTP_METHOD,)),
        uri=schema.string(),
        responseTransferMode=choice("apigateway", "ResponseTransferMode", computed=True),
        timeoutMilliseconds=schema.integer(default=_DEFAULT_MILLISECONDS, member="timeoutInMillis"),
    )
    rules = (_timeout_of_the_mode,)
    operations = Operations(
        service="apigateway",
        **calls("integration", create="put", update="put"),
        key=_KEY,
        optional=("uri",),
    )

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Return the integration, for which moto answers nothing if the method has none."""
        found = super().describe(aws, existing)
        return found if found and "type" in found else None

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the two methods; the answer has only the integration's, under another name."""
        return {
            "httpMethod": existing.state["httpMethod"],
            "integrationHttpMethod": found.get("httpMethod"),
        }
