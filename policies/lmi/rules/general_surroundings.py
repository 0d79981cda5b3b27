"""What holds for any role, VPC or API Gateway around a function (family GEN; see ``general``)."""

import re
from collections.abc import Iterator
from typing import Final

from ..facts import limits, sources
from ..graph.network import is_gateway
from ..graph.security_groups import ALL_PROTOCOLS, SecurityGroupRule
from ..graph.stack import Stack
from ..model.callers import HttpIntegration, RestApi, RestIntegration
from ..model.functions import Function
from ..model.general import DefaultSecurityGroup, FlowLog
from ..model.iam_policy import Statement, is_pattern_for_all, parse
from ..model.networks import Vpc, VpcEndpoint
from .checks import default_in, holders_of
from .rule import Finding, Setting, hardening, insecure, likely_refused, refused, unwise

WHOLE_SERVICE = r"(?i)[a-z0-9-]+:\*"
ADMINISTRATOR = r"arn:aws[a-zA-Z-]*:iam::aws:policy/AdministratorAccess"


@insecure(
    "gen-13-no-star-permissions",
    why="All code that runs with the role can do all of it, an attacker's included.",
    fix="Name actions and resources.",
    sources=(sources.LEAST_PRIVILEGE,),
    equivalents=(
        "checkov:CKV_AWS_62",
        "checkov:CKV_AWS_63",
        "checkov:CKV_AWS_355",
        "cdk-nag:AwsSolutions-IAM5",
    ),
)
def no_star_permissions(stack: Stack) -> Iterator[Finding]:
    """Policies name the actions that they allow."""
    for holder in holders_of(stack.used.policy_documents(), _allows_too_much):
        yield holder.finding(
            "A statement allows all actions, all but some, or all of a service on every resource."
        )
    for role in filter(None, map(stack.role_of, stack.managed_functions())):
        if any(re.fullmatch(ADMINISTRATOR, arn) for arn in stack.permissions_of(role).managed):
            yield role.finding("The execution role has AdministratorAccess.")


@insecure(
    "gen-14-pass-certain-roles-only",
    why="Who may pass any role to a function can use the permissions of every role.",
    fix="Name the roles, or their path, as Resource, with a condition on iam:PassedToService.",
    sources=(sources.PASS_ROLE,),
    equivalents=("checkov:CKV_AWS_286", "checkov:CKV_AWS_289"),
)
def certain_roles_are_passed(stack: Stack) -> Iterator[Finding]:
    """The right to iam:PassRole is for certain roles only."""
    for holder in holders_of(stack.used.policy_documents(), _passes_any_role):
        yield holder.finding("iam:PassRole is allowed on every role.")


@insecure(
    "gen-15-trust-is-narrow",
    why="Every AWS account could act with it.",
    fix="Name a service, an account or a role as Principal.",
    sources=(sources.TRUST,),
    equivalents=("checkov:CKV_AWS_60", "checkov:CKV_AWS_61"),
)
def trust_is_narrow(stack: Stack) -> Iterator[Finding]:
    """A trust policy does not let everyone assume the role."""
    for role in stack.used.roles:
        document = parse(role.trust.or_none())
        if document and any(_trusts_everyone(statement) for statement in document):
            yield role.finding("The trust policy lets every AWS account assume the role.")


def _allows_too_much(statement: Statement) -> bool:
    whole = any(re.fullmatch(WHOLE_SERVICE, action) for action in statement.actions)
    everything = any(is_pattern_for_all(action) for action in statement.actions)
    whole |= bool(statement.other_actions)
    return statement.allows and (everything or (whole and statement.is_on_any()))


def _passes_any_role(statement: Statement) -> bool:
    return statement.allows and statement.is_on_any(":role/*") and statement.names("iam:PassRole")


def _trusts_everyone(statement: Statement) -> bool:
    anyone = "*" in (*statement.principals.get("*", ()), *statement.principals.get("AWS", ()))
    return statement.allows and anyone and not statement.condition_keys


WEB_PORTS: Final = (80, 443)
OWNERS: Final = frozenset(
    {
        "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths",
        "s3:resourceaccount", "s3:dataaccesspointaccount",
    }
)  # fmt: skip
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
        yield vpc.finding("The VPC has no flow log.")


