"""``make open`` reaches a closed stack from a browser."""

import subprocess
import sys
from collections.abc import Generator
from typing import IO, cast

import httpx
import pytest
from playwright.sync_api import Page

from testing.checkout import Checkout
from tests.e2e.test_page import assert_that_it_chats_and_streams


@pytest.fixture
def opened(own_checkout: Checkout) -> Generator[str]:
    """Close the stack, open it to this machine, and give the proxy's address."""
    own_checkout.up(urlAuth="AWS_IAM", urlAuthReason="")
    with subprocess.Popen(
        [sys.executable, "-m", "tools.open", "local"],
        cwd=own_checkout.folder,
        env=own_checkout.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            lines = cast("IO[str]", process.stdout)
            yield next(line.strip() for line in lines if line.startswith("    "))
        finally:
            process.terminate()


def test_the_page_of_a_closed_stack_works_through_the_proxy(
    own_checkout: Checkout, opened: str, page: Page
) -> None:
    url = own_checkout.pulumi("stack", "output", "url", "--stack", "local").stdout.strip()

    assert httpx.get(url, trust_env=False).status_code == 403
    assert_that_it_chats_and_streams(page, opened)
