"""What leads a service's usual name to an endpoint where private DNS does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..model.networks import HostedZone, OtherResolution, Vpc, ZoneAssociation

if TYPE_CHECKING:
    from ..model.networks import VpcEndpoint
    from .stack import Stack

OF_AWS: Final = "amazonaws.com"


def may_be_resolved(stack: Stack, vpc: Vpc, endpoint: VpcEndpoint) -> bool:
    """Return whether a zone, or another resolver, may lead a service's name to an endpoint."""
    if stack.all(OtherResolution) or any(
        not stack.links(one, ZoneAssociation.zone_id, HostedZone).are_whole
        for one in stack.all(ZoneAssociation)
    ):
        return True
    return any(_may_resolve(stack, zone, vpc, endpoint) for zone in stack.all(HostedZone))


def _may_resolve(stack: Stack, zone: HostedZone, vpc: Vpc, endpoint: VpcEndpoint) -> bool:
    name = zone.own_domain.or_none()
    if name is not None and not _is_of(name.rstrip(".").lower(), endpoint.service or ""):
        return False
    return _may_be_in(stack, zone, vpc)


def _is_of(name: str, service: str) -> bool:
    """Return whether a zone's name is one of a service, or one above those of services."""
    labels = set(name.removesuffix(OF_AWS).split("."))
    return name.endswith(OF_AWS) and (labels.issuperset(service.split(".")) or len(labels) <= 2)


def _may_be_in(stack: Stack, zone: HostedZone, vpc: Vpc) -> bool:
    if vpc in stack.sources(zone, HostedZone.vpcs, Vpc) or zone.vpcs.is_undecided:
        return True
    inside = [one.or_none() for one in zone.vpcs.or_none() or ()]
    ids = [one.text(("vpcId",)) for one in inside if one is not None]
    if None in inside or any(vpc in stack.named(Vpc, one.or_none() or "").found for one in ids):
        return True
    return any(
        vpc in stack.links(association, ZoneAssociation.vpc_id, Vpc).found
        for association in stack.all(ZoneAssociation)
        if zone in stack.links(association, ZoneAssociation.zone_id, HostedZone).found
    )
