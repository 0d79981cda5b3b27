"""Every front serves the same application, each in its own way."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO, cast

import httpx
import pytest
from playwright.sync_api import Page

from testing.checkout import Checkout
from testing.streams import MESSAGE, open_streams
from tests.e2e.test_page import assert_that_it_chats_and_streams
from tests.waiting import wait_until

PAGE = "https://app.example.com"
RETURN = "    return WebAdapterMiddleware(api)\n"
ECHO = """
    from starlette.responses import Response

    async def echo(request):
        return Response(await request.body())

    api.add_route("/echo", echo, methods=["POST"])
"""


@pytest.fixture
def fronts(own_checkout: Checkout) -> Generator[Checkout]:
    """Return the module's copy with its settings put back afterwards; its stack stays."""
    settings = own_checkout.folder / "Pulumi.local.yaml"
    committed = settings.read_text()
    yield own_checkout
    settings.write_text(committed)


@contextmanager
def echoing(checkout: Checkout) -> Generator[None]:
    """Give the application of a checkout a path that answers with the bytes of a request."""
    main = checkout.folder / "app/main.py"
    original = main.read_text()
    main.write_text(original.replace(RETURN, ECHO + RETURN))
    yield
    main.write_text(original)


def test_a_rest_api_streams_takes_uploads_and_serves_the_page_below_its_stage(
    fronts: Checkout, page: Page
) -> None:
    with echoing(fronts):
        url = fronts.up(front="rest", apiDocs="always").url
    (stream,) = open_streams(url, 1)

    assert url.endswith("/live/")
    assert stream.text.endswith(MESSAGE)
    wait_until(lambda: open_streams(url, 1)[0].comes_as_it_is_written)
    assert httpx.get(f"{url}health", trust_env=False).json() == {"status": "ok"}
    # The application knows its stage: its pages ask for what lies below it.
    assert "'/live/openapi.json'" in httpx.get(f"{url}docs", trust_env=False).text
    assert httpx.get(f"{url}openapi.json", trust_env=False).status_code == 200
    # Every byte arrives, and comes back.
    upload = {"file": ("all.bin", bytes(range(256)), "application/octet-stream")}
    request = httpx.Request("POST", f"{url}echo", files=upload)
    sent = request.read()
    echoed = httpx.post(f"{url}echo", headers=request.headers, content=sent, trust_env=False)
    assert (echoed.status_code, echoed.content) == (200, sent)
    assert_that_it_chats_and_streams(page, url)


def test_an_http_api_sends_the_whole_message_at_once_to_pages_too(fronts: Checkout) -> None:
    url = fronts.up(front="http", corsOrigins=[PAGE]).url
    (stream,) = open_streams(url, 1)
    asked = {"origin": PAGE, "access-control-request-method": "GET"}
    preflight = httpx.options(url, headers=asked, trust_env=False)

    assert stream.text.endswith(MESSAGE)
    assert not stream.comes_as_it_is_written
    assert preflight.headers["access-control-allow-origin"] == PAGE


@pytest.fixture
def closed(fronts: Checkout) -> str:
    """Close the stack; gives its address."""
    return fronts.up(urlAuth="AWS_IAM", urlAuthReason="").url


@pytest.fixture
def opened(fronts: Checkout, closed: str) -> Generator[str]:
    """Open the closed stack to this machine with ``make open``, and give the proxy's address."""
    with subprocess.Popen(
        [sys.executable, "-m", "tools.open", "local"],
        cwd=fronts.folder,
        env=fronts.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            lines = cast("IO[str]", process.stdout)
            yield next(line.strip() for line in lines if line.startswith("    "))
        finally:
            process.terminate()


def test_the_page_of_a_closed_stack_works_through_the_proxy(
    closed: str, opened: str, page: Page
) -> None:
    assert httpx.get(closed, trust_env=False).status_code == 403
    assert_that_it_chats_and_streams(page, opened)
