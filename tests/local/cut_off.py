"""An endpoint whose answers stop, as AWS's do when the line is cut."""

import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class CutOff:
    """Passes requests on to an endpoint, until it is told to let only so many more through.

    Parameters
    ----------
    app
        The endpoint.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._lock = threading.Lock()
        self._left: int | None = None
        self._lost = 0

    @contextmanager
    def after(self, requests: int, lost: int = 1) -> Generator[None]:
        """Let so many requests through in here, refuse those after them, then let all through.

        Parameters
        ----------
        requests
            How many reach AWS.
        lost
            How many do not, before the line is good again.
        """
        self._left, self._lost = requests, lost
        try:
            yield
        finally:
            self._left = None

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if self._is_cut():
            # The body has to be read, or the client may not see the answer.
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start("503 Service Unavailable", [("Content-Type", "text/html")])
            return [b"<html>cut off</html>"]
        return self._app(environ, start)

    def _is_cut(self) -> bool:
        with self._lock:
            if self._left is None:
                return False
            self._left -= 1
            return -self._lost <= self._left < 0
