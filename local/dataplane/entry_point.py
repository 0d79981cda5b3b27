"""Checks that the local AWS can run a function: a start script behind Lambda Web Adapter."""

import os
from pathlib import Path

from local.dataplane.failures import InitError
from local.dataplane.model import Deployment

_ADAPTER_LAYER = ":layer:LambdaAdapterLayer"
_WRAPPER_VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER"
_WRAPPER = "/opt/bootstrap"


def require_web_adapter(deployment: Deployment) -> None:
    """Raise for a function that is not served through the web adapter (URL-05).

    Raises
    ------
    InitError
        With what is missing.
    """
    missing: list[str] = []
    if not any(_ADAPTER_LAYER in layer for layer in deployment.layers):
        missing.append("a layer LambdaAdapterLayerX86 or LambdaAdapterLayerArm64")
    if deployment.variables.get(_WRAPPER_VARIABLE) != _WRAPPER:
        missing.append(f"the variable {_WRAPPER_VARIABLE}={_WRAPPER}")
    if missing:
        raise InitError(
            "InvalidConfiguration",
            "This local AWS runs functions whose handler is a start script behind the Lambda Web "
            f"Adapter, not Lambda's own runtimes. {deployment.function_name} lacks "
            f"{' and '.join(missing)}.",
        )


def require_start_script(task_root: Path, handler: str) -> None:
    """Raise for an archive without an executable start script.

    Raises
    ------
    InitError
        With what is wrong and how to fix it.
    """
    script = task_root / handler
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
