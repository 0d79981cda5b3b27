"""Loopback ports that are used again after a restart, so that a printed URL stays valid."""

import json
import threading
from itertools import count
from pathlib import Path
from typing import TypeGuard

from local.dataplane.ports import free_port, listen, port_of

_HIGHEST_PORT = 65535


def is_port(value: object) -> TypeGuard[int]:
    """Return whether a value from a file is a port that a server may have."""
    return type(value) is int and 0 < value <= _HIGHEST_PORT


class PortBook:
    """The ports that names had last time, stored in a small JSON file.

    A missing or damaged file counts as empty, and so does what is no port in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> int:
        """Return the port of a name; a new name gets a free one."""
        with self._lock:
            book = self._read()
            if name not in book:
                book[name] = next(p for p in iter(free_port, None) if p not in book.values())
                self._write(book)
            return book[name]

    def __setitem__(self, name: str, port: int) -> None:
        with self._lock:
            self._write({**self._read(), name: port})

    def get(self, name: str) -> int | None:
        """Return the port of a name, ``None`` for a new one."""
        with self._lock:
            return self._read().get(name)

    def acquire(self, name: str) -> int:
        """Return a port to listen on: the name's port, or a new one where that is in use."""
        with listen(self.get(name)) as listener:
            self[name] = port_of(listener)
        return self[name]

    def _read(self) -> dict[str, int]:
        try:
            book: dict[str, object] = dict(json.loads(self._path.read_text()))
        except (OSError, ValueError, TypeError):
            return {}
        return {name: port for name, port in book.items() if is_port(port)}

    def _write(self, book: dict[str, int]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(book, indent=2, sort_keys=True) + "\n")
        fresh.replace(self._path)


class FrontPorts:
    """The ports of fronts: the n-th front gets the port that the n-th front had before.

    The fronts of a stack that was created again have new ids, so ids cannot identify ports.
    """

    def __init__(self, book: PortBook) -> None:
        self._book = book
        self._places: dict[str, int] = {}

    def remembered(self, front_id: str) -> int | None:
        """Return the port that this front had before, ``None`` when it may have any."""
        return self._book.get(self._name(front_id))

    def remember(self, front_id: str, port: int) -> None:
        """Store the port that this front has now."""
        self._book[self._name(front_id)] = port

    def forget(self, front_id: str) -> None:
        """Free the number of a deleted front for the next one; ignore unknown ids."""
        self._places.pop(front_id, None)

    def _name(self, front_id: str) -> str:
        taken = self._places.values()
        free = next(place for place in count(1) if place not in taken)
        return f"url-{self._places.setdefault(front_id, free)}"
