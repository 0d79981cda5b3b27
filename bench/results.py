"""What a benchmark measured: tables and curves, which are printed, kept as JSON and drawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias


@dataclass(frozen=True)
class Spread:
    """A figure that was measured several times: the median, the least and the most of them."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, rounds: Iterable[float]) -> "Spread":
        """Summarize what the rounds measured."""
        measured = list(rounds)
        return cls(median(measured), min(measured), max(measured))

    @classmethod
    def of_ratios(cls, rounds: Iterable[tuple[float, float]]) -> "Spread":
        """Divide the second of two sides by the first, round by round.

        What else the machine does changes between rounds, and both sides of one with it.
        """
        return cls.of(second / first for first, second in rounds)

    def __str__(self) -> str:
        """Return the median, and the range behind it."""
        return f"{shown(self.median)} ({shown(self.least)} to {shown(self.most)})"


Cell: TypeAlias = str | float | Spread


def beside(rounds: Sequence[tuple[float, float]]) -> tuple[Spread, Spread, Spread]:
    """Return the figures of two sides that were measured in turn, and their ratio."""
    first, second = (Spread.of(side) for side in zip(*rounds, strict=True))
    return first, second, Spread.of_ratios(rounds)


@dataclass(frozen=True)
class Table:
    """Figures with a name for each row.

    The columns have names with their units, the first one that of the rows' names. ``bars`` are
    the columns that a plot shows; there is no plot without any.
    """

    title: str
    columns: Sequence[str]
    rows: Mapping[str, Sequence[Cell]]
    bars: Sequence[str] = ()

    def __str__(self) -> str:
        """Return it in Markdown."""
        rows = [[name, *map(shown, cells)] for name, cells in self.rows.items()]
        lines = [self.columns, ["---"] * len(self.columns), *rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "".join(f"| {' | '.join(map(str.ljust, line, widths))} |\n" for line in lines)


@dataclass(frozen=True)
class Curves:
    """Figures that depend on another figure, for a plot alone.

    The axes, the horizontal one first, have names with their units.
    """

    title: str
    axes: tuple[str, str]
    points: Mapping[str, Sequence[tuple[float, float]]]

    def __str__(self) -> str:
        """Return what a terminal shows in place of the plot."""
        return f"a plot of {', '.join(self.points)}\n"


Result: TypeAlias = Table | Curves


def shown(cell: Cell) -> str:
    """Return a figure as text, with three digits at least."""
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"
