"""Which VPC endpoints the calls of a function go to, by what its execution role allows.

A role tells what a function may call, not what it does call; and some of it is for others: what
reads a queue for the function, or sends on what failed, is Lambda, from outside the VPC. What is
not certain is left out, so that no endpoint is demanded for nothing:

- Services without a row in ``ENDPOINTS``. AWS KMS is one of them: keys are mostly used by services
  for the function, and seldom by the function itself.
- Actions with a wildcard before the colon, and documents that the stack does not show, but for
  AWS's own policies that are named after a service.
- Statements for calls through another service, and actions that some statement denies.
- What Lambda may do in the function's name, where the stack has something that makes it.
- All calls of a function whose variables may name a proxy, or other addresses to AWS's SDKs.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from ..model.access import Props
from ..model.callers import EventSourceMapping
from ..model.functions import AsyncInvocation, Function
from ..model.iam_policy import Statement
from .permissions import Permissions
from .stack import Stack

ENDPOINTS: Final[Mapping[str, str]] = {
    **{f"{one}:*": one for one in ("dynamodb", "events", "lambda", "logs", "s3", "secretsmanager")},
    **{f"{one}:*": one for one in ("sns", "sqs", "ssm", "states", "xray")},
    "bedrock:invokemodel*": "bedrock-runtime",
    "cloudwatch:*": "monitoring",
    "sts:assumerole": "sts",
}
"""What follows the Region in the name of the endpoint, by actions in lower case.

Endpoint names are those of "AWS services that integrate with AWS PrivateLink"; the prefixes of
actions are those of the Service Authorization Reference. Other actions of Bedrock and STS go to
other endpoints, or need none.
"""
OF_AWS: Final[Mapping[str, str]] = {
    "AmazonBedrock(Full|Limited)Access": "bedrock:invokemodel*",
    "AmazonDynamoDB(FullAccess(_v2|withDataPipeline)?|ReadOnlyAccess)": "dynamodb:*",
    "AmazonEventBridgeFullAccess": "events:*",
    "AmazonS3(FullAccess|ReadOnlyAccess)": "s3:*",
    "AmazonSNSFullAccess": "sns:*",
    "AmazonSQS(FullAccess|ReadOnlyAccess)": "sqs:*",
    "AmazonSSM(FullAccess|ReadOnlyAccess)": "ssm:*",
    "AWSStepFunctionsFullAccess": "states:*",
    "SecretsManagerReadWrite": "secretsmanager:*",
}
"""What managed policies of AWS are for, by their names ("AWS managed policy reference").

Those of Lambda and CloudWatch are left out: people attach them for the function and its logs.
"""
ELSEWHERE: Final = frozenset(
    {
        "dynamodb:describestream", "dynamodb:getrecords", "dynamodb:getsharditerator",
        "dynamodb:liststreams",  # endpoint dynamodb-streams
        "lambda:invokefunctionurl",  # the function's own address
        "states:startsyncexecution",  # endpoint sync-states
    }
)  # fmt: skip
"""Actions that go to another endpoint than the others of their service."""

BY_MAPPINGS: Final = frozenset(
    {
        "sqs:receivemessage", "sqs:deletemessage", "sqs:getqueueattributes",
        "sqs:changemessagevisibility",
    }
)  # fmt: skip
"""What event source mappings do in the function's name, and hardly any function by itself."""
FOR_MAPPINGS: Final = frozenset({"secretsmanager:getsecretvalue"})
"""What they do to open a connection to Kafka or Amazon MQ."""
FOR_DESTINATIONS: Final = frozenset(
    {
        "sqs:sendmessage", "sns:publish", "events:putevents", "lambda:invokefunction",
        "s3:putobject", "s3:listbucket",
    }
)  # fmt: skip
"""What Lambda does with events that failed, or that are done."""
THROUGH_ANOTHER_SERVICE: Final = frozenset(
    {"aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:viaawsservice"}
)
"""Condition keys of statements that are for the calls of services only, lower case."""
MANAGED: Final = r"arn:[^:]*:iam::aws:policy/(service-role/)?"
OTHER_ADDRESS: Final = r"(?i)aws_endpoint_url.*|(https?|all)_proxy"
"""Variables that lead the calls of AWS's SDKs to a proxy or to another address."""


def services_called(stack: Stack, function: Function) -> Iterator[str]:
    """Yield the endpoints that a function itself may call, by the names of their services."""
    if _may_call_elsewhere(function):
        return
    for_lambda = _taken_by_lambda(stack, function)
    for action in allowed_actions(stack, function):
        service = None if action in BY_MAPPINGS else endpoint_of(action)
        if service is not None and not any(fnmatchcase(one, action) for one in for_lambda):
            yield service


def _may_call_elsewhere(function: Function) -> bool:
    """Return whether variables may lead calls past the services' usual names."""
    variables = function.variables.or_default(Props({}))
    return variables is None or any(re.fullmatch(OTHER_ADDRESS, one) for one in variables.names())


def allowed_actions(stack: Stack, function: Function) -> Iterator[str]:
    """Yield the actions of certain services that policies allow a function, lower case.

    They may hold wildcards behind the colon.
    """
    role = stack.role_of(function)
    permissions = stack.permissions_of(role) if role else Permissions()
    statements = [statement for _, document in permissions.documents for statement in document]
    actions = [one for statement in statements for one in _allowed_by(statement)]
    for arn in permissions.managed:
        named = (OF_AWS[name] for name in OF_AWS if re.fullmatch(f"{MANAGED}{name}", arn))
        actions += named
    for action in actions:
        if not any(one.covers(action) for one in statements if not one.allows):
            yield action


def _allowed_by(statement: Statement) -> Iterator[str]:
    if not statement.allows or statement.condition_keys & THROUGH_ANOTHER_SERVICE:
        return
    for action in statement.actions:
        service, colon, _ = action.partition(":")
        if colon and not has_wildcard(service) and "[" not in action:
            yield action.lower()


def endpoint_of(action: str) -> str | None:
    """Return the endpoint that the calls of an action go to; None where that is not certain."""
    if action in ELSEWHERE:
        return None
    services = (ENDPOINTS[pattern] for pattern in ENDPOINTS if fnmatchcase(action, pattern))
    return next(services, None)


def has_wildcard(text: str) -> bool:
    """Return whether a text may stand for several."""
    return not set("*?").isdisjoint(text)


def _taken_by_lambda(stack: Stack, function: Function) -> frozenset[str]:
    """Return the actions that Lambda may take in a function's name."""
    mappings = stack.all(EventSourceMapping)
    taken = BY_MAPPINGS | FOR_MAPPINGS if mappings else frozenset[str]()
    sends = bool(stack.all(AsyncInvocation)) or not function.dead_letter.is_absent
    if sends or any(not mapping.destination.is_absent for mapping in mappings):
        taken |= FOR_DESTINATIONS
    return taken
