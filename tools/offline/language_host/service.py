"""The LanguageRuntime service for Python."""

import json
import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import grpc
from google.protobuf.empty_pb2 import Empty

from tools.offline.language_host.interpreter import Interpreter, ProjectError
from tools.offline.language_host.protocol import (
    language_pb2 as messages,
    language_pb2_grpc,
    plugin_pb2,
)
from tools.offline.language_host.run_program import ERROR_SHOWN

_RUN_PROGRAM = Path(__file__).with_name("run_program.py")


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs and plugins, each with the Python that its own project names."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._installing = threading.Lock()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Report the version of the SDK whose protocol this host speaks."""
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def GetRequiredPackages(
        self, request: messages.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> messages.GetRequiredPackagesResponse:
        """List the provider plugins that the program's installed packages need."""
        with _reporting_to(context):
            python = self._ready_interpreter(request.info)
            packages = python.required_packages(Path(request.info.program_directory))
        return messages.GetRequiredPackagesResponse(packages=packages)

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
        config = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        program = Path(request.info.program_directory, request.info.entry_point)
        with _reporting_to(context):
            python = self._ready_interpreter(request.info)
            start = [python.executable, "-u", _RUN_PROGRAM, json.dumps(settings), program]
            with subprocess.Popen(
                [*start, *request.args],
                cwd=request.pwd,
                env=python.activate(os.environ | config),
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
            with subprocess.Popen(
                [python.executable, "-u", *(pack if is_pack else provider)],
                cwd=folder if is_pack else Path(request.pwd),
                env=python.activate(dict(line.split("=", 1) for line in request.env)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            ) as process:
                context.add_callback(process.terminate)
                yield from _passed_on(process)
        yield messages.RunPluginResponse(exitcode=process.returncode)

    def _ready_interpreter(self, info: messages.ProgramInfo) -> Interpreter:
        """Return a project's Python, and create its virtual environment first if there is none."""
        python = _interpreter(info)
        with self._installing:
            if python.is_missing:
                for line in python.install(Path(info.program_directory)):
                    sys.stdout.buffer.write(line)
                    sys.stdout.buffer.flush()
        return python


@contextmanager
def _reporting_to(context: grpc.ServicerContext) -> Generator[None]:
    """Turn errors that users can fix into the call's error, which the engine shows as a message."""
    try:
        yield
    except ProjectError as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))


def _interpreter(info: messages.ProgramInfo) -> Interpreter:
    return Interpreter.from_options(Path(info.root_directory), dict(info.options.items()))


def _run_response(exit_code: int) -> messages.RunResponse:
    if exit_code in (0, ERROR_SHOWN):
        return messages.RunResponse(bail=exit_code == ERROR_SHOWN)
    ended = (
        f"was ended by signal {-exit_code}" if exit_code < 0 else f"exited with code {exit_code}"
    )
    return messages.RunResponse(error=f"The program {ended}")


def _passed_on(process: subprocess.Popen[bytes]) -> Iterator[messages.RunPluginResponse]:
    """Yield what a process writes, while it runs."""
    with selectors.DefaultSelector() as pipes:
        for pipe in filter(None, (process.stdout, process.stderr)):
            pipes.register(pipe, selectors.EVENT_READ)
        while pipes.get_map():
            for key, _ in pipes.select():
                piece = os.read(key.fd, 65536)
                if not piece:
                    pipes.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    yield messages.RunPluginResponse(stdout=piece)
                else:
                    yield messages.RunPluginResponse(stderr=piece)
