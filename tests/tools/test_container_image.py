"""The web adapter out of a container image, from a registry that the test serves."""

import platform
import sys
from pathlib import Path

import pytest

from tests.tools.conftest import NOWHERE, Machine
from tests.tools.registry import Registry, serving
from tools.setup import web_adapter
from tools.setup.bin_folder import BinFolder
from tools.setup.container_image import Image, ImageError

FILES = {"arm64": b"for Arm", "amd64": b"for Intel"}


@pytest.fixture
def bin_folder(tmp_path: Path) -> BinFolder:
    return BinFolder(tmp_path / "checkout/.tools/bin")


@pytest.fixture(autouse=True)
def direct(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def provided(bin_folder: BinFolder, image: Image) -> str:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(web_adapter, "IMAGE", image)
        return web_adapter.provide_web_adapter(bin_folder)


def cargo(machine: Machine) -> None:
    """Put a Cargo on the machine that makes an adapter at once."""
    machine.script(
        machine.path / "cargo",
        'while [ "$1" != --root ]; do shift; done',
        '/bin/mkdir "$2/bin" && echo "of the crate" > "$2/bin/lambda-adapter"',
        '/bin/chmod +x "$2/bin/lambda-adapter"',
    )


@pytest.mark.parametrize("architecture", FILES)
def test_the_file_of_an_architecture_is_found(architecture: str) -> None:
    with serving(Registry(FILES)) as image:
        assert image.file("lambda-adapter", architecture) == FILES[architecture]


def test_an_answer_with_another_digest_is_refused() -> None:
    registry = Registry(FILES)
    registry.damage_layers()
    with serving(registry) as image, pytest.raises(ImageError, match="has another digest"):
        image.file("lambda-adapter", "amd64")


def test_what_the_image_lacks_is_named() -> None:
    with serving(Registry(FILES)) as image:
        with pytest.raises(ImageError, match="none for linux/riscv64"):
            image.file("lambda-adapter", "riscv64")
        with pytest.raises(ImageError, match="has no file bootstrap"):
            image.file("bootstrap", "amd64")


@pytest.mark.skipif(sys.platform != "linux", reason="the image is for Linux")
def test_set_up_takes_the_adapter_out_of_the_image_once(bin_folder: BinFolder) -> None:
    with serving(Registry(dict.fromkeys(FILES, b"of the image"))) as image:
        assert provided(bin_folder, image) == "Lambda Web Adapter 1.1.0"
    adapter = bin_folder.path / "lambda-adapter"
    assert adapter.read_bytes() == b"of the image"
    assert adapter.stat().st_mode & 0o111
    # The registry is gone, and Cargo was never there.
    assert provided(bin_folder, image) == "Lambda Web Adapter 1.1.0"


def test_without_the_registry_set_up_builds_the_crate_and_names_the_newer_version(
    machine: Machine, bin_folder: BinFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    cargo(machine)
    image = Image(NOWHERE, "nobody/nothing", "1.1.0")
    said = "Lambda Web Adapter 1.0.0-rc1 (AWS runs 1.1.0)"
    assert provided(bin_folder, image) == said
    assert (bin_folder.path / "lambda-adapter").read_text() == "of the crate\n"
    if sys.platform == "linux":
        assert "so the older crate is built instead" in capfd.readouterr().err


def test_a_crate_that_was_built_is_kept(machine: Machine, bin_folder: BinFolder) -> None:
    cargo(machine)
    provided(bin_folder, Image(NOWHERE, "nobody/nothing", "1.1.0"))
    with serving(Registry(FILES)) as image:
        assert "1.0.0-rc1" in provided(bin_folder, image)


def test_a_machine_of_another_architecture_builds_the_crate(
    machine: Machine, bin_folder: BinFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cargo(machine)
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with serving(Registry(FILES)) as image:
        assert "1.0.0-rc1" in provided(bin_folder, image)
