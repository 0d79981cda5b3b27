"""What is odd about what reaches a function: names, permissions, URLs."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from local.provider.aws import Aws
from local.provider.operations import ResourceType
from local.provider.schema import Existing, keys_of
from local.provider.values import Props, Value


def same_function(old: Value, new: Value) -> bool:
    """Return whether two names or ARNs mean the same function."""
    return function_name(old) == function_name(new)


def function_name(reference: Value) -> str:
    """Return the name in a name or an ARN."""
    text = str(reference)
    return text.split(":")[6] if text.startswith("arn:") else text


def same_reference(old: Value, new: Value) -> bool:
    """Return whether two names or ARNs mean the same function with the same qualifier."""
    return str(old).rpartition(":function:")[2] == str(new).rpartition(":function:")[2]


_ACCOUNT_ROOT = re.compile(r"arn:[\w-]+:iam::(\d{12}):root")


def same_principal(old: Value, new: Value) -> bool:
    """Return whether two principals are the same: an account equals its root user."""
    return _account_or_self(old) == _account_or_self(new)


def _account_or_self(principal: Value) -> str:
    root = _ACCOUNT_ROOT.fullmatch(str(principal))
    return root[1] if root else str(principal)


class Permission(ResourceType):
    """A statement in the resource policy of a function or of one of its qualifiers.

    A duplicate statement id fails at once; the real provider retries for 15 minutes.
    """

    def describe(self, aws: Aws, existing: Existing) -> Props | None:
        """Find the statement in the policy."""
        answer = super().describe(aws, existing) or {"Policy": '{"Statement": []}'}
        statements: list[Props] = json.loads(answer["Policy"])["Statement"]
        return next((each for each in statements if each["Sid"] == existing.id), None)

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Parse ``function/statement`` or ``function:qualifier/statement``."""
        keys = keys_of("function/statementId", import_id)
        function, _, qualifier = keys["function"].partition(":")
        return Existing(
            keys["statementId"], {**keys, "function": function, "qualifier": qualifier or None}
        )


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


class Alias(ResourceType):
    """An alias of a function. Its id is its ARN."""

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Take ``function/alias``, or the ARN."""
        if import_id.startswith("arn:"):
            function, _, name = import_id.rpartition(":")
            import_id = f"{function_name(function)}/{name}"
        return super().named(aws, import_id)


class QualifiedResource(ResourceType):
    """A resource whose id is a function, and behind a separator the qualifier if there is one."""

    def id_of(self, keys: Props) -> str:
        """Return the function's name, with the qualifier if there is one."""
        name, qualifier = function_name(keys["functionName"]), keys.get("qualifier")
        return f"{name}{self._separator}{qualifier}" if qualifier else name

    def named(self, aws: Aws, import_id: str) -> Existing:
        """Split the id."""
        name, _, qualifier = import_id.partition(self._separator)
        return Existing(import_id, {"functionName": name, "qualifier": qualifier or None})

    @property
    def _separator(self) -> str:
        return self.id_layout.removeprefix("{functionName}").removesuffix("{qualifier}")


class FunctionUrl(QualifiedResource):
    """A function URL."""

    def complete(self, aws: Aws, made: Existing) -> None:
        """Add the statements of a public URL."""
        if made.state["authorizationType"] == "NONE":
            for statement in _PUBLIC_STATEMENTS:
                aws.find("lambda", "add_permission", _EXISTS, **self.key(made), **statement)

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the id: the first label of a host name of AWS, or the local address."""
        address = urlsplit(str(found["FunctionUrl"])).netloc
        return {"urlId": address.partition(".lambda-url.")[0]}
