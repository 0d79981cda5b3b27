"""Keeps what was measured in ``docs/benchmarks/``: figures as JSON, plots, and a page of both."""

import json
import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil
import pygal  # pyright: ignore[reportMissingTypeStubs]
from pygal.style import CleanStyle  # pyright: ignore[reportMissingTypeStubs]

from bench.results import Curves, Result, Spread, Table
from testing.project import PROJECT

FOLDER: Final = PROJECT / "docs/benchmarks"
_LOOK: Final[Mapping[str, Any]] = {
    "js": [],  # nothing is loaded from anywhere
    "no_prefix": True,  # two plots of the same figures are the same
    "disable_xml_declaration": True,
    "style": CleanStyle(font_family="sans-serif", background="white", plot_background="white"),
    "legend_at_bottom": True,
    "truncate_label": -1,
    "truncate_legend": -1,
    "width": 800,
}


def write(name: str, about: str, results: Sequence[Result], load: tuple[float, float]) -> None:
    """Write the figures, the plots and the page of one benchmark.

    ``about`` says in a sentence what it does; ``load`` is the machine's load before and after it.
    """
    machine = _machine() | {"load average": "{:.1f} before, {:.1f} after".format(*load)}
    kept = {"about": about, "machine": machine, "results": [asdict(result) for result in results]}
    (FOLDER / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
    head = [
        f"# {name}\n\n<!-- Written by `python -m bench --write {name}`. -->\n",
        f"{about} [How to read this](README.md#{name}).\n",
        "".join(f"- {what}: {value}\n" for what, value in machine.items()),
    ]
    (FOLDER / f"{name}.md").write_text("\n".join([*head, *_sections(name, results)]))


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


def _sections(name: str, results: Sequence[Result]) -> Iterator[str]:
    for number, result in enumerate(results, start=1):
        yield f"## {result.title}\n"
        if isinstance(result, Table):
            yield str(result)
        if isinstance(result, Curves) or result.bars:
            plot = f"{name}-{number}.svg"
            chart = _curves(result) if isinstance(result, Curves) else _bars(result)
            (FOLDER / plot).write_text(f"{chart.render(is_unicode=True)}\n")
            yield f"![{result.title}]({plot})\n"


def _curves(curves: Curves) -> Any:
    across, up = curves.axes
    chart: Any = pygal.XY(
        title=curves.title, x_title=across, y_title=up, height=400, dots_size=1, **_LOOK
    )
    for name, points in curves.points.items():
        chart.add(name, points)
    return chart


def _bars(table: Table) -> Any:
    height = 160 + 22 * len(table.rows) * len(table.bars)
    chart: Any = pygal.HorizontalBar(title=table.title, height=height, print_values=True, **_LOOK)
    # The first bar of such a chart is its lowest.
    chart.x_labels = list(table.rows)[::-1]
    for column in table.bars:
        cells = [cells[table.columns.index(column) - 1] for cells in table.rows.values()]
        lengths = [cell.median if isinstance(cell, Spread) else float(cell) for cell in cells]
        chart.add(column, [round(length, 3) for length in lengths[::-1]])
    return chart
