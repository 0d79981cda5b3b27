"""Loopback ports that come back after a restart, so that a printed URL stays true."""

import json
import threading
from itertools import count
from pathlib import Path

from local.dataplane.ports import free_port, listen, port_of


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

    def __getitem__(self, name: str) -> int:
        """Give the port of a name; a new name gets a free one."""
        with self._lock:
            book = self._read()
            if name not in book:
                book[name] = free_port()
                self._write(book)
            return book[name]

    def __setitem__(self, name: str, port: int) -> None:
        with self._lock:
            self._write({**self._read(), name: port})

    def get(self, name: str) -> int | None:
        """Give the port of a name, `None` for a new one."""
        with self._lock:
            return self._read().get(name)

    def acquire(self, name: str) -> int:
        """Give a port to listen on: the one that the name has, or a new one where that is taken."""
        with listen(self.get(name)) as listener:
            self[name] = port_of(listener)
        return self[name]

    def _read(self) -> dict[str, int]:
        try:
            return dict(json.loads(self._path.read_text()))
        except (OSError, ValueError, TypeError):
            return {}

    def _write(self, book: dict[str, int]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(book, indent=2, sort_keys=True) + "\n")
        fresh.replace(self._path)


class FrontPorts:
    """Lets the n-th front come back on the port that the n-th one had.

    A rebuilt stack has new ids of fronts, so the ids themselves say nothing about earlier ports.
    """

    def __init__(self, book: PortBook) -> None:
        self._book = book
        self._places: dict[str, int] = {}

    def remembered(self, front_id: str) -> int | None:
        """Give the port that this front should have again, `None` when it may have any."""
        return self._book.get(self._name(front_id))

    def remember(self, front_id: str, port: int) -> None:
        """Note the port that this front has now."""
        self._book[self._name(front_id)] = port

    def forget(self, front_id: str) -> None:
        """Free the place of a deleted front for the next one; unknown ids are fine."""
        self._places.pop(front_id, None)

    def _name(self, front_id: str) -> str:
        taken = self._places.values()
        free = next(place for place in count(1) if place not in taken)
        return f"url-{self._places.setdefault(front_id, free)}"
