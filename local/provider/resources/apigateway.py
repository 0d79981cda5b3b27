"""What is odd about REST APIs."""

from collections.abc import Iterator

from local.provider.aws import Aws
from local.provider.operations import ResourceType
from local.provider.schema import Change, Existing, Failure
from local.provider.values import UNKNOWN, Props


class RestApi(ResourceType):
    """A REST API."""

    def complete(self, aws: Aws, made: Existing) -> None:
        """Add the media types, which moto's CreateRestApi drops."""
        super().complete(aws, made)
        self._change_media_types(aws, made)

    def update(self, aws: Aws, change: Change) -> None:
        """Replace name and description, and add and remove media types one by one."""
        super().update(aws, change)
        self._change_media_types(aws, change.wanted)

    def _change_media_types(self, aws: Aws, wanted: Existing) -> None:
        before: list[str] = (self.describe(aws, wanted) or {}).get("binaryMediaTypes", [])
        after: list[str] = wanted.state.get("binaryMediaTypes", before)
        patches = [("remove", each) for each in before if each not in after]
        patches += [("add", each) for each in after if each not in before]
        operations = [
            {"op": operation, "path": f"/binaryMediaTypes/{each.replace('/', '~1')}", "value": each}
            for operation, each in patches
        ]
        if operations:
            key = self.key(wanted)
            aws.call("apigateway", "update_rest_api", **key, patchOperations=operations)


class Method(ResourceType):
    """A method of a resource. Its id is ``agm-``, API, resource and method, joined by dashes."""

    def update(self, aws: Aws, change: Change) -> None:
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


class Integration(ResourceType):
    """The integration of a method. Its id is ``agi-``, API, resource and method."""

    def failures(self, inputs: Props) -> Iterator[Failure]:
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
