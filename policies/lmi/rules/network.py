"""The network of a capacity provider's instances (rules NET)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from ..facts import sources
from ..graph.network import (
    GATEWAY,
    GATEWAY_SERVICES,
    INTERFACE,
    Network,
    is_gateway,
    may_be_named_in,
    zones_by_name,
)
from ..graph.service_calls import allowed_actions, endpoint_of, has_wildcard, services_called
from ..graph.stack import Stack
from ..model.capacity_provider import CapacityProvider
from ..model.iam_policy import allowed, parse
from ..model.networks import RouteTable, SecurityGroup, Vpc, VpcEndpoint
from ..model.resource import together
from .rule import Finding, broken_at_run_time, loses_telemetry, never_active

TLS: Final = 443
WITHOUT_PRIVATE_DNS: Final = (*GATEWAY_SERVICES, "execute-api")
"""Services whose interface endpoints have reasons to do without it."""

LOGS: Final = "logs"
TRACES: Final = "xray"
LET_IN: Final = (
    "Add a SecurityGroupIngressRule for TCP 443 with the capacity provider's group as "
    "{referencedSecurityGroupId}."
)

Needed: TypeAlias = Callable[[Stack, Network], set[str]]
"""Which services the functions of a network need, by the names of their endpoints."""
Peers: TypeAlias = tuple[frozenset[str], tuple[str | None, ...]]
"""Security groups and address ranges."""


@loses_telemetry(
    "net-01-something-leads-out",
    why="Logs leave through the subnets and are lost otherwise; NET-05 reports calls that hang.",
    fix='Add an interface endpoint for "logs" and one for each service that is called.',
    sources=(sources.NETWORKING, sources.TROUBLESHOOTING),
)
def something_leads_out(stack: Stack) -> Iterator[Finding]:
    """A route or an endpoint leads out of the subnets of a capacity provider."""
    for network in stack.networks.all:
        if network.is_closed and network.endpoints.are_known and not network.endpoints.all:
            yield network.provider.finding(
                problem="No route and no endpoint leads out of the capacity provider's subnets.",
                allowed=(
                    "interface endpoints, a NAT gateway, or an internet gateway with addresses "
                    "for the instances"
                ),
            )


@loses_telemetry(
    "net-03-logs-get-out",
    why="Execution environments deliver the function's logs themselves, through your subnets.",
    fix="Add an interface endpoint for com.amazonaws.<region>.logs with private DNS.",
    sources=(sources.TROUBLESHOOTING, sources.NETWORKING),
)
def logs_get_out(stack: Stack) -> Iterator[Finding]:
    """A closed network has an interface endpoint for CloudWatch Logs."""
    for network in _closed(stack):
        if network.endpoints.all and network.endpoints.lack(LOGS):
            yield _missing(network, LOGS, "the function's logs are lost")


@loses_telemetry(
    "net-04-traces-get-out",
    why="Execution environments send the traces themselves, through your subnets.",
    fix="Add an interface endpoint for com.amazonaws.<region>.xray, or turn tracing off.",
    sources=(sources.NETWORKING,),
)
def traces_get_out(stack: Stack) -> Iterator[Finding]:
    """A closed network with traced functions has an interface endpoint for X-Ray."""
    for network in _closed(stack):
        is_traced = TRACES in _telemetry(stack, network)
        if is_traced and network.endpoints.all and network.endpoints.lack(TRACES):
            yield _missing(network, TRACES, "traces are lost, and tracing is Active")


@broken_at_run_time(
    "net-05-calls-get-out",
    why="Without an endpoint a call hangs until it times out.",
    fix="Add an endpoint for the service, or take it out of the execution role.",
    sources=(sources.NETWORKING,),
)
def calls_get_out(stack: Stack) -> Iterator[Finding]:
    """A closed network has an endpoint for each service that its functions may call."""
    for network in _closed(stack):
        for service in sorted(_called(stack, network)):
            if network.endpoints.lack(service):
                yield _missing(network, service, "the execution role allows calling it")


@broken_at_run_time(
    "net-06-gateway-endpoints-have-the-tables",
    why="A gateway endpoint is reached by a route, and has one only in the tables it lists.",
    fix="Add the subnets' route tables to {routeTableIds}.",
    sources=(sources.GATEWAY_ENDPOINTS,),
)
def gateways_have_the_tables(stack: Stack) -> Iterator[Finding]:
    """Gateway endpoints for what functions call list the route tables of their subnets."""
    for shared in stack.networks.by_vpc:
        needed: dict[str | None, set[RouteTable]] = defaultdict(set)
        for network in shared.networks:
            for service in _called(stack, network) if network.is_closed else ():
                needed[service].update(network.tables.values())
        for service in GATEWAY_SERVICES:
            endpoints = [one for one in shared.endpoints.all if one.service == service]
            listed = [stack.networks.tables_of(one) for one in endpoints if is_gateway(one)]
            known = {table for tables in listed for table in tables or ()}
            # An interface endpoint may take its place, and tables may be divided among several.
            certain = len(listed) == len(endpoints) > 0 and None not in listed
            if certain and not needed[service] <= known:
                yield endpoints[0].finding(
                    "A route table of the capacity provider's subnets is not listed."
                )


@broken_at_run_time(
    "net-07-interface-endpoints-answer",
    why="AWS's SDKs call the service's usual name, which private DNS leads to the endpoint.",
    fix='Set {vpcEndpointType}="Interface" and {privateDnsEnabled}={true}.',
    sources=(sources.TROUBLESHOOTING, sources.PRIVATE_DNS),
)
def interface_endpoints_answer(stack: Stack) -> Iterator[Finding]:
    """Endpoints for services other than S3 and DynamoDB are interfaces, and have their names."""
    for shared in stack.networks.by_vpc:
        for endpoint in filter(stack.networks.is_whole, shared.endpoints.all):
            is_gateway_type = endpoint.endpoint_type.or_default(GATEWAY) == GATEWAY
            if is_gateway_type and endpoint.service not in (None, *GATEWAY_SERVICES):
                yield endpoint.finding(
                    field=VpcEndpoint.endpoint_type,
                    value="Gateway (the default), which only S3 and DynamoDB have",
                    allowed=INTERFACE,
                    fix=endpoint.set_to(VpcEndpoint.endpoint_type, INTERFACE),
                )
    yield from _without_the_name(stack, _called)


@loses_telemetry(
    "net-07-telemetry-endpoints-answer",
    why="Lambda sends logs and traces to the services' usual names, and loses them otherwise.",
    fix="Set {privateDnsEnabled}={true}.",
    sources=(sources.TROUBLESHOOTING, sources.PRIVATE_DNS),
)
def telemetry_endpoints_answer(stack: Stack) -> Iterator[Finding]:
    """Endpoints for logs and traces have the services' usual names."""
    yield from _without_the_name(stack, _telemetry)


