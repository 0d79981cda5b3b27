"""The example with Next.js: built by its own tools, then used through the function URL."""

import hashlib
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from testing import node
from testing.checkout import Checkout
from tools.setup.cache import cache_folder

pytestmark = pytest.mark.examples

EXAMPLE = "docs/examples/nextjs"
TRIES = 10
"""A busy machine may miss what is there for a moment; what buffers never has it."""


@pytest.fixture(scope="module")
def built(own_checkout: Checkout) -> Path:
    """Build the example, once for the same sources: that takes most of a minute."""
    folder = own_checkout.folder / EXAMPLE
    digest = hashlib.sha256()
    for source in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(source.read_bytes())
    built = cache_folder() / f"nextjs-{digest.hexdigest()[:12]}"
    if built.is_dir():
        return built
    try:
        node.run(node.NPM, "ci", "--no-audit", "--no-fund", folder=folder)
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"npm reaches no registry: {error.stderr}")
    node.run(node.NPM, "run", "build", folder=folder, NEXT_TELEMETRY_DISABLED="1")
    unfinished = built.with_name(f".{built.name}.{os.getpid()}.partial")
    shutil.copytree(folder / "function", unfinished)
    with suppress(OSError):  # another run of the tests has built it meanwhile
        unfinished.rename(built)
    shutil.rmtree(unfinished, ignore_errors=True)
    return built


@pytest.fixture(scope="module")
def address(own_checkout: Checkout, built: Path) -> str:
    """Deploy the example, and return its address."""
    return own_checkout.up(appFolder=str(built), runtime="nodejs24.x").url


def test_the_shell_arrives_before_the_slow_part(address: str) -> None:
    assert any(shell_of(address) for _ in range(TRIES))


def test_a_page_that_was_rendered_when_it_was_built_arrives_too(address: str) -> None:
    """Next.js sends a header twice with it, which the web adapter does not carry."""
    response = httpx.get(f"{address}nowhere", timeout=60, trust_env=False)

    assert response.status_code == 404
    assert response.headers["x-nextjs-prerender"] == "1"
    assert "This page could not be found." in response.text


def shell_of(address: str) -> str:
    """Read the page to its end; return what had arrived of it before the report."""
    page, shell = "", ""
    with httpx.stream("GET", address, timeout=60, trust_env=False) as response:
        for piece in response.iter_text():
            page += piece
            if "Orders of today" in page and "17 orders were shipped" not in page:
                shell = page

    assert response.status_code == 200
    assert "The report is being written." in page
    assert "17 orders were shipped" in page
    assert page.endswith("</html>")
    return shell


def test_a_browser_shows_the_heading_then_the_report(address: str, page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    assert any(shows_what_stands_in(page, address) for _ in range(TRIES))

    assert errors == []


def shows_what_stands_in(page: Page, address: str) -> bool:
    """Open the page until it is whole; tell whether it said that the report is being written."""
    stands_in = page.get_by_text("The report is being written.")
    page.goto(address, wait_until="commit")
    expect(page.get_by_role("heading")).to_have_text("Orders of today")
    was_shown = stands_in.is_visible()
    expect(page.get_by_text("17 orders were shipped.")).to_be_visible()
    expect(stands_in).to_have_count(0)
    return was_shown


def test_its_scripts_are_served(address: str, page: Page) -> None:
    with page.expect_response(lambda response: "/_next/static/" in response.url) as script:
        page.goto(address)

    assert script.value.status == 200
