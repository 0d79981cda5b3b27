"""Every front serves the same application, each in its own way."""

import httpx

from testing.checkout import Checkout
from testing.streams import MESSAGE, open_streams

PAGE = "https://app.example.com"


def up(checkout: Checkout, **settings: object) -> str:
    """Put another front before the function; gives its address."""
    checkout.up(**settings)
    return checkout.pulumi("stack", "output", "url", "--stack", "local").stdout.strip()


def test_a_rest_api_streams_from_its_stage(own_checkout: Checkout) -> None:
    url = up(own_checkout, front="rest", apiDocs="always")
    (stream,) = open_streams(url, 1)

    assert url.endswith("/live/")
    assert stream.text.endswith(MESSAGE)
    assert stream.arrivals[0] < stream.seconds / 10
    assert httpx.get(f"{url}health", trust_env=False).json() == {"status": "ok"}
    # The application knows its stage: its pages ask for what lies below it.
    assert "'/live/openapi.json'" in httpx.get(f"{url}docs", trust_env=False).text
    assert httpx.get(f"{url}openapi.json", trust_env=False).status_code == 200


def test_an_http_api_sends_the_whole_message_at_once_to_pages_too(own_checkout: Checkout) -> None:
    url = up(own_checkout, front="http", corsOrigins=[PAGE])
    (stream,) = open_streams(url, 1)
    asked = {"origin": PAGE, "access-control-request-method": "GET"}
    preflight = httpx.options(url, headers=asked, trust_env=False)

    assert stream.text.endswith(MESSAGE)
    assert stream.arrivals[0] > stream.seconds / 2
    assert preflight.headers["access-control-allow-origin"] == PAGE
