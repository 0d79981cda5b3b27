"""The application as an execution environment runs it: started by ``run.sh`` on a free port."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self, cast

APP = Path(__file__).parents[2] / "app"
PROBE = Path(__file__).with_name("probe.py")
"""An application for tests, in place of the sample's ``main.py``."""


@dataclass
class Server:
    """A running server.

    Attributes
    ----------
    process
        The process that ``run.sh`` has become.
    port
        Where it listens on the loopback interface.
    log
        What it has logged until it listened, one object a line.
    """

    process: subprocess.Popen[str]
    port: int = 0
    log: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @classmethod
    @contextmanager
    def started(
        cls, folder: Path, main: Path | None = None, /, **environment: str
    ) -> Generator[Self]:
        """Start it in a folder laid out as the Lambda zip is, with a clean environment.

        Parameters
        ----------
        main
            A module in place of the sample's ``main.py``.
        """
        folder.mkdir(exist_ok=True)
        shutil.copy(APP / "run.sh", folder)
        shutil.copytree(APP, folder / "app")
        if main:
            shutil.copy(main, folder / "app/main.py")
        with subprocess.Popen(
            [folder / "run.sh"],
            # As Lambda, start it elsewhere than where it lies.
            cwd="/",
            env={"PATH": f"{Path(sys.executable).parent}:{os.defpath}", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            server = cls(process)
            try:
                server._wait_until_it_listens()
                yield server
            finally:
                # Its workers too; it may have ended, and they not.
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    def stop(self) -> list[dict[str, Any]]:
        """Ask it to end, wait until it has, and give what it logged meanwhile."""
        self.process.send_signal(signal.SIGTERM)
        lines = list(self._lines())
        self.process.wait()
        return lines

    def lines_until(self, message: str) -> Iterator[dict[str, Any]]:
        """Return what it logs, up to a line with this message."""
        for line in self._lines():
            yield line
            if line["message"] == message:
                return

    def _wait_until_it_listens(self) -> None:
        for line in self._lines():
            self.log.append(line)
            if found := re.search(r"running on http://127\.0\.0\.1:(\d+)", line["message"]):
                self.port = int(found[1])
                return
        raise AssertionError(f"it ended without listening: {self.log}")

    def _lines(self) -> Iterator[dict[str, Any]]:
        for text in cast("IO[str]", self.process.stdout):
            yield json.loads(text)
