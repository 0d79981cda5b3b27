"""The network of each capacity provider, as far as all of it is in the stack.

A provider whose subnets, or whose VPC, are not all in the stack has no network here: what else is
there cannot be seen, so that rules about networks have nothing to say.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ..model.access import Props
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function
from ..model.networks import (
    EVERYWHERE,
    EndpointAddition,
    EndpointRouteTable,
    InternetGateway,
    MainRouteTable,
    NatGateway,
    Route,
    RouteTable,
    RouteTableAssociation,
    SecurityGroup,
    Subnet,
    UnreadPart,
    Vpc,
    VpcEndpoint,
)
from .index import Index

INTERFACE = "Interface"
GATEWAY = "Gateway"
GATEWAY_SERVICES = ("s3", "dynamodb")


class RouteTarget(Enum):
    """Where a route leads."""

    INTERNET = auto()
    NAT = auto()
    ELSEWHERE = auto()
    """To something else, or to what is not known."""


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """One route.

    Attributes
    ----------
    to_ipv4, to_ipv6
        Whether it leads all traffic of that kind.
    target
        Where it leads.
    nat
        The NAT gateway, where that is in the stack.
    """

    to_ipv4: bool
    to_ipv6: bool
    target: RouteTarget
    nat: NatGateway | None = None


UNREAD_ROUTE = RouteEntry(False, False, RouteTarget.ELSEWHERE)
"""A route of which nothing is known."""


@dataclass(frozen=True, slots=True)
class VpcEndpoints:
    """The endpoints of one VPC, which all capacity providers in it share.

    Attributes
    ----------
    all
        The endpoints that the stack shows.
    are_known
        Whether there are certainly no others.
    services
        The AWS services that they are for, with ``-fips`` at the end where it is that endpoint.
    """

    all: tuple[VpcEndpoint, ...]
    are_known: bool
    services: frozenset[str | None]

    def lack(self, service: str) -> bool:
        """Return whether there is certainly none for an AWS service."""
        return self.are_known and self.services.isdisjoint((service, f"{service}-fips"))

    def interfaces(self) -> Iterator[VpcEndpoint]:
        """Yield the interface endpoints."""
        for endpoint in self.all:
            if endpoint.endpoint_type.or_none() == INTERFACE:
                yield endpoint


@dataclass(frozen=True, slots=True)
class Network:
    """The network of one capacity provider.

    Attributes
    ----------
    provider
        The capacity provider.
    functions
        The functions on it.
    vpc, subnets
        Where its instances are.
    endpoints
        The VPC endpoints of the VPC.
    entries
        The routes of each subnet by its URN; None where they are not all known.
    tables
        The route table of each subnet, where that is known.
    groups
        Its security groups; empty where one is outside the stack or not known.
    """

    provider: CapacityProvider
    functions: tuple[Function, ...]
    vpc: Vpc
    subnets: tuple[Subnet, ...]
    endpoints: VpcEndpoints
    entries: dict[str, tuple[RouteEntry, ...] | None]
    tables: dict[str, RouteTable]
    groups: tuple[SecurityGroup, ...]

    @property
    def is_closed(self) -> bool:
        """Whether certainly no route leads out of the VPC."""
        return all(entries == () for entries in self.entries.values())

    def default_routes(self, target: RouteTarget) -> Iterator[tuple[Subnet, RouteEntry]]:
        """Yield the routes that lead all of a subnet's IPv4 traffic to one target."""
        for subnet in self.subnets:
            for entry in self.entries[subnet.urn] or ():
                if entry.to_ipv4 and entry.target is target:
                    yield subnet, entry


@dataclass(frozen=True, slots=True)
class SharedVpc:
    """A VPC with all capacity providers in it, for rules about what these share.

    A rule that looked at each endpoint once for each provider would take time that grows with the
    product of their numbers.
    """

    vpc: Vpc
    endpoints: VpcEndpoints
    networks: tuple[Network, ...]


