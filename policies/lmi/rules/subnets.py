"""Where subnets lie and what comes into them (rules NET)."""

from collections.abc import Iterator

from ..facts import sources
from ..graph.network import RouteTarget
from ..graph.stack import Stack
from ..model.capacity_provider import CapacityProvider
from ..model.networks import SecurityGroup, Subnet, VpcEndpoint
from .rule import Finding, insecure, unwise


@insecure(
    "net-11-nothing-comes-in",
    why="Invocations do not come through your VPC, so they need no ingress rule.",
    fix="Remove the ingress rules; invocations do not come through the VPC.",
    confidence=2,
    sources=(sources.BLOG,),
    equivalents=("checkov:CKV_AWS_260", "checkov:CKV_AWS_277", "cdk-nag:AwsSolutions-EC23"),
)
def nothing_comes_in(stack: Stack) -> Iterator[Finding]:
    """The security group of a capacity provider lets nothing in."""
    shared = {
        group
        for endpoint in stack.all(VpcEndpoint)
        for group in stack.list_links(endpoint, VpcEndpoint.group_ids, SecurityGroup).found
    }
    links = (
        stack.list_links(provider, CapacityProvider.security_group_ids, SecurityGroup)
        for provider in stack.all(CapacityProvider)
    )
    for group in dict.fromkeys(
        group for link in links if not link.is_unknown for group in link.found
    ):
        rules = stack.security_groups.rules_of(group, inbound=True)
        open_to_all = any(rule.is_to_everyone for rule in rules)
        if open_to_all or (rules and group not in shared):
            everyone = " from everywhere" if open_to_all else ""
            yield group.finding(
                problem=f"The security group of the capacity provider lets traffic in{everyone}.",
                allowed="no ingress",
            )


@unwise(
    "net-12-endpoints-in-every-zone",
    why="When a zone fails, instances elsewhere still reach the endpoint of their own zone.",
    fix="Give the endpoint a subnet in each zone of the capacity provider.",
    sources=(sources.NETWORKING,),
)
def endpoints_in_every_zone(stack: Stack) -> Iterator[Finding]:
    """Interface endpoints are in every zone of the capacity provider."""
    for shared in stack.networks.by_vpc():
        of_networks = {frozenset(_zones(network.subnets) or ()) for network in shared.networks}
        for endpoint in shared.endpoints.interfaces():
            subnets = stack.list_links(endpoint, VpcEndpoint.subnet_ids, Subnet)
            known = subnets.are_whole and stack.networks.is_whole(endpoint)
            zones = _zones(subnets.found) if known else None
            short = [wanted for wanted in of_networks if zones and not wanted <= zones]
            if not zones or not short:
                continue
            wanted = max(short, key=sorted)
            yield endpoint.finding(
                problem=f"The endpoint is in {len(wanted & zones)} of {len(wanted)} zones.",
                allowed="a subnet in every zone of the capacity provider",
            )


@insecure(
    "net-13-private-subnets",
    why="In public ones instances can be reached, and without an address they reach nothing.",
    fix="Route the subnets to a NAT gateway, or use endpoints and no default route.",
    sources=(sources.NETWORKING, sources.BLOG),
    equivalents=("cdk-nag:VPCNoUnrestrictedRouteToIGW",),
)
def subnets_are_private(stack: Stack) -> Iterator[Finding]:
    """A capacity provider runs in private subnets."""
    for network in stack.networks.all():
        public = [subnet for subnet, _ in network.default_routes(RouteTarget.INTERNET)]
        if not public:
            continue
        problem = "Subnets of the capacity provider lead to an internet gateway."
        if any(_gives_no_address(subnet) for subnet in public):
            problem = "Subnets lead to an internet gateway, and give instances no public address."
        yield network.provider.finding(
            problem=problem,
            allowed=(
                "private subnets with endpoints or NAT; for trials, public subnets with "
                f"{public[0].spell(Subnet.gives_public_ipv4)} or IPv6"
            ),
        )


@unwise(
    "net-17-nat-in-every-zone",
    why="When the gateway's zone fails, instances in other zones lose their connections too.",
    fix="Add a NAT gateway and a route table for each zone.",
    sources=(sources.NETWORKING,),
)
def nat_in_every_zone(stack: Stack) -> Iterator[Finding]:
    """Each zone of a capacity provider has a NAT gateway of its own."""
    for network in stack.networks.all():
        routes = list(network.default_routes(RouteTarget.NAT))
        zones = _zones(tuple(subnet for subnet, _ in routes))
        gateways = {entry.nat for _, entry in routes}
        if not zones or None in gateways or len(gateways) >= len(zones):
            continue
        if any(nat and nat.mode.or_default("zonal") != "zonal" for nat in gateways):
            continue  # a regional gateway is in every zone
        yield network.provider.finding(
            problem=f"{len(gateways)} NAT gateway(s) serve {len(zones)} zones.",
            allowed="one NAT gateway in each zone, with a route table of its own",
        )


def _zones(subnets: tuple[Subnet, ...]) -> set[str] | None:
    """Return the zones of some subnets; None where one is not known."""
    zones = {subnet.place for subnet in subnets}
    return None if None in zones else {zone for zone in zones if zone is not None}


def _gives_no_address(subnet: Subnet) -> bool:
    ipv4 = subnet.gives_public_ipv4.or_default(default=False)
    return ipv4 is False and subnet.gives_ipv6.or_default(default=False) is False
