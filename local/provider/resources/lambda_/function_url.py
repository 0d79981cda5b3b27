"""``aws:lambda/functionUrl:FunctionUrl`` (docs/facts/aws-provider.md#function-url)."""

from typing import Any
from urllib.parse import urlsplit

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.choices import choice
from local.provider.resources.cors import CORS_FIELDS
from local.provider.resources.lambda_.names import function_name, same_function
from local.provider.validators import at_most
from local.provider.values import Props

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


class FunctionUrl(OrdinaryResource):
    """A function URL. Its id is ``function`` or ``function/qualifier``."""

    pulumi_type = "aws:lambda/functionUrl:FunctionUrl"
    properties = schema.regional(
        authorizationType=choice("lambda", "FunctionUrlAuthType", required=True, member="AuthType"),
        functionName=schema.string(required=True, replaces=True, same=same_function),
        qualifier=schema.string(replaces=True),
        invokeMode=choice("lambda", "InvokeMode", default="BUFFERED"),
        cors=schema.block(
            fields={**CORS_FIELDS, "maxAge": schema.integer(validators=(at_most(86400),))}
        ),
        **schema.outputs("functionArn", "functionUrl", "urlId"),
    )

    operations = Operations(
        service="lambda",
        **calls("function_url_config"),
        updates=("authorizationType", "invokeMode", "cors"),
        cleared={"Cors": {}},
        key={"FunctionName": "functionName", "Qualifier": "qualifier"},
        optional=("cors",),
    )

    def id_of(self, keys: Props) -> str:
        """Return the function's name, with the qualifier if there is one."""
        name, qualifier = function_name(keys["functionName"]), keys.get("qualifier")
        return f"{name}/{qualifier}" if qualifier else name

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Parse ``function`` or ``function/qualifier``."""
        name, _, qualifier = import_id.partition("/")
        return schema.Existing(import_id, {"functionName": name, "qualifier": qualifier or None})

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Add the statements of a public URL."""
        if made.state["authorizationType"] == "NONE":
            for statement in _PUBLIC_STATEMENTS:
                aws.find("lambda", "add_permission", _EXISTS, **self.key(made), **statement)

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the id in the URL."""
        return {"urlId": _url_id(found["FunctionUrl"])}


def _url_id(url: str) -> str:
    """Return the id in a URL: the first label of an AWS host name, or the local address."""
    address = urlsplit(url)
    label, separator, _ = (address.hostname or "").partition(".lambda-url.")
    return label if separator else address.netloc
