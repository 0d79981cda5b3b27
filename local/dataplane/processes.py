"""The processes of an execution environment, none of which outlives the local AWS."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import STDOUT, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

# A process group ends when the data plane's end of a pipe is closed, as it also is when the local
# AWS is killed. What waits for that in each group is no child of the command, which may wait for
# its own.
_WATCHER = "trap '' TERM; read -r _; kill -s TERM 0; sleep 1; kill -s KILL 0"
_WATCHED = f'exec 3<&0 </dev/null; (/bin/sh -c "{_WATCHER}" <&3 >/dev/null 2>&1 &); exec "$@" 3<&-'
_MAX_LINE_BYTES = 256 * 1024  # of one event in CloudWatch Logs
_READ_BYTES = 64 * 1024
_GRACE_SECONDS = 0.6  # what LMI gives a runtime (docs/facts/lmi.md#execution-environment)
_DRAIN_SECONDS = 1.0


class GuardedProcess:
    """A running process, the leader of a process group of its own.

    ``exit`` gives its exit code, negative for a signal.
    """

    def __init__(self, process: Process, output: asyncio.Task[None]) -> None:
        self.pid = process.pid
        self.exit = asyncio.create_task(process.wait())
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
        await self.output_ended()

    async def output_ended(self) -> None:
        """Wait for the end of the output, with a limit: other processes may hold the pipe open."""
        await asyncio.wait({self._output}, timeout=_DRAIN_SECONDS)
        self._output.cancel()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def kill_all(beginning: str, *variables: str) -> None:
    """Kill the processes with an environment variable, one of these, that begins so.

    Functions hand theirs on to all that they start, also to what leaves the process group, such as
    daemons, and browsers that a library drives.
    """
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):  # it has ended, or is another user's
            own = process.environ()
            if any(own.get(name, "").startswith(beginning) for name in variables):
                process.kill()


async def start_guarded(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    lifeline: int,
    lines: Callable[[list[str]], None],
) -> GuardedProcess:
    """Start a command in a folder, with exactly these environment variables.

    ``lines`` receives the lines of its output. It ends when nobody can write to the pipe that
    ``lifeline`` reads.
    """
    output, output_end = os.pipe()
    pumping = asyncio.create_task(_pump(output, lines))
    watched = ("/bin/sh", "-c", _WATCHED, "sh", *command)
    try:
        process = await asyncio.create_subprocess_exec(
            *watched,
            cwd=folder,
            env=dict(variables),
            # With asyncio's own pipes `wait` would last until every process has closed its end.
            stdin=lifeline,
            stdout=output_end,
            stderr=STDOUT,
            start_new_session=True,
        )
    finally:
        os.close(output_end)
    return GuardedProcess(process, pumping)


async def _pump(descriptor: int, lines: Callable[[list[str]], None]) -> None:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
    )
    try:
        rest = b""
        while True:
            block = await reader.read(_READ_BYTES)
            *whole, rest = (rest + block).split(b"\n")
            if rest and (not block or len(rest) > _MAX_LINE_BYTES):
                whole, rest = [*whole, rest], b""
            lines([line.decode(errors="replace").rstrip("\r") for line in whole])
            if not block:
                return
    finally:
        transport.close()