def _without_the_name(stack: Stack, needed: Needed) -> Iterator[Finding]:
    """Yield a finding for each endpoint of closed networks without its service's usual name."""
    zones = zones_by_name(stack)
    for shared in () if zones is None else stack.networks.by_vpc:
        whole = [one for one in shared.endpoints.interfaces() if stack.networks.is_whole(one)]
        resolved = {endpoint.service for endpoint in whole if _may_have_the_name(endpoint)}
        closed = (network for network in shared.networks if network.is_closed)
        services = {service for network in closed for service in needed(stack, network)}
        for endpoint in whole:
            is_named = any(may_be_named_in(zone, endpoint) for zone in zones or ())
            if endpoint.service in services - resolved - {*WITHOUT_PRIVATE_DNS} and not is_named:
                yield endpoint.finding(
                    field=VpcEndpoint.private_dns,
                    value="not set" if endpoint.private_dns.is_absent else "{false}",
                    allowed="{true}, or a private hosted zone of the service's name in the VPC",
                    fix=endpoint.set_to(VpcEndpoint.private_dns, True),
                )


@never_active(
    "net-08-vpc-resolves-private-names",
    why="AWS refuses private DNS for an endpoint in a VPC without both.",
    fix="Set {enableDnsSupport} and {enableDnsHostnames} of the VPC to {true}.",
    sources=(sources.PRIVATE_DNS,),
)
def vpc_resolves(stack: Stack) -> Iterator[Finding]:
    """A VPC with private DNS names has DNS support and DNS hostnames."""
    defaults = ((Vpc.dns_support, True), (Vpc.dns_hostnames, False))
    for shared in stack.networks.by_vpc:
        vpc = shared.vpc
        off = [field for field, default in defaults if field.of(vpc).or_default(default) is False]
        if off and any(one.private_dns.or_none() for one in shared.endpoints.interfaces()):
            names = " and ".join(vpc.spell(field) for field in off)
            yield vpc.finding(
                f"Private DNS is on, and {names} of the VPC is not.",
                fix=together(vpc.set_to(field, True) for field in off),
            )


