"""The LanguageRuntime service for Python."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import grpc
from google.protobuf.empty_pb2 import Empty

from tools.offline.language_host.interpreter import (
    CommandError,
    Interpreter,
    Output,
    UnusableInterpreterError,
    required_packages,
    stream,
)
from tools.offline.language_host.protocol import (
    language_pb2 as messages,
    language_pb2_grpc,
    plugin_pb2,
)
from tools.offline.language_host.run_program import ERROR_SHOWN

_RUN_PROGRAM = Path(__file__).with_name("run_program.py")
_PRINT_VERSION = "import platform; print(platform.python_version())"


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs and plugins, each with the Python that its own project names."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._installing = threading.Lock()

    def Handshake(
        self, request: messages.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> messages.LanguageHandshakeResponse:
        """Store the engine's address, when the engine attaches to a running host."""
        self._engine = request.engine_address
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Report the version of the SDK whose protocol this host speaks."""
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def GetRequiredPackages(
        self, request: messages.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> messages.GetRequiredPackagesResponse:
        """List the provider plugins that the program's installed packages need."""
        with _reporting_to(context):
            python = self._ready_interpreter(request.info)
            packages = required_packages(python, Path(request.info.program_directory))
        return messages.GetRequiredPackagesResponse(packages=packages)

    def GetProgramDependencies(
        self, request: messages.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> messages.GetProgramDependenciesResponse:
        """List the installed packages, for ``pulumi about``."""
        with _reporting_to(context):
            python = _interpreter(request.info)
            scope = [] if request.transitiveDependencies else ["--not-required"]
            listing = python.output_of(
                *("-m", "pip", "--disable-pip-version-check", "list", "--format", "json", *scope),
                cwd=Path(request.info.program_directory),
            )
        found = (
            messages.DependencyInfo(name=package["name"], version=package["version"])
            for package in json.loads(listing)
        )
        return messages.GetProgramDependenciesResponse(dependencies=found)

    def RuntimeOptionsPrompts(
        self, request: messages.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> messages.RuntimeOptionsResponse:
        """Return no questions for ``pulumi new``: there is one toolchain."""
        return messages.RuntimeOptionsResponse()

    def About(
        self, request: messages.AboutRequest, context: grpc.ServicerContext
    ) -> messages.AboutResponse:
        """Name the program's interpreter, for ``pulumi about``."""
        with _reporting_to(context):
            python = _interpreter(request.info)
            python_version = python.output_of("-c", _PRINT_VERSION, cwd=Path.cwd()).strip()
            return messages.AboutResponse(
                executable=str(python.executable),
                version=python_version,
                metadata={"toolchain": "pip"},
            )

    def InstallDependencies(
        self, request: messages.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.InstallDependenciesResponse]:
        """Install requirements.txt, and create the virtual environment first if needed."""
        with _reporting_to(context):
            python = _interpreter(request.info)
            for line in python.install(Path(request.info.program_directory)):
                yield messages.InstallDependenciesResponse(stdout=line)

    def Run(
        self, request: messages.RunRequest, context: grpc.ServicerContext
    ) -> messages.RunResponse:
        """Run a program to its end; its output goes to the output of this host."""
        with _reporting_to(context):
            python = self._ready_interpreter(request.info)
            with subprocess.Popen(
                [python.executable, "-u", _RUN_PROGRAM, *self._program_arguments(request)],
                cwd=request.pwd,
                env=python.activate(os.environ | _config_variables(request)),
                stdin=subprocess.DEVNULL,
            ) as process:
                context.add_callback(process.terminate)
        return _run_response(process.returncode)

    def GenerateProgram(
        self, request: messages.GenerateProgramRequest, context: grpc.ServicerContext
    ) -> messages.GenerateProgramResponse:
        """Refuse to write a program, which ``pulumi import`` asks for."""
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            "set-up built this language host, which writes no program: pulumi import needs "
            "--generate-code=false",
        )

    def RunPlugin(
        self, request: messages.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.RunPluginResponse]:
        """Run a policy pack, or a provider written in Python, and pass its output on."""
        folder = Path(request.info.program_directory)
        is_pack = request.kind == "analyzer"
        with _reporting_to(context):
            python = self._ready_interpreter(request.info)
            pack = ["-m", "pulumi.policy", *request.args, folder]
            provider = [folder, *request.args]
            for output in stream(
                [python.executable, "-u", *(pack if is_pack else provider)],
                cwd=folder if is_pack else Path(request.pwd),
                env=python.activate(dict(line.split("=", 1) for line in request.env)),
                started=lambda process: context.add_callback(process.terminate),
            ):
                yield _plugin_response(output)

    def _ready_interpreter(self, info: messages.ProgramInfo) -> Interpreter:
        """Return a project's Python, and create its virtual environment first if there is none."""
        python = _interpreter(info)
        with self._installing:
            if python.is_missing:
                for line in python.install(Path(info.program_directory)):
                    sys.stdout.buffer.write(line)
                    sys.stdout.buffer.flush()
        return python

    def _program_arguments(self, request: messages.RunRequest) -> list[str]:
        settings = {
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "root_directory": request.info.root_directory,
            "monitor": request.monitor_address,
            "engine": self._engine,
            "parallel": request.parallel,
            "dry_run": request.dryRun,
        }
        program = Path(request.info.program_directory, request.info.entry_point)
        return [json.dumps(settings), str(program), *request.args]


@contextmanager
def _reporting_to(context: grpc.ServicerContext) -> Generator[None]:
    """Turn errors that users can fix into the call's error, which the engine shows as a message."""
    try:
        yield
    except (UnusableInterpreterError, CommandError) as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))


def _interpreter(info: messages.ProgramInfo) -> Interpreter:
    return Interpreter.from_options(Path(info.root_directory), dict(info.options.items()))


def _config_variables(request: messages.RunRequest) -> dict[str, str]:
    return {
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }


def _run_response(exit_code: int) -> messages.RunResponse:
    if exit_code == 0:
        return messages.RunResponse()
    if exit_code == ERROR_SHOWN:
        return messages.RunResponse(bail=True)
    if exit_code < 0:
        return messages.RunResponse(error=f"The program was ended by signal {-exit_code}")
    return messages.RunResponse(error=f"The program exited with code {exit_code}")


def _plugin_response(output: Output) -> messages.RunPluginResponse:
    if output.exit_code is not None:
        return messages.RunPluginResponse(exitcode=output.exit_code)
    if output.stdout:
        return messages.RunPluginResponse(stdout=output.stdout)
    return messages.RunPluginResponse(stderr=output.stderr)
