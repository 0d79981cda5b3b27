"""``aws:apigateway/method:Method`` and ``aws:apigateway/integration:Integration``.

moto has neither UpdateMethod nor UpdateIntegration, so an update puts the whole resource.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.resources.apigateway.rest_api import GONE
from local.provider.schema import (
    REGION,
    Change,
    Existing,
    Failure,
    ResourceType,
    boolean,
    integer,
    string,
)
from local.provider.validators import one_of, one_of_enum
from local.provider.values import UNKNOWN, Props

_HTTP_METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_KEY = {
    "restApi": string(required=True, replaces=True),
    "resourceId": string(required=True, replaces=True),
    "httpMethod": string(required=True, replaces=True, validators=(one_of(*_HTTP_METHODS),)),
}
_DEFAULT_MILLISECONDS = 29_000
_MAX_MILLISECONDS = {"BUFFERED": 300_000, "STREAM": 900_000}


class Method(ResourceType):
    """A method of a resource. Its id is ``agm-``, API, resource and method, joined by dashes."""

    pulumi_type = "aws:apigateway/method:Method"
    import_layout = "restApi/resourceId/httpMethod"
    properties = MappingProxyType(
        {
            **_KEY,
            "authorization": string(required=True),
            "apiKeyRequired": boolean(default=False),
            "region": REGION,
        }
    )

    def id_of(self, keys: Props) -> str:
        """Return the method's id."""
        return _id("agm", keys)

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the method."""
        _put_method(aws, inputs)
        return self.id_of(inputs)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the method."""
        found = aws.find("apigateway", "get_method", GONE, **_key(existing.state))
        return found and {
            "authorization": found["authorizationType"],
            "apiKeyRequired": found["apiKeyRequired"],
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Put the method again, and then its integration, which moto removes with it."""
        key = _key(change.new)
        integration = aws.find("apigateway", "get_integration", GONE, **key)
        _put_method(aws, change.new)
        if integration and "uri" in integration:
            _put_integration(
                aws,
                key,
                type=integration["type"],
                integrationHttpMethod=integration["httpMethod"],
                uri=integration["uri"],
                responseTransferMode=integration["responseTransferMode"],
                timeoutInMillis=integration["timeoutInMillis"],
            )

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the method."""
        aws.find("apigateway", "delete_method", GONE, **_key(existing.state))


def _timeout_of_the_mode(inputs: Props) -> Iterator[Failure]:
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


class Integration(ResourceType):
    """The integration of a method. Its id is ``agi-``, API, resource and method."""

    pulumi_type = "aws:apigateway/integration:Integration"
    import_layout = "restApi/resourceId/httpMethod"
    delete_before_replace = True
    properties = MappingProxyType(
        {
            **_KEY,
            "type": string(
                required=True,
                replaces=True,
                validators=(one_of_enum("apigateway", "IntegrationType"),),
            ),
            "integrationHttpMethod": string(replaces=True, validators=(one_of(*_HTTP_METHODS),)),
            "uri": string(),
            "responseTransferMode": string(
                computed=True, validators=(one_of_enum("apigateway", "ResponseTransferMode"),)
            ),
            "timeoutMilliseconds": integer(default=_DEFAULT_MILLISECONDS),
            "region": REGION,
        }
    )
    rules = (_timeout_of_the_mode,)

    def id_of(self, keys: Props) -> str:
        """Return the integration's id."""
        return _id("agi", keys)

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the integration."""
        self._put(aws, inputs)
        return self.id_of(inputs)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the integration."""
        found = aws.find("apigateway", "get_integration", GONE, **_key(existing.state))
        if not found or "type" not in found:
            return None
        return {
            "type": found["type"],
            "integrationHttpMethod": found.get("httpMethod"),
            "uri": found.get("uri"),
            "responseTransferMode": found["responseTransferMode"],
            "timeoutMilliseconds": found["timeoutInMillis"],
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Put the integration with the wanted properties."""
        self._put(aws, change.new)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the integration."""
        if self.read(aws, existing) is not None:
            aws.call("apigateway", "delete_integration", **_key(existing.state))

    def _put(self, aws: Aws, inputs: Props) -> None:
        _put_integration(
            aws,
            _key(inputs),
            type=inputs["type"],
            integrationHttpMethod=inputs.get("integrationHttpMethod"),
            uri=inputs.get("uri"),
            responseTransferMode=inputs.get("responseTransferMode"),
            timeoutInMillis=inputs["timeoutMilliseconds"],
        )


def _put_method(aws: Aws, inputs: Props) -> None:
    aws.call(
        "apigateway",
        "put_method",
        **_key(inputs),
        authorizationType=inputs["authorization"],
        apiKeyRequired=inputs["apiKeyRequired"],
    )


def _put_integration(aws: Aws, key: dict[str, Any], **settings: Any) -> None:
    aws.call("apigateway", "put_integration", **key, **settings)


def _key(props: Props) -> dict[str, Any]:
    return {
        "restApiId": props["restApi"],
        "resourceId": props["resourceId"],
        "httpMethod": props["httpMethod"],
    }


def _id(prefix: str, keys: Props) -> str:
    return f"{prefix}-{keys['restApi']}-{keys['resourceId']}-{keys['httpMethod']}"
