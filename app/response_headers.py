"""Response headers as adapter and fronts can carry them.

The adapter passes on printable ASCII alone, and one value for each name: a byte outside ASCII, or a
second header of the same name, becomes a status of 502, and in buffered mode ends one of the
adapter's workers for good (docs/facts/web-adapter.md#response-headers).
"""

import logging
import re
from collections.abc import Iterable
from typing import Final

Headers = list[tuple[bytes, bytes]]

SECURITY: Final = {
    b"strict-transport-security": b"max-age=31536000",
    b"x-content-type-options": b"nosniff",
}
"""What every response has, unless the application sets its own."""

_SINGLE: Final = frozenset(
    {
        b"access-control-allow-credentials", b"access-control-allow-origin",
        b"access-control-max-age", b"age", b"content-disposition", b"content-length",
        b"content-location", b"content-range", b"content-type", b"date", b"etag", b"expires",
        b"last-modified", b"location", b"refresh", b"retry-after", b"server",
        b"strict-transport-security", b"x-accel-buffering", b"x-content-type-options",
        b"x-frame-options",
    }
)  # fmt: skip
"""Fields whose values are no lists, so that two of them cannot be joined
(https://www.rfc-editor.org/rfc/rfc9110#section-5.3). The last one counts."""
_NOT_CARRIED: Final = re.compile(rb"[^\t\x20-\x7e]")

_logger = logging.getLogger(__name__)


def carried(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers in a form that reaches the client, and log what cannot.

    Values of list fields are joined, the security headers added. ``Set-Cookie`` may stand more than
    once: it alone travels as a list. What is not printable ASCII is left out; Starlette encodes
    URLs of redirects and names of files by itself.
    """
    cookies: Headers = []
    values: dict[bytes, bytes] = {}
    dropped: list[str] = []
    for name, value in headers:
        field = name.lower()
        if _NOT_CARRIED.search(value):
            dropped.append(field.decode("latin-1"))
        elif field == b"set-cookie":
            cookies.append((field, value))
        elif field not in values:
            values[field] = value
        elif field in _SINGLE:
            dropped.append(field.decode("latin-1"))
            values[field] = value
        else:
            values[field] += b", " + value
    if dropped:
        _logger.warning("response headers dropped", extra={"fields": {"headers": dropped}})
    return [*(SECURITY | values).items(), *cookies]
