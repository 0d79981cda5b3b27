"""Requests to fronts, without a server that received them."""

from collections.abc import Iterable

from local.dataplane.http_request import HttpRequest


def http_request(
    raw_path: str = "/",
    raw_query: str = "",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> HttpRequest:
    """Return a GET request from this machine."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "raw_path": raw_path.encode(),
        "query_string": raw_query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 50_000),
    }
    return HttpRequest(scope, body)
