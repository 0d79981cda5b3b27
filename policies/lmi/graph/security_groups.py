"""What the security groups of a stack let through, from every resource that can hold a rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, TypeAlias

from ..model.access import Props, Reading, State
from ..model.networks import EgressRule, EitherWayRule, IngressRule, SecurityGroup, UnreadPart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ..model.resource import Resource
    from .index import Index

ALL_PROTOCOLS = ("-1", "all")
EVERYWHERE = ("0.0.0.0/0", "::/0")

Texts: TypeAlias = Reading[tuple[Reading[str], ...]]


@dataclass(frozen=True, slots=True)
class Opening:
    """One rule of a security group.

    Attributes
    ----------
    holder
        The resource that holds the rule.
    inbound
        Whether it is about what comes in.
    protocol, first_port, last_port
        As written.
    addresses
        The CIDR blocks.
    groups
        URNs of the security groups in the stack that it names as peers.
    has_other_peers
        Whether it may have peers that are neither of them: prefix lists, groups outside the
        stack, whatever is not known.
    """

    holder: Resource
    inbound: bool
    protocol: Reading[str]
    first_port: Reading[int]
    last_port: Reading[int]
    addresses: tuple[Reading[str], ...]
    groups: frozenset[str]
    has_other_peers: bool

    def may_pass(self, port: int) -> bool:
        """Return whether it may be about a TCP port."""
        protocol = self.protocol.or_none()
        if protocol is None or protocol in ALL_PROTOCOLS:
            return True
        first, last = self.first_port.or_none(), self.last_port.or_none()
        is_tcp = protocol.lower() in ("tcp", "6")
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
    """The rules of every security group of a stack.

    Parameters
    ----------
    index
        The stack's resources.
    """

    def __init__(self, index: Index) -> None:
        self._openings: dict[str, list[Opening]] = defaultdict(list)
        self._undecided: set[str] = set()
        self._some_rule_is_anybodys = bool(index.all(UnreadPart))
        for group in index.all(SecurityGroup):
            self._add_inside(group)
        for class_ in (IngressRule, EgressRule):
            for rule in index.all(class_):
                self._add(index, rule, _opening_of(index, rule))
        for rule in index.all(EitherWayRule):
            self._add(index, rule, _opening_either_way(index, rule))

    def openings(self, group: SecurityGroup, *, inbound: bool) -> tuple[Opening, ...]:
        """Return the known rules of a group for one direction."""
        return tuple(one for one in self._openings[group.urn] if one.inbound is inbound)

    def all_openings(self) -> Iterator[tuple[str, Opening]]:
        """Yield every known rule with the URN of its group."""
        for urn, openings in sorted(self._openings.items()):
            yield from ((urn, opening) for opening in openings)

    def are_known_of(self, groups: Collection[SecurityGroup]) -> bool:
        """Return whether no rule of some groups is unknown."""
        return not self._some_rule_is_anybodys and self._undecided.isdisjoint(
            group.urn for group in groups
        )

    def _add(
        self,
        index: Index,
        rule: IngressRule | EgressRule | EitherWayRule,
        opening: Opening | None,
    ) -> None:
        groups = index.links(rule, type(rule).group_id, SecurityGroup)
        self._some_rule_is_anybodys |= groups.is_unknown
        for group in groups.found:
            if opening is None:
                self._undecided.add(group.urn)
            else:
                self._openings[group.urn].append(opening)

    def _add_inside(self, group: SecurityGroup) -> None:
        for inbound, field in ((True, SecurityGroup.ingress), (False, SecurityGroup.egress)):
            rules = field.of(group)
            for rule in rules.or_default(()) or ():
                props = rule.or_none()
                if props is None:
                    self._undecided.add(group.urn)
                else:
                    self._openings[group.urn].append(_opening_inside(group, props, inbound=inbound))
            if rules.is_undecided:
                self._undecided.add(group.urn)


def _opening_inside(group: SecurityGroup, props: Props, *, inbound: bool) -> Opening:
    addresses = (*_listed(props.texts(("cidrBlocks",))), *_listed(props.texts(("ipv6CidrBlocks",))))
    others = (props.texts(("prefixListIds",)), props.texts(("securityGroups",)))
    own = props.flag(("self",))
    return Opening(
        holder=group,
        inbound=inbound,
        protocol=props.text(("protocol",)),
        first_port=props.integer(("fromPort",)),
        last_port=props.integer(("toPort",)),
        addresses=addresses,
        groups=frozenset({group.urn} if own.or_none() else ()),
        has_other_peers=any(_listed(other) for other in others) or own.is_undecided,
    )


def _opening_of(index: Index, rule: IngressRule | EgressRule) -> Opening:
    class_ = type(rule)
    peers = index.links(rule, class_.peer_id, SecurityGroup)
    return Opening(
        holder=rule,
        inbound=isinstance(rule, IngressRule),
        protocol=rule.protocol,
        first_port=rule.first_port,
        last_port=rule.last_port,
        addresses=tuple(one for one in (rule.ipv4, rule.ipv6) if one.may_be_set),
        groups=frozenset(group.urn for group in peers.found),
        has_other_peers=rule.prefix_list_id.may_be_set or not peers.are_whole,
    )


def _opening_either_way(index: Index, rule: EitherWayRule) -> Opening | None:
    direction = rule.direction.or_none()
    if direction is None:
        return None
    peers = index.links(rule, EitherWayRule.peer_id, SecurityGroup)
    own = (
        index.links(rule, EitherWayRule.group_id, SecurityGroup) if rule.itself.or_none() else None
    )
    groups = (*peers.found, *(own.found if own else ()))
    return Opening(
        holder=rule,
        inbound=direction == "ingress",
        protocol=rule.protocol,
        first_port=rule.first_port,
        last_port=rule.last_port,
        addresses=(*_listed(rule.ipv4), *_listed(rule.ipv6)),
        groups=frozenset(group.urn for group in groups),
        has_other_peers=bool(_listed(rule.prefix_list_ids))
        or not peers.are_whole
        or rule.itself.is_undecided,
    )


def _listed(texts: Texts) -> tuple[Reading[str], ...]:
    """Return the elements of a list; one undecided element where the list is not known."""
    return (Reading(State.UNDECIDED),) if texts.is_undecided else texts.or_none() or ()


def _may_overlap(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    try:
        left, right = ip_network(one, strict=False), ip_network(other, strict=False)
    except ValueError:
        return True
    return left.version == right.version and left.overlaps(right)
