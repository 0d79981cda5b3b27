"""What the security groups of a stack let through, from every resource that can hold a rule."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import chain

from ..model.access import UNDECIDED, Props, Reading
from ..model.networks import (
    EVERYWHERE,
    EgressRule,
    IngressRule,
    LegacyRule,
    SecurityGroup,
    UnreadPart,
)
from ..model.resource import Resource
from .index import Index, Links

ALL_PROTOCOLS = ("-1", "all")


@dataclass(frozen=True, slots=True)
class SecurityGroupRule:
    """One rule of a security group."""

    holder: Resource
    """The resource that holds the rule."""
    inbound: bool
    """Whether it is about what comes in."""
    protocol: Reading[str]
    first_port: Reading[int]
    last_port: Reading[int]
    """As written."""
    addresses: tuple[Reading[str], ...]
    """The CIDR blocks."""
    groups: frozenset[str]
    """URNs of the security groups in the stack that it names as peers."""
    has_other_peers: bool
    """Whether it may have peers that are neither of them: prefix lists, groups outside the stack,
    or peers that are not known."""

    def may_pass(self, port: int) -> bool:
        """Return whether it may be about a TCP port."""
        protocol = self.protocol.then(str.lower).or_none()
        if protocol is None or protocol in ALL_PROTOCOLS:
            return True
        first, last = self.first_port.or_none(), self.last_port.or_none()
        is_tcp = protocol in ("tcp", "6")
        return is_tcp and (first is None or first <= port) and (last is None or port <= last)

    def may_admit(self, groups: Collection[str], ranges: Collection[str | None]) -> bool:
        """Return whether a peer of certain groups and addresses may be one of its peers."""
        if self.has_other_peers or not self.groups.isdisjoint(groups):
            return True
        addresses = [address.or_none() for address in self.addresses]
        return any(_may_overlap(one, other) for one in addresses for other in ranges)

    @property
    def is_to_everyone(self) -> bool:
        """Whether every address of the internet is certainly a peer."""
        return any(address.or_none() in EVERYWHERE for address in self.addresses)


class SecurityGroups:
    """The rules of every security group of a stack."""

    def __init__(self, index: Index) -> None:
        self._rules: dict[str, list[SecurityGroupRule | None]] = defaultdict(list)
        """By the URNs of groups; None for one of which nothing is known."""
        self._has_unattributed_rules = bool(index.all(UnreadPart))
        for group in index.all(SecurityGroup):
            self._rules[group.urn] += _inside(group)
        for class_ in (IngressRule, EgressRule, LegacyRule):
            of_groups = index.grouped(class_, class_.group_id, SecurityGroup)
            self._has_unattributed_rules |= of_groups.has_others
            for urn, rules in of_groups.members.items():
                self._rules[urn] += (_read(index, rule) for rule in rules)

    def rules_of(self, group: SecurityGroup, *, inbound: bool) -> tuple[SecurityGroupRule, ...]:
        """Return the known rules of a group for one direction."""
        return tuple(one for one in self._rules[group.urn] if one and one.inbound is inbound)

    def all_rules(self) -> Iterator[tuple[str, SecurityGroupRule]]:
        """Yield every known rule with the URN of its group."""
        for urn, rules in sorted(self._rules.items()):
            yield from ((urn, rule) for rule in rules if rule)

    def are_known_of(self, groups: Collection[SecurityGroup]) -> bool:
        """Return whether no rule of some groups is unknown."""
        known = all(None not in self._rules[group.urn] for group in groups)
        return known and not self._has_unattributed_rules


def _inside(group: SecurityGroup) -> Iterator[SecurityGroupRule | None]:
    """Yield the rules written inside a group."""
    for inbound, field in ((True, SecurityGroup.ingress), (False, SecurityGroup.egress)):
        rules = field.of(group)
        if rules.is_undecided:
            yield None
        for reading in rules.or_none() or ():
            props = reading.or_none()
            yield _rule(group, props, (group,), Links(), inbound=inbound) if props else None


def _read(index: Index, rule: IngressRule | EgressRule | LegacyRule) -> SecurityGroupRule | None:
    """Return a rule that is a resource of its own; None where its direction is not known."""
    if isinstance(rule, LegacyRule) and not rule.direction.is_present:
        return None
    if isinstance(rule, LegacyRule):
        inbound = rule.direction.or_none() == "ingress"
    else:
        inbound = isinstance(rule, IngressRule)
    owners = index.links(rule, type(rule).group_id, SecurityGroup).found
    peers = index.links(rule, type(rule).peer_id, SecurityGroup)
    return _rule(rule, rule.inputs or rule.props, owners, peers, inbound=inbound)


def _rule(
    holder: Resource,
    props: Props,
    owners: Iterable[SecurityGroup],
    peers: Links[SecurityGroup],
    *,
    inbound: bool,
) -> SecurityGroupRule:
    """Return a rule in any form: one inside a group has lists, as the older resource has."""
    lists = (props.texts((key,)) for key in ("cidrBlocks", "ipv6CidrBlocks"))
    single = (props.text((key,)) for key in ("cidrIpv4", "cidrIpv6"))
    others = (props.texts((key,)) for key in ("prefixListIds", "securityGroups"))
    has_others = any(map(_listed, others)) or props.text(("prefixListId",)).may_be_set
    has_others |= holder.is_external  # what is not among its properties may be set all the same
    protocol, itself = props.text(("ipProtocol",)), props.flag(("self",))
    groups = (*peers.found, *(owners if itself.or_none() else ()))
    return SecurityGroupRule(
        holder=holder,
        inbound=inbound,
        protocol=props.text(("protocol",)) if protocol.is_absent else protocol,
        first_port=props.integer(("fromPort",)),
        last_port=props.integer(("toPort",)),
        addresses=(*chain(*map(_listed, lists)), *(one for one in single if one.may_be_set)),
        groups=frozenset(group.urn for group in groups),
        has_other_peers=has_others or itself.is_undecided or not peers.are_whole,
    )


def _listed(texts: Reading[tuple[Reading[str], ...]]) -> tuple[Reading[str], ...]:
    """Return the elements of a list; one undecided element where the list is not known."""
    return (UNDECIDED,) if texts.is_undecided else texts.or_none() or ()


def _may_overlap(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    try:
        left, right = ip_network(one, strict=False), ip_network(other, strict=False)
    except ValueError:
        return True
    return left.version == right.version and left.overlaps(right)
