"""Lambda Web Adapter, which the local AWS runs in every execution environment.

AWS publishes it as a layer and as a container image, which cannot run here. So its crate is built
(docs/facts/web-adapter.md#building-the-adapter).
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tools.setup.bin_folder import BinFolder
from tools.setup.cache import Tool, ToolCache
from tools.setup.errors import SetupError
from tools.setup.progress import Progress, run

VARIABLE = "LMI_LAMBDA_ADAPTER"
NAME = "lambda-adapter"

_CRATE = "lambda_web_adapter"
# The version of the layer that the program uses, and the newest version of the crate.
_TOOL = Tool(NAME, "1.0.0-rc1", executable=f"bin/{NAME}", needed_mb=1000)
_REMEDIES = (
    f"{VARIABLE}=/path/to/{NAME} make setup",
    "curl --proto '=https' -sSf https://sh.rustup.rs | sh",
)


def provide_web_adapter(
    bin_folder: BinFolder, cache: ToolCache, environment: Mapping[str, str], progress: Progress
) -> str:
    """Put the adapter into ``bin_folder``; return a description of it."""
    if given := environment.get(VARIABLE):
        bin_folder.link(_given(Path(given).absolute()), NAME)
        return f"Lambda Web Adapter ({given})"

    def build(folder: Path) -> None:
        if not shutil.which("cargo", path=environment.get("PATH")):
            raise SetupError(
                "There is no Lambda Web Adapter, and no Cargo (Rust) to build it with.",
                *_REMEDIES,
            )
        with progress.activity(f"{_TOOL}: building it with Cargo, 2 to 4 minutes, once"):
            command = ["cargo", "install", _CRATE, "--version", _TOOL.version, "--locked"]
            run([*command, "--root", folder], env=environment, remedies=_REMEDIES[:1])

    bin_folder.place(cache.provide(_TOOL, build, progress), NAME)
    return f"Lambda Web Adapter {_TOOL.version}"


def _given(adapter: Path) -> Path:
    if not (adapter.is_file() and os.access(adapter, os.X_OK)):
        raise SetupError(
            f"{VARIABLE} is {str(adapter)!r}, which is not an executable file. Give the path of "
            "a Lambda Web Adapter for this machine, or leave the variable out.",
            f"env -u {VARIABLE} make setup",
        )
    return adapter
