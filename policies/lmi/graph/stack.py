"""What a rule about several resources is given: the stack, and what its parts amount to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from ..model.callers import HttpIntegration, HttpStage, Integration, RestIntegration, RestStage
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Alias, Function
from ..model.general import FlowLog, LogGroup, Table
from ..model.iam import Policy, Role, RolePolicy
from ..model.iam_policy import Document, parse
from ..model.networks import SecurityGroup, Vpc, VpcEndpoint
from ..model.resource import Field, Resource
from .index import Index
from .network import Networks
from .permissions import Permissions, permissions_by_role
from .security_groups import SecurityGroups


class Stack(Index):
    """The resources of an analysis, with their networks, security groups and permissions."""

    @cached_property
    def runs_lmi(self) -> bool:
        """Whether anything in the stack is about Lambda Managed Instances."""
        return bool(self.all(CapacityProvider) or self.managed_functions())

    @cached_property
    def aliased(self) -> frozenset[Function] | None:
        """The functions that the stack has aliases of; None where one may be of any function."""
        owners = [self.functions_of(alias) for alias in self.all(Alias)]
        known = frozenset(function for functions in owners for function in functions)
        return known if all(owners) else None

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


class Used:
    """What functions on LMI and their capacity providers use, which general rules are about.

    A stack may hold much else, on which these rules have nothing to say. What a function or a
    provider uses is found by names, ARNs and dependencies, as every link of the index is.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The execution roles and the operator roles, as far as they are certain."""
        users = (*self._stack.managed_functions(), *self._stack.all(CapacityProvider))
        roles = dict.fromkeys(map(self._stack.role_of, users))
        return tuple(role for role in roles if role is not None)

    def policy_documents(self) -> Iterator[tuple[Resource, Document]]:
        """Yield each IAM policy of these roles, with what holds it."""
        for role in self.roles:
            yield from self._stack.permissions_of(role).documents

    @cached_property
    def vpcs(self) -> frozenset[Vpc]:
        """The VPCs of the instances, where the whole network is in the stack."""
        return frozenset(shared.vpc for shared in self._stack.networks.by_vpc)

    @cached_property
    def instance_groups(self) -> frozenset[str]:
        """URNs of the security groups of the instances."""
        providers = self._stack.all(CapacityProvider)
        return self._groups(providers, CapacityProvider.security_group_ids)

    @cached_property
    def endpoint_groups(self) -> frozenset[str]:
        """URNs of the security groups of the VPC endpoints in the instances' VPCs."""
        vpcs = self._stack.networks.by_vpc
        endpoints = (endpoint for shared in vpcs for endpoint in shared.endpoints.all)
        return self._groups(endpoints, VpcEndpoint.group_ids)

    def _groups(self, users: Iterable[Resource], reference: Field[Any]) -> frozenset[str]:
        links = (self._stack.list_links(user, reference, SecurityGroup) for user in users)
        return frozenset(group.urn for link in links for group in link.found)

    @cached_property
    def log_groups(self) -> tuple[LogGroup, ...]:
        """The log groups of functions and providers, of their VPCs' flow logs, and of fronts."""
        stack, found = self._stack, list[LogGroup]()
        for function in stack.managed_functions():
            found += stack.links(function, Function.log_group, LogGroup).found
            found += stack.named(LogGroup, function.logs_to or "")
        for provider in stack.all(CapacityProvider):
            found += stack.named(LogGroup, provider.logs_to or "")
        for flow_log in stack.all(FlowLog):
            if self.vpcs.intersection(stack.links(flow_log, FlowLog.vpc_id, Vpc).found):
                found += stack.links(flow_log, FlowLog.destination, LogGroup).found
        found += self._access_logs(RestIntegration, RestStage)
        found += self._access_logs(HttpIntegration, HttpStage)
        return tuple(dict.fromkeys(found))

    def _access_logs(
        self, integrations: type[Integration], stages: type[RestStage | HttpStage]
    ) -> Iterator[LogGroup]:
        """Yield the access logs of the APIs that invoke functions on LMI."""
        apis = {
            _referred(integration, integrations.api)
            for integration in self._stack.all(integrations)
            if any(one.is_managed for one in self._stack.functions_of(integration))
        }
        for stage in self._stack.all(stages) if apis else ():
            if _referred(stage, stages.api) in apis:
                yield from self._stack.links(stage, stages.log_group, LogGroup).found

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The DynamoDB tables that functions, their roles or the policies of these refer to."""
        users: list[Resource] = [*self._stack.managed_functions(), *self.roles]
        for role in self.roles:
            permissions = self._stack.permissions_of(role)
            users += (*permissions.grants, *(holder for holder, _ in permissions.documents))
        awaited = {urn for user in users for urn in user.depends_on}
        return tuple(table for table in self._stack.all(Table) if table.urn in awaited)


def _referred(resource: Resource, reference: Field[str]) -> str | tuple[str, ...]:
    """Return what a property names, by its value or by the resources that it was made from."""
    sources = (resource.made_from or {}).get(reference.property_of(resource), ())
    return sources or reference.of(resource).or_none() or resource.urn
