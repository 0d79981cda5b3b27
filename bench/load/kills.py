"""1,024 streams while adapters and functions are killed: each is whole, or seen not to be."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

from bench.load.client import End, Stream, closed_loop
from bench.load.deployment import deployed, processes_of
from bench.results import Table

CLIENTS: Final = 64
STREAMS: Final = 1024
SECONDS_BETWEEN: Final = 2.0
"""Long enough for an environment to be replaced."""

_PROGRAMS: Final = {"function": "app.serve", "adapter": "lambda-adapter"}


def run() -> Iterator[Table]:
    """Open streams in a closed loop, and kill a random process every two seconds."""
    with deployed() as (url, checkout):
        streams, killed = asyncio.run(_open_and_kill(url, checkout.folder))
    ends = Counter(stream.end for stream in streams)
    kills = Counter(killed)
    yield Table(
        f"{STREAMS} streams of {CLIENTS} clients under kills",
        ("", "number"),
        {f"killed: {victim}": [count] for victim, count in kills.items()}
        | {f"streams that ended {end}": [ends[end]] for end in get_args(End)},
    )


async def _open_and_kill(url: str, folder: Path) -> tuple[list[Stream], list[str]]:
    chance = random.Random(1)  # noqa: S311 - the same choices in every run
    killed: list[str] = []
    opening = asyncio.create_task(closed_loop(url, CLIENTS, STREAMS))
    while not (await asyncio.wait({opening}, timeout=SECONDS_BETWEEN))[0]:
        processes = {
            process: name
            for name, program in _PROGRAMS.items()
            for process in processes_of(program, folder)
        }
        victim = chance.choice(list(processes))
        killed.append(processes[victim])
        victim.kill()
    return opening.result(), killed
