"""Diff: what a deployment would change, and whether that replaces the resource."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from local.provider.operations import ResourceType
from local.provider.schema import Difference, DiffKind, Property, ValueType, is_absent
from local.provider.values import DEFAULTS, UNKNOWN, Asset, Value


def differences(
    resource: ResourceType, state: Mapping[str, Value], news: Mapping[str, Value]
) -> list[Difference]:
    """Compare the outputs of a resource, as last deployed or refreshed, with its checked inputs."""
    comparison = _Comparison(resource.plugin_framework, news)
    return list(comparison.fields(resource.properties, state, news))


def deletes_first(resource: ResourceType, news: Mapping[str, Value]) -> bool:
    """Return whether a replacement deletes the old resource before it creates the new one.

    Some types always do, and so do SDKv2 resources whose name the program set
    (docs/facts/aws-provider.md#diff).
    """
    if resource.delete_before_replace:
        return True
    if resource.auto_name is None or resource.plugin_framework:
        return False
    invented = news.get(DEFAULTS)
    return not (isinstance(invented, list) and resource.auto_name.property in invented)


def same(spec: Property, old: Value, new: Value) -> bool:
    """Return whether two values of a property mean the same."""
    if UNKNOWN in (old, new):
        return False
    if isinstance(old, Asset) and isinstance(new, Asset):
        return old.hash == new.hash
    if spec.type is ValueType.SET and isinstance(old, list) and isinstance(new, list):
        return sorted(map(repr, old)) == sorted(map(repr, new))
    return old == new or (spec.same is not None and spec.same(old, new))


def paired(spec: Property, old: Value, new: Value) -> list[tuple[Value, Value]] | None:
    """Return the elements of two lists in pairs, if the lists are ordered and equally long."""
    if spec.type is not ValueType.LIST or not isinstance(old, list) or not isinstance(new, list):
        return None
    return list(zip(old, new, strict=True)) if len(old) == len(new) else None


@dataclass(frozen=True)
class _Comparison:
    plugin_framework: bool
    wanted: Mapping[str, Value]

    def fields(
        self,
        properties: Mapping[str, Property],
        old: Mapping[str, Value],
        new: Mapping[str, Value],
        path: str = "",
        replaces: bool = False,
    ) -> Iterator[Difference]:
        """Compare properties; a block that replaces the resource does so with all it contains."""
        for name, spec in properties.items():
            if not spec.output:
                inner = f"{path}.{name}".removeprefix(".")
                values = old.get(name), new.get(name)
                yield from self._values(spec, *values, inner, replaces or spec.replaces is True)

    def _values(
        self, spec: Property, old: Value, new: Value, path: str, replaces: bool
    ) -> Iterator[Difference]:
        kind: DiffKind | None = None
        if self._is_unset(spec, old) and self._is_unset(spec, new):
            return
        if is_absent(spec, new):
            # An empty list is a value: it says that there is to be none.
            kind = "DELETE" if not spec.computed or new == [] else None
        elif is_absent(spec, old):
            kind = "ADD"
        elif spec.type is ValueType.BLOCK and isinstance(old, dict) and isinstance(new, dict):
            yield from self.fields(spec.fields, old, new, path, replaces)
        elif (pairs := paired(spec, old, new)) is not None:
            for index, pair in enumerate(pairs):
                item = spec.item or Property()
                yield from self._values(item, *pair, f"{path}[{index}]", replaces)
        elif not same(spec, old, new):
            kind = "UPDATE"
        if kind and callable(spec.replaces):
            replaces = replaces or spec.replaces(kind, self.wanted)
        if kind:
            yield Difference(path, kind, replaces)

    def _is_unset(self, spec: Property, value: Value) -> bool:
        """Return whether a value counts as unset. In SDKv2 that includes false and zero."""
        return is_absent(spec, value) or (not self.plugin_framework and value in (False, 0))
