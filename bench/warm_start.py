"""The first minute of a new checkout, on a machine whose tool cache is filled."""

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench.results import Cell, Table
from testing.checkout import Up, environment_without_pulumi
from testing.project import PROJECT


def run() -> Iterator[Table]:
    """Time from ``make up`` in a fresh clone to the first streamed byte."""
    seconds: dict[str, list[Cell]] = {}
    number: dict[str, list[Cell]] = {}
    with TemporaryDirectory(prefix="lmi-bench-") as folder:
        clone, calls = Path(folder) / "lmi-streaming", _Calls(Path(folder))
        _make(Path(folder), "git", "clone", "--quiet", str(PROJECT), str(clone))
        try:
            began = time.monotonic()
            _make(clone, "make", "setup")
            seconds["make setup is done"] = [time.monotonic() - began]
            url = Up(_make(clone, "make", "up", variables=calls.variables)).url
            seconds["make up is done"] = [time.monotonic() - began]
            with httpx.stream("GET", url, trust_env=False) as response:
                next(response.iter_raw())
            seconds["the first streamed byte"] = [time.monotonic() - began]
            number["the first make up"] = [calls.take()]
            began = time.monotonic()
            _make(clone, "make", "up", variables=calls.variables)
            seconds["make up again"] = [time.monotonic() - began]
            number["make up again"] = [calls.take()]
        finally:
            _make(clone, "make", "down")
    yield Table("A new checkout", ("until", "seconds"), seconds)
    yield Table("Calls of AWS's APIs", ("by", "number"), number)


class _Calls:
    """Counts what the boto3 clients of other processes report by client-side monitoring.

    The local AWS takes no variable of AWS's from the command that starts it, so a home folder with
    a configuration of AWS's switches the monitoring on.
    """

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._types: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()
        config = folder / "home" / ".aws" / "config"
        config.parent.mkdir(parents=True)
        port = self._socket.getsockname()[1]
        config.write_text(f"[default]\ncsm_enabled = true\ncsm_port = {port}\n")
        own = {"XDG_CACHE_HOME": ".cache", "XDG_CONFIG_HOME": ".config"}
        kept = {name: os.environ.get(name) or str(Path.home() / own[name]) for name in own}
        self.variables = {"HOME": str(folder / "home"), **kept}

    def _read(self) -> None:
        while True:
            self._types.append(json.loads(self._socket.recv(65536))["Type"])

    def take(self) -> int:
        """Return how many calls were reported since the last time."""
        types, self._types = self._types, []
        return types.count("ApiCall")


def _make(folder: Path, *command: str, variables: Mapping[str, str] | None = None) -> str:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment_without_pulumi() | dict(variables or {}),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
