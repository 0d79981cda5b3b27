"""A real Chromium, driven through Playwright: the machine's own, or the one of ``testing.node``."""

import os
import platform
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from functools import cache
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from testing import node

_NAMES: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)  # fmt: skip
_UNPACK: Final = (
    "import chromium from '@sparticuz/chromium'; console.log(await chromium.executablePath())"
)


@cache
def executable() -> str | None:
    """Return the path of a Chromium, or ``None`` where there is none."""
    if own := next(filter(None, map(shutil.which, _NAMES)), None):
        return own
    # The package has one for Linux on x86_64.
    if not node.is_installed() or (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return None
    folder = node.FOLDER / "node_modules/.chromium"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        # A browser that another process is still unpacking cannot be started.
        flock(lock, LOCK_EX)
        return node.run("--input-type=module", "--eval", _UNPACK, TMPDIR=str(folder)).strip()


@contextmanager
def chromium() -> Generator[Browser]:
    """Run a browser without a window."""
    # The sandbox of Chromium refuses root, as whom containers run.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()
