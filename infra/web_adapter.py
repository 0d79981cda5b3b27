"""What tells a function how to serve: Lambda Web Adapter's layer, and the variables of both."""

from collections.abc import Mapping
from typing import Final

from .limits import (
    ADAPTER_LAYER_ACCOUNT,
    ADAPTER_LAYER_NAMES,
    ADAPTER_LAYER_VERSION,
    ADAPTER_READINESS_PATH,
    MAX_VCPU,
    RATIOS_GIB_PER_VCPU,
    whole_vcpus,
)
from .settings import Architecture, FunctionSettings
from .settings.overrides import API_DOCS, BEDROCK_MODEL, WEB_CONCURRENCY

_ALWAYS: Final[Mapping[str, str]] = {
    "AWS_LWA_PORT": "8000",
    # By default the adapter counts even a 404 as healthy.
    "AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": "200-299",
}


def layer_arn(region: str, architecture: Architecture) -> str:
    """Return the ARN of Lambda Web Adapter's layer for an architecture (URL-07)."""
    name = ADAPTER_LAYER_NAMES[architecture]
    return f"arn:aws:lambda:{region}:{ADAPTER_LAYER_ACCOUNT}:layer:{name}:{ADAPTER_LAYER_VERSION}"


def variables(
    settings: FunctionSettings, *, streams: bool, serves_api_docs: bool
) -> Mapping[str, str]:
    """Return the environment variables of the adapter and of the application's server.

    If adapter and front differ in whether they stream, clients cannot read the responses (URL-04).
    """
    found = {
        **_ALWAYS,
        ADAPTER_READINESS_PATH: settings.health_path,
        "AWS_LWA_INVOKE_MODE": "response_stream" if streams else "buffered",
    }
    if not settings.image_uri:
        # It is in the layer, and runs the handler in place of AWS's runtime. In an image the
        # adapter is an extension, and the server its command.
        found["AWS_LAMBDA_EXEC_WRAPPER"] = "/opt/bootstrap"
    # An application's defaults are left out, so that functions without them stay as they are.
    if (workers := _workers(settings)) > 1:
        found[WEB_CONCURRENCY] = str(workers)
    if not serves_api_docs:
        found[API_DOCS] = "false"
    if settings.bedrock_model:
        found[BEDROCK_MODEL] = settings.bedrock_model
    return found


def _workers(settings: FunctionSettings) -> int:
    ratio = settings.memory_gib_per_vcpu
    # The policy pack refuses any other ratio.
    vcpus = whole_vcpus(settings.memory_mb, ratio) if ratio in RATIOS_GIB_PER_VCPU else 1
    return settings.workers or min(vcpus, MAX_VCPU)
