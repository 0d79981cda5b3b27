"""Lambda Web Adapter: that it starts, and agrees with what calls it (rules URL)."""

import re
from collections.abc import Iterator

from ..facts import limits, sources
from ..graph.stack import Stack
from ..model.callers import HttpIntegration, RestIntegration
from ..model.functions import Function, FunctionUrl
from ..model.resource import Field, Resource
from .checks import either, layers_of
from .rule import Finding, broken_at_run_time

ADAPTER_LAYER = (
    rf"arn:[^:]+:lambda:[^:]+:({'|'.join(limits.ADAPTER_LAYER_ACCOUNTS)}):layer:"
    r"(?P<name>LambdaAdapterLayer[a-zA-Z0-9]{1,40}):(?P<version>[0-9]{1,9})"
)
"""A layer of the adapter's own; a copy in another account has versions of its own."""
ADAPTER_MODE = "AWS_LWA_INVOKE_MODE"
WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


@broken_at_run_time(
    "url-04-adapter-and-url-agree",
    why="Each would misread what the other sends: clients get broken bodies, or none streamed.",
    fix="Use {invokeMode} RESPONSE_STREAM together with AWS_LWA_INVOKE_MODE=response_stream.",
    sources=(sources.WEB_ADAPTER, sources.STREAMING),
)
def adapter_and_url_agree(stack: Stack) -> Iterator[Finding]:
    """Lambda Web Adapter and the function URL agree whether responses are streamed."""
    for url in stack.all(FunctionUrl):
        streams = url.streams
        if streams is not None and _disagrees(stack.functions_of(url), streams=streams):
            yield _disagreement(url, FunctionUrl.invoke_mode, "RESPONSE_STREAM", streams=streams)


@broken_at_run_time(
    "url-04-adapter-and-integration-agree",
    why="A stream read as a whole has no body; a whole response read as a stream has no headers.",
    fix=(
        "Use {responseTransferMode} STREAM of a REST API, with the address for streaming, "
        "together with AWS_LWA_INVOKE_MODE=response_stream."
    ),
    sources=(sources.API_STREAMING, sources.API_STREAMING_TROUBLES, sources.WEB_ADAPTER),
)
def adapter_and_integrations_agree(stack: Stack) -> Iterator[Finding]:
    """Lambda Web Adapter and API Gateway agree whether responses are streamed."""
    for integration in stack.all(RestIntegration):
        streams = integration.streams
        functions = stack.functions_of(integration)
        if streams is not None and _disagrees(functions, streams=streams):
            mode = RestIntegration.transfer_mode
            also = f", and {integration.spell(RestIntegration.target)} to the address for streaming"
            yield _disagreement(integration, mode, "STREAM", also, streams=streams)
    for integration in stack.all(HttpIntegration):
        waits = integration.streams is False
        if waits and _disagrees(stack.functions_of(integration), streams=False):
            yield integration.finding(
                "The integration waits for whole responses, as all of its kind do, and "
                f"{ADAPTER_MODE} is response_stream.",
                fix=f"remove {ADAPTER_MODE} from the function's environment, or use a REST API",
            )


def _disagreement(
    front: Resource, mode: Field[str], streaming: str, also: str = "", *, streams: bool
) -> Finding:
    """Return the finding of a front whose mode, which is ``streaming`` or not, misfits."""
    if streams:
        value = f"{streaming}, and {ADAPTER_MODE} is not response_stream"
        fix = f"set {ADAPTER_MODE}=response_stream in the function's environment"
    else:
        value = f"BUFFERED (the default), and {ADAPTER_MODE} is response_stream"
        fix = f'set {front.spell(mode)}="{streaming}"{also}'
    allowed = f"{streaming} with {ADAPTER_MODE}=response_stream, or BUFFERED without it"
    return front.finding(field=mode, value=value, allowed=allowed, fix=fix)


