"""The Pulumi CLI, built from its Go module, and the executable that starts our language host."""

import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.setup.cache import Tool, ToolCache
from tools.setup.errors import SetupError
from tools.setup.pins import GO_MODULE, PROJECT, go_module_version
from tools.setup.progress import Progress, run

VERSION: Final = go_module_version("github.com/pulumi/pulumi/pkg/v3")
"""The version that is built, and the oldest that is used where a CLI is installed."""
ENGINE: Final = Tool("pulumi", VERSION, executable="pulumi", needed_mb=3000)
HOST_MARK: Final = "# Written by `make setup` of lmi-streaming."
"""Tells our language host from the vendor's."""

_VERSION_VARIABLE: Final = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_BUILD: Final = (
    *("go", "build", "-mod=readonly", "-trimpath"),
    # grpcnotrace lets the linker remove unused code; the CLI's checks need its version.
    *("-tags", "osusergo,grpcnotrace", "-ldflags", f"-s -w -X {_VERSION_VARIABLE}={VERSION}"),
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
)
_INSTALL_VENDORS_BY_HAND: Final = "curl -fsSL https://get.pulumi.com | sh   # and put it on PATH"
_REMEDIES: Final = (
    _INSTALL_VENDORS_BY_HAND,
    "go env -w GOPROXY=URL_OF_A_MODULE_PROXY_THAT_YOU_REACH",
)


def build_engine(cache: ToolCache, environment: Mapping[str, str], progress: Progress) -> Path:
    """Return the CLI, and build it first if needed."""

    def make(folder: Path) -> None:
        if not shutil.which("go", path=environment.get("PATH")):
            raise SetupError(
                f"There is no Pulumi CLI ({VERSION} or newer, with its Python language host) on "
                "PATH, its download site is out of reach, and there is no Go to build it with.",
                _INSTALL_VENDORS_BY_HAND,
                "apt install golang",
                "brew install go",
            )
        with progress.activity(f"pulumi {VERSION}: building it with Go, 4 to 10 minutes, once"):
            run(
                [*_BUILD[:2], "-o", folder / ENGINE.executable, *_BUILD[2:]],
                cwd=GO_MODULE,
                env={**environment, "CGO_ENABLED": "0", "GOWORK": "off"},
                remedies=_REMEDIES,
            )

    return cache.provide(ENGINE, make, progress)


def host_script(venv_python: Path) -> str:
    """Return the executable that starts the project's own language host."""
    start = [venv_python, "-I", PROJECT / "tools" / "offline" / "language_host" / "__main__.py"]
    return f'#!/bin/sh\n{HOST_MARK}\nexec {shlex.join(map(str, start))} "$@"\n'
