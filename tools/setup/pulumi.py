"""The Pulumi CLI and its Python language host: installed, downloaded or built.

The vendor's CLI comes with a language host, and both are used together. If it is neither installed
nor its download site reachable, both come from ``tools/offline``.
"""

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tools.offline.builds import ENGINE, HOST_MARK, VERSION, build_engine, host_script
from tools.setup.bin_folder import BinFolder
from tools.setup.cache import Tool
from tools.setup.errors import SetupError
from tools.setup.pins import requirement_version, version_numbers
from tools.setup.progress import activity, run, say, version_of

CLI = "pulumi"
HOST = "pulumi-language-python"

_VENDORS = Tool("pulumi-vendor", requirement_version("pulumi"), f"bin/{HOST}", needed_mb=1000)
_VENDORS_SITE = "https://get.pulumi.com/install.sh"
_PROBE_SECONDS = 5
_INSTALL_VENDORS = (
    "import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(sys.argv[1])"
)
_Vendors = tuple[Path, Path]  # the vendor's CLI, and its language host


def provide_pulumi(bin_folder: BinFolder, venv_python: Path) -> str:
    """Put the CLI and a Python language host into ``bin_folder``; return a description of them."""
    vendors = _installed() or _cached() or (None if ENGINE.find() else _download(venv_python))
    if vendors:
        cli, host = vendors
        bin_folder.link(cli, CLI)
        bin_folder.link(host, HOST)
        return f"pulumi {_version(cli)} ({cli.parent})"
    bin_folder.place(build_engine(), CLI)
    bin_folder.write(host_script(venv_python), HOST)
    return f"pulumi {VERSION} (built here)"


def _installed() -> _Vendors | None:
    """Return a CLI on PATH that is new enough and has the vendor's host."""
    hosts = list(_on_path(HOST))
    for cli in _on_path(CLI):
        beside = [cli.with_name(HOST), cli.resolve().with_name(HOST)]
        host = next((path for path in [*beside, *hosts] if _is_vendors(path)), None)
        if host and version_numbers(_version(cli)) >= version_numbers(VERSION):
            return cli, host
    return None


def _on_path(name: str) -> Iterator[Path]:
    """Yield executables on PATH, except in ``.tools/bin`` of a checkout (from ``make env``)."""
    for folder in filter(None, os.get_exec_path()):
        path = Path(folder, name).absolute()
        if path.parts[-3:-1] != (".tools", "bin") and os.access(path, os.X_OK) and path.is_file():
            yield path


def _is_vendors(host: Path) -> bool:
    """Return whether a language host is the vendor's, not that of a checkout."""
    if not os.access(host, os.X_OK):
        return False
    with host.open("rb") as file:
        return HOST_MARK.encode() not in file.read(1024)


def _version(cli: Path) -> str:
    variables = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    return version_of(cli, "version", env=variables).strip().removeprefix("v")


def _cached() -> _Vendors | None:
    host = _VENDORS.find()
    return (host.with_name(CLI), host) if host else None


def _download(venv_python: Path) -> _Vendors | None:
    """Install the vendor's CLI through the Automation API, if the vendor's site is reachable."""
    if not _is_reached(_VENDORS_SITE):
        say(f"pulumi: {_VENDORS_SITE} is out of reach, so the vendor's CLI is not installed")
        return None

    def install(folder: Path) -> None:
        with activity(f"pulumi {_VENDORS.version}: installing the vendor's CLI, a minute"):
            run([venv_python, "-c", _INSTALL_VENDORS, folder])

    try:
        _VENDORS.provide(install)
    except SetupError as error:
        say(f"pulumi: the vendor's CLI could not be installed. {error}")
    return _cached()


def _is_reached(url: str) -> bool:
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - an https constant
    try:
        with urllib.request.urlopen(request, timeout=_PROBE_SECONDS):  # noqa: S310
            return True
    except OSError:
        return False