class Networks:
    """The networks of all capacity providers of a stack, found in one pass over each type.

    Parameters
    ----------
    index
        The stack's resources.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._endpoints: dict[str, list[VpcEndpoint]] = defaultdict(list)
        self._endpoints_are_known = True
        self._shared_endpoints: dict[Vpc, VpcEndpoints] = {}
        self._index_endpoints()
        self._added_tables: dict[str, list[RouteTable]] = defaultdict(list)
        self._endpoints_with_lost_tables: set[str] = set()
        self._has_unattributed_tables = False
        self._index_added_tables()
        self._extended: set[str] = set()
        self._has_unattributed_additions = False
        self._index_additions()
        self._entries: dict[str, list[RouteEntry]] = defaultdict(list)
        self._stray_routes = bool(index.all(MainRouteTable))
        self._lost_routes = False
        self._index_routes()
        self._tables: dict[str, RouteTable | None] = {}
        self._index_tables()
        self._functions: dict[str, list[Function]] = defaultdict(list)
        for function in index.managed_functions():
            for provider in index.providers_of(function):
                self._functions[provider.urn].append(function)
        seen = () if index.all(UnreadPart) else index.all(CapacityProvider)
        networks = (self._network(provider) for provider in seen)
        self._whole = tuple(network for network in networks if network is not None)
        by_vpc: dict[Vpc, list[Network]] = defaultdict(list)
        for network in self._whole:
            by_vpc[network.vpc].append(network)
        self._shared = tuple(
            SharedVpc(vpc, found[0].endpoints, tuple(found)) for vpc, found in by_vpc.items()
        )

    def all(self) -> tuple[Network, ...]:
        """Return the networks that are whole, in the order of their providers' URNs."""
        return self._whole

    def by_vpc(self) -> tuple[SharedVpc, ...]:
        """Return the same networks, those of one VPC together."""
        return self._shared

    def tables_of(self, endpoint: VpcEndpoint) -> tuple[RouteTable, ...] | None:
        """Return the route tables of a gateway endpoint; None where they are not all known."""
        links = self._index.list_links(endpoint, VpcEndpoint.table_ids, RouteTable)
        known = links.are_whole and endpoint.urn not in self._endpoints_with_lost_tables
        if not known or self._has_unattributed_tables:
            return None
        return (*links.found, *self._added_tables[endpoint.urn])

    def is_whole(self, endpoint: VpcEndpoint) -> bool:
        """Return whether an endpoint is certainly what its own properties say."""
        return endpoint.urn not in self._extended and not self._has_unattributed_additions

    def _network(self, provider: CapacityProvider) -> Network | None:
        subnets = self._index.list_links(provider, CapacityProvider.subnet_ids, Subnet)
        vpcs = {
            vpc
            for subnet in subnets.found
            for vpc in self._index.links(subnet, Subnet.vpc, Vpc).found
        }
        if not subnets.found or not subnets.are_whole or len(vpcs) != 1:
            return None
        (vpc,) = vpcs
        if vpc.is_external:
            return None
        groups = self._index.list_links(
            provider, CapacityProvider.security_group_ids, SecurityGroup
        )
        tables = ((subnet.urn, self._tables.get(subnet.urn)) for subnet in subnets.found)
        return Network(
            provider=provider,
            functions=tuple(self._functions[provider.urn]),
            vpc=vpc,
            subnets=subnets.found,
            endpoints=self._endpoints_of(vpc),
            entries={subnet.urn: self._entries_of(subnet) for subnet in subnets.found},
            tables={urn: table for urn, table in tables if table is not None},
            groups=groups.found if groups.are_whole else (),
        )

    def _endpoints_of(self, vpc: Vpc) -> VpcEndpoints:
        if vpc not in self._shared_endpoints:
            found = tuple(self._endpoints[vpc.urn])
            services = frozenset(endpoint.service for endpoint in found)
            self._shared_endpoints[vpc] = VpcEndpoints(found, self._endpoints_are_known, services)
        return self._shared_endpoints[vpc]

    def _entries_of(self, subnet: Subnet) -> tuple[RouteEntry, ...] | None:
        if self._lost_routes:
            return None
        if subnet.urn not in self._tables:  # it uses the VPC's main route table
            return None if self._stray_routes else ()
        table = self._tables[subnet.urn]
        return None if table is None else tuple(self._entries[table.urn])

    def _index_endpoints(self) -> None:
        for endpoint in self._index.all(VpcEndpoint):
            vpcs = self._index.links(endpoint, VpcEndpoint.vpc_id, Vpc)
            named = endpoint.service_name.is_present
            self._endpoints_are_known &= named and not vpcs.is_unknown
            for vpc in vpcs.found:
                self._endpoints[vpc.urn].append(endpoint)

    def _index_added_tables(self) -> None:
        for added in self._index.all(EndpointRouteTable):
            endpoints = self._index.links(added, EndpointRouteTable.endpoint_id, VpcEndpoint)
            tables = self._index.links(added, EndpointRouteTable.table_id, RouteTable)
            self._has_unattributed_tables |= endpoints.is_unknown
            for endpoint in endpoints.found:
                self._added_tables[endpoint.urn] += tables.found
                if not tables.are_whole:
                    self._endpoints_with_lost_tables.add(endpoint.urn)

    def _index_additions(self) -> None:
        for addition in self._index.all(EndpointAddition):
            endpoints = self._index.links(addition, EndpointAddition.endpoint_id, VpcEndpoint)
            self._has_unattributed_additions |= endpoints.is_unknown
            self._extended.update(endpoint.urn for endpoint in endpoints.found)

    def _index_routes(self) -> None:
        for table in self._index.all(RouteTable):
            if not table.routes.is_absent:
                self._entries[table.urn] += self._inline_entries(table)
            if not table.propagating.is_absent and table.propagating.or_none() != ():
                self._entries[table.urn].append(UNREAD_ROUTE)
        for route in self._index.all(Route):
            tables = self._index.links(route, Route.table_id, RouteTable)
            self._lost_routes |= len(tables.found) > 1 or route.is_external
            self._stray_routes |= not tables.found
            for table in tables.found:
                self._entries[table.urn].append(self._entry(route))

    def _index_tables(self) -> None:
        for association in self._index.all(RouteTableAssociation):
            subnets = self._index.links(association, RouteTableAssociation.subnet_id, Subnet)
            tables = self._index.links(association, RouteTableAssociation.table_id, RouteTable)
            self._lost_routes |= subnets.is_unknown
            for subnet in subnets.found:
                certain = tables.are_whole and len(tables.found) == 1
                self._tables[subnet.urn] = tables.found[0] if certain else None

    def _entry(self, route: Route) -> RouteEntry:
        nats = self._index.links(route, Route.nat_id, NatGateway).found
        gateways = self._index.links(route, Route.gateway_id, InternetGateway).found
        target = RouteTarget.ELSEWHERE
        if gateways or _is_internet_gateway(route.gateway_id.or_none()):
            target = RouteTarget.INTERNET
        elif route.nat_id.may_be_set:
            target = RouteTarget.NAT
        return RouteEntry(
            to_ipv4=route.to_ipv4.or_none() == EVERYWHERE[0],
            to_ipv6=route.to_ipv6.or_none() == EVERYWHERE[1],
            target=target,
            nat=nats[0] if len(nats) == 1 else None,
        )

    def _inline_entries(self, table: RouteTable) -> Iterator[RouteEntry]:
        if table.routes.is_undecided:
            yield UNREAD_ROUTE
        sources = _Inside(self._index, table)
        for entry in table.routes.or_none() or ():
            props = entry.or_none()
            yield UNREAD_ROUTE if props is None else sources.entry(props)


