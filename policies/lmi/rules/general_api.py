"""What holds for any API Gateway in front of a function (family GEN; see ``general``)."""

from collections.abc import Iterator
from typing import Final

from ..facts import limits, sources
from ..graph.stack import Stack
from ..model.callers import HttpIntegration, RestApi, RestIntegration
from ..model.functions import Function
from .checks import default_in
from .rule import Finding, Setting, likely_refused, refused, unwise

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
        if integration.streams in (None, _is_for_streams(address)):
            continue
        mode = integration.spell(RestIntegration.transfer_mode)
        target = integration.spell(RestIntegration.target)
        yield integration.finding(
            problem=(
                f"{mode} is STREAM, and {target} is not the address for streaming."
                if integration.streams
                else f"{mode} is BUFFERED (the default), and {target} is the address for streaming."
            ),
            allowed=f"STREAM with .../2021-11-15/...{STREAMING_CALL}, BUFFERED with {{invokeArn}}",
            fix=(
                f"set {target} to {{responseStreamingInvokeArn}} of the function; of an alias, "
                f"put 2021-11-15 and {STREAMING_CALL} into its {{invokeArn}}"
                if integration.streams
                else f'set {mode}="STREAM", or {target} to {{invokeArn}}'
            ),
        )


def _is_for_streams(address: str) -> bool:
    return STREAMING_VERSION in address and address.endswith(STREAMING_CALL)


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
                allowed="an integration of a REST API",
            )


QUOTA = Setting(
    name="accountTimeoutMilliseconds",
    description="The account's quota of a REST API's integration timeout, in milliseconds.",
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
        timeout = integration.spell(RestIntegration.timeout_milliseconds)
        yield integration.finding(
            problem=f"{timeout} is {milliseconds}, and answers are not streamed.",
            allowed=f"{most} at most (`{QUOTA.name}` in the policy's settings)",
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
    fix="Set types in {endpointConfiguration} to REGIONAL, or send something every few seconds.",
    sources=(sources.API_TRANSFER_MODE, sources.API_ENDPOINTS),
)
def streams_without_the_edge(stack: Stack) -> Iterator[Finding]:
    """A REST API that streams is Regional or private."""
    for integration, _ in stack.of_managed(RestIntegration):
        apis = stack.links(integration, RestIntegration.api, RestApi).found
        if integration.streams and apis and all(_is_edge_optimized(api) for api in apis):
            yield integration.finding(
                problem="The integration streams, and its REST API is edge-optimized.",
                allowed="REGIONAL or PRIVATE",
            )


def _is_edge_optimized(api: RestApi) -> bool:
    return api.endpoint.or_default(EDGE) == EDGE
