"""Lambda Web Adapter, built from its crate, whose newest version is older than AWS's image.

Source: docs/facts/web-adapter.md#building-the-adapter.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.setup.cache import Tool, ToolCache
from tools.setup.errors import SetupError
from tools.setup.progress import Progress, run

NAME: Final = "lambda-adapter"
VARIABLE: Final = "LMI_LAMBDA_ADAPTER"
"""Names an adapter that is there already."""
CRATE: Final = Tool(NAME, "1.0.0-rc1", executable=f"bin/{NAME}", needed_mb=1000)

_REMEDIES: Final = (
    f"{VARIABLE}=/path/to/{NAME} make setup",
    "curl --proto '=https' -sSf https://sh.rustup.rs | sh",
)


def build_adapter(cache: ToolCache, environment: Mapping[str, str], progress: Progress) -> Path:
    """Return the executable of the crate, and build it first if needed."""

    def make(folder: Path) -> None:
        if not shutil.which("cargo", path=environment.get("PATH")):
            raise SetupError(
                "There is no Lambda Web Adapter, and no Cargo (Rust) to build it with.", *_REMEDIES
            )
        with progress.activity(f"{CRATE}: building it with Cargo, 2 to 4 minutes, once"):
            command = ["cargo", "install", "lambda_web_adapter", "--version", CRATE.version]
            arguments = ["--locked", "--root", folder]
            run([*command, *arguments], env=environment, remedies=_REMEDIES[:1])

    return cache.provide(CRATE, make, progress)