@hardening(
    "gen-10-default-group-is-closed",
    why="Every resource that is created without a security group gets it.",
    fix="Take it over with an aws.ec2.DefaultSecurityGroup that has the VPC's id and no rules.",
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
        yield vpc.finding("The VPC's default security group has the rules that AWS gives it.")
    for group in stack.all(DefaultSecurityGroup) if stack.used.vpcs else ():
        vpcs = stack.links(group, DefaultSecurityGroup.vpc_id, Vpc).found
        if stack.used.vpcs.intersection(vpcs) and any(
            rules.or_none() for rules in (group.ingress, group.egress)
        ):
            yield group.finding(
                "The default security group has rules.",
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
                "The rule lets everyone on the internet in.",
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
            yield one.holder.finding("The rule lets everything out to everywhere.")


@hardening(
    "gen-22-gateways-lead-to-known-accounts",
    why=(
        "It leads to the buckets and tables of every account otherwise: code in a function could "
        "send its data there, with keys of that account."
    ),
    fix=(
        "Allow in the endpoint's policy all actions on all resources with "
        '"Condition": {"StringEquals": {"aws:ResourceAccount": [<account id>]}}; '
        "add the accounts of AWS whose buckets the function reads."
    ),
    sources=(sources.DATA_PERIMETERS, sources.GATEWAY_ENDPOINTS),
)
def gateways_lead_to_known_accounts(stack: Stack) -> Iterator[Finding]:
    """A gateway endpoint in a closed network leads to buckets and tables of certain accounts."""
    for shared in stack.networks.by_vpc:
        is_closed = any(network.is_closed for network in shared.networks)
        for endpoint in filter(is_gateway, shared.endpoints.all) if is_closed else ():
            document = parse(endpoint.policy.or_none())
            if document is None:
                is_open, state = endpoint.policy.is_absent, "not set"
            else:
                is_open, state = any(map(_leads_out, document)), "open to every account's resources"
            if is_open and stack.networks.is_whole(endpoint):
                yield endpoint.finding(
                    field=VpcEndpoint.policy,
                    value=state,
                    allowed="certain resources, or a condition on aws:ResourceAccount",
                )


def _leads_out(statement: Statement) -> bool:
    """Return whether a statement allows calls to the resources of any account."""
    return statement.allows and statement.is_on_any() and not statement.condition_keys & OWNERS


def _without(stack: Stack, class_: type[FlowLog | DefaultSecurityGroup]) -> Iterator[Vpc]:
    """Yield the VPCs of capacity providers for which there certainly is no such resource."""
    found = stack.grouped(class_, class_.vpc_id, Vpc)
    if not found.has_others:
        yield from (one.vpc for one in stack.networks.by_vpc if not found.of(one.vpc))


def _is_for_the_web(rule: SecurityGroupRule) -> bool:
    first, last = rule.first_port.or_none(), rule.last_port.or_none()
    known = rule.protocol.or_none() not in (*ALL_PROTOCOLS, None)
    return known and first in (*WEB_PORTS, None) and last in (first, None)


LAMBDA_ADDRESS: Final = ":lambda:path/"
"""What every address has by which a REST API invokes a function."""
STREAMING_VERSION: Final = f"{LAMBDA_ADDRESS}2021-11-15/"
STREAMING_CALL: Final = "/response-streaming-invocations"
"""What the address for streaming has, and how it ends."""
DEFAULT_MILLISECONDS: Final = 29_000
"""Timeout of an integration that names none, and the longest before AWS raises the quota."""
MAX_BUFFERED_MILLISECONDS: Final = 300_000
"""Longest timeout that pulumi-aws takes where answers are not streamed."""
EDGE: Final = "EDGE"
"""The type of an endpoint that names none."""


@refused(
    "gen-17-address-of-the-transfer-mode",
    why="Streaming is a call of its own in Lambda's API, with a version and an address of its own.",
    fix="Use {responseStreamingInvokeArn} with STREAM, {invokeArn} with BUFFERED.",
    sources=(sources.API_STREAMING, sources.API_STREAM_REFUSED),
)
def address_of_the_mode(stack: Stack) -> Iterator[Finding]:
    """An integration of a REST API has the address that its transfer mode takes."""
    for integration, _ in stack.of_managed(RestIntegration):
        address = integration.target.or_none()
        if address is None or LAMBDA_ADDRESS not in address:
            continue
        is_for_streams = STREAMING_VERSION in address and address.endswith(STREAMING_CALL)
        if integration.streams in (None, is_for_streams):
            continue
        if integration.streams:
            problem = "{responseTransferMode} is STREAM, and uri is not the address for streaming."
            fix = (
                "set uri to {responseStreamingInvokeArn} of the function; of an alias, put "
                f"2021-11-15 and {STREAMING_CALL} into its {{invokeArn}}"
            )
        else:
            mode = "{responseTransferMode} is BUFFERED (the default)"
            problem = f"{mode}, and uri is the address for streaming."
            fix = 'set {responseTransferMode}="STREAM", or uri to {invokeArn}'
        allowed = f"STREAM with .../2021-11-15/...{STREAMING_CALL}, BUFFERED with {{invokeArn}}"
        yield integration.finding(problem, allowed=allowed, fix=fix)


@refused(
    "gen-18-streams-from-rest-apis",
    why="HTTP and WebSocket APIs have no transfer mode; they wait for the whole answer.",
    fix="Use aws.apigateway.Integration, or remove {responseTransferMode}.",
    sources=(sources.API_TRANSFER_MODE,),
)
def streams_from_rest_apis(stack: Stack) -> Iterator[Finding]:
    """Only a REST API is asked to stream."""
    for integration, _ in stack.of_managed(HttpIntegration):
        if integration.transfer_mode.is_present:
            yield integration.finding(
                field=HttpIntegration.transfer_mode,
                value="set on an integration of an HTTP or WebSocket API",
            )


QUOTA = Setting(
    "accountTimeoutMilliseconds",
    "The account's quota of a REST API's integration timeout, in milliseconds.",
    default=DEFAULT_MILLISECONDS,
    minimum=DEFAULT_MILLISECONDS,
    maximum=MAX_BUFFERED_MILLISECONDS,
)


@likely_refused(
    "gen-19-whole-answers-within-the-quota",
    why="The quota is 29 seconds until AWS raises it, which it does for Regional and private APIs.",
    fix="Lower {timeoutMilliseconds}, stream the answers, or have the quota raised.",
    sources=(sources.API_QUOTAS,),
    settings=(QUOTA,),
)
def whole_answers_within_the_quota(stack: Stack, most: int) -> Iterator[Finding]:
    """An integration that does not stream has a timeout within the account's quota."""
    for integration, _ in stack.of_managed(RestIntegration):
        milliseconds = integration.timeout_milliseconds.or_none()
        if integration.streams is not False or milliseconds is None or milliseconds <= most:
            continue
        yield integration.finding(
            field=RestIntegration.timeout_milliseconds,
            value=f"{milliseconds}, and answers are not streamed",
            allowed=f"{most} at most",
        )


@unwise(
    "gen-20-streams-last-as-long-as-functions",
    why="At its timeout API Gateway ends the stream in the middle; curl reports error 18.",
    fix="Set {timeoutMilliseconds} to the function's timeout or more.",
    sources=(sources.API_STREAMING_TROUBLES, sources.API_TRANSFER_MODE),
)
def streams_last_as_long_as_functions(stack: Stack) -> Iterator[Finding]:
    """An integration that streams waits as long as its function may run."""
    for integration, functions in stack.of_managed(RestIntegration):
        milliseconds = integration.timeout_milliseconds.or_default(DEFAULT_MILLISECONDS)
        if not integration.streams or milliseconds is None:
            continue
        seconds = min(_stream_seconds(function) for function in functions)
        if seconds * 1000 <= milliseconds:
            continue
        timeout = RestIntegration.timeout_milliseconds
        omitted = default_in(integration.timeout_milliseconds)
        yield integration.finding(
            field=timeout,
            value=f"{milliseconds}{omitted}, and the function may stream for {seconds} s",
            allowed=f"{seconds * 1000} or more, or a shorter timeout of the function",
            fix=integration.set_to(timeout, seconds * 1000),
        )


def _stream_seconds(function: Function) -> int:
    """Return how long a function certainly may stream; URL-09 speaks about longer timeouts."""
    timeout = function.timeout.or_default(limits.DEFAULT_TIMEOUT_SECONDS) or 0
    return min(timeout, limits.MAX_SYNCHRONOUS_TIMEOUT_SECONDS)


@unwise(
    "gen-21-streams-without-the-edge",
    why="An edge-optimized API ends a stream after 30 seconds of silence, others after 5 minutes.",
    fix=(
        "Set types in {endpointConfiguration} to REGIONAL or PRIVATE, or send something every few "
        "seconds."
    ),
    sources=(sources.API_TRANSFER_MODE, sources.API_ENDPOINTS),
)
def streams_without_the_edge(stack: Stack) -> Iterator[Finding]:
    """A REST API that streams is Regional or private."""
    for integration, _ in stack.of_managed(RestIntegration):
        apis = stack.links(integration, RestIntegration.api, RestApi).found
        on_the_edge = [api.endpoint.or_default(EDGE) == EDGE for api in apis]
        if integration.streams and on_the_edge and all(on_the_edge):
            yield integration.finding(
                "The integration streams, and its REST API is edge-optimized."
            )
