"""The pictures of README.md: an answer and six streams on the chat's page, light and dark."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Page

from bench.streaming import wait_for
from local.dataplane.ports import free_port
from testing.browser import chromium
from testing.project import PROJECT

SCHEMES = ("light", "dark")


def run() -> None:
    """Write the pictures of README.md into docs/ (only when named)."""
    with _sample() as url, chromium() as browser:
        for scheme in SCHEMES:
            picture = PROJECT / f"docs/chat-{scheme}.png"
            with browser.new_context(
                color_scheme=scheme, viewport={"width": 1200, "height": 735}
            ) as context:
                page = context.new_page()
                page.goto(url)
                _show_streams(page)
                page.screenshot(path=picture)
            print(f"wrote {picture.relative_to(PROJECT)}", flush=True)


def _show_streams(page: Page) -> None:
    """Ask, and bring the page to the middle of six streams."""
    question = page.get_by_role("textbox", name="Your message")
    question.fill("What can I watch here?")
    question.press("Enter")
    page.wait_for_selector(".answer:not([aria-busy])")
    page.get_by_role("button", name="Open six streams").click()
    # A function: the page's policy forbids scripts made of text.
    page.wait_for_function("() => document.querySelector('#streams code').textContent.length > 30")


@contextmanager
def _sample() -> Generator[str]:
    """Serve the sample without Lambda, which the page looks the same under."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "app.serve"],
        cwd=PROJECT,
        env={**os.environ, "AWS_LWA_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_for(f"{url}health")
        yield url
    finally:
        server.terminate()
        server.wait()
