"""Plots of results as SVG."""

from collections.abc import Mapping
from typing import Any, Final

import pygal  # pyright: ignore[reportMissingTypeStubs]
from pygal.style import CleanStyle  # pyright: ignore[reportMissingTypeStubs]

from bench.results import Cell, Curves, Result, Spread, Table

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


def draw(result: Result) -> str | None:
    """Return the SVG of a result, or ``None`` for a table without bars."""
    if isinstance(result, Curves):
        return _curves(result)
    return _bars(result) if result.bars else None


def _curves(curves: Curves) -> str:
    across, up = curves.axes
    chart: Any = pygal.XY(
        title=curves.title, x_title=across, y_title=up, height=400, dots_size=1, **_LOOK
    )
    for name, points in curves.points.items():
        chart.add(name, points)
    return chart.render(is_unicode=True)


def _bars(table: Table) -> str:
    height = 160 + 22 * len(table.rows) * len(table.bars)
    chart: Any = pygal.HorizontalBar(title=table.title, height=height, print_values=True, **_LOOK)
    # The first bar of such a chart is its lowest.
    rows = list(table.rows.items())[::-1]
    chart.x_labels = [name for name, _ in rows]
    for column in table.bars:
        place = table.columns.index(column) - 1
        chart.add(column, [_length(cells[place]) for _, cells in rows])
    return chart.render(is_unicode=True)


def _length(cell: Cell) -> float | None:
    """Return the length of a bar; a text has none."""
    value = cell.median if isinstance(cell, Spread) else cell
    return None if isinstance(value, str) else round(value, 3)
