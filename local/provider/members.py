"""Translation between properties and the members of AWS API calls."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from local.provider.schema import Property, ValueType
from local.provider.spelling import pascal_case
from local.provider.values import Props

Properties = Mapping[str, Property]


def to_api(properties: Properties, values: Props, *names: str) -> dict[str, Any]:
    """Turn properties into the members of a request.

    Parameters
    ----------
    properties
        The properties of the resource's type.
    values
        Their values; unset ones are omitted.
    *names
        The properties to use; by default all that are sent at creation.
    """
    return {
        _member(name, spec): _translated(spec, values[name], to_api)
        for name, spec in properties.items()
        if (name in names if names else spec.sent and not spec.output)
        and values.get(name) is not None
    }


def from_api(properties: Properties, answer: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Turn the members of an answer into properties; the reverse of ``to_api``.

    Without names, all properties that are sent at creation or set by AWS.
    """
    return {
        name: _translated(spec, answer[_member(name, spec)], from_api)
        for name, spec in properties.items()
        if (name in names if names else spec.sent or spec.output)
        and answer.get(_member(name, spec)) is not None
    }


def _member(name: str, spec: Property) -> str:
    return spec.member or pascal_case(name)


def _translated(
    spec: Property, value: Any, translate: Callable[[Properties, Any], dict[str, Any]]
) -> Any:
    """Translate the blocks in a value, at any depth."""
    if spec.type is ValueType.BLOCK:
        return translate(spec.fields, value)
    if spec.item is not None and isinstance(value, list):
        items = cast("list[Any]", value)
        return [_translated(spec.item, item, translate) for item in items]
    return value
