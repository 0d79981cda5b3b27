"""A language host for Go and TypeScript, where the vendor's CLI, which brings theirs, is missing.

``python host.py LANGUAGE ENGINE``. It only starts a program with the variables and options that its
SDK reads; the engine, the SDK and the program are the real ones.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tools.offline.language_host.protocol import (  # noqa: E402
    language_pb2 as messages,
    language_pb2_grpc,
    plugin_pb2,
)
from tools.offline.language_host.server import serve  # noqa: E402


class ProgramStarter(language_pb2_grpc.LanguageRuntimeServicer):
    """Starts programs of one language."""

    def __init__(self, language: str, engine: str) -> None:
        self._language = language
        self._engine = engine

    def Handshake(self, request: object, context: object) -> messages.LanguageHandshakeResponse:
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: object, context: object) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def GetRequiredPackages(
        self, request: object, context: object
    ) -> messages.GetRequiredPackagesResponse:
        return messages.GetRequiredPackagesResponse()

    def InstallDependencies(
        self, request: object, context: object
    ) -> Iterator[messages.InstallDependenciesResponse]:
        return iter(())

    def Run(self, request: messages.RunRequest, context: object) -> messages.RunResponse:
        options = {
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "monitor": request.monitor_address,
            "engine": self._engine,
            "parallel": str(request.parallel),
        }
        if self._language == "go":
            command = ["go", "run", "."]
            variables = {f"PULUMI_{name.upper()}": value for name, value in options.items()}
            variables["PULUMI_DRY_RUN"] = str(request.dryRun).lower()
        else:
            given = [part for name, value in options.items() for part in (f"--{name}", value)]
            dry_run = ["--dry-run"] if request.dryRun else []
            run = "node_modules/@pulumi/pulumi/cmd/run"
            command = ["node", run, *given, *dry_run, "--pwd", request.pwd, "."]
            variables = {"PULUMI_NODEJS_TYPESCRIPT": "true"}
        variables["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        done = subprocess.run(
            command, cwd=request.pwd, env=os.environ | variables, stdout=sys.stderr, check=False
        )
        error = f"the program ended with {done.returncode}" if done.returncode else ""
        return messages.RunResponse(error=error)


if __name__ == "__main__":
    serve(ProgramStarter(sys.argv[1], sys.argv[-1]))
