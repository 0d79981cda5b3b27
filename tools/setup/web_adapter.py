"""Lambda Web Adapter, which the local AWS runs in every execution environment.

AWS publishes it as a layer and as a container image. The image cannot run here, but its executable
can, on Linux, so it is taken out. Where that is out of reach, an older one is built.
"""

import os
import platform
import sys
from pathlib import Path

from tools.offline.builds import ADAPTER, ADAPTER_VARIABLE, CRATE, build_adapter
from tools.setup.bin_folder import BinFolder
from tools.setup.cache import Tool
from tools.setup.container_image import Image, ImageError
from tools.setup.errors import SetupError
from tools.setup.progress import activity, say

# The version of the layer that the program uses.
_RELEASE = Tool(ADAPTER, "1.1.0", executable=f"bin/{ADAPTER}", needed_mb=50)
IMAGE = Image("https://public.ecr.aws", "awsguru/aws-lambda-adapter", _RELEASE.version)
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def provide_web_adapter(bin_folder: BinFolder) -> str:
    """Put the adapter into ``bin_folder``; return a description of it."""
    if given := os.environ.get(ADAPTER_VARIABLE):
        bin_folder.link(_given(Path(given).absolute()), ADAPTER)
        return f"Lambda Web Adapter ({given})"
    # A crate that was built once is not asked to be replaced each time.
    found = _RELEASE.find() or CRATE.find() or _downloaded() or build_adapter()
    bin_folder.place(found, ADAPTER)
    if found.is_relative_to(_RELEASE.folder):
        return f"Lambda Web Adapter {_RELEASE.version}"
    return f"Lambda Web Adapter {CRATE.version} (AWS runs {_RELEASE.version})"


def _downloaded() -> Path | None:
    """Return the executable of the image, ``None`` where it cannot be had."""
    architecture = _ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or architecture is None:
        return None

    def download(folder: Path) -> None:
        with activity(f"{_RELEASE}: taking it out of AWS's container image"):
            content = IMAGE.file(ADAPTER, architecture)
        executable = folder / _RELEASE.executable
        executable.parent.mkdir(parents=True)
        executable.write_bytes(content)
        executable.chmod(0o755)

    try:
        return _RELEASE.provide(download)
    except ImageError as error:
        say(f"    that failed ({error}), so the older crate is built instead")
        return None


def _given(adapter: Path) -> Path:
    if not (adapter.is_file() and os.access(adapter, os.X_OK)):
        raise SetupError(
            f"{ADAPTER_VARIABLE} is {str(adapter)!r}, which is not an executable file. Give the "
            "path of a Lambda Web Adapter for this machine, or leave the variable out.",
            f"env -u {ADAPTER_VARIABLE} make setup",
        )
    return adapter
