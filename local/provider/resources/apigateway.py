"""What is odd about REST APIs."""

from collections.abc import Iterator

from local.provider.aws import Aws
from local.provider.operations import ResourceType
from local.provider.schema import Change, Failure
from local.provider.values import UNKNOWN, Props


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
