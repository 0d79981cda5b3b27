"""Writes the pages of ``docs/`` that follow from the code; their introductions are kept."""

from collections.abc import Iterable, Iterator, Sequence


def introduction(text: str, generated: str) -> str:
    """Return what stands before the first generated line of a page, which begins so."""
    written, line, _ = text.partition(f"\n{generated}")
    if not line:
        raise LookupError(f"The page has no line that begins with {generated!r}.")
    return f"{written.rstrip()}\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown, and an empty one after it."""
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""