class _Inside:
    """The routes written inside a route table, whose dependencies are recorded together."""

    def __init__(self, index: Index, table: RouteTable) -> None:
        self._index = index
        self._gateways = index.sources(table, RouteTable.routes, InternetGateway)
        self._nats = index.sources(table, RouteTable.routes, NatGateway)

    def entry(self, props: Props) -> RouteEntry:
        nat_id, gateway_id = props.text(("natGatewayId",)), props.text(("gatewayId",))
        target = RouteTarget.ELSEWHERE
        if _is_internet_gateway(gateway_id.or_none()) or (
            gateway_id.is_undecided and len(self._gateways) == 1
        ):
            target = RouteTarget.INTERNET
        elif nat_id.may_be_set:
            target = RouteTarget.NAT
        return RouteEntry(
            to_ipv4=props.text(("cidrBlock",)).or_none() == EVERYWHERE[0],
            to_ipv6=props.text(("ipv6CidrBlock",)).or_none() == EVERYWHERE[1],
            target=target,
            nat=self._nat(nat_id.or_none()),
        )

    def _nat(self, known: str | None) -> NatGateway | None:
        found = self._index.named(NatGateway, known).found if known else self._nats
        return found[0] if len(found) == 1 else None


def _is_internet_gateway(known: str | None) -> bool:
    return known is not None and known.startswith("igw-")


def is_gateway(endpoint: VpcEndpoint) -> bool:
    """Return whether an endpoint is a gateway, of which only some services have one."""
    is_of_type = endpoint.endpoint_type.or_default(GATEWAY) == GATEWAY
    return is_of_type and endpoint.service in GATEWAY_SERVICES
