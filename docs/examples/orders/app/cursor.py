"""Cursors: where the next page begins, signed, so that clients cannot make them up."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Final

LIFETIME_SECONDS: Final = 3600
_SIGNATURE_BYTES: Final = hashlib.sha256().digest_size


class CursorError(Exception):
    """A cursor was not made here for this query, or has expired."""


class Cursors:
    """Makes and reads cursors.

    Parameters
    ----------
    secret
        Signs them; every execution environment has the same.
    now
        Returns the time, in seconds since 1970.
    """

    def __init__(self, secret: bytes, now: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._now = now

    def make(self, query: str, last_id: str) -> str:
        """Return the cursor behind the order ``last_id`` in the results of a query."""
        content = json.dumps([int(self._now()) + LIFETIME_SECONDS, last_id]).encode()
        return base64.urlsafe_b64encode(self._sign(query, content) + content).decode()

    def read(self, query: str, cursor: str) -> str:
        """Return the id of the order that a cursor is behind.

        Raises
        ------
        CursorError
            When it is forged or damaged, belongs to another query, or has expired.
        """
        try:
            signed = base64.b64decode(cursor, altchars=b"-_", validate=True)
        except ValueError as error:
            raise CursorError("the cursor is damaged") from error
        signature, content = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(query, content)):
            raise CursorError("the cursor does not belong to this query")
        expiry, last_id = json.loads(content)
        if self._now() >= expiry:
            raise CursorError("the cursor has expired: begin with the first page")
        return last_id

    def _sign(self, query: str, content: bytes) -> bytes:
        return hmac.digest(self._secret, f"{query}\n".encode() + content, "sha256")
