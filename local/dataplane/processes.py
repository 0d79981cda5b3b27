"""A process of an execution environment: start, output and end."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import STDOUT, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local.dataplane.guard import ProcessGuard

# Waits until the guard has registered the process: one that is not registered must not run.
_HELD_START = ("/bin/sh", "-c", 'read -r _ && exec "$@" </dev/null', "sh")
_MAX_LINE_BYTES = 256 * 1024  # of one event in CloudWatch Logs
_READ_BYTES = 64 * 1024
_GRACE_SECONDS = 0.6  # what LMI gives a runtime (docs/facts/lmi.md#execution-environment)
_DRAIN_SECONDS = 1.0


class GuardedProcess:
    """A running process, the leader of a process group of its own."""

    def __init__(self, process: Process, guard: ProcessGuard, output: asyncio.Task[None]) -> None:
        self._process = process
        self._guard = guard
        self._output = output

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def exited(self) -> int:
        """Wait for the process to exit and return its code, negative for a signal."""
        return await self._process.wait()

    async def end(self) -> None:
        """End the whole process group: SIGTERM first, SIGKILL after 600 ms."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.exited(), _GRACE_SECONDS)
        await self.kill()

    async def kill(self) -> None:
        """Kill the whole process group."""
        self._signal(signal.SIGKILL)
        await self.exited()
        self._guard.forget(self._process.pid)
        await self.output_ended()

    async def output_ended(self) -> None:
        """Wait for the end of the output, with a limit: other processes may hold the pipe open."""
        await asyncio.wait({self._output}, timeout=_DRAIN_SECONDS)
        self._output.cancel()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


async def start_guarded(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    guard: ProcessGuard,
    lines: Callable[[list[str]], None],
) -> GuardedProcess:
    """Start a command with exactly these environment variables.

    Parameters
    ----------
    command
        Program and arguments.
    folder
        Working directory.
    variables
        All environment variables.
    guard
        Ends the process if this one ends first.
    lines
        Receives the lines of its output.
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
