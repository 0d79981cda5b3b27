"""Loopback ports that come back after a restart, so that a printed URL stays true."""

import json
import socket
import threading
from pathlib import Path


def free_port() -> int:
    """Give a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Tell whether a loopback port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class PortBook:
    """Names and the ports they had last time, kept in a small JSON file.

    Parameters
    ----------
    path
        The file. A missing or damaged one is an empty book.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def acquire(self, name: str) -> int:
        """Give the port that `name` had last time, or a new one where that is taken."""
        with self._lock:
            book = self._read()
            port = book.get(name)
            if port is None or not is_free(port):
                port = book[name] = free_port()
                self._write(book)
            return port

    def remembered(self, name: str) -> int:
        """Give the port of `name`, taken or not; choose one for a new name."""
        with self._lock:
            book = self._read()
            if name not in book:
                book[name] = free_port()
                self._write(book)
            return book[name]

    def _read(self) -> dict[str, int]:
        try:
            return dict(json.loads(self._path.read_text()))
        except (OSError, ValueError):
            return {}

    def _write(self, book: dict[str, int]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(book, indent=2, sort_keys=True) + "\n")
        fresh.replace(self._path)
