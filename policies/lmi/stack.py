"""The resources of one analysis, and which of them belong together.

Links follow values where they are known (a name, an ARN) and Pulumi's dependencies where they are
not, so that an ARN which only the update will know neither hides a mistake nor invents one. A link
leads to every resource that it may mean: a rule has decided only where all of them agree.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar, cast

from .access import Props
from .kinds import (
    KINDS_OF_TYPE,
    Alias,
    CapacityProvider,
    Function,
    FunctionPart,
    Role,
    ScalingConfig,
)
from .resources import Field, Named, Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_policy import PolicyResource

R = TypeVar("R", bound=Resource)
N = TypeVar("N", bound=Named)

ARN_PARTS = 7
"""Parts of an unqualified Lambda ARN: ``arn:aws:lambda:<region>:<account>:function:<name>``."""


class Stack:
    """An index of the resources that rules look at, built in one pass.

    Parameters
    ----------
    resources
        All resources of the analysis.
    inputs
        Inputs by URN, as far as this process has seen them.
    """

    def __init__(
        self, resources: Iterable[PolicyResource], inputs: Mapping[str, Props] | None = None
    ) -> None:
        self._of_kind: dict[type[Resource], list[Resource]] = defaultdict(list)
        self._by_urn: dict[str, dict[type[Resource], Resource]] = defaultdict(dict)
        self._by_name: dict[type[Named], dict[str, list[Named]]] = {}
        for source in resources:
            for kind in KINDS_OF_TYPE.get(source.resource_type, ()):
                self._add(kind, source, (inputs or {}).get(source.urn))
        for found in self._of_kind.values():
            found.sort(key=lambda resource: resource.urn)

    def _add(self, kind: type[Resource], source: PolicyResource, inputs: Props | None) -> None:
        made_from = {
            key: tuple(found.urn for found in sources)
            for key, sources in source.property_dependencies.items()
        }
        resource = kind(
            type=source.resource_type,
            name=source.name,
            urn=source.urn,
            props=Props(source.props),
            inputs=inputs,
            depends_on=tuple(found.urn for found in source.dependencies),
            made_from=made_from or None,
        )
        self._of_kind[kind].append(resource)
        self._by_urn[resource.urn][kind] = resource

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """Return the resources of one class, in the order of their URNs."""
        return tuple(cast("list[R]", self._of_kind.get(kind, [])))

    def managed_functions(self) -> tuple[Function, ...]:
        """Return the functions that certainly run on LMI."""
        return tuple(function for function in self.all(Function) if function.is_managed)

    def scaling_configs(self) -> tuple[ScalingConfig, ...]:
        """Return what scales a version; a function or a version without such a part is left out."""
        return tuple(found for found in self.all(ScalingConfig) if not found.block.is_absent)

    def providers_of(self, function: Function) -> tuple[CapacityProvider, ...]:
        """Return the capacity providers that a function may mean; none if outside the stack."""
        return self._targets(function, Function.provider_arn, CapacityProvider)

    def operator_roles_of(self, provider: CapacityProvider) -> tuple[Role, ...]:
        """Return the operator roles that a provider may mean; none if outside the stack."""
        return self._targets(provider, CapacityProvider.operator_role, Role)

    def functions_of(self, part: FunctionPart) -> tuple[Function, ...]:
        """Return the functions that an alias or a URL may belong to; none if outside the stack.

        What aws-native keeps inside a function belongs to that function.
        """
        whole = self._by_urn[part.urn].get(Function)
        if whole is not None:
            return (cast("Function", whole),)
        reference = type(part).function
        found = self._targets(part, reference, Function)
        if found or not reference.of(part).is_undecided:
            return found
        aliases = self._sources(part, reference, Alias)
        return tuple(function for alias in aliases for function in self.functions_of(alias))

    def _targets(self, resource: Resource, reference: Field[str], kind: type[N]) -> tuple[N, ...]:
        reading = reference.of(resource)
        sources = self._sources(resource, reference, kind) if not reading.is_absent else ()
        value = reading.or_none()
        if value is None:
            return sources
        named = self._named(kind, value)
        return tuple(target for target in named if target in sources) or named

    def _sources(self, resource: Resource, reference: Field[str], kind: type[R]) -> tuple[R, ...]:
        """Return the resources of one class that a property was made from."""
        urns = resource.depends_on
        if resource.made_from is not None:
            urns = resource.made_from.get(reference.property_of(resource), ())
        found = (self._by_urn[urn].get(kind) for urn in urns if urn in self._by_urn)
        return tuple(cast("R", source) for source in found if source is not None)

    def _named(self, kind: type[N], reference: str) -> tuple[N, ...]:
        """Return the resources of one class that a name or an ARN means."""
        if kind not in self._by_name:
            self._by_name[kind] = _index_by_name(self.all(kind))
        found = self._by_name[kind].get(_name_in(reference), [])
        return tuple(cast("N", target) for target in found if _may_be(target, reference))


def is_qualified(reference: str) -> bool:
    """Return whether a function's name or ARN ends with a version or an alias."""
    parts = reference.split(":")
    if parts[0] == "arn":
        return len(parts) > ARN_PARTS
    return len(parts) > (3 if parts[1:2] == ["function"] else 1)


def _index_by_name(resources: Iterable[Named]) -> dict[str, list[Named]]:
    index: dict[str, list[Named]] = defaultdict(list)
    for resource in resources:
        kind = type(resource)
        name = kind.own_name.of(resource).or_none()
        name = name or _name_in(kind.arn.of(resource).or_none() or "")
        if name:
            index[name].append(resource)
    return index


def _name_in(reference: str) -> str:
    """Return the bare name in a name, a partial ARN or an ARN; in a role's after its path."""
    parts = reference.split(":")
    if parts[0] == "arn":
        return parts[ARN_PARTS - 1] if len(parts) >= ARN_PARTS else parts[-1].rpartition("/")[2]
    return parts[2] if len(parts) > 2 and parts[1] == "function" else parts[0]


def _may_be(target: Named, reference: str) -> bool:
    arn = type(target).arn.of(target).or_none()
    if arn is None or not reference.startswith("arn:"):
        return True
    return reference.split(":")[:ARN_PARTS] == arn.split(":")[:ARN_PARTS]
