"""What is odd about aliases, function URLs and event sources."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from local.account import ACCOUNT_ID
from local.provider import schema
from local.provider.aws import Aws
from local.provider.import_ids import keys_of
from local.provider.operations import OrdinaryResource
from local.provider.resources.lambda_.names import function_name
from local.provider.service_model import region
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


class Alias(OrdinaryResource):
    """An alias of a function. Its id is its ARN, and only AWS validates its version."""

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Parse ``function/alias``, or the alias's ARN."""
        if import_id.startswith("arn:"):
            function_arn, _, name = import_id.rpartition(":")
            keys = {"functionName": function_name(function_arn), "name": name}
            return schema.Existing(import_id, keys)
        keys = keys_of("functionName/name", import_id)
        prefix = f"arn:{region(aws.region).partition}:lambda:{aws.region}:{ACCOUNT_ID}"
        alias_arn = f"{prefix}:function:{keys['functionName']}:{keys['name']}"
        return schema.Existing(alias_arn, keys)


class QualifiedResource(OrdinaryResource):
    """A resource whose id is a function, and behind a separator the qualifier if there is one."""

    def id_of(self, keys: Props) -> str:
        """Return the function's name, with the qualifier if there is one."""
        name, qualifier = function_name(keys["functionName"]), keys.get("qualifier")
        return f"{name}{self._separator}{qualifier}" if qualifier else name

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Split the id."""
        name, _, qualifier = import_id.partition(self._separator)
        return schema.Existing(import_id, {"functionName": name, "qualifier": qualifier or None})

    @property
    def _separator(self) -> str:
        return self.id_layout.removeprefix("{functionName}").removesuffix("{qualifier}")


class FunctionUrl(QualifiedResource):
    """A function URL."""

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Add the statements of a public URL."""
        if made.state["authorizationType"] == "NONE":
            for statement in _PUBLIC_STATEMENTS:
                aws.find("lambda", "add_permission", _EXISTS, **self.key(made), **statement)

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the id: the first label of a host name of AWS, or the local address."""
        address = urlsplit(str(found["FunctionUrl"]))
        label, separator, _ = (address.hostname or "").partition(".lambda-url.")
        return {"urlId": label if separator else address.netloc}


class EventSourceMapping(OrdinaryResource):
    """An event source mapping. Its id is its UUID."""

    def unsettled(self, change: schema.Change) -> Collection[str]:
        """Return the outputs that every update changes."""
        return ("lastModified", "state") if change.touches(*self.operations.updates) else ()

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return whether the mapping is enabled."""
        return {"enabled": found["State"] == "Enabled"}
