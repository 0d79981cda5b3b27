"""The processes of an execution environment, none of which outlives the local AWS."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PROGRAM = Path(__file__).with_name("guard_process.py")
_RELAUNCH_SECONDS = 0.1

# Waits until the guard has registered the process: one that is not registered must not run.
_HELD_START = ("/bin/sh", "-c", 'read -r _ && exec "$@" </dev/null', "sh")
_MAX_LINE_BYTES = 256 * 1024  # of one event in CloudWatch Logs
_READ_BYTES = 64 * 1024
_GRACE_SECONDS = 0.6  # what LMI gives a runtime (docs/facts/lmi.md#execution-environment)
_DRAIN_SECONDS = 1.0


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
        await self._launch()
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
            await self._launch()

    async def _launch(self) -> None:
        known = set(self._groups)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-S", str(_PROGRAM), *map(str, known)),
            stdin=PIPE,
            stdout=DEVNULL,
            stderr=DEVNULL,
            # Not in the terminal's process group: Ctrl-C must not reach it.
            start_new_session=True,
            cwd="/",
        )
        self._tell("".join(f"+{group}\n" for group in self._groups - known))
        self._tell("".join(f"-{group}\n" for group in known - self._groups))

    def _tell(self, lines: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(lines.encode())


class GuardedProcess:
    """A running process, the leader of a process group of its own.

    ``exit`` gives its exit code, negative for a signal.
    """

    def __init__(self, process: Process, guard: ProcessGuard, output: asyncio.Task[None]) -> None:
        self.pid = process.pid
        self.exit = asyncio.create_task(process.wait())
        self._guard = guard
        self._output = output

    async def end(self) -> None:
        """End the whole process group: SIGTERM first, SIGKILL after 600 ms."""
        self._signal(signal.SIGTERM)
        await asyncio.wait({self.exit}, timeout=_GRACE_SECONDS)
        await self.kill()

    async def kill(self) -> None:
        """Kill the whole process group."""
        self._signal(signal.SIGKILL)
        await asyncio.wait({self.exit})
        self._guard.forget(self.pid)
        await self.output_ended()

    async def output_ended(self) -> None:
        """Wait for the end of the output, with a limit: other processes may hold the pipe open."""
        await asyncio.wait({self._output}, timeout=_DRAIN_SECONDS)
        self._output.cancel()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


async def start_guarded(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    guard: ProcessGuard,
    lines: Callable[[list[str]], None],
) -> GuardedProcess:
    """Start a command in a folder, with exactly these environment variables.

    ``lines`` receives the lines of its output. The guard ends it if this process ends first.
    """
    release_end, release = os.pipe()
    output, output_end = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *_HELD_START,
            *command,
            cwd=folder,
            env=dict(variables),
            # With asyncio's own pipes `wait` would last until every process has closed its end.
            stdin=release_end,
            stdout=output_end,
            stderr=STDOUT,
            start_new_session=True,
        )
        guard.watch(process.pid)
        os.write(release, b"\n")
    except BaseException:
        os.close(output)
        raise
    finally:
        for descriptor in (release_end, release, output_end):
            os.close(descriptor)
    return GuardedProcess(process, guard, asyncio.create_task(_pump(output, lines)))


async def _pump(descriptor: int, lines: Callable[[list[str]], None]) -> None:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
    )
    try:
        rest = b""
        while block := await reader.read(_READ_BYTES):
            *whole, rest = (rest + block).split(b"\n")
            if len(rest) > _MAX_LINE_BYTES:
                whole, rest = [*whole, rest], b""
            _pass_on(whole, lines)
        _pass_on([rest] if rest else [], lines)
    finally:
        transport.close()


def _pass_on(whole: list[bytes], lines: Callable[[list[str]], None]) -> None:
    if whole:
        lines([line.decode(errors="replace").rstrip("\r") for line in whole])
