"""``aws:lambda/functionUrl:FunctionUrl`` (docs/facts/aws-provider.md#function-url)."""

from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.resources.cors import CORS_FIELDS
from local.provider.resources.lambda_.names import function_name, same_function
from local.provider.schema import (
    REGION,
    Change,
    Existing,
    ResourceType,
    block,
    integer,
    output,
    string,
)
from local.provider.validators import at_most, one_of_enum
from local.provider.values import Props

_GONE = ("ResourceNotFoundException",)
_NO_CORS: dict[str, Any] = {"Cors": {}}
_EXISTS = ("ResourceConflictException",)

_PUBLIC_STATEMENTS: tuple[dict[str, Any], ...] = (
    {
        "StatementId": "FunctionURLAllowPublicAccess",
        "Action": "lambda:InvokeFunctionUrl",
        "Principal": "*",
        "FunctionUrlAuthType": "NONE",
    },
    {
        "StatementId": "FunctionURLAllowInvokeAction",
        "Action": "lambda:InvokeFunction",
        "Principal": "*",
        "InvokedViaFunctionUrl": True,
    },
)
"""Statements that the real provider adds for a public URL, outside of Pulumi's state."""


class FunctionUrl(ResourceType):
    """A function URL. Its id is ``function`` or ``function/qualifier``."""

    pulumi_type = "aws:lambda/functionUrl:FunctionUrl"
    properties = MappingProxyType(
        {
            "authorizationType": string(
                required=True,
                member="AuthType",
                validators=(one_of_enum("lambda", "FunctionUrlAuthType"),),
            ),
            "functionName": string(required=True, replaces=True, same=same_function),
            "qualifier": string(replaces=True),
            "invokeMode": string(
                default="BUFFERED", validators=(one_of_enum("lambda", "InvokeMode"),)
            ),
            "cors": block(fields={**CORS_FIELDS, "maxAge": integer(validators=(at_most(86400),))}),
            "region": REGION,
            "functionArn": output(),
            "functionUrl": output(),
            "urlId": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the URL."""
        aws.call("lambda", "create_function_url_config", **_key(inputs), **self._settings(inputs))
        name, qualifier = function_name(inputs["functionName"]), inputs.get("qualifier")
        return f"{name}/{qualifier}" if qualifier else name

    def complete(self, aws: Aws, made: Existing) -> None:
        """Add the statements of a public URL."""
        if made.state["authorizationType"] == "NONE":
            for statement in _PUBLIC_STATEMENTS:
                aws.find("lambda", "add_permission", _EXISTS, **_key(made.state), **statement)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the URL."""
        name, _, qualifier = existing.id.partition("/")
        answer = aws.find(
            "lambda",
            "get_function_url_config",
            _GONE,
            FunctionName=name,
            Qualifier=qualifier or None,
        )
        return answer and {
            "functionName": name,
            "qualifier": qualifier or None,
            "cors": None,
            **from_api(self.properties, answer),
            "urlId": _url_id(answer["FunctionUrl"]),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Update authorization, mode and CORS; permissions stay as they are."""
        aws.call(
            "lambda",
            "update_function_url_config",
            **_key(change.new),
            **{**_NO_CORS, **self._settings(change.new)},
        )

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the URL, and leave the public statements behind."""
        aws.find("lambda", "delete_function_url_config", _GONE, **_key(existing.state))

    def _settings(self, inputs: Props) -> dict[str, Any]:
        return to_api(self.properties, inputs, "authorizationType", "invokeMode", "cors")


def _key(props: Props) -> dict[str, Any]:
    return {"FunctionName": props["functionName"], "Qualifier": props.get("qualifier")}


def _url_id(url: str) -> str:
    """Return the id in a URL: the first label of an AWS host name, or the local address."""
    address = urlsplit(url)
    label, separator, _ = (address.hostname or "").partition(".lambda-url.")
    return label if separator else address.netloc
