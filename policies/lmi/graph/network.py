"""The network of each capacity provider, as far as all of it is in the stack.

A provider whose subnets, or whose VPC, are not all in the stack has no network here: what else is
there cannot be seen, so that rules about networks have nothing to say.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any, TypeVar

from ..model.access import Props, Reading
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function
from ..model.networks import (
    EVERYWHERE,
    EndpointAddition,
    EndpointRouteTable,
    HostedZone,
    InternetGateway,
    MainRouteTable,
    NatGateway,
    OtherResolution,
    Route,
    RouteTable,
    RouteTableAssociation,
    SecurityGroup,
    Subnet,
    UnreadPart,
    Vpc,
    VpcEndpoint,
    ZoneAssociation,
)
from ..model.resource import Field, Named, Resource
from .index import Index

N = TypeVar("N", bound=Named)

INTERFACE = "Interface"
GATEWAY = "Gateway"
GATEWAY_SERVICES = ("s3", "s3express", "dynamodb")
OF_AWS = "amazonaws.com"


class RouteTarget(Enum):
    """Where a route leads."""

    INTERNET = auto()
    NAT = auto()
    ELSEWHERE = auto()
    """To something else, or to what is not known."""


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """One route."""

    is_default: bool
    """Whether it leads all traffic, of IPv4 or of IPv6."""
    target: RouteTarget
    nat: NatGateway | None = None
    """The NAT gateway, where that is in the stack."""


UNREAD_ROUTE = RouteEntry(False, RouteTarget.ELSEWHERE)
"""A route of which nothing is known."""


@dataclass(frozen=True)
class VpcEndpoints:
    """The endpoints of one VPC, which all capacity providers in it share."""

    all: tuple[VpcEndpoint, ...]
    """The endpoints that the stack shows."""
    are_known: bool
    """Whether there are certainly no others."""

    @cached_property
    def _services(self) -> frozenset[str | None]:
        """The AWS services that they are for, with ``-fips`` at the end where it is that one."""
        return frozenset(endpoint.service for endpoint in self.all)

    def lack(self, service: str) -> bool:
        """Return whether there is certainly none for an AWS service."""
        return self.are_known and self._services.isdisjoint((service, f"{service}-fips"))

    def interfaces(self) -> Iterator[VpcEndpoint]:
        """Yield the interface endpoints."""
        for endpoint in self.all:
            if endpoint.endpoint_type.or_none() == INTERFACE:
                yield endpoint


@dataclass(frozen=True, slots=True)
class Network:
    """The network of one capacity provider."""

    provider: CapacityProvider
    functions: tuple[Function, ...]
    vpc: Vpc
    subnets: tuple[Subnet, ...]
    """Where its instances are."""
    endpoints: VpcEndpoints
    entries: dict[str, tuple[RouteEntry, ...] | None]
    """The routes of each subnet by its URN; None where they are not all known."""
    tables: dict[str, RouteTable]
    """The route table of each subnet, where that is known."""
    groups: tuple[SecurityGroup, ...]
    """Its security groups; empty where one is outside the stack or not known."""

    @property
    def is_closed(self) -> bool:
        """Whether certainly no route leads out of the VPC."""
        return all(entries == () for entries in self.entries.values())

    def default_routes(self, target: RouteTarget) -> Iterator[tuple[Subnet, RouteEntry]]:
        """Yield the routes that lead all of a subnet's traffic of a kind to one target."""
        for subnet in self.subnets:
            for entry in self.entries[subnet.urn] or ():
                if entry.is_default and entry.target is target:
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
    """The networks of all capacity providers of a stack, found in one pass over each type."""

    def __init__(self, index: Index) -> None:
        self._index = index
        of_vpc = index.grouped(VpcEndpoint, VpcEndpoint.vpc_id, Vpc)
        named = all(endpoint.service_name.is_present for endpoint in index.all(VpcEndpoint))
        self._endpoints = {
            vpc: VpcEndpoints(of_vpc.of(vpc), named and not of_vpc.has_others)
            for vpc in index.all(Vpc)
        }
        of_endpoint = EndpointRouteTable.endpoint_id
        self._added_tables = index.grouped(EndpointRouteTable, of_endpoint, VpcEndpoint)
        self._additions = index.grouped(EndpointAddition, EndpointAddition.endpoint_id, VpcEndpoint)
        of_subnet = RouteTableAssociation.subnet_id
        self._associations = index.grouped(RouteTableAssociation, of_subnet, Subnet)
        self._entries: dict[str, list[RouteEntry]] = defaultdict(list)
        self._may_change_main_tables = bool(index.all(MainRouteTable))
        self._may_change_any_table = self._associations.has_others
        self._index_routes()
        self._functions = index.functions_by_provider
        seen = () if index.all(UnreadPart) else index.all(CapacityProvider)
        networks = (self._network(provider) for provider in seen)
        self.all = tuple(network for network in networks if network is not None)
        """The networks that are whole, in the order of their providers' URNs."""
        by_vpc: dict[Vpc, list[Network]] = defaultdict(list)
        for network in self.all:
            by_vpc[network.vpc].append(network)
        self.by_vpc = tuple(
            SharedVpc(vpc, self._endpoints[vpc], tuple(found)) for vpc, found in by_vpc.items()
        )
        """The same networks, those of one VPC together."""

    def tables_of(self, endpoint: VpcEndpoint) -> tuple[RouteTable, ...] | None:
        """Return the route tables of a gateway endpoint; None where they are not all known."""
        added, table = self._added_tables.of(endpoint), EndpointRouteTable.table_id
        links = [self._index.list_links(endpoint, VpcEndpoint.table_ids, RouteTable)]
        links += (self._index.links(one, table, RouteTable) for one in added)
        if self._added_tables.has_others or not all(link.are_whole for link in links):
            return None
        return tuple(table for link in links for table in link.found)

    def is_whole(self, endpoint: VpcEndpoint) -> bool:
        """Return whether an endpoint is certainly what its own properties say."""
        return not self._additions.has_others and not self._additions.of(endpoint)

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
        tables = ((subnet.urn, self._table_of(subnet)) for subnet in subnets.found)
        return Network(
            provider=provider,
            functions=tuple(self._functions.get(provider, ())),
            vpc=vpc,
            subnets=subnets.found,
            endpoints=self._endpoints[vpc],
            entries={subnet.urn: self._entries_of(subnet) for subnet in subnets.found},
            tables={urn: table for urn, table in tables if table is not None},
            groups=groups.found if groups.are_whole else (),
        )

    def _table_of(self, subnet: Subnet) -> RouteTable | None:
        """Return the route table of a subnet; None where it has none of its own, or several."""
        tables = [
            self._index.links(one, RouteTableAssociation.table_id, RouteTable)
            for one in self._associations.of(subnet)
        ]
        certain = len(tables) == 1 and tables[0].are_whole and len(tables[0].found) == 1
        return tables[0].found[0] if certain else None

    def _entries_of(self, subnet: Subnet) -> tuple[RouteEntry, ...] | None:
        if self._may_change_any_table:
            return None
        if not self._associations.of(subnet):  # it uses the VPC's main route table
            return None if self._may_change_main_tables else ()
        table = self._table_of(subnet)
        return None if table is None else tuple(self._entries[table.urn])

    def _index_routes(self) -> None:
        for table in self._index.all(RouteTable):
            if not table.routes.is_absent:
                self._entries[table.urn] += self._inline_entries(table)
            if not table.propagating.is_absent and table.propagating.or_none() != ():
                self._entries[table.urn].append(UNREAD_ROUTE)
        for route in self._index.all(Route):
            tables = self._index.links(route, Route.table_id, RouteTable)
            self._may_change_any_table |= len(tables.found) > 1 or route.is_external
            self._may_change_main_tables |= not tables.found
            for table in tables.found:
                props = route.inputs or route.props
                entry = self._entry(route, props, Route.gateway_id, Route.nat_id)
                self._entries[table.urn].append(entry)

    def _inline_entries(self, table: RouteTable) -> Iterator[RouteEntry]:
        """Yield the routes inside a table, but the local one, which every table has."""
        if table.routes.is_undecided:
            yield UNREAD_ROUTE
        for reading in table.routes.or_none() or ():
            props = reading.or_none()
            if props is None:
                yield UNREAD_ROUTE
            elif props.text(("gatewayId",)).or_none() != "local":
                yield self._entry(table, props, RouteTable.routes, RouteTable.routes)

    def _entry(
        self, holder: Route | RouteTable, props: Props, gateways: Field[Any], nats: Field[Any]
    ) -> RouteEntry:
        """Return a route with the gateways that it names, or was made from."""
        keys = ("cidrBlock", "ipv6CidrBlock", "destinationCidrBlock", "destinationIpv6CidrBlock")
        is_default = any(props.text((key,)).or_none() in EVERYWHERE for key in keys)
        gateway_id, nat_id = props.text(("gatewayId",)), props.text(("natGatewayId",))
        leads_out = (gateway_id.or_none() or "").startswith("igw-")
        if leads_out or self._meant(gateway_id, holder, gateways, InternetGateway):
            return RouteEntry(is_default, RouteTarget.INTERNET)
        if not nat_id.may_be_set:
            return RouteEntry(is_default, RouteTarget.ELSEWHERE)
        nat = self._meant(nat_id, holder, nats, NatGateway)
        return RouteEntry(is_default, RouteTarget.NAT, nat)

    def _meant(
        self, reading: Reading[str], holder: Resource, made_from: Field[Any], class_: type[N]
    ) -> N | None:
        """Return the one resource of the stack that an id means, if there is one."""
        known = reading.or_none()
        found = self._index.named(class_, known) if known else ()
        if reading.is_undecided:
            found = self._index.sources(holder, made_from, class_)
        return found[0] if len(found) == 1 else None


