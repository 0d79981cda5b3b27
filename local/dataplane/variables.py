"""The environment variables of the two processes of an execution environment.

They are what Lambda sets (docs/facts/lmi.md#environment-variables), and nothing of this machine's
own. ``AWS_ENDPOINT_URL`` leads AWS's SDKs to the local AWS. Since environments share one machine
here, the port of the function's server is replaced, and so are PATH, the paths of layers in
``/opt``, and HOME and TMPDIR, which stand for ``/tmp``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.dataplane.model import Deployment
from policies.lmi.facts.limits import RESERVED_VARIABLES, RUNTIME_VARIABLES

# Accepted by the API in a configuration, but set by the execution environment.
_RESERVED = (
    RESERVED_VARIABLES | RUNTIME_VARIABLES | {"AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_MAX_CONCURRENCY"}
)
_PORT_VARIABLES = ("AWS_LWA_PORT", "PORT", "AWS_LWA_READINESS_CHECK_PORT", "READINESS_CHECK_PORT")
_DEFAULT_PORT = "8080"  # of the adapter


@dataclass(frozen=True, kw_only=True)
class EnvironmentContext:
    """Addresses and paths of an execution environment on this machine."""

    runtime_api: str
    """Address of its Runtime API and its metadata endpoint, ``host:port``."""
    port: int
    """Port for the function's own server."""
    task_root: Path
    layers: Sequence[Path]
    scratch: Path
    """A folder of its own."""
    interpreter_folder: Path
    """The folder with ``python3``."""
    log_stream: str
    metadata_token: str
    endpoint_url: str


def runtime_variables(deployment: Deployment, context: EnvironmentContext) -> dict[str, str]:
    """Return the environment of the function's server, which ``run.sh`` starts."""
    return {
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",  # or X-Ray's SDKs raise where no segment is open
        **extension_variables(deployment, context),
        "AWS_LAMBDA_LOG_GROUP_NAME": deployment.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": context.log_stream,
        "LAMBDA_TASK_ROOT": str(context.task_root),
        "_HANDLER": deployment.handler,
    }


def extension_variables(deployment: Deployment, context: EnvironmentContext) -> dict[str, str]:
    """Return the environment of the web adapter."""
    is_json = deployment.log_format == "JSON"
    is_managed = deployment.capacity_provider is not None
    own_path, layers = deployment.variables.get("PYTHONPATH"), context.layers
    packages = ":".join(filter(None, [python_path(deployment.runtime, layers), own_path]))
    return {
        # Every AWS SDK reads it, so that an application reaches the local AWS without a change.
        **({"AWS_ENDPOINT_URL": context.endpoint_url} if context.endpoint_url else {}),
        "HOME": str(context.scratch),
        "LANG": "en_US.UTF-8",
        **({"LD_LIBRARY_PATH": layer_path(layers, "lib")} if layers else {}),
        "PATH": search_path(context.interpreter_folder, layers),
        "TMPDIR": str(context.scratch),
        "TZ": ":UTC",
        **_own(deployment.variables, context.port),
        # A start script names /opt/python, which is not there.
        **({"PYTHONPATH": packages} if layers else {}),
        **deployment.credentials,
        "AWS_DEFAULT_REGION": deployment.region,
        "AWS_REGION": deployment.region,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployment.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": deployment.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": deployment.version,
        "AWS_LAMBDA_LOG_FORMAT": deployment.log_format,
        # Only a log in JSON has a level.
        **({"AWS_LAMBDA_LOG_LEVEL": deployment.application_log_level} if is_json else {}),
        "AWS_LAMBDA_METADATA_API": context.runtime_api,
        "AWS_LAMBDA_METADATA_TOKEN": context.metadata_token,
        "AWS_LAMBDA_RUNTIME_API": context.runtime_api,
        "AWS_LAMBDA_INITIALIZATION_TYPE": (
            "lambda-managed-instances" if is_managed else "on-demand"
        ),
        **({"AWS_LAMBDA_MAX_CONCURRENCY": str(deployment.max_concurrency)} if is_managed else {}),
    }


def python_path(runtime: str, layers: Sequence[Path]) -> str:
    """Return what stands for the folders in ``/opt`` where Lambda has the packages of layers."""
    return layer_path(layers, "python", f"python/lib/{runtime}/site-packages")


def layer_path(layers: Sequence[Path], *folders: str) -> str:
    """Return the search path of folders in layers.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html.
    """
    return ":".join(str(layer / folder) for layer in layers for folder in folders)


def search_path(interpreter_folder: Path, layers: Sequence[Path]) -> str:
    """Return the ``PATH`` of a function."""
    path = f"{interpreter_folder}:/usr/local/bin:/usr/bin:/bin"
    return f"{path}:{layer_path(layers, 'bin')}" if layers else path


def _own(variables: Mapping[str, str], port: int) -> dict[str, str]:
    """Return the function's own variables with its port replaced."""
    own = {name: value for name, value in variables.items() if name not in _RESERVED}
    configured = own.get("AWS_LWA_PORT") or own.get("PORT") or _DEFAULT_PORT
    replaced = {name: str(port) for name in _PORT_VARIABLES if own.get(name) == configured}
    return own | replaced | {"AWS_LWA_PORT": str(port)}
