"""An endpoint that does not answer at times, as when the line to AWS is cut."""

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_IsLost = Callable[[str], bool]
"""Takes the name of a call, if it has one, with its body; tells whether it does not arrive."""


class CutOff:
    """Passes requests on to an endpoint, but for those that it is told to lose.

    Parameters
    ----------
    app
        The endpoint.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._is_lost: _IsLost | None = None

    @contextmanager
    def after(self, requests: int, lost: int = 1) -> Generator[None]:
        """Let so many requests through in here, lose so many after them, and no more."""
        counting = threading.Lock()
        left = requests

        def is_lost(_: str) -> bool:
            nonlocal left
            with counting:
                left -= 1
                return -lost <= left < 0

        with self._losing(is_lost):
            yield

    @contextmanager
    def losing(self, operation: str) -> Generator[None]:
        """Lose every call of an operation in here, e.g. of ``PutRetentionPolicy``."""
        with self._losing(lambda call: operation in call):
            yield

    @contextmanager
    def _losing(self, is_lost: _IsLost) -> Generator[None]:
        self._is_lost = is_lost
        try:
            yield
        finally:
            self._is_lost = None

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        call = f"{environ.get('HTTP_X_AMZ_TARGET', '')} {body!r}"
        if self._is_lost is not None and self._is_lost(call):
            start("503 Service Unavailable", [("Content-Type", "text/html")])
            return [b"<html>cut off</html>"]
        return self._app({**environ, "wsgi.input": BytesIO(body)}, start)
