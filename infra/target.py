"""What a Lambda zip is built for: the runtime, and the platform of the dependencies."""

import os
import platform
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn, Self

from . import wheels
from .settings import DEFAULT_RUNTIME, Architecture, PackageFor, Runtime
from .settings.arguments import check_values
from .settings.mistakes import Set, refuse

ROOT: Final = Path(__file__).resolve().parent.parent

_PYTHON: Final = "python"
_GLIBC: Final = "manylinux_2_28"
"""Platform of the wheels. The runtime's Amazon Linux 2023 has glibc 2.34."""
_WHEEL_MACHINES: Final[dict[Architecture, str]] = {"x86_64": "x86_64", "arm64": "aarch64"}
_HOST_MACHINES: Final[dict[str, Architecture]] = {
    "x86_64": "x86_64",
    "amd64": "x86_64",
    "arm64": "arm64",
    "aarch64": "arm64",
}


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a zip is built for."""

    name: str
    """Last part of the name of the zip's folder."""
    runtime: Runtime
    """The function's runtime. An application for Node.js brings its own ``node_modules``."""
    architecture: Architecture
    """Architecture that the function must have to run the zip."""
    platform: wheels.Platform | None = None
    """Platform of the dependencies; ``None`` is that of ``interpreter``."""
    interpreter: Path = Path(sys.executable)
    """The Python that the dependencies are for, where no platform is given."""

    @classmethod
    def choose(
        cls, package_for: PackageFor, architecture: Architecture, runtime: Runtime = DEFAULT_RUNTIME
    ) -> Self:
        """Return the target of a stack. Packaging for the host ignores the architecture.

        Raises
        ------
        pulumi.RunError
            When an argument is not among the values of its setting, or when this machine has not
            the runtime's Python, or is none that Lambda has.
        """
        check_values(package_for=package_for, architecture=architecture, runtime=runtime)
        if package_for == "host":
            return cls._host(runtime)
        name = f"{runtime}-{architecture}"
        if not is_python(runtime):
            return cls(name=name, runtime=runtime, architecture=architecture)
        return cls(
            name=name,
            runtime=runtime,
            architecture=architecture,
            platform=wheels.Platform(
                python_version=runtime.removeprefix(_PYTHON),
                name=f"{_WHEEL_MACHINES[architecture]}-{_GLIBC}",
            ),
        )

    @classmethod
    def _host(cls, runtime: Runtime) -> Self:
        machine = platform.machine()
        architecture = _HOST_MACHINES.get(machine.lower())
        if architecture is None:
            refuse(
                f"is host, but this machine is {machine!r}",
                path="packageFor",
                allowed="host on x86_64 and arm64 machines",
                fix=Set("packageFor", "function"),
            )
        if not is_python(runtime):
            return cls(name=f"host-{runtime}", runtime=runtime, architecture=architecture)
        interpreter = _local_aws_interpreter()
        tag = _cache_tag(interpreter)
        _check_version(runtime, tag, interpreter)
        return cls(
            name=f"host-{tag}-{sysconfig.get_platform()}",
            runtime=runtime,
            architecture=architecture,
            interpreter=interpreter,
        )


def is_python(runtime: Runtime) -> bool:
    """Return whether a runtime is one of Python's."""
    return runtime.startswith(_PYTHON)


def _check_version(runtime: Runtime, tag: str, interpreter: Path) -> None:
    """Refuse another runtime than the default where the local AWS runs another Python."""
    version = runtime.removeprefix(_PYTHON)
    if runtime != DEFAULT_RUNTIME and tag != f"cpython-{version.replace('.', '')}":
        refuse(
            f"is {runtime}, and {interpreter}, which the local AWS runs functions with, is {tag}",
            path="runtime",
            allowed=f"{DEFAULT_RUNTIME}, or a checkout that was set up with Python {version}",
            fix=(
                f"rm -r '{interpreter.parents[1]}', then make setup with python{version} on the "
                "PATH",
                Set("runtime", DEFAULT_RUNTIME),
            ),
        )


def _local_aws_interpreter() -> Path:
    """Return the Python that the local AWS runs functions with: the one that runs itself.

    A project of your own may have a virtual environment of another Python; ``make env`` names the
    local AWS's.
    """
    if named := os.environ.get("LMI_LOCAL_PYTHON"):
        return Path(named)
    of_checkout = ROOT / ".venv"
    if Path(sys.prefix).resolve() == of_checkout.resolve():
        return Path(sys.executable)
    if not of_checkout.exists():
        _refuse_unready(
            f"{of_checkout}, whose Python the local AWS runs functions with, does not exist"
        )
    return of_checkout / "bin/python"


def _cache_tag(interpreter: Path) -> str:
    """Return the tag of an interpreter, such as ``cpython-313``."""
    if interpreter == Path(sys.executable):
        return str(sys.implementation.cache_tag)
    command = [str(interpreter), "-c", "import sys; print(sys.implementation.cache_tag)"]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        _refuse_unready(
            f"{interpreter}, which the local AWS runs functions with, does not run: {error}"
        )


def _refuse_unready(why: str) -> NoReturn:
    """Refuse to package for this machine while no local AWS can run from the checkout."""
    refuse(
        f"is host, and {why}",
        path="packageFor",
        allowed="host after the set-up of a checkout",
        fix='make setup in the checkout; with the wheel, eval "$(make -s -C CHECKOUT env)"',
    )
