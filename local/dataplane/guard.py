"""Ensures that no process of an execution environment outlives the local AWS."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

_PROGRAM = Path(__file__).with_name("guard_process.py")
_RELAUNCH_SECONDS = 0.1


class ProcessGuard:
    """A process that ends the registered process groups when the local AWS has ended.

    It reads from a pipe that is closed even when the local AWS is killed. A guard that ends
    is replaced.
    """

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the guard."""
        self._process = await self._launch()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Let the guard end the groups that are still registered, then itself."""
        if self._keeper is None or self._process is None:
            return
        self._keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeper
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    def watch(self, group: int) -> None:
        """Register a process group."""
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """Unregister a process group that has ended."""
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    async def _keep(self) -> None:
        while self._process is not None:
            await self._process.wait()
            await asyncio.sleep(_RELAUNCH_SECONDS)
            self._process = await self._launch()

    async def _launch(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-S", str(_PROGRAM)),
            stdin=PIPE,
            stdout=DEVNULL,
            stderr=DEVNULL,
            # Not in the terminal's process group: Ctrl-C must not reach it.
            start_new_session=True,
            cwd="/",
        )
        _write(process, "".join(f"+{group}\n" for group in self._groups))
        return process

    def _tell(self, line: str) -> None:
        if self._process is not None:
            _write(self._process, line)


def _write(process: Process, text: str) -> None:
    if process.stdin is not None and text:
        process.stdin.write(text.encode())
