"""Where instances run, and whether functions fit on them (rules CP, NET)."""

from collections.abc import Iterator
from ipaddress import ip_network

from ..facts import limits, sources
from ..facts.instance_types import RATIO_OF_FAMILY, letters_of, smallest_holding
from ..graph.network import RouteTarget
from ..graph.stack import Stack
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function, ScalingConfig
from ..model.general import EncryptionControl
from ..model.networks import SecurityGroup, Subnet, Vpc, VpcEndpoint
from ..model.sizing import size_of
from .checks import amount
from .instance_types import types_allowed_by
from .rule import Finding, Setting, costly, insecure, never_active, unwise

RESERVED_ADDRESSES = 5
"""Addresses of every subnet that AWS keeps."""

ZONES = Setting(
    "leastZones",
    "Least number of availability zones; AWS starts an instance in each of three.",
    default=2,
    maximum=16,
)
ADDRESSES = Setting(
    "leastAddresses", "Least number of addresses that a subnet has for instances.", 16
)


@unwise(
    "cp-06-subnets-in-several-zones",
    why="Lambda spreads instances over the zones; with one alone, its loss stops the functions.",
    fix="Give {vpcConfig}.{subnetIds} subnets in three zones.",
    sources=(sources.BEST_PRACTICES, sources.CAPACITY_PROVIDERS),
    settings=(ZONES,),
)
def several_zones(stack: Stack, least: int) -> Iterator[Finding]:
    """The subnets of a capacity provider are in several availability zones."""
    for provider in stack.all(CapacityProvider):
        links = stack.list_links(provider, CapacityProvider.subnet_ids, Subnet)
        zones = _zones(links.found)
        if links.are_whole and 0 < len(zones) < least:
            yield provider.finding(
                f"The subnets are in {len(zones)} availability zone(s).", allowed=f"{least} or more"
            )


@never_active(
    "cp-07-one-vpc",
    why="EC2 starts no instance with a security group of another VPC.",
    fix="Use subnets and security groups of the same VPC.",
    confidence=4,
    sources=(sources.CREATE_PROVIDER,),
)
def one_vpc(stack: Stack) -> Iterator[Finding]:
    """Subnets and security groups of a capacity provider are of one VPC."""
    for provider in stack.all(CapacityProvider):
        subnets = stack.list_links(provider, CapacityProvider.subnet_ids, Subnet).found
        groups = stack.list_links(provider, CapacityProvider.security_group_ids, SecurityGroup)
        vpcs = {found.vpc.or_none() for found in (*subnets, *groups.found)} - {None}
        if len(vpcs) > 1:
            yield provider.finding(f"Subnets and security groups are of {len(vpcs)} VPCs.")


@never_active(
    "cp-08-subnets-have-addresses",
    why="An instance that finds no address is not launched (SubnetOutOfIPAddresses).",
    fix="Use subnets of /27 or larger.",
    stops=False,
    sources=(sources.QUOTAS, sources.TROUBLESHOOTING),
    settings=(ADDRESSES,),
)
def room_for_addresses(stack: Stack, least: int) -> Iterator[Finding]:
    """The subnets of a capacity provider have addresses to spare."""
    for provider in stack.all(CapacityProvider):
        for subnet in stack.list_links(provider, CapacityProvider.subnet_ids, Subnet).found:
            usable = _usable_addresses(subnet)
            if usable is not None and usable < least:
                yield subnet.finding(
                    f"The subnet has {usable} addresses for instances.", allowed=f"{least} or more"
                )


def _usable_addresses(subnet: Subnet) -> int | None:
    try:
        range_ = ip_network(subnet.cidr.or_none() or "", strict=False)
    except ValueError:
        return None
    return max(0, range_.num_addresses - RESERVED_ADDRESSES)


@costly(
    "cp-17-types-of-the-ratio",
    why="Otherwise memory or vCPUs of each instance lie idle, and are paid for.",
    fix="Allow c instances for 2 GiB per vCPU, m for 4, r for 8, or change the ratio.",
    confidence=3,
    sources=(sources.BLOG,),
)
def types_of_the_ratio(stack: Stack) -> Iterator[Finding]:
    """Some allowed instance type has the memory per vCPU that a function asks for."""
    for provider, functions in stack.functions_by_provider.items():
        names = [name.or_none() or "" for name in provider.allowed_types.or_none() or ()]
        ratios = {RATIO_OF_FAMILY.get(letters_of(name) or "") for name in names}
        if not ratios or None in ratios:
            continue
        for function in functions:
            wanted = size_of(function).possible_ratios
            if len(wanted) == 1 and wanted[0] not in ratios:
                value = f"{amount(wanted[0])}, and allowed instances have another ratio"
                allowed = "c instances for 2 GiB per vCPU, m for 4, r for 8"
                yield function.finding(field=Function.ratio, value=value, allowed=allowed)