@broken_at_run_time(
    "net-09-endpoints-let-instances-in",
    why="Their calls reach the endpoint over TLS, and hang where its group drops them.",
    fix=LET_IN,
    sources=(sources.NETWORKING, sources.TROUBLESHOOTING),
)
def endpoints_let_instances_in(stack: Stack) -> Iterator[Finding]:
    """The security group of an interface endpoint lets the instances in whose functions call it."""
    yield from _shut(stack, _called)


@loses_telemetry(
    "net-09-telemetry-endpoints-let-instances-in",
    why="Logs and traces reach the endpoint over TLS, and are lost where its group drops them.",
    fix=LET_IN,
    sources=(sources.NETWORKING, sources.TROUBLESHOOTING),
)
def telemetry_is_let_in(stack: Stack) -> Iterator[Finding]:
    """The security group of an endpoint for logs or traces lets the instances in."""
    yield from _shut(stack, _telemetry)


def _shut(stack: Stack, needed: Needed) -> Iterator[Finding]:
    """Yield a finding for each endpoint whose groups keep out instances that need it."""
    for shared in stack.networks.by_vpc:
        peers: dict[str | None, set[Peers]] = defaultdict(set)
        for network in shared.networks:
            for service in needed(stack, network) if network.groups else ():
                peers[service].add(_peers(network))
        is_closed = any(network.is_closed for network in shared.networks)
        for endpoint in shared.endpoints.interfaces():
            groups = stack.list_links(endpoint, VpcEndpoint.group_ids, SecurityGroup)
            known = groups.are_whole and stack.security_groups.are_known_of(groups.found)
            is_used = is_closed or _may_have_the_name(endpoint)  # a NAT gateway leads out, too
            if not groups.found or not (known and is_used and stack.networks.is_whole(endpoint)):
                continue
            if _keep_out_some(stack, groups.found, peers[endpoint.service]):
                yield endpoint.finding(
                    problem="The endpoint's security group does not let the instances in.",
                    allowed="TCP 443 from the capacity provider's security group or subnets",
                )


def _peers(network: Network) -> Peers:
    """Return the security groups and the address ranges that its instances call from."""
    readings = (one for subnet in network.subnets for one in (subnet.cidr, subnet.ipv6_cidr))
    ranges = tuple(one.or_none() for one in readings if one.may_be_set)
    return frozenset(group.urn for group in network.groups), ranges


def _keep_out_some(stack: Stack, groups: tuple[SecurityGroup, ...], peers: Iterable[Peers]) -> bool:
    """Return whether certainly no rule of some groups lets some peer in over TLS."""
    rules = [
        rule
        for group in groups
        for rule in stack.security_groups.rules_of(group, inbound=True)
        if rule.may_pass(TLS)
    ]
    return any(not any(rule.may_admit(*peer) for rule in rules) for peer in peers)


@loses_telemetry(
    "net-10-instances-get-out",
    why="Logs leave through it and are lost otherwise; a group made by Pulumi has no egress rule.",
    fix="Allow TCP 443 to what the functions call.",
    sources=(sources.NETWORKING, sources.TROUBLESHOOTING),
)
def instances_get_out(stack: Stack) -> Iterator[Finding]:
    """The security group of a capacity provider lets TLS out."""
    for provider in stack.all(CapacityProvider):
        groups = stack.list_links(provider, CapacityProvider.security_group_ids, SecurityGroup)
        if groups.are_whole and _let_no_tls_out(stack, groups.found):
            yield _no_egress(groups.found[0], "logs are lost")


