"""The pictures of README.md: an answer and six streams on the chat's page, light and dark."""

import sys

from playwright.sync_api import Page

from bench.servers import serving
from local.dataplane.ports import free_port
from testing.browser import chromium
from testing.project import PROJECT

SCHEMES = ("light", "dark")


def run() -> None:
    """Write the pictures of README.md into docs/ (only when named)."""
    port = free_port()
    # The page looks the same without Lambda.
    sample = serving((sys.executable, "-m", "app.serve"), port, AWS_LWA_PORT=str(port))
    with sample, chromium() as browser:
        for scheme in SCHEMES:
            picture = PROJECT / f"docs/chat-{scheme}.png"
            with browser.new_context(
                color_scheme=scheme, viewport={"width": 1200, "height": 735}
            ) as context:
                page = context.new_page()
                page.goto(f"http://127.0.0.1:{port}/")
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
