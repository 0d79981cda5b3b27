"""How long a changed line of the application takes to be served."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx

from bench.engine import compiling_checkout
from bench.results import Spread, Table
from testing.checkout import Checkout, Up

EDITS: Final = 7
_PATIENCE_SECONDS: Final = 60


def run() -> Iterator[Table]:
    """Edit the sample under ``make dev``, then once more for ``make up``, and time both."""
    with compiling_checkout() as checkout:
        yield _compare(checkout, checkout.folder.with_name("printed"))


def _compare(checkout: Checkout, printed: Path) -> Table:
    with printed.open("wb") as output, checkout.start("dev", output) as dev:
        try:
            while "Watching" not in printed.read_text():
                assert dev.poll() is None, printed.read_text()
                time.sleep(0.1)
            url = f"{Up(printed.read_text()).url}health"
            edits = [_seconds_until_served(checkout, url, f"edit-{each}") for each in range(EDITS)]
        finally:
            dev.terminate()
    _write(checkout, "deployed")
    began = time.monotonic()
    checkout.up()
    deployed = time.monotonic() - began
    return Table(
        "From an edit to its being served",
        ("by", "seconds"),
        {f"make dev, {EDITS} edits": [Spread.of(edits)], "make up, once": [deployed]},
    )


def _seconds_until_served(checkout: Checkout, health: str, status: str) -> float:
    _write(checkout, status)
    began = time.monotonic()
    while httpx.get(health, trust_env=False).json()["status"] != status:
        assert time.monotonic() - began < _PATIENCE_SECONDS
        time.sleep(0.01)
    return time.monotonic() - began


def _write(checkout: Checkout, status: str) -> None:
    """Change what the application answers under ``/health``."""
    main = checkout.folder / "app/main.py"
    before, key, after = main.read_text().partition('return {"status": "')
    assert key
    main.write_text(before + key + status + after[after.index('"') :])
