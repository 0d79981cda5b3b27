"""What holds for any VPC on AWS, carried for stacks with LMI (family GEN; see ``general``)."""

from collections.abc import Iterator
from typing import Final

from ..facts import sources
from ..graph.network import is_gateway
from ..graph.security_groups import ALL_PROTOCOLS, SecurityGroupRule
from ..graph.stack import Stack
from ..model.general import DefaultSecurityGroup, FlowLog
from ..model.iam_policy import Statement, is_pattern_for_all, parse
from ..model.networks import Vpc, VpcEndpoint
from .rule import Finding, hardening, insecure

WEB_PORTS: Final = (80, 443)
OWNERS: Final = frozenset(
    {
        *("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"),
        *("s3:resourceaccount", "s3:dataaccesspointaccount"),
    }
)
"""Condition keys on who owns a bucket or a table, lower case."""


@hardening(
    "gen-09-traffic-is-recorded",
    why="You cannot see the instances; a flow log alone shows what they connected to.",
    fix="Add a flow log for the VPC, of rejected traffic at least.",
    sources=(sources.FLOW_LOGS,),
    equivalents=("checkov:CKV2_AWS_11", "cdk-nag:AwsSolutions-VPC7", "securityhub:EC2.6"),
)
def traffic_is_recorded(stack: Stack) -> Iterator[Finding]:
    """A VPC with managed instances has a flow log."""
    if any(not log.vpc_id.may_be_set for log in stack.all(FlowLog)):
        return  # one of a subnet, or of a transit gateway, may record the same traffic
    for vpc in _without(stack, FlowLog):
        yield vpc.finding(problem="The VPC has no flow log.", allowed="a flow log of the VPC")


@hardening(
    "gen-10-default-group-is-closed",
    why="Every resource that is created without a security group gets it.",
    fix="Take it over with an aws.ec2.DefaultSecurityGroup that has no rules.",
    sources=(sources.DEFAULT_GROUP,),
    equivalents=(
        "checkov:CKV2_AWS_12",
        "cdk-nag:VPCDefaultSecurityGroupClosed",
        "securityhub:EC2.2",
    ),
)
def default_group_is_closed(stack: Stack) -> Iterator[Finding]:
    """The default security group of a VPC lets nothing through."""
    for vpc in _without(stack, DefaultSecurityGroup):
        yield vpc.finding(
            problem="The VPC's default security group has the rules that AWS gives it.",
            allowed="no rules in it",
            fix="add an aws.ec2.DefaultSecurityGroup with the VPC's id and no rules",
        )
    for group in stack.all(DefaultSecurityGroup) if stack.used.vpcs else ():
        vpcs = stack.links(group, DefaultSecurityGroup.vpc_id, Vpc).found
        if stack.used.vpcs.intersection(vpcs) and any(
            rules.or_none() for rules in (group.ingress, group.egress)
        ):
            yield group.finding(
                problem="The default security group has rules.",
                allowed="no rules in it",
                fix="remove ingress and egress, and give what needs them a group of its own",
            )


@insecure(
    "gen-11-not-open-to-the-internet",
    why="Anything that gets the group, and has an address, can be reached by everyone.",
    fix="Narrow the rule's peers or its ports.",
    sources=(sources.GROUP_RULES,),
    equivalents=(
        "checkov:CKV_AWS_24",
        "checkov:CKV_AWS_25",
        "checkov:CKV_AWS_277",
        "cdk-nag:AwsSolutions-EC23",
    ),
)
def not_open_to_the_internet(stack: Stack) -> Iterator[Finding]:
    """No security group of an endpoint lets the internet in on other than web ports."""
    groups = stack.used.endpoint_groups - stack.used.instance_groups  # NET-11 reports the latter
    for urn, one in stack.security_groups.all_rules() if groups else ():
        inbound = one.inbound and one.is_to_everyone and not _is_for_the_web(one)
        if inbound and urn in groups:
            yield one.holder.finding(
                problem="The rule lets everyone on the internet in.",
                allowed="certain addresses or groups; everyone on port 80 or 443 only",
            )


@hardening(
    "gen-12-not-everything-gets-out",
    why="An attacker's code could send data to any address.",
    fix="Narrow the rule to TCP 443, and to the endpoints where there are any.",
    sources=(sources.GROUP_RULES,),
    equivalents=("checkov:CKV_AWS_382",),
)
def not_everything_gets_out(stack: Stack) -> Iterator[Finding]:
    """No security group of instances or endpoints lets everything out to everywhere."""
    groups = stack.used.endpoint_groups | stack.used.instance_groups
    for urn, one in stack.security_groups.all_rules() if groups else ():
        everything = one.protocol.or_none() in ALL_PROTOCOLS and one.is_to_everyone
        if everything and not one.inbound and urn in groups:
            yield one.holder.finding(
                problem="The rule lets everything out to everywhere.",
                allowed="the ports and peers that are needed, such as TCP 443 to the endpoints",
            )


@hardening(
    "gen-22-gateways-lead-to-known-accounts",
    why=(
        "It leads to the buckets and tables of every account otherwise: code in a function could "
        "send its data there, with keys of that account."
    ),
    fix="Give the endpoint a policy with a condition on aws:ResourceAccount.",
    sources=(sources.DATA_PERIMETERS, sources.GATEWAY_ENDPOINTS),
)
def gateways_lead_to_known_accounts(stack: Stack) -> Iterator[Finding]:
    """A gateway endpoint in a closed network leads to buckets and tables of certain accounts."""
    for shared in stack.networks.by_vpc():
        is_closed = any(network.is_closed for network in shared.networks)
        for endpoint in filter(is_gateway, shared.endpoints.all) if is_closed else ():
            document = parse(endpoint.policy.or_none())
            is_open = (
                endpoint.policy.is_absent if document is None else any(map(_leads_out, document))
            )
            if is_open and stack.networks.is_whole(endpoint):
                policy = endpoint.spell(VpcEndpoint.policy)
                state = "not set" if document is None else "open for resources of every account"
                yield endpoint.finding(
                    problem=f"{policy} of the endpoint is {state}.",
                    allowed="certain resources, or a condition on aws:ResourceAccount",
                    fix=(
                        f"allow in {policy} all actions on all resources with "
                        '"Condition": {"StringEquals": {"aws:ResourceAccount": [<account id>]}}; '
                        "add the accounts of AWS whose buckets the function reads"
                    ),
                )


def _leads_out(statement: Statement) -> bool:
    """Return whether a statement allows calls to the resources of any account."""
    on_all = any(is_pattern_for_all(resource) for resource in statement.resources)
    return statement.allows and on_all and not statement.condition_keys & OWNERS


def _without(stack: Stack, class_: type[FlowLog | DefaultSecurityGroup]) -> Iterator[Vpc]:
    """Yield the VPCs of capacity providers for which there certainly is no such resource."""
    found = stack.grouped(class_, class_.vpc_id, Vpc)
    if not found.has_others:
        yield from (one.vpc for one in stack.networks.by_vpc() if not found.of(one.vpc))


def _is_for_the_web(rule: SecurityGroupRule) -> bool:
    first, last = rule.first_port.or_none(), rule.last_port.or_none()
    known = rule.protocol.or_none() not in (*ALL_PROTOCOLS, None)
    return known and first in (*WEB_PORTS, None) and last in (first, None)
