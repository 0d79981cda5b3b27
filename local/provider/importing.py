"""Import: reading a resource that the engine did not create."""

from collections.abc import Mapping

from local.provider.aws import Aws
from local.provider.plan import settled
from local.provider.schema import Existing, Property, ProviderFramework, ResourceType, map_blocks
from local.provider.session import ProviderConfig
from local.provider.values import Value, is_absent
from local.provider.wire import DEFAULTS


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

    As in the real provider, values that are false, empty or the default are omitted.
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
        name: map_blocks(spec, outputs[name], _settable)
        for name, spec in properties.items()
        if not spec.output and name in outputs and not _is_default(spec, outputs[name])
    }


def _is_default(spec: Property, value: Value) -> bool:
    return is_absent(value) or value == spec.default or value is False