def is_gateway(endpoint: VpcEndpoint) -> bool:
    """Return whether an endpoint is a gateway, of which only some services have one."""
    is_of_type = endpoint.endpoint_type.or_default(GATEWAY) == GATEWAY
    return is_of_type and endpoint.service in GATEWAY_SERVICES


def zones_by_name(index: Index) -> tuple[str, ...] | None:
    """Return the names of the hosted zones; None where names may be resolved elsewhere, too."""
    if index.all(OtherResolution) or any(
        not index.links(one, ZoneAssociation.zone_id, HostedZone).are_whole
        for one in index.all(ZoneAssociation)
    ):
        return None
    names = [zone.own_domain.or_none() for zone in index.all(HostedZone)]
    return tuple(name.rstrip(".").lower() for name in names if name) if all(names) else None


def may_be_named_in(zone: str, endpoint: VpcEndpoint) -> bool:
    """Return whether a zone may have the name by which AWS's SDKs call an endpoint's service."""
    zone = zone.removesuffix(".cn")
    parts = (endpoint.service_name.or_none() or "").removeprefix("cn.").split(".")
    is_above = f".{'.'.join(reversed(parts))}".endswith(f".{zone}")
    return is_above or (zone.startswith(f"{parts[-1]}.") and zone.endswith(OF_AWS))
