"""What is built here: the Pulumi CLI from its Go module, and Lambda Web Adapter from its crate."""

import os
import shlex
import shutil
from pathlib import Path
from typing import Final

from tools.setup.cache import Tool
from tools.setup.errors import SetupError
from tools.setup.pins import GO_MODULE, PROJECT, go_module_version
from tools.setup.progress import activity, run

VERSION: Final = go_module_version("github.com/pulumi/pulumi/pkg/v3")
"""The version that is built, and the oldest that is used where a CLI is installed."""
ENGINE: Final = Tool("pulumi", VERSION, executable="pulumi", needed_mb=3000)
HOST_MARK: Final = "# Written by `make setup` of lmi-streaming."
"""Tells our language host from the vendor's."""

ADAPTER: Final = "lambda-adapter"
ADAPTER_VARIABLE: Final = "LMI_LAMBDA_ADAPTER"
"""Names an adapter that is there already."""
CRATE: Final = Tool(ADAPTER, "1.0.0-rc1", executable=f"bin/{ADAPTER}", needed_mb=1000)

_VERSION_VARIABLE: Final = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_BUILD: Final = (
    "go", "build", "-mod=readonly", "-trimpath",
    # grpcnotrace lets the linker remove unused code; the CLI's checks need its version.
    "-tags", "osusergo,grpcnotrace", "-ldflags", f"-s -w -X {_VERSION_VARIABLE}={VERSION}",
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
)  # fmt: skip
_INSTALL_VENDORS_BY_HAND: Final = "curl -fsSL https://get.pulumi.com | sh   # and put it on PATH"
_REMEDIES: Final = (
    _INSTALL_VENDORS_BY_HAND,
    "go env -w GOPROXY=URL_OF_A_MODULE_PROXY_THAT_YOU_REACH",
)
_ADAPTER_REMEDIES: Final = (
    f"{ADAPTER_VARIABLE}=/path/to/{ADAPTER} make setup",
    "curl --proto '=https' -sSf https://sh.rustup.rs | sh",
)


def build_engine() -> Path:
    """Return the CLI, and build it first if needed."""

    def make(folder: Path) -> None:
        if not shutil.which("go"):
            raise SetupError(
                f"There is no Pulumi CLI ({VERSION} or newer, with its Python language host) on "
                "PATH, its download site is out of reach, and there is no Go to build it with.",
                _INSTALL_VENDORS_BY_HAND,
                "apt install golang",
                "brew install go",
            )
        with activity(f"pulumi {VERSION}: building it with Go, 4 to 10 minutes, once"):
            run(
                [*_BUILD[:2], "-o", folder / ENGINE.executable, *_BUILD[2:]],
                cwd=GO_MODULE,
                env={**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"},
                remedies=_REMEDIES,
            )

    return ENGINE.provide(make)


def host_script(venv_python: Path) -> str:
    """Return the executable that starts the project's own language host."""
    start = [venv_python, "-I", PROJECT / "tools" / "offline" / "language_host" / "__main__.py"]
    return f'#!/bin/sh\n{HOST_MARK}\nexec {shlex.join(map(str, start))} "$@"\n'


def build_adapter() -> Path:
    """Return the executable of the crate, and build it first if needed.

    Its newest version is older than AWS's image (docs/facts/web-adapter.md#building-the-adapter).
    """

    def make(folder: Path) -> None:
        if not shutil.which("cargo"):
            raise SetupError(
                "There is no Lambda Web Adapter, and no Cargo (Rust) to build it with.",
                *_ADAPTER_REMEDIES,
            )
        with activity(f"{CRATE}: building it with Cargo, 2 to 4 minutes, once"):
            command = ["cargo", "install", "lambda_web_adapter", "--version", CRATE.version]
            arguments = ["--locked", "--root", folder]
            run([*command, *arguments], remedies=_ADAPTER_REMEDIES[:1])

    return CRATE.provide(make)
