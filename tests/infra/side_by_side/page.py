"""The tables of docs/differences.md, which tests hold to what is really declared."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs/differences.md"

Row = tuple[str, ...]


def table(heading: str) -> list[Row]:
    """Read the rows of the table below a heading, each cell as it is written."""
    _, found, rest = PAGE.read_text().partition(f"\n### {heading}\n")
    assert found, f"{PAGE.name} has no heading {heading!r}"
    section = re.split(r"\n##+ ", rest)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]
