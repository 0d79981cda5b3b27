"""Wait for what another thread or process brings about."""

import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def wait_until(holds: Callable[[], _T | None], seconds: float = 120) -> _T:
    """Wait until a condition holds; gives its value."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := holds():
            return value
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} seconds")