@never_active(
    "cp-18-some-type-holds-the-function",
    why="AWS reserves about one vCPU and 1 GiB of an instance before it places environments.",
    fix="Allow larger instance types, or make the function smaller.",
    confidence=2,
    stops=False,
    sources=(sources.CALCULATOR,),
)
def some_type_holds_it(stack: Stack) -> Iterator[Finding]:
    """Some allowed instance type is large enough for each function."""
    for provider, functions in stack.functions_by_provider.items():
        for function in functions:
            if _instances(provider, function) == []:
                size = size_of(function)
                yield function.finding(
                    f"The function takes {size.vcpus} vCPU and {size.memory_mb} MB, and no "
                    "allowed instance type has that much besides what AWS reserves.",
                    allowed="an instance with one vCPU and 1 GiB more than the function",
                )


def _instances(provider: CapacityProvider, function: Function) -> list[int] | None:
    """Return the vCPUs of the allowed instances that hold a function; None where not known."""
    size, types = size_of(function), types_allowed_by(provider)
    if size.vcpus is None or size.memory_mb is None or provider.allowed_types.is_undecided:
        return None
    memory_gib = size.memory_mb / limits.GIB_IN_MB
    if not types:
        usual = smallest_holding(size.vcpus, memory_gib)
        return None if usual is None else [usual]
    if any(one is None or one.vcpus is None for one in types):
        return None
    return [one.vcpus or 0 for one in types if one and one.holds(size.vcpus, memory_gib)]


@never_active(
    "cp-32-placement-is-not-blocked",
    why="An instance that cannot encrypt is not placed there (DisallowedByVpcEncryptionControl).",
    fix="Use the mode monitor, or exempt the provider once its instances are known to start.",
    stops=False,
    sources=(sources.ENCRYPTION_CONTROLS, sources.CREATE_PROVIDER),
)
def placement_is_not_blocked(stack: Stack) -> Iterator[Finding]:
    """The VPC of a capacity provider does not enforce encryption in transit."""
    enforcing = {
        vpc: control
        for control in stack.all(EncryptionControl)
        if control.mode.or_none() == "enforce"
        and control.functions_left_out.or_default("disable") == "disable"
        for vpc in stack.links(control, EncryptionControl.vpc_id, Vpc).found
    }
    for provider in stack.all(CapacityProvider) if enforcing else ():
        subnets = stack.list_links(provider, CapacityProvider.subnet_ids, Subnet).found
        vpcs = {vpc for subnet in subnets for vpc in stack.links(subnet, Subnet.vpc, Vpc).found}
        for control in (enforcing[vpc] for vpc in vpcs if vpc in enforcing):
            mode = control.spell(EncryptionControl.mode)
            yield provider.finding(
                f"{mode} of the encryption controls of its VPC is enforce.",
                allowed=f"monitor, or {control.spell(EncryptionControl.functions_left_out)}",
                fix=f'set {mode} to "monitor" first, and see which instances are not encrypted',
            )


