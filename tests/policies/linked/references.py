"""Resources that refer to each other by name, as a state and as a program would write them."""

from dataclasses import dataclass
from typing import Any, cast

from testing.policies.support import ALIAS, FUNCTION, PROVIDER, Json, Res
from tests.policies.native import NATIVE_FUNCTION, NATIVE_PROVIDER
from tests.policies.networks import GROUP, INTERNET, ROLE, SUBNET, Stack

ACCOUNT = "123456789012"
QUEUE = "aws:sqs/queue:Queue"
KEY = "aws:kms/key:Key"
POLICY = "aws:iam/policy:Policy"

WAITS_FOR = "dependsOn"
"""Not a property: the names of resources that come before."""

ARNS = {
    FUNCTION: f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{{}}",
    NATIVE_FUNCTION: f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{{}}",
    PROVIDER: f"arn:aws:lambda:eu-west-1:{ACCOUNT}:capacity-provider:{{}}",
    NATIVE_PROVIDER: f"arn:aws:lambda:eu-west-1:{ACCOUNT}:capacity-provider:{{}}",
    ROLE: f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    POLICY: f"arn:aws:iam::{ACCOUNT}:policy/{{}}",
    QUEUE: f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{{}}",
    KEY: f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{{}}",
}
IDS = {SUBNET: "subnet-{}", GROUP: "sg-{}", INTERNET: "igw-{}"}


@dataclass(frozen=True)
class To:
    """An attribute of another resource; without one its ARN, or its id where others take that."""

    name: str
    attribute: str = ""

    def attribute_of(self, type_: str) -> str:
        """Return which attribute of a resource of a type is meant."""
        return self.attribute or ("arn" if type_ in ARNS or type_ == ALIAS else "id")


def written(stack: Stack) -> list[Res]:
    """Return the resources as a state has them, with every ARN and id known."""
    return [_written(stack, name) for name in stack]


def _written(stack: Stack, name: str) -> Res:
    kind, inputs = stack[name]
    properties = {key: value for key, value in inputs.items() if key != WAITS_FOR}
    made_from = {key: [to.name for to in _references(value)] for key, value in properties.items()}
    filled: Json = {key: _filled(value, stack) for key, value in properties.items()}
    outputs = {"name": name, "arn": _arn(stack, name), "id": _id(stack, name), **filled}
    return Res(
        kind,
        name,
        filled,
        outputs,
        {key: sources for key, sources in made_from.items() if sources},
        depends_on=_awaited(inputs),
    )


def _filled(value: Any, stack: Stack) -> Any:
    if isinstance(value, To):
        attribute = value.attribute_of(stack[value.name][0])
        known = {"arn": _arn, "id": _id, "name": _name}[attribute]
        return known(stack, value.name)
    if isinstance(value, dict):
        return {key: _filled(one, stack) for key, one in cast("Json", value).items()}
    if isinstance(value, list):
        return [_filled(one, stack) for one in cast("list[Any]", value)]
    return value


def _arn(stack: Stack, name: str) -> str:
    kind, inputs = stack[name]
    if kind == ALIAS:
        return f"{_arn(stack, inputs['functionName'].name)}:{inputs['name']}"
    return ARNS.get(kind, "arn:{}").format(_name(stack, name))


def _id(stack: Stack, name: str) -> str:
    return IDS.get(stack[name][0], "id-{}").format(name.replace("-", "0"))


def _name(stack: Stack, name: str) -> str:
    return cast("str", stack[name][1].get("name", name))


def _references(value: Any) -> list[To]:
    if isinstance(value, To):
        return [value]
    if isinstance(value, dict):
        return [to for one in cast("Json", value).values() for to in _references(one)]
    if isinstance(value, list):
        return [to for one in cast("list[Any]", value) for to in _references(one)]
    return []


def _awaited(inputs: Json) -> list[str]:
    return cast("list[str]", inputs.get(WAITS_FOR) or [])


def planned(stack: Stack) -> list[Json]:
    """Return the resources for a program to declare, each after those that it refers to."""
    return [_planned(stack, name) for name in _in_order(stack)]


def _planned(stack: Stack, name: str) -> Json:
    kind, inputs = stack[name]
    properties = {key: value for key, value in inputs.items() if key != WAITS_FOR}
    references = _spelled_out(properties, stack)
    after = _awaited(inputs)
    return {"type": kind, "name": name, "properties": references, "after": after}


def _spelled_out(value: Any, stack: Stack) -> Any:
    if isinstance(value, To):
        return {"to": value.name, "attribute": value.attribute_of(stack[value.name][0])}
    if isinstance(value, dict):
        return {key: _spelled_out(one, stack) for key, one in cast("Json", value).items()}
    if isinstance(value, list):
        return [_spelled_out(one, stack) for one in cast("list[Any]", value)]
    return value


def _in_order(stack: Stack) -> list[str]:
    order: dict[str, None] = {}

    def place(name: str) -> None:
        _, inputs = stack[name]
        for source in (*(to.name for to in _references(inputs)), *_awaited(inputs)):
            if source not in order:
                place(source)
        order[name] = None

    for name in stack:
        if name not in order:
            place(name)
    return list(order)
