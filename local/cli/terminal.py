"""What commands tell the user: messages, progress, and errors without a traceback."""

import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager


class LocalError(Exception):
    """A failure that the user can act on. Its text is printed without a traceback."""


_TICK_SECONDS = 15


def say(text: str) -> None:
    """Print to standard error: the shell evaluates what ``make env`` prints to standard output."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def progress(activity: str) -> Generator[Callable[[], str]]:
    """Say what begins, and every 15 seconds that it goes on; yields the time that it has taken."""
    since = time.monotonic()
    ended = threading.Event()

    def duration() -> str:
        return f"{time.monotonic() - since:.1f} s"

    def tick() -> None:
        while not ended.wait(_TICK_SECONDS):
            say(f"    still running after {duration()}")

    say(f"{activity} ...")
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield duration
    finally:
        ended.set()
        ticker.join()
