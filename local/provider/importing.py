"""Import: what the engine takes over of a resource that it did not make."""

from collections.abc import Mapping

from local.provider.aws import Aws
from local.provider.plan import settled
from local.provider.schema import Existing, Property, ProviderFramework, ResourceType, ValueType
from local.provider.session import ProviderConfig
from local.provider.values import Value, is_absent
from local.provider.wire import DEFAULTS


def found_by(
    resource: ResourceType, aws: Aws, import_id: str, config: ProviderConfig
) -> Existing | None:
    """Find a resource by its import id; give it with its outputs, `None` when there is none.

    Parameters
    ----------
    resource
        Its type.
    aws
        Where it is.
    import_id
        What names it, spelled as the real provider has it (docs/facts/aws-provider.md#import).
    config
        Has the default tags, which are not the resource's own.

    Raises
    ------
    ProviderError
        When the id is not spelled so.
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
    """Return the inputs of a program that would have made a resource.

    As in the real provider they leave out what is off, empty or the default anyway.
    """
    inputs = _settable(resource.properties, outputs)
    if resource.framework is ProviderFramework.PLUGIN_FRAMEWORK:
        inputs.pop("tagsAll", None)
        return inputs
    return {DEFAULTS: [], **inputs}


def _own_tags(outputs: Mapping[str, Value], config: ProviderConfig) -> dict[str, Value]:
    tags = outputs.get("tagsAll")
    if not isinstance(tags, dict):
        return {}
    return {key: tag for key, tag in tags.items() if config.default_tags.get(key) != tag}


def _settable(properties: Mapping[str, Property], outputs: Mapping[str, Value]) -> dict[str, Value]:
    return {
        name: _settable_value(spec, outputs[name])
        for name, spec in properties.items()
        if not spec.output and name in outputs and not _is_default(spec, outputs[name])
    }


def _settable_value(spec: Property, value: Value) -> Value:
    if spec.type is ValueType.BLOCK and isinstance(value, dict):
        return _settable(spec.fields, value)
    if spec.item is not None and isinstance(value, list):
        return [_settable_value(spec.item, item) for item in value]
    return value


def _is_default(spec: Property, value: Value) -> bool:
    return is_absent(value) or value == spec.default or value is False