@broken_at_run_time(
    "url-05-adapter-layer-and-wrapper",
    why="The layer brings /opt/bootstrap, and the variable makes Lambda start it.",
    fix="Add the adapter's layer, and set AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap.",
    sources=(sources.WEB_ADAPTER_ZIP, sources.WEB_ADAPTER),
)
def layer_and_wrapper(function: Function) -> Iterator[Finding]:
    """Lambda Web Adapter in a zip function has its layer and its wrapper."""
    if not function.is_managed or not function.has_web_adapter or _may_bring_its_own(function):
        return
    if function.layers.or_default(()) == ():
        yield function.finding(
            "Lambda Web Adapter is configured, and its layer is missing.",
            fix=f"add the layer {either(list(limits.ADAPTER_LAYER_NAMES.values()))} to layers",
        )
    if _nothing_starts_it(function):
        yield function.finding(
            "Lambda Web Adapter is configured, and nothing starts it.",
            fix="set AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap in environment",
        )


def _nothing_starts_it(function: Function) -> bool:
    """Return whether certainly nothing starts the application that the adapter waits for.

    Another layer may bring a wrapper of its own.
    """
    layers = function.layers.or_default(())
    has_others = layers is None or len(layers) > len(list(_adapter_layers(function)))
    other_wrapper = has_others and function.variable(WRAPPER).is_present
    return function.has_adapter_wrapper is False and not other_wrapper


def _may_bring_its_own(function: Function) -> bool:
    """Return whether an image or the package may start an adapter that is in it.

    An OS-only runtime starts the package's ``bootstrap``; others start a wrapper in the package.
    """
    wrapper = function.variable(WRAPPER).or_none() or ""
    by_itself = function.runtime_family in (None, "provided") or wrapper.startswith("/var/task/")
    return by_itself or _is_image(function)


@broken_at_run_time(
    "url-06-adapter-for-lmi",
    why="Before version 26 (adapter 1.0.0-rc1) it crashes there and ends in Extension.Crash.",
    fix="Use version 30 of the layer, at least 26.",
    sources=(sources.ADAPTER_CRASH, sources.WEB_ADAPTER),
)
def adapter_version(function: Function) -> Iterator[Finding]:
    """The layer of Lambda Web Adapter is one that runs on Lambda Managed Instances."""
    for _, version in _adapter_layers(function):
        if version < limits.FIRST_ADAPTER_LAYER_VERSION:
            least, best = limits.FIRST_ADAPTER_LAYER_VERSION, limits.ADAPTER_LAYER_VERSION
            yield function.finding(
                f"The layer of Lambda Web Adapter has version {version}.",
                allowed=f"{least} or newer, best {best}",
            )


@broken_at_run_time(
    "url-07-adapter-of-the-architecture",
    why="The other layer's program cannot start there.",
    fix="Use LambdaAdapterLayerX86 on x86_64, LambdaAdapterLayerArm64 on arm64.",
    confidence=2,
    sources=(sources.WEB_ADAPTER,),
)
def adapter_architecture(function: Function) -> Iterator[Finding]:
    """The layer of Lambda Web Adapter fits the function's architecture."""
    architecture = function.architecture or ""
    fitting = limits.ADAPTER_LAYER_NAMES.get(architecture)
    wrong = [name for name, _ in _adapter_layers(function) if fitting and name != fitting]
    if wrong:
        problem = f"The layer {wrong[0]} is used on {architecture}."
        yield function.finding(problem, allowed=f"{fitting} on {architecture}")


def _disagrees(functions: tuple[Function, ...], *, streams: bool) -> bool:
    """Return whether the adapters of all functions that may be called certainly do otherwise."""
    return bool(functions) and all(
        _adapter_streams(function) is (not streams) for function in functions
    )


def _adapter_streams(function: Function) -> bool | None:
    """Return whether a web adapter on LMI streams; None where there is none or it is not known."""
    if not function.is_managed or not function.has_web_adapter:
        return None
    mode = function.variable(ADAPTER_MODE)
    if mode.is_absent and _is_image(function):
        return None  # its own ENV may say so
    known = mode.or_default("buffered")
    return None if known is None else known.lower() == "response_stream"


def _is_image(function: Function) -> bool:
    """Return whether the function is an image, or may be one."""
    return function.package_type.or_default("Zip") != "Zip"


def _adapter_layers(function: Function) -> Iterator[tuple[str, int]]:
    """Yield name and version of each adapter layer of a function on LMI."""
    for layer in layers_of(function):
        match = re.fullmatch(ADAPTER_LAYER, layer)
        if match:
            yield match["name"], int(match["version"])
