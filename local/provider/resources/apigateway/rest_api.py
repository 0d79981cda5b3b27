"""What is odd about REST APIs, their methods and integrations."""

from collections.abc import Iterator
from typing import Any, cast

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.values import UNKNOWN, Props


class RestApi(OrdinaryResource):
    """A REST API with its root resource."""

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


class Method(OrdinaryResource):
    """A method of a resource. Its id is ``agm-``, API, resource and method, joined by dashes."""

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Put the method again, and then its integration, which moto removes with it."""
        key = self.key(change.wanted)
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


class Integration(OrdinaryResource):
    """The integration of a method. Its id is ``agi-``, API, resource and method."""

    def failures(self, inputs: Props) -> Iterator[schema.Failure]:
        """Refuse a timeout beyond what the transfer mode allows."""
        mode = inputs.get("responseTransferMode", "BUFFERED")
        timeout = inputs.get("timeoutMilliseconds", _DEFAULT_MILLISECONDS)
        if UNKNOWN in (mode, timeout):
            return
        longest = _MAX_MILLISECONDS.get(mode, 0)
        if not 50 <= timeout <= longest:
            allowed = f"in the range (50 - {longest})"
            yield (
                "timeoutMilliseconds",
                f"expected timeout_milliseconds to be {allowed}, got {timeout}",
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
