"""The resources of one analysis, and which of them belong together.

Links follow values where they are known (a name, an ARN) and Pulumi's dependencies where they are
not, so that an ARN which only the update will know neither hides a mistake nor invents one. A link
leads to every resource that it may mean: a rule has decided only where all of them agree.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from ..model.access import Props, Reading
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Alias, Function, ScalingConfig
from ..model.iam import Role
from ..model.resource import CLASSES_OF_TYPE, Field, FunctionPart, Named, Resource
from .references import ARN_PARTS, name_in, place_in

R = TypeVar("R", bound=Resource)
N = TypeVar("N", bound=Named)
P = TypeVar("P", bound=FunctionPart)


@dataclass(frozen=True, slots=True)
class Links(Generic[R]):
    """Where a property leads."""

    found: tuple[R, ...] = ()
    """The resources of the stack that it means."""
    has_external: bool = False
    """Whether it also means something outside the stack, or that the program does not own."""
    is_unknown: bool = False
    """Whether it may mean more, or less, than that."""

    @property
    def are_whole(self) -> bool:
        """Whether everything that the property means is in the stack and known."""
        return not self.has_external and not self.is_unknown


@dataclass(frozen=True, slots=True)
class Grouped(Generic[R]):
    """Resources by what a property of theirs names."""

    members: Mapping[str, Sequence[R]]
    """By the URNs of what they name."""
    has_others: bool
    """Whether some of them may name more than is known."""

    def of(self, target: Resource) -> tuple[R, ...]:
        """Return those that name a resource."""
        return tuple(self.members.get(target.urn, ()))


class Index:
    """An index of the resources that rules look at, built in one pass.

    Parameters
    ----------
    resources
        All resources of the analysis.
    inputs
        Inputs by URN, as far as this process has seen them. A resource without any is external,
        unless there are none at all.
    """

    def __init__(
        self, resources: Iterable[Resource], inputs: Mapping[str, Props] | None = None
    ) -> None:
        self._inputs = inputs or {}
        self._waits_for: dict[str, tuple[str, ...]] = {}
        self._by_urn: dict[str, dict[type[Resource], Resource]] = defaultdict(dict)
        self._by_name: dict[type[Named], dict[str, list[Named]]] = {}
        of_class: dict[type[Resource], list[Resource]] = defaultdict(list)
        for source in sorted(resources, key=lambda resource: resource.urn):
            self._waits_for[source.urn] = source.depends_on
            for class_ in CLASSES_OF_TYPE.get(source.type, ()):
                resource = self._made(class_, source)
                of_class[class_].append(resource)
                self._by_urn[resource.urn][class_] = resource
        self._of_class = {class_: tuple(found) for class_, found in of_class.items()}

    def _made(self, class_: type[Resource], source: Resource) -> Resource:
        inputs = self._inputs.get(source.urn)
        is_external = bool(self._inputs) and (inputs is None or not inputs.names())
        inputs = None if is_external else inputs
        return class_(**vars(replace(source, inputs=inputs, is_external=is_external)))

    def all(self, class_: type[R]) -> tuple[R, ...]:
        """Return the resources of one class, in the order of their URNs."""
        return cast("tuple[R, ...]", self._of_class.get(class_, ()))

    def managed_functions(self) -> tuple[Function, ...]:
        """Return the functions that certainly run on LMI."""
        return tuple(function for function in self.all(Function) if function.is_managed)

    def scaling_configs(self) -> Iterator[tuple[ScalingConfig, tuple[Function, ...]]]:
        """Yield what scales a version, with the functions whose version that may be.

        A function or a version of aws-native without such a part is left out.
        """
        for config in self.all(ScalingConfig):
            if not config.block.is_absent:
                yield config, self.functions_of(config)

    @cached_property
    def functions_by_provider(self) -> dict[CapacityProvider, list[Function]]:
        """The functions of each capacity provider, where both are in the stack."""
        functions: dict[CapacityProvider, list[Function]] = defaultdict(list)
        for function in self.managed_functions():
            providers = self.providers_of(function)
            if len(providers) == 1:
                functions[providers[0]].append(function)
        return functions

    def providers_of(self, function: Function) -> tuple[CapacityProvider, ...]:
        """Return the capacity providers that a function may mean; none if outside the stack."""
        return self.links(function, Function.provider_arn, CapacityProvider).found

    def roles_of(self, user: Function | CapacityProvider) -> tuple[Role, ...]:
        """Return the execution or operator roles that are meant; none if outside the stack."""
        is_function = isinstance(user, Function)
        reference = Function.role if is_function else CapacityProvider.operator_role
        return self.links(user, reference, Role).found

    def role_of(self, user: Function | CapacityProvider) -> Role | None:
        """Return the execution or operator role where it is certain."""
        roles = self.roles_of(user)
        return roles[0] if len(roles) == 1 else None

    def comes_after(self, resource: Resource, others: Iterable[Resource]) -> bool:
        """Return whether a resource waits for all the others, be it through something else."""
        missing = {other.urn for other in others}
        awaited: set[str] = set()
        reached = [resource.urn]
        while reached and missing:
            fresh = set(self._waits_for.get(reached.pop(), ())) - awaited
            awaited |= fresh
            missing -= fresh
            reached += fresh
        return not missing

    def of_managed(self, class_: type[P]) -> Iterator[tuple[P, tuple[Function, ...]]]:
        """Yield the parts of a class whose functions certainly run on LMI, with these."""
        for part in self.all(class_):
            functions = self.functions_of(part)
            if functions and all(function.is_managed for function in functions):
                yield part, functions

    def functions_of(self, part: FunctionPart) -> tuple[Function, ...]:
        """Return the functions that a part may belong to; none if outside the stack.

        What aws-native keeps inside a function belongs to that function.
        """
        parts: list[FunctionPart] = [part]
        functions: list[Function] = []
        for one in parts:  # grows by the aliases that a part may mean, each of them once
            whole = self._by_urn[one.urn].get(Function)
            if whole is not None:
                functions.append(cast("Function", whole))
                continue
            reference = type(one).function
            found = self.links(one, reference, Function).found
            functions += found
            if not found and reference.of(one).is_undecided:
                aliases = self.sources(one, reference, Alias)
                parts += [alias for alias in aliases if alias not in parts]
        return tuple(functions)

    def links(self, resource: Resource, reference: Field[str], class_: type[N]) -> Links[N]:
        """Return where a property leads that names one resource."""
        reading = reference.of(resource)
        if not reading.may_be_set:
            return Links()
        sources = self.sources(resource, reference, class_)
        return self._resolved(resource, (reading,), sources, class_)

    def list_links(
        self, resource: Resource, reference: Field[tuple[Reading[str], ...]], class_: type[N]
    ) -> Links[N]:
        """Return where a property leads that lists resources."""
        sources = self.sources(resource, reference, class_)
        readings = reference.of(resource).or_default(())
        if readings is None:
            return Links(sources, is_unknown=True)
        return self._resolved(resource, readings, sources, class_)

    def grouped(self, class_: type[R], reference: Field[str], targets: type[Named]) -> Grouped[R]:
        """Return the resources of one class by those of another that a property names."""
        members: dict[str, list[R]] = defaultdict(list)
        has_others = False
        for resource in self.all(class_):
            links = self.links(resource, reference, targets)
            has_others |= links.is_unknown
            for target in links.found:
                members[target.urn].append(resource)
        return Grouped(members, has_others)

    def _resolved(
        self,
        resource: Resource,
        readings: Sequence[Reading[str]],
        sources: Sequence[N],
        class_: type[N],
    ) -> Links[N]:
        """Match known references by value, and as many dependencies to as many unknown ones."""
        known = [value for reading in readings if (value := reading.or_none()) is not None]
        by_value = [self.named(class_, value, resource, sources) for value in known]
        found = dict.fromkeys(target for targets in by_value for target in targets)
        rest = [source for source in dict.fromkeys(sources) if source not in found]
        unknown = len(readings) - len(known)
        return Links(
            (*found, *(rest if unknown else ())),
            has_external=not all(by_value) or any(one.is_external for one in (*found, *rest)),
            is_unknown=unknown not in (0, len(rest)),
        )

    def sources(self, resource: Resource, reference: Field[Any], class_: type[R]) -> tuple[R, ...]:
        """Return the resources of one class that a property was made from."""
        urns = resource.depends_on
        if resource.made_from is not None:
            urns = resource.made_from.get(reference.property_of(resource), ())
        found = (self._by_urn[urn].get(class_) for urn in urns if urn in self._by_urn)
        return tuple(cast("R", source) for source in found if source is not None)

    def named(
        self,
        class_: type[N],
        reference: str,
        near: Resource | None = None,
        sources: Sequence[N] = (),
    ) -> tuple[N, ...]:
        """Return the resources of one class that a name, an id or an ARN means.

        Where several have the name, those among the sources of the reference are meant, else those
        in the account and the Region of ``near``.
        """
        if class_ not in self._by_name:
            self._by_name[class_] = _index_by_name(self.all(class_))
        found = self._by_name[class_].get(name_in(reference), [])
        named = tuple(cast("N", target) for target in found if _may_be(target, reference))
        if near is None:
            return named
        meant = tuple(target for target in named if target in sources)
        return meant or tuple(one for one in named if _place(one) == _place(near)) or named


def _place(resource: Resource) -> tuple[str | None, str | None]:
    """Return what tells account and Region: the Pulumi provider, and a Region of its own."""
    return resource.made_by, resource.props.text(("region",)).or_none()


def _index_by_name(resources: Iterable[Named]) -> dict[str, list[Named]]:
    index: dict[str, list[Named]] = defaultdict(list)
    for resource in resources:
        class_ = type(resource)
        name = class_.own_name.of(resource).or_none()
        name = name or name_in(class_.arn.of(resource).or_none() or "")
        if name:
            index[name].append(resource)
    return index


def _may_be(target: Named, reference: str) -> bool:
    arn, parts = type(target).arn.of(target).or_none(), reference.split(":")[:ARN_PARTS]
    is_arn = parts[0] == "arn"
    if arn is not None and is_arn:
        return parts == arn.split(":")[:ARN_PARTS]
    region, account = parts[3:5] if is_arn and len(parts) > 4 else place_in(reference)
    own = arn.split(":")[3:5] if arn else (_place(target)[1], None)
    return all(
        told in (None, known) or known is None
        for told, known in zip((region, account), own, strict=False)
    )
