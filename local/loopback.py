"""Requests to servers on this machine, by the standard library.

httpx imports for longer than a command needs for everything else, since it finds rich and click.
"""

from collections.abc import Generator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final
from urllib.parse import urlsplit

UNANSWERED: Final = (OSError, HTTPException)
"""What a request raises that gets no answer."""


@contextmanager
def answer(
    method: str, url: str, json: str | None = None, *, timeout: float
) -> Generator[HTTPResponse]:
    """Send a request, and return the answer as soon as its headers are here."""
    address = urlsplit(url)
    path = address._replace(scheme="", netloc="").geturl()
    headers = {} if json is None else {"content-type": "application/json"}
    with closing(HTTPConnection(address.netloc, timeout=timeout)) as connection:
        connection.request(method, path, json, headers)
        yield connection.getresponse()
