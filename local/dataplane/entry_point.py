"""How a function is started: behind Lambda Web Adapter, or by its language's runtime client."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.dataplane.failures import InitError
from local.dataplane.model import Deployment
from local.dataplane.node_runtime import find_node, provide_client
from local.dataplane.python_runtime import PythonRuntime
from local.dataplane.variables import layer_path, python_path, search_path

_ADAPTER_LAYER = ":layer:LambdaAdapterLayer"
_WRAPPER_VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER"
_WRAPPER = "/opt/bootstrap"
_WORKERS_VARIABLE = "AWS_LAMBDA_NODEJS_WORKER_COUNT"
_WORKERS_PER_VCPU = 8  # docs/facts/lmi.md#nodejs-runtime


@dataclass(frozen=True, kw_only=True)
class EntryPoint:
    """The command that starts a function.

    Attributes
    ----------
    command
        Program and arguments.
    has_adapter
        Whether Lambda Web Adapter runs beside it.
    worker_has_connection
        As ``RuntimeApi.worker_has_connection``.
    variables
        Environment variables that the command needs.
    """

    command: tuple[str, ...]
    has_adapter: bool = False
    worker_has_connection: bool = False
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


def find_entry_point(
    deployment: Deployment, task_root: Path, layers: Sequence[Path], runtime: PythonRuntime
) -> EntryPoint:
    """Return how a function is started.

    Raises
    ------
    InitError
        With what is missing, when the local AWS cannot run the function (URL-05).
    """
    script = task_root / deployment.handler
    missing = _missing_for_adapter(deployment)
    is_node = deployment.runtime.startswith("nodejs")
    if len(missing) == 2 and not script.is_file():
        if deployment.runtime.startswith("python"):
            return _python_handler(deployment, layers, runtime)
        if is_node:
            return _node_handler(deployment, layers, provide_client(runtime.folder / "nodejs"))
    if missing:
        raise InitError(
            "InvalidConfiguration",
            "This local AWS runs functions whose handler is a start script behind the Lambda Web "
            "Adapter, and handlers in Python and Node.js, not Lambda's other runtimes. "
            f"{deployment.function_name} lacks {' and '.join(missing)}.",
        )
    _require_start_script(script, deployment.handler)
    variables = (
        {"PATH": search_path(find_node(deployment.runtime).parent, layers)} if is_node else {}
    )
    return EntryPoint(command=(str(script),), has_adapter=True, variables=variables)


def _missing_for_adapter(deployment: Deployment) -> list[str]:
    missing: list[str] = []
    if not any(_ADAPTER_LAYER in layer for layer in deployment.layers):
        missing.append("a layer LambdaAdapterLayerX86 or LambdaAdapterLayerArm64")
    if deployment.variables.get(_WRAPPER_VARIABLE) != _WRAPPER:
        missing.append(f"the variable {_WRAPPER_VARIABLE}={_WRAPPER}")
    return missing


def _python_handler(
    deployment: Deployment, layers: Sequence[Path], runtime: PythonRuntime
) -> EntryPoint:
    if not runtime.has_client:
        raise InitError(
            "InvalidConfiguration",
            f"{deployment.handler} is a Python handler, and AWS publishes the runtime client that "
            "calls it for Linux alone: run the local AWS there, or serve the function behind the "
            "Lambda Web Adapter.",
        )
    own = deployment.variables.get("PYTHONPATH", "")
    of_layers = python_path(deployment.runtime, layers)
    path = ":".join(filter(None, [own, of_layers, str(runtime.packages)]))
    return EntryPoint(
        command=(*runtime.command, deployment.handler),
        worker_has_connection=True,
        variables={
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{deployment.runtime}",
            "LAMBDA_RUNTIME_DIR": str(runtime.packages),
            "PYTHONPATH": path,
        },
    )


def _node_handler(deployment: Deployment, layers: Sequence[Path], client: Path) -> EntryPoint:
    node = find_node(deployment.runtime)
    of_version = f"nodejs/{deployment.runtime.removesuffix('.x').replace('js', '')}/node_modules"
    packages = layer_path(layers, of_version, "nodejs/node_modules")
    # The client counts the processors of the machine, where Lambda's has those of its environment.
    workers = str(_WORKERS_PER_VCPU * max(deployment.vcpus, 1))
    return EntryPoint(
        command=(str(node), str(client)),
        variables={
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{deployment.runtime}",
            _WORKERS_VARIABLE: deployment.variables.get(_WORKERS_VARIABLE, workers),
            "LAMBDA_RUNTIME_DIR": str(client.parent),
            "NODE_PATH": f"{packages}:{deployment.variables.get('NODE_PATH', '')}",
            "PATH": search_path(node.parent, layers),
        },
    )


def _require_start_script(script: Path, handler: str) -> None:
    if not script.is_file():
        raise InitError(
            "FunctionError.InvalidEntryPoint",
            f"The archive has no file {handler}, which the function's handler names.",
        )
    if not os.access(script, os.X_OK):
        raise InitError(
            "FunctionError.PermissionDenied",
            f"{handler} is not executable in the archive; give it mode 0755 there.",
        )
