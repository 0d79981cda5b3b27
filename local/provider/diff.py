"""Diff: what a deployment would change, and whether that replaces the resource."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from local.provider.schema import Difference, Engine, Kind, Property, ResourceType, Sort, string
from local.provider.values import UNKNOWN, Asset, Value, is_absent
from local.provider.wire import DEFAULTS


def differences(
    resource: ResourceType, state: Mapping[str, Value], news: Mapping[str, Value]
) -> list[Difference]:
    """Compare what is with what is wanted.

    Parameters
    ----------
    resource
        The resource's type.
    state
        The outputs of the last deployment or refresh.
    news
        The checked inputs that are wanted.
    """
    comparison = _Comparison(resource.engine, news)
    return list(comparison.fields(resource.properties, state, news, _Spot("", False)))


def deletes_first(resource: ResourceType, news: Mapping[str, Value]) -> bool:
    """Tell whether a replacement deletes the old resource before it creates the new one.

    So it is for some types always, and for SDKv2 resources whose name the program fixed
    (docs/facts/aws-provider.md#diff).
    """
    if resource.delete_before_replace:
        return True
    if resource.auto_name is None or resource.engine is Engine.FRAMEWORK:
        return False
    invented = news.get(DEFAULTS)
    return not (isinstance(invented, list) and resource.auto_name.property in invented)


def same(spec: Property, old: Value, new: Value) -> bool:
    """Tell whether two values of a property mean the same."""
    if UNKNOWN in (old, new):
        return False
    if isinstance(old, Asset) and isinstance(new, Asset):
        return old.hash == new.hash
    if spec.kind is Kind.SET and isinstance(old, list) and isinstance(new, list):
        return sorted(map(repr, old)) == sorted(map(repr, new))
    return old == new or (spec.same is not None and spec.same(old, new))


def paired(spec: Property, old: Value, new: Value) -> list[tuple[Value, Value]] | None:
    """Give the elements of two lists side by side, where that tells what became of each."""
    if spec.kind is not Kind.LIST or not isinstance(old, list) or not isinstance(new, list):
        return None
    return list(zip(old, new, strict=True)) if len(old) == len(new) else None


@dataclass(frozen=True)
class _Spot:
    """Where a comparison is, and whether any difference there replaces the resource."""

    path: str
    replaces: bool

    def field(self, name: str, spec: Property) -> "_Spot":
        path = f"{self.path}.{name}".removeprefix(".")
        return _Spot(path, self.replaces or spec.replaces is True)

    def item(self, index: int) -> "_Spot":
        return _Spot(f"{self.path}[{index}]", self.replaces)


@dataclass(frozen=True)
class _Comparison:
    engine: Engine
    wanted: Mapping[str, Value]

    def fields(
        self,
        properties: Mapping[str, Property],
        old: Mapping[str, Value],
        new: Mapping[str, Value],
        spot: _Spot,
    ) -> Iterator[Difference]:
        for name, spec in properties.items():
            if not spec.output:
                yield from self._values(spec, old.get(name), new.get(name), spot.field(name, spec))

    def _values(self, spec: Property, old: Value, new: Value, spot: _Spot) -> Iterator[Difference]:
        if self._says_nothing(old) and self._says_nothing(new):
            return
        if is_absent(new):
            if not spec.computed:
                yield self._difference(spec, spot, Sort.DELETE)
        elif is_absent(old):
            yield self._difference(spec, spot, Sort.ADD)
        elif spec.kind is Kind.BLOCK and isinstance(old, dict) and isinstance(new, dict):
            yield from self.fields(spec.fields, old, new, spot)
        elif (pairs := paired(spec, old, new)) is not None:
            for index, pair in enumerate(pairs):
                yield from self._values(spec.item or string(), *pair, spot.item(index))
        elif not same(spec, old, new):
            yield self._difference(spec, spot, Sort.UPDATE)

    def _difference(self, spec: Property, spot: _Spot, sort: Sort) -> Difference:
        replaces = spot.replaces
        if callable(spec.replaces):
            replaces = replaces or spec.replaces(sort, self.wanted)
        return Difference(spot.path, sort, replaces)

    def _says_nothing(self, value: Value) -> bool:
        """Tell whether a value is as good as unset. To SDKv2 that includes false and zero."""
        return is_absent(value) or (self.engine is Engine.SDK_V2 and value in (False, 0))