@never_active(
    "cp-37-room-for-a-spare-instance",
    why="At its maximum a provider cannot replace a launch that failed, and a version ends Failed.",
    fix="Raise {maxVcpuCount} by one instance.",
    stops=False,
    sources=(sources.POWERTOOLS_ISSUE,),
)
def a_spare_instance(stack: Stack) -> Iterator[Finding]:
    """A capacity provider has room for the first instances of its functions and a spare one."""
    instances = {
        function: min(minimum, limits.DEFAULT_MIN_ENVIRONMENTS)
        for config in stack.all(ScalingConfig)
        if (minimum := config.sound_minimum.or_none()) is not None
        for function in stack.functions_of(config)
    }
    for provider, functions in stack.functions_by_provider.items():
        most = provider.sound_max_vcpu.or_default(limits.DEFAULT_MAX_VCPU)
        sizes = {one: min(_instances(provider, one) or [0]) for one in functions}
        if most is None or most < limits.RECOMMENDED_MIN_VCPU or 0 in sizes.values():
            continue  # CP-21 speaks about fewer than that
        first = sum(
            vcpus * instances.get(function, limits.DEFAULT_MIN_ENVIRONMENTS)
            for function, vcpus in sizes.items()
        )
        needed = first + max(sizes.values())
        if needed > most:
            yield provider.finding(
                field=CapacityProvider.max_vcpu,
                value=(
                    f"{most}; the first instances of its functions ({len(functions)}) may take "
                    f"{first} vCPU"
                ),
                allowed=f"{needed} vCPU or more, with one instance to spare",
                fix=provider.set_to(CapacityProvider.max_vcpu, needed) + " or more",
            )


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
            yield group.finding(f"The security group of a provider lets traffic in{everyone}.")


@unwise(
    "net-12-endpoints-in-every-zone",
    why="When a zone fails, instances elsewhere still reach the endpoint of their own zone.",
    fix="Give the endpoint a subnet in each zone of the capacity provider.",
    sources=(sources.NETWORKING,),
)
def endpoints_in_every_zone(stack: Stack) -> Iterator[Finding]:
    """Interface endpoints are in every zone of the capacity provider."""
    for shared in stack.networks.by_vpc:
        of_networks = {frozenset(_zones(network.subnets)) for network in shared.networks}
        for endpoint in shared.endpoints.interfaces():
            subnets = stack.list_links(endpoint, VpcEndpoint.subnet_ids, Subnet)
            known = subnets.are_whole and stack.networks.is_whole(endpoint)
            zones = _zones(subnets.found) if known else set[str]()
            short = [wanted for wanted in of_networks if zones and not wanted <= zones]
            if short:
                wanted = max(short, key=sorted)
                yield endpoint.finding(
                    f"The endpoint is in {len(wanted & zones)} of {len(wanted)} zones."
                )


@insecure(
    "net-13-private-subnets",
    why="In public ones instances can be reached, and without an address they reach nothing.",
    fix=(
        "Route the subnets to a NAT gateway, or use endpoints and no default route; for trials, "
        "public subnets with {mapPublicIpOnLaunch} or IPv6 will do."
    ),
    sources=(sources.NETWORKING, sources.BLOG),
    equivalents=("cdk-nag:VPCNoUnrestrictedRouteToIGW",),
)
def subnets_are_private(stack: Stack) -> Iterator[Finding]:
    """A capacity provider runs in private subnets."""
    for network in stack.networks.all:
        public = [subnet for subnet, _ in network.default_routes(RouteTarget.INTERNET)]
        if not public:
            continue
        problem = "Subnets of the capacity provider lead to an internet gateway."
        if any(_gives_no_address(subnet) for subnet in public):
            problem = "Subnets lead to an internet gateway, and give instances no public address."
        yield network.provider.finding(problem)


@unwise(
    "net-17-nat-in-every-zone",
    why="When the gateway's zone fails, instances in other zones lose their connections too.",
    fix="Add a NAT gateway and a route table for each zone.",
    sources=(sources.NETWORKING,),
)
def nat_in_every_zone(stack: Stack) -> Iterator[Finding]:
    """Each zone of a capacity provider has a NAT gateway of its own."""
    for network in stack.networks.all:
        routes = list(network.default_routes(RouteTarget.NAT))
        zones = _zones(tuple(subnet for subnet, _ in routes))
        gateways = {entry.nat for _, entry in routes}
        if not zones or None in gateways or len(gateways) >= len(zones):
            continue
        if any(nat and nat.mode.or_default("zonal") != "zonal" for nat in gateways):
            continue  # a regional gateway is in every zone
        yield network.provider.finding(f"{len(gateways)} NAT gateway(s) serve {len(zones)} zones.")


def _zones(subnets: tuple[Subnet, ...]) -> set[str]:
    """Return the zones of some subnets; none where one is not known."""
    zones = {subnet.place or "" for subnet in subnets}
    return set() if "" in zones else zones


def _gives_no_address(subnet: Subnet) -> bool:
    ipv4 = subnet.gives_public_ipv4.or_default(default=False)
    return ipv4 is False and subnet.gives_ipv6.or_default(default=False) is False
