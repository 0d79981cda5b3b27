"""Which Pulumi CLI and which web adapter a machine's set-up takes."""

from pathlib import Path

import pytest

from tests.tools.conftest import Machine
from tools.offline.builds import VERSION, host_script
from tools.setup.bin_folder import BinFolder
from tools.setup.errors import SetupError
from tools.setup.pulumi import provide_pulumi
from tools.setup.virtualenv import provide_virtualenv
from tools.setup.web_adapter import provide_web_adapter


@pytest.fixture
def bin_folder(tmp_path: Path) -> BinFolder:
    return BinFolder(tmp_path / "checkout/.tools/bin")


def pulumi_of(here: Machine, bin_folder: BinFolder) -> str:
    return provide_pulumi(bin_folder, here.folder / "checkout/.venv/bin/python")


@pytest.mark.parametrize("version", [VERSION, "4.0.1"])
def test_a_cli_with_its_own_host_is_used_with_that_host(
    here: Machine, bin_folder: BinFolder, version: str
) -> None:
    cli = here.script(here.path / "pulumi", f"echo v{version}")
    host = here.script(here.path / "pulumi-language-python", "echo the vendor's")

    assert version in pulumi_of(here, bin_folder)
    assert (bin_folder.path / "pulumi").readlink() == cli
    assert (bin_folder.path / "pulumi-language-python").readlink() == host


def test_the_host_is_looked_for_beside_the_resolved_path_of_the_cli(
    here: Machine, bin_folder: BinFolder
) -> None:
    cellar = here.folder / "cellar/bin"
    (here.path / "pulumi").symlink_to(here.script(cellar / "pulumi", f"echo v{VERSION}"))
    host = here.script(cellar / "pulumi-language-python", "echo the vendor's")

    pulumi_of(here, bin_folder)
    assert (bin_folder.path / "pulumi-language-python").readlink() == host


def test_what_make_env_put_on_path_is_not_mistaken_for_an_installed_cli(
    here: Machine, bin_folder: BinFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = here.script(here.path / "pulumi", f"echo v{VERSION}")
    here.script(here.path / "pulumi-language-python", "echo the vendor's")
    pulumi_of(here, bin_folder)

    monkeypatch.setenv("PATH", f"{bin_folder.path}:{here.path}")
    assert f"({here.path})" in pulumi_of(here, bin_folder)
    assert (bin_folder.path / "pulumi").readlink() == cli


@pytest.mark.parametrize(
    ("version", "host"),
    [
        ("3.258.9", "echo the vendor's"),
        (VERSION, None),
        (VERSION, host_script(Path("/other/checkout/.venv/bin/python")).split("\n", 1)[1]),
    ],
    ids=["too old", "without a Python host", "built by another checkout"],
)
def test_other_clis_are_ignored_and_what_is_missing_is_reported(
    here: Machine, bin_folder: BinFolder, version: str, host: str | None
) -> None:
    here.script(here.path / "pulumi", f"echo v{version}")
    if host:
        here.script(here.path / "pulumi-language-python", host)

    with pytest.raises(SetupError, match="no Go to build it with") as missing:
        pulumi_of(here, bin_folder)
    assert "$ curl -fsSL https://get.pulumi.com | sh" in str(missing.value)


def test_an_engine_that_set_up_built_gets_the_project_s_own_host_beside_it(
    here: Machine, bin_folder: BinFolder
) -> None:
    here.script(here.path / "go", 'while [ "$1" != -o ]; do shift; done', '/bin/cp "$0" "$2"')

    assert "built here" in pulumi_of(here, bin_folder)
    built = bin_folder.path / "pulumi"
    # The engine looks beside its resolved path, so neither may be a link out of the folder.
    assert built.resolve() == built
    assert "language_host" in (bin_folder.path / "pulumi-language-python").read_text()


def test_a_replaced_file_is_put_right(here: Machine, bin_folder: BinFolder) -> None:
    here.script(here.path / "go", 'while [ "$1" != -o ]; do shift; done', '/bin/cp "$0" "$2"')
    pulumi_of(here, bin_folder)
    whole = {path.name: path.read_bytes() for path in bin_folder.path.iterdir()}

    (bin_folder.path / "pulumi").unlink()
    (bin_folder.path / "pulumi-language-python").write_text("half")
    pulumi_of(here, bin_folder)
    assert {path.name: path.read_bytes() for path in bin_folder.path.iterdir()} == whole


def test_a_given_adapter_is_used(
    here: Machine, bin_folder: BinFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = here.script(here.folder / "mine/adapter")
    monkeypatch.setenv("LMI_LAMBDA_ADAPTER", str(given))
    said = provide_web_adapter(bin_folder)
    assert str(given) in said
    assert (bin_folder.path / "lambda-adapter").resolve() == given


@pytest.mark.usefixtures("here")
def test_a_given_adapter_that_is_not_executable_is_refused(
    bin_folder: BinFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMI_LAMBDA_ADAPTER", "/nowhere")
    with pytest.raises(SetupError, match="LMI_LAMBDA_ADAPTER is '/nowhere'"):
        provide_web_adapter(bin_folder)


@pytest.mark.usefixtures("here")
def test_without_an_adapter_and_rust_set_up_says_what_is_missing(bin_folder: BinFolder) -> None:
    with pytest.raises(SetupError, match="no Cargo") as missing:
        provide_web_adapter(bin_folder)
    assert "$ LMI_LAMBDA_ADAPTER=" in str(missing.value)


def test_without_uv_and_pip_set_up_says_what_is_missing(here: Machine) -> None:
    here.script(here.path / "python3.13", '[ "$1" = -c ] && echo 3.13')

    with pytest.raises(SetupError, match=r"and \S+/python3\.13 has no pip") as missing:
        provide_virtualenv(here.folder / "checkout/.venv")
    assert "$ apt install python3-pip" in str(missing.value)
