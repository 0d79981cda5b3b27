"""Check: validates and completes the program's inputs, without calling AWS.

The order is the real provider's (docs/facts/aws-provider.md#check): region, tags and an invented
name are filled in, then values are validated, and only then do SDKv2 defaults join, so that a
default is never refused.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local.provider.aws import ProviderError
from local.provider.operations import ResourceType
from local.provider.schema import AutoName, Property, map_blocks
from local.provider.session import ProviderConfig
from local.provider.validation import InputValidator
from local.provider.values import DEFAULTS, UNKNOWN, Value, has_unknown

_SUFFIX_DIGITS = 7


@dataclass(frozen=True)
class Naming:
    """The parts of a generated name.

    The name in the program; the engine's seed, of which equal ones give equal names, and an empty
    one a random name; and the name by the project's ``pulumi:autonaming`` setting, which may also
    disable generated names.
    """

    logical_name: str
    seed: bytes = b""
    proposed: str = ""
    disabled: bool = False

    def generate(self, auto_name: AutoName) -> str:
        """Generate a name: the project's, or the logical name and 7 hexadecimal digits."""
        if self.disabled:
            raise ProviderError(f"Missing required property '{auto_name.property}'")
        name = self.proposed or self._unique_name(auto_name.max_length)
        return name.lower() if auto_name.lowercase else name

    def _unique_name(self, max_length: int) -> str:
        prefix = f"{self.logical_name}-"
        if len(prefix) + _SUFFIX_DIGITS > max_length:
            raise ProviderError(
                f"name '{prefix}' plus {_SUFFIX_DIGITS} random chars is longer than maximum "
                f"length {max_length}"
            )
        seed = self.seed or secrets.token_bytes(16)
        return prefix + hashlib.sha256(seed + prefix.encode()).hexdigest()[:_SUFFIX_DIGITS]


def check(
    resource: ResourceType,
    news: Mapping[str, Value],
    olds: Mapping[str, Value],
    config: ProviderConfig,
    naming: Naming,
) -> tuple[dict[str, Value], list[str]]:
    """Return the inputs of a resource, completed, and a line for each failure.

    ``olds`` are those of the last deployment.
    """
    defaulted, inputs = _named(resource, news, olds, naming)
    if resource.regional:
        inputs.setdefault("region", config.region)
    validator = InputValidator(resource, naming.logical_name)
    inputs = validator.inputs(inputs)
    if resource.tagged and not resource.plugin_framework:
        inputs["tagsAll"] = merged_tags(config, inputs)
    if not resource.plugin_framework:
        inputs = _with_defaults(resource.properties, inputs, defaulted)
    return inputs, validator.failures


def merged_tags(config: ProviderConfig, inputs: Mapping[str, Value]) -> Value:
    """Return the provider's tags and the resource's; unknown if any of them is."""
    tags = inputs.get("tags", {})
    if has_unknown(tags):
        return UNKNOWN
    return {**config.default_tags, **(tags if isinstance(tags, dict) else {})}


def _named(
    resource: ResourceType, news: Mapping[str, Value], olds: Mapping[str, Value], naming: Naming
) -> tuple[list[str], dict[str, Value]]:
    """Return the properties with generated names, and the inputs with these."""
    auto_name = resource.auto_name
    if auto_name is None or news.get(auto_name.property):
        return [], dict(news)
    name = _remembered_name(resource, auto_name.property, olds) or naming.generate(auto_name)
    return [auto_name.property], {**news, auto_name.property: name}


def _remembered_name(resource: ResourceType, name: str, olds: Mapping[str, Value]) -> Value:
    """Return the generated name of the last deployment. SDKv2 resources record which ones are."""
    if resource.plugin_framework:
        return olds.get(name)
    defaults = olds.get(DEFAULTS)
    return olds.get(name) if isinstance(defaults, list) and name in defaults else None


def _with_defaults(
    properties: Mapping[str, Property], inputs: Mapping[str, Value], defaulted: Iterable[str] = ()
) -> dict[str, Value]:
    """Add the SDKv2 defaults, and the list ``__defaults`` of them, which policies see too."""
    added = {
        name: spec.default
        for name, spec in properties.items()
        if spec.default is not None and name not in inputs
    }
    marks: list[Value] = [*sorted([*defaulted, *added])]
    nested = {
        name: map_blocks(properties[name], value, _with_defaults) for name, value in inputs.items()
    }
    return {DEFAULTS: marks, **nested, **added}
