"""Outputs of a resource: planned, without calling AWS, and settled, from AWS's answer."""

from collections.abc import Collection, Mapping

from local.provider.diff import paired, same
from local.provider.schema import Property, ValueType
from local.provider.values import UNKNOWN, Value, is_absent

Properties = Mapping[str, Property]


def planned(
    properties: Properties,
    inputs: Mapping[str, Value],
    state: Mapping[str, Value] | None,
    unsettled: Collection[str] = (),
) -> dict[str, Value]:
    """Return the outputs of a preview; values that only AWS knows are unknown.

    Parameters
    ----------
    state
        The outputs so far; ``None`` for a resource that does not exist yet.
    unsettled
        Outputs that the previewed update will change.
    """
    outputs: dict[str, Value] = {}
    for name, spec in properties.items():
        old = None if state is None else state.get(name)
        if name in inputs:
            outputs[name] = _planned_value(spec, inputs[name], old)
        elif spec.from_aws and (state is None or name in unsettled):
            outputs[name] = UNKNOWN
        elif spec.from_aws and old is not None:
            outputs[name] = old
    return outputs


def settled(
    properties: Properties, given: Mapping[str, Value], found: Mapping[str, Value]
) -> dict[str, Value]:
    """Return the outputs of a resource that exists.

    Parameters
    ----------
    given
        The checked inputs, or the outputs so far. Their form is kept where AWS means the same:
        the order of a set, the spacing of a JSON text.
    found
        What AWS says. A property that is missing here is never read back and stays as given.
    """
    outputs: dict[str, Value] = {}
    for name, spec in properties.items():
        value = given.get(name)
        if name in found:
            value = _settled_value(spec, value, found[name])
        if value is not None:
            outputs[name] = value
    return outputs


def _planned_value(spec: Property, wanted: Value, old: Value) -> Value:
    if spec.type is ValueType.BLOCK and isinstance(wanted, dict):
        return planned(spec.fields, wanted, old if isinstance(old, dict) else None)
    if spec.item is not None and isinstance(wanted, list):
        before: list[Value] = old if isinstance(old, list) else []
        return [
            _planned_value(spec.item, item, before[index] if index < len(before) else None)
            for index, item in enumerate(wanted)
        ]
    return wanted


def _settled_value(spec: Property, given: Value, found: Value) -> Value:
    if spec.type is ValueType.BLOCK and isinstance(given, dict) and isinstance(found, dict):
        return settled(spec.fields, given, found)
    pairs = paired(spec, given, found)
    if spec.item is not None and pairs is not None:
        return [_settled_value(spec.item, *pair) for pair in pairs]
    if is_absent(given) and is_absent(found):
        return given
    return given if same(spec, given, found) else found
