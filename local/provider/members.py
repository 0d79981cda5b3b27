"""Translation between properties and the members of AWS API calls."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

import jmespath

from local.provider.schema import Property, ValueType
from local.provider.values import Asset, Props

Properties = Mapping[str, Property]


def to_api(properties: Properties, values: Props, *names: str) -> dict[str, Any]:
    """Turn properties into the members of a request; unset ones are omitted.

    Without names, all properties that are sent.
    """
    members: dict[str, Any] = {}
    for name, spec in properties.items():
        is_sent = spec.sent and not spec.output and (not names or name in names)
        if not is_sent or values.get(name) is None:
            continue
        if (value := _member_value(spec, values[name])) is not None:
            place = members.setdefault(spec.within, {}) if spec.within else members
            place[spec.member] = [value] if spec.in_list else value
    return members


def from_api(properties: Properties, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the members of an answer into properties; the reverse of ``to_api``.

    Times become text as the real provider writes them, and documents that boto3 parses become text
    again.
    """
    found = {
        name: found_value(spec, answer, spec.path or spec.member)
        for name, spec in properties.items()
        if spec.path or spec.member
    }
    return {
        name: value for name, value in found.items() if value is not None or properties[name].path
    }


def at(answer: Mapping[str, Any], path: str) -> Any:
    """Return what is at a path of JMESPath, such as ``Role.Arn``; ``None`` if nothing is."""
    return cast("Any", jmespath).search(path, answer)


def filled(template: Any, values: Props) -> Any:
    """Return members with values in the places of ``$`` and their paths, such as ``$ttl.enabled``.

    A path is an expression of JMESPath. Archives are sent as their bytes, and members without a
    value are omitted; everything else is sent as it is.
    """
    match template:
        case str() if template.startswith("$"):
            value = at(values, template[1:])
            return value.content if isinstance(value, Asset) else value
        case list():
            return [filled(item, values) for item in cast("list[Any]", template)]
        case Mapping():
            members = cast("Mapping[str, Any]", template)
            given = {name: filled(member, values) for name, member in members.items()}
            return {name: value for name, value in given.items() if value is not None}
        case _:
            return template


def to_pairs(values: Mapping[str, Any], pair: tuple[str, str]) -> list[dict[str, Any]]:
    """Return a map as a list of pairs, whose members have the given names."""
    key, value = pair
    return [{key: name, value: text} for name, text in values.items()]


def from_pairs(pairs: Iterable[Mapping[str, Any]], pair: tuple[str, str]) -> dict[str, Any]:
    """Return a list of pairs as a map; the reverse of ``to_pairs``."""
    key, value = pair
    return {each[key]: each[value] for each in pairs}


def found_value(spec: Property, answer: Mapping[str, Any], path: str) -> Any:
    """Return the value of a property at a path of an answer."""
    value = at(answer, path)
    return spec.absent if value is None else _property_value(spec, value)


def _member_value(spec: Property, value: Any) -> Any:
    if spec.single:
        return (_member_value(spec.item, value[0]) or None) if spec.item and value else None
    if spec.pair:
        return to_pairs(value, spec.pair)
    if spec.as_text:
        return float(value) if spec.type is ValueType.STRING else json.dumps(value)
    if spec.type is ValueType.BLOCK:
        return to_api(spec.fields, value)
    if spec.item is not None and isinstance(value, list):
        return [_member_value(spec.item, item) for item in cast("list[Any]", value)]
    return value


def _property_value(spec: Property, value: Any) -> Any:
    if spec.pair:
        return from_pairs(value, spec.pair)
    if spec.as_text:
        is_number = spec.type is ValueType.STRING
        return str(value).removesuffix(".0") if is_number else json.loads(value)
    if spec.type is ValueType.BLOCK:
        return from_api(spec.fields, value)
    if spec.item is not None and (spec.single or isinstance(value, list)):
        items = cast("list[Any]", [value] if spec.single else value)
        return [_property_value(spec.item, item) for item in items]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps(value) if spec.type is ValueType.STRING and isinstance(value, dict) else value
