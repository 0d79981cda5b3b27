"""How tests are spread over processes, and a real browser for the tests of pages."""

import gc
import inspect
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # it takes a while to import, and most tests need none
    from collections.abc import Generator

    from playwright.sync_api import Browser, Page


def pytest_configure() -> None:
    """Let the tests, and what they start, be interrupted as in a terminal."""
    # A shell starts background jobs, such as ``nohup make test &``, with this signal ignored.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """Answer ``-n auto``: tests wait for engines and streams a fifth of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file together, and all tests of the stack that many of them read."""
    for item in items:
        reads_shared_stack = item.path.parent.name == "e2e" and "checkout" in _fixtures(item)
        group = "the shared stack" if reads_shared_stack else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


def pytest_collection_finish() -> None:
    """Make tests cheaper and more patient, with what is imported by now."""
    # No garbage: the modules and tests that are loaded stay, and each full collection saw them all.
    gc.freeze()
    # Services have more than httpx's five seconds to answer: the machine may be busy.
    if "httpx" in sys.modules:  # it takes a while to import, and many tests need it not
        import httpx  # noqa: PLC0415

        # All functions and clients of httpx share the one object.
        default = inspect.signature(httpx.get).parameters["timeout"].default
        default.connect = default.read = default.write = default.pool = 60.0


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


# Not for the whole session: its event loop counts as running, also for asynchronous tests.
@pytest.fixture(scope="module")
def browser() -> "Generator[Browser]":
    from playwright.sync_api import expect  # noqa: PLC0415

    from testing.browser import chromium, executable  # noqa: PLC0415

    expect.set_options(timeout=60_000)  # as for services, above
    if executable() is None:
        pytest.skip("no Chromium: install one, or on Linux run `python -m testing.node`")
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: "Browser") -> "Generator[Page]":
    """Return a page of its own, with a clean profile."""
    with browser.new_context() as context:
        context.set_default_timeout(60_000)
        yield context.new_page()
