"""What a rule about several resources is given: the stack, and what its parts amount to."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from ..model.capacity_provider import CapacityProvider
from ..model.iam import Policy, Role, RolePolicy
from ..model.iam_policy import Document, parse
from ..model.resource import Resource
from .index import Index
from .network import Networks
from .permissions import Permissions, permissions_by_role
from .security_groups import SecurityGroups
from .used import Used


class Stack(Index):
    """The resources of an analysis, with their networks, security groups and permissions."""

    @cached_property
    def runs_lmi(self) -> bool:
        """Whether anything in the stack is about Lambda Managed Instances."""
        return bool(self.all(CapacityProvider) or self.managed_functions())

    @cached_property
    def networks(self) -> Networks:
        """The networks of the capacity providers."""
        return Networks(self)

    @cached_property
    def security_groups(self) -> SecurityGroups:
        """What the security groups let through."""
        return SecurityGroups(self)

    @cached_property
    def used(self) -> Used:
        """What functions on LMI and capacity providers use."""
        return Used(self)

    @cached_property
    def _permissions(self) -> Mapping[str, Permissions]:
        return permissions_by_role(self)

    def permissions_of(self, role: Role) -> Permissions:
        """Return what the stack's policies let a role do."""
        return self._permissions[role.urn]

    def policy_documents(self) -> Iterator[tuple[Resource, Document]]:
        """Yield every IAM policy that the stack writes down, with what holds it."""
        for class_ in (Policy, RolePolicy):
            for holder in self.all(class_):
                document = parse(class_.document.of(holder).or_none())
                if document is not None:
                    yield holder, document
        for role in self.all(Role):
            own = self.permissions_of(role).documents
            yield from ((role, document) for holder, document in own if holder is role)
