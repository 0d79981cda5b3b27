"""Outputs of a resource: planned, without calling AWS; settled, from AWS's answer; and imported."""

from collections.abc import Collection, Mapping

from local.provider.aws import Aws
from local.provider.diff import paired, same
from local.provider.operations import ResourceType
from local.provider.schema import Existing, Property, ValueType, is_absent, map_blocks
from local.provider.session import ProviderConfig
from local.provider.values import DEFAULTS, UNKNOWN, Value

Properties = Mapping[str, Property]


def planned(
    properties: Properties,
    inputs: Mapping[str, Value],
    state: Mapping[str, Value] | None,
    unsettled: Collection[str] = (),
) -> dict[str, Value]:
    """Return the outputs of a preview; values that only AWS knows are unknown.

    The state is ``None`` for a resource that does not exist yet. The previewed update will change
    the outputs that are ``unsettled``.
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
    """Return the outputs of a resource that exists, from its inputs or its outputs so far.

    Their form is kept where AWS means the same: the order of a set, the spacing of a JSON text. A
    property that is missing in what AWS says is never read back and stays as given.
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
    if is_absent(spec, given) and is_absent(spec, found):
        return found if given is None and spec.required else given
    return given if same(spec, given, found) else found


def found_by(
    resource: ResourceType, aws: Aws, import_id: str, config: ProviderConfig
) -> Existing | None:
    """Return the resource with an import id, and its outputs; ``None`` if there is none.

    The id has the real provider's form (docs/facts/aws-provider.md#import). The default tags of the
    provider's configuration do not become tags of the resource.
    """
    named = resource.named(aws, import_id)
    found = resource.read(aws, named)
    if found is None:
        return None
    given = {**named.state, **({"region": aws.region} if resource.regional else {})}
    outputs = settled(resource.properties, given, found)
    if resource.tagged:
        outputs["tags"] = _own_tags(outputs, config)
    return Existing(named.id, outputs)


def inputs_of(resource: ResourceType, outputs: Mapping[str, Value]) -> dict[str, Value]:
    """Return the inputs with which a program would create the resource.

    As in the real provider, a value that is not required is omitted if it is the default, or
    without a default false, 0 or empty; and so is one that conflicts with another.
    """
    zeros: list[Value] = ["", [], {}] if resource.plugin_framework else [0, "", [], {}]

    def omitted(spec: Property) -> list[Value]:
        return [] if spec.required else zeros if spec.default is None else [spec.default]

    def settable(properties: Properties, values: Mapping[str, Value]) -> dict[str, Value]:
        return {
            name: value
            for name, spec in properties.items()
            if not spec.output
            and (value := map_blocks(spec, values.get(name), settable)) is not None
            and value not in omitted(spec)
        }

    inputs = settable(resource.properties, outputs)
    for name, other in resource.conflicts:
        if name in inputs:
            inputs.pop(other, None)
    if resource.plugin_framework:
        inputs.pop("tagsAll", None)
        return inputs
    return {DEFAULTS: [], **inputs}


def _own_tags(outputs: Mapping[str, Value], config: ProviderConfig) -> dict[str, Value]:
    tags = outputs.get("tagsAll")
    if not isinstance(tags, dict):
        return {}
    return {key: tag for key, tag in tags.items() if config.default_tags.get(key) != tag}
