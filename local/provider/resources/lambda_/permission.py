"""Permissions: statements in the resource policies of functions."""

import json
import re
import threading
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.import_ids import keys_of
from local.provider.members import to_api
from local.provider.resources.lambda_.names import function_name
from local.provider.values import Props, Value

_ACCOUNT_ROOT = re.compile(r"arn:[\w-]+:iam::(\d{12}):root")
_CONDITIONS = {
    "eventSourceToken": "lambda:EventSourceToken",
    "functionUrlAuthType": "lambda:FunctionUrlAuthType",
    "invokedViaFunctionUrl": "lambda:InvokedViaFunctionUrl",
    "principalOrgId": "aws:PrincipalOrgID",
    "sourceAccount": "AWS:SourceAccount",
    "sourceArn": "AWS:SourceArn",
}


def same_principal(old: Value, new: Value) -> bool:
    """Return whether two principals are the same: an account equals its root user."""
    return _account_or_self(old) == _account_or_self(new)


def _account_or_self(principal: Value) -> str:
    root = _ACCOUNT_ROOT.fullmatch(str(principal))
    return root[1] if root else str(principal)


_TURNS: dict[str, threading.Lock] = {}
"""Locks by function: AWS loses permissions of one function that change at the same time."""


def _turn(function: str) -> threading.Lock:
    """Return the lock of a function, given by name or ARN."""
    return _TURNS.setdefault(function_name(function), threading.Lock())


class Permission(schema.ResourceType):
    """A statement in the resource policy of a function or of one of its qualifiers.

    A duplicate statement id fails at once; the real provider retries for 15 minutes.
    """

    def create(self, aws: Aws, inputs: Props) -> str:
        """Add the statement."""
        statement = to_api(self.properties, inputs)
        if not inputs.get("invokedViaFunctionUrl"):
            statement.pop("InvokedViaFunctionUrl", None)
        with _turn(inputs["function"]):
            aws.call("lambda", "add_permission", **statement)
        return inputs["statementId"]

    def read(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Find the statement in the policy."""
        answer = aws.find("lambda", "get_policy", **_key(existing.state))
        if answer is None:
            return None
        statements: list[dict[str, Any]] = json.loads(answer["Policy"])["Statement"]
        found = next((entry for entry in statements if entry["Sid"] == existing.id), None)
        return found and {
            "statementId": existing.id,
            "action": found["Action"],
            "principal": _principal(found["Principal"]),
            **_conditions(found),
        }

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Parse ``function/statement`` or ``function:qualifier/statement``."""
        keys = keys_of("function/statementId", import_id)
        function, _, qualifier = keys["function"].partition(":")
        return schema.Existing(
            keys["statementId"], {**keys, "function": function, "qualifier": qualifier or None}
        )

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Remove the statement."""
        with _turn(existing.state["function"]):
            aws.find("lambda", "remove_permission", **_key(existing.state), StatementId=existing.id)


def _principal(principal: str | dict[str, str]) -> str:
    """Return a statement's principal as programs spell it: an account by its number."""
    if isinstance(principal, str):
        return principal
    (named,) = principal.values()
    return _account_or_self(named)


def _conditions(statement: dict[str, Any]) -> dict[str, Any]:
    """Return the conditions of a statement as properties."""
    blocks: dict[str, dict[str, str]] = statement.get("Condition", {})
    demanded = {key: value for block in blocks.values() for key, value in block.items()}
    return {
        **{name: demanded.get(key) for name, key in _CONDITIONS.items()},
        "invokedViaFunctionUrl": demanded.get(_CONDITIONS["invokedViaFunctionUrl"]) == "true",
    }


def _key(props: Props) -> dict[str, Any]:
    return {"FunctionName": props["function"], "Qualifier": props.get("qualifier")}
