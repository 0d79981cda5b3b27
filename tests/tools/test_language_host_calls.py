"""What the language host answers where no preview shows it: the calls themselves."""

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Generator
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

HOST = Path(__file__).resolve().parents[2] / "tools/offline/language_host/__main__.py"


@pytest.fixture
def host() -> Generator[subprocess.Popen[str]]:
    """Start a host as the engine does."""
    with subprocess.Popen(
        [sys.executable, "-I", HOST, "127.0.0.1:1"],
        env={**os.environ, "PULUMI_PYTHON_CMD": sys.executable},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        yield running
        running.kill()


class Calls:
    """The calls of a test, typed: the stub's are not."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = cast("Any", language_pb2_grpc.LanguageRuntimeStub(channel))

    def required_packages(
        self, info: language_pb2.ProgramInfo
    ) -> list[plugin_pb2.PackageDependency]:
        request = language_pb2.GetRequiredPackagesRequest(info=info)
        return list(self._stub.GetRequiredPackages(request).packages)

    def install(self, info: language_pb2.ProgramInfo) -> str:
        request = language_pb2.InstallDependenciesRequest(info=info)
        return b"".join(line.stdout for line in self._stub.InstallDependencies(request)).decode()

    def generate_program(self) -> None:
        self._stub.GenerateProgram(language_pb2.GenerateProgramRequest())


@pytest.fixture
def calls(host: subprocess.Popen[str]) -> Generator[Calls]:
    """Connect to the port that the host prints."""
    assert host.stdout
    with grpc.insecure_channel(f"127.0.0.1:{host.stdout.readline().strip()}") as channel:
        yield Calls(channel)


def program(folder: Path, **options: str) -> language_pb2.ProgramInfo:
    struct = Struct()
    struct.update(options)
    return language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point=".", options=struct
    )


def test_installed_packages_name_the_plugins_they_need(calls: Calls, tmp_path: Path) -> None:
    needed = calls.required_packages(program(tmp_path, virtualenv=sys.prefix))
    assert [(plugin.name, plugin.version) for plugin in needed] == [("aws", version("pulumi-aws"))]


def test_a_missing_virtualenv_is_made_once_with_the_requirements_in_it(
    calls: Calls, tmp_path: Path
) -> None:
    wheel = package_of_a_provider(tmp_path, name="pulumi_demo", provider_version="1.2.3")
    (tmp_path / "requirements.txt").write_text(f"./{wheel.name}\n")

    (plugin,) = calls.required_packages(program(tmp_path, virtualenv="venv"))
    assert (plugin.name, plugin.kind, plugin.version) == ("demo", "resource", "1.2.3")
    made = (tmp_path / "venv/pyvenv.cfg").stat().st_mtime_ns

    assert "Installing requirements.txt" in calls.install(program(tmp_path, virtualenv="venv"))
    assert (tmp_path / "venv/pyvenv.cfg").stat().st_mtime_ns == made, "it is made once"


def test_a_failed_installation_is_the_error_of_the_call(calls: Calls, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("./absent.whl\n")
    with pytest.raises(grpc.RpcError, match="pip install"):
        calls.install(program(tmp_path))


def test_another_toolchain_is_refused_with_a_fix(calls: Calls, tmp_path: Path) -> None:
    with pytest.raises(grpc.RpcError, match="this language host knows only 'pip'"):
        calls.required_packages(program(tmp_path, toolchain="poetry"))


def test_a_broken_virtualenv_is_one_message(calls: Calls, tmp_path: Path) -> None:
    (tmp_path / "left-over").touch()
    said = f"names {tmp_path}, which is not a virtual environment"
    with pytest.raises(grpc.RpcError, match=re.escape(said)):
        calls.required_packages(program(tmp_path, virtualenv=str(tmp_path)))


@pytest.mark.parametrize("end", ["interrupt", "end of the engine"])
def test_it_ends_quietly(host: subprocess.Popen[str], end: str) -> None:
    assert host.stdout
    assert host.stdin
    host.stdout.readline()
    if end == "interrupt":
        host.send_signal(signal.SIGINT)
    else:
        host.stdin.close()
    assert host.wait(timeout=30) == 0
    assert host.stderr
    assert host.stderr.read() == ""


def package_of_a_provider(folder: Path, *, name: str, provider_version: str) -> Path:
    """Build the smallest wheel that names a provider plugin."""
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    manifest = {"resource": True, "name": "demo", "version": provider_version}
    contents = {
        f"{name}/pulumi-plugin.json": json.dumps(manifest),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    contents[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*contents, f"{info}/RECORD"])
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in contents.items():
            archive.writestr(path, text)
    return wheel


def test_it_says_that_it_writes_no_program(calls: Calls) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        calls.generate_program()
    assert "pulumi import needs --generate-code=false" in str(refused.value)