@broken_at_run_time(
    "net-10-calls-leave-the-group",
    why="Calls leave through the group, and hang until they time out where it drops them.",
    fix="Allow TCP 443 to what the functions call.",
    sources=(sources.NETWORKING, sources.TROUBLESHOOTING),
)
def calls_leave_the_group(stack: Stack) -> Iterator[Finding]:
    """The security group of a capacity provider lets the calls of its functions out."""
    for network in stack.networks.all:
        services = sorted(_called(stack, network))
        if services and _let_no_tls_out(stack, network.groups):
            yield _no_egress(network.groups[0], f"calls to {', '.join(services)} hang")


def _let_no_tls_out(stack: Stack, groups: tuple[SecurityGroup, ...]) -> bool:
    """Return whether some groups, all that there are, certainly let no TLS out."""
    if not groups or not stack.security_groups.are_known_of(groups):
        return False
    rules = (stack.security_groups.rules_of(group, inbound=False) for group in groups)
    return not any(rule.may_pass(TLS) for of_group in rules for rule in of_group)


def _no_egress(group: SecurityGroup, effect: str) -> Finding:
    return group.finding(
        problem=f"The security group of the capacity provider lets no TLS out: {effect}.",
        allowed="TCP 443 at least to the endpoints, their prefix lists, or the internet",
        fix="add a SecurityGroupEgressRule for TCP 443; a new group has none",
    )


@broken_at_run_time(
    "net-16-endpoint-policies-allow-the-calls",
    why="AWS allows a call only if the role and the policy of the endpoint both allow it.",
    fix="Add the role's actions to the endpoint's policy.",
    confidence=3,
    sources=(sources.ENDPOINT_POLICIES,),
)
def endpoint_policies_allow(stack: Stack) -> Iterator[Finding]:
    """Endpoint policies allow what the functions' roles allow."""
    for shared in stack.networks.by_vpc:
        functions = (function for network in shared.networks for function in network.functions)
        actions = {action for one in functions for action in allowed_actions(stack, one)}
        exact = sorted(action for action in actions if not has_wildcard(action))
        for endpoint in shared.endpoints.all:
            whole = stack.networks.is_whole(endpoint)
            document = parse(endpoint.policy.or_none()) if whole else None
            mine = [one for one in exact if endpoint_of(one) == endpoint.service]
            if any(document and not allowed([document], one) for one in mine):
                yield endpoint.finding(
                    "The endpoint's policy refuses what the execution role allows."
                )


def _closed(stack: Stack) -> Iterator[Network]:
    """Yield the networks that no route leads out of."""
    return (network for network in stack.networks.all if network.is_closed)


def _called(stack: Stack, network: Network) -> set[str]:
    """Return the services that functions of a network call, without those for telemetry."""
    called = {service for one in network.functions for service in services_called(stack, one)}
    return called - {LOGS, TRACES}


def _telemetry(_: Stack, network: Network) -> set[str]:
    """Return the services that Lambda sends logs and traces of a network's functions to."""
    traced = any(one.tracing.or_none() == "Active" for one in network.functions)
    return {LOGS, TRACES} if traced else {LOGS}


def _missing(network: Network, service: str, effect: str) -> Finding:
    endpoint = "a gateway" if service in GATEWAY_SERVICES else "an interface"
    return network.provider.finding(
        problem=f"The network is closed and has no endpoint for {service}: {effect}.",
        allowed=f"{endpoint} endpoint for com.amazonaws.<region>.{service}, or a way out by NAT",
        fix=f"add {endpoint} endpoint for {service} to the VPC",
    )


def _may_have_the_name(endpoint: VpcEndpoint) -> bool:
    return endpoint.private_dns.is_undecided or bool(endpoint.private_dns.or_none())
