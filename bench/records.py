"""Keeps what was measured in ``docs/benchmarks/``: figures as JSON, plots, and a page of both."""

import json
import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from bench.plots import draw
from bench.results import Result, Table
from testing.project import PROJECT

FOLDER: Final = PROJECT / "docs/benchmarks"


def write(name: str, about: str, results: Sequence[Result], load: tuple[float, float]) -> None:
    """Write the figures, the plots and the page of one benchmark.

    ``about`` says in a sentence what it does; ``load`` is the machine's load before and after it.
    """
    machine = _machine() | {"load average": "{:.1f} before, {:.1f} after".format(*load)}
    kept = {"about": about, "machine": machine, "results": [asdict(result) for result in results]}
    (FOLDER / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
    (FOLDER / f"{name}.md").write_text("\n".join(_page(name, about, machine, results)))


def _machine() -> dict[str, str]:
    memory = psutil.virtual_memory().total / 2**30
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processors": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    text = listed.read_text() if listed.is_file() else ""
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor()


def _page(
    name: str, about: str, machine: Mapping[str, str], results: Sequence[Result]
) -> Iterator[str]:
    yield f"# {name}\n\n<!-- Written by `python -m bench --write {name}`. -->\n"
    yield f"{about} [How to read this](README.md#{name}).\n"
    yield "".join(f"- {what}: {it}\n" for what, it in machine.items())
    for number, result in enumerate(results, start=1):
        yield f"## {result.title}\n"
        if isinstance(result, Table):
            head, *rows = result.lines()
            lines = [head, ["---"] * len(head), *rows]
            yield "".join(f"| {' | '.join(line)} |\n" for line in lines)
        if drawn := draw(result):
            plot = f"{name}-{number}.svg"
            (FOLDER / plot).write_text(f"{drawn}\n")
            yield f"![{result.title}]({plot})\n"
