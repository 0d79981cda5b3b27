"""The schema of the package ``aws``, as far as the stand-in provider has it.

Pulumi's YAML host asks for it, to find the types of a program and to check their properties. SDKs
of other languages have it built in.

Source: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/.
"""

from collections.abc import Mapping
from typing import Any

from local.provider.lookups import CONFIGURATION, LOOKUPS
from local.provider.schema import Property, ValueType, pascal_case
from local.provider.tables import RESOURCES

_Spec = dict[str, Any]

_SCALARS = {
    ValueType.STRING: {"type": "string"},
    ValueType.INTEGER: {"type": "integer"},
    ValueType.NUMBER: {"type": "number"},
    ValueType.BOOLEAN: {"type": "boolean"},
    ValueType.ARCHIVE: {"$ref": "pulumi.json#/Archive"},
}


def package_schema(version: str) -> _Spec:
    """Return the schema of the package in a version."""
    package = _Package()
    provider = package.inputs("aws:index:Provider", CONFIGURATION)
    resources = {
        token: package.inputs(token, resource.properties)
        | package.object(token, resource.properties)
        for token, resource in RESOURCES.items()
    }
    functions = {
        token: {
            "inputs": package.object(f"{token}Args", lookup.inputs),
            "outputs": package.object(f"{token}Result", lookup.outputs),
        }
        for token, lookup in LOOKUPS.items()
    }
    return {
        "name": "aws",
        "version": version,
        "provider": provider,
        "resources": resources,
        "functions": functions,
        "types": package.types,
    }


class _Package:
    """Collects the types of blocks, which the schema keeps beside the resources."""

    def __init__(self) -> None:
        self.types: dict[str, _Spec] = {}

    def inputs(self, token: str, properties: Mapping[str, Property]) -> _Spec:
        settable = {name: spec for name, spec in properties.items() if not spec.output}
        found = self.object(token, settable)
        return {"inputProperties": found["properties"], "requiredInputs": found["required"]}

    def object(self, token: str, properties: Mapping[str, Property]) -> _Spec:
        return {
            "type": "object",
            "properties": {
                name: self._property(f"{token}{pascal_case(name)}", spec)
                for name, spec in properties.items()
            },
            "required": [name for name, spec in properties.items() if spec.required],
        }

    def _property(self, token: str, spec: Property) -> _Spec:
        if spec.type is ValueType.BLOCK:
            self.types[token] = self.object(token, spec.fields)
            return {"$ref": f"#/types/{token}"}
        item = self._property(token, spec.item) if spec.item else {"type": "string"}
        match spec.type:
            case ValueType.LIST | ValueType.SET:
                return {"type": "array", "items": item}
            case ValueType.MAP:
                return {"type": "object", "additionalProperties": item}
            case _:
                return dict(_SCALARS[spec.type])
