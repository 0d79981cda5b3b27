"""Lambda Web Adapter, which the local AWS runs in every execution environment.

AWS publishes it as a layer and as a container image. The image cannot run here, but its executable
can, on Linux, so it is taken out. Where that is out of reach, the adapter's crate is built, whose
newest version is older (docs/facts/web-adapter.md#building-the-adapter).
"""

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.setup.bin_folder import BinFolder
from tools.setup.cache import Tool, ToolCache
from tools.setup.container_image import Image, ImageError
from tools.setup.errors import SetupError
from tools.setup.progress import Progress, run

VARIABLE = "LMI_LAMBDA_ADAPTER"
NAME = "lambda-adapter"

# The version of the layer that the program uses.
_RELEASE = Tool(NAME, "1.1.0", executable=f"bin/{NAME}", needed_mb=50)
IMAGE = Image("https://public.ecr.aws", "awsguru/aws-lambda-adapter", _RELEASE.version)
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# The newest version of the crate.
_CRATE = Tool(NAME, "1.0.0-rc1", executable=f"bin/{NAME}", needed_mb=1000)
_REMEDIES = (
    f"{VARIABLE}=/path/to/{NAME} make setup",
    "curl --proto '=https' -sSf https://sh.rustup.rs | sh",
)


def provide_web_adapter(
    bin_folder: BinFolder,
    cache: ToolCache,
    environment: Mapping[str, str],
    progress: Progress,
    image: Image = IMAGE,
) -> str:
    """Put the adapter into ``bin_folder``; return a description of it."""
    if given := environment.get(VARIABLE):
        bin_folder.link(_given(Path(given).absolute()), NAME)
        return f"Lambda Web Adapter ({given})"
    # A crate that was built once is not asked to be replaced each time.
    found = cache.find(_RELEASE) or cache.find(_CRATE) or _downloaded(cache, progress, image)
    found = found or _built(cache, environment, progress)
    bin_folder.place(found, NAME)
    if found == cache.find(_RELEASE):
        return f"Lambda Web Adapter {_RELEASE.version}"
    return f"Lambda Web Adapter {_CRATE.version} (AWS runs {_RELEASE.version})"


def _downloaded(cache: ToolCache, progress: Progress, image: Image) -> Path | None:
    """Return the executable of the image, ``None`` where it cannot be had."""
    architecture = _ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or architecture is None:
        return None

    def download(folder: Path) -> None:
        with progress.activity(f"{_RELEASE}: taking it out of AWS's container image"):
            content = image.file(NAME, architecture)
        executable = folder / _RELEASE.executable
        executable.parent.mkdir(parents=True)
        executable.write_bytes(content)
        executable.chmod(0o755)

    try:
        return cache.provide(_RELEASE, download, progress)
    except ImageError as error:
        progress.say(f"    that failed ({error}), so its crate is built, which is older")
        return None


def _built(cache: ToolCache, environment: Mapping[str, str], progress: Progress) -> Path:
    """Return the executable of the crate, and build it first if needed."""

    def build(folder: Path) -> None:
        if not shutil.which("cargo", path=environment.get("PATH")):
            raise SetupError(
                "There is no Lambda Web Adapter, and no Cargo (Rust) to build it with.", *_REMEDIES
            )
        with progress.activity(f"{_CRATE}: building it with Cargo, 2 to 4 minutes, once"):
            command = ["cargo", "install", "lambda_web_adapter", "--version", _CRATE.version]
            arguments = ["--locked", "--root", folder]
            run([*command, *arguments], env=environment, remedies=_REMEDIES[:1])

    return cache.provide(_CRATE, build, progress)


def _given(adapter: Path) -> Path:
    if not (adapter.is_file() and os.access(adapter, os.X_OK)):
        raise SetupError(
            f"{VARIABLE} is {str(adapter)!r}, which is not an executable file. Give the path of "
            "a Lambda Web Adapter for this machine, or leave the variable out.",
            f"env -u {VARIABLE} make setup",
        )
    return adapter
