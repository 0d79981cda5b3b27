"""Every front serves the same application, each in its own way."""

from collections.abc import Generator
from contextlib import contextmanager

import httpx

from testing.checkout import Checkout
from testing.streams import MESSAGE, open_streams

PAGE = "https://app.example.com"
RETURN = "    return WebAdapterMiddleware(api)\n"
ECHO = """
    from starlette.responses import Response

    async def echo(request):
        return Response(await request.body())

    api.add_route("/echo", echo, methods=["POST"])
"""


def up(checkout: Checkout, **settings: object) -> str:
    """Put another front before the function; gives its address."""
    checkout.up(**settings)
    return checkout.pulumi("stack", "output", "url", "--stack", "local").stdout.strip()


@contextmanager
def echoing(checkout: Checkout) -> Generator[None]:
    """Give the application of a checkout a path that answers with the bytes of a request."""
    main = checkout.folder / "app/main.py"
    original = main.read_text()
    main.write_text(original.replace(RETURN, ECHO + RETURN))
    yield
    main.write_text(original)


def test_a_rest_api_streams_from_its_stage_and_takes_uploads(own_checkout: Checkout) -> None:
    with echoing(own_checkout):
        url = up(own_checkout, front="rest", apiDocs="always")
    (stream,) = open_streams(url, 1)

    assert url.endswith("/live/")
    assert stream.text.endswith(MESSAGE)
    assert stream.arrivals[0] < stream.seconds / 10
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


def test_an_http_api_sends_the_whole_message_at_once_to_pages_too(own_checkout: Checkout) -> None:
    url = up(own_checkout, front="http", corsOrigins=[PAGE])
    (stream,) = open_streams(url, 1)
    asked = {"origin": PAGE, "access-control-request-method": "GET"}
    preflight = httpx.options(url, headers=asked, trust_env=False)

    assert stream.text.endswith(MESSAGE)
    assert stream.arrivals[0] > stream.seconds / 2
    assert preflight.headers["access-control-allow-origin"] == PAGE
