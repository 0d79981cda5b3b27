"""Loopback ports: listeners, ports for the functions' servers, and ports used again later."""

import contextlib
import json
import random
import socket
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TypeGuard

LOOPBACK = "127.0.0.1"

# Below the ephemeral ranges (Linux from 32768, macOS from 49152), so that no outgoing connection
# takes a port after it was chosen and before it is listened on.
_LISTENED = range(20000, 26384)
# Apart from those: a name listens at its port of before also where that is reserved.
_RESERVED = range(26384, 32768)
_ATTEMPTS = 200

_HIGHEST_PORT = 65535


def free_port() -> int:
    """Choose a free port for a server in another process."""
    with reserve_port() as reservation:
        return port_of(reservation)


def reserve_port() -> socket.socket:
    """Choose a free port for a server in another process, and keep it from others like this one.

    The socket is bound to the port, and not listening. Linux lets a server listen there all the
    same, as long as it sets ``SO_REUSEADDR``, which servers do so that they can be restarted.
    """
    return _bind_any(_RESERVED)


def listen(preferred: int | None = None, others: Collection[int] = ()) -> socket.socket:
    """Listen on the loopback interface: at a preferred port if it is free, else at none of others.

    ``others`` are ports that it shall not be, though nobody listens there at the moment.

    Raise ``OSError`` when there is no free port.
    """
    if preferred is not None:
        with contextlib.suppress(OSError):
            return _listening(_bind(preferred, also_reserved=True))
    return _listening(_bind_any(_LISTENED, others))


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


def _bind_any(candidates: Sequence[int], others: Collection[int] = ()) -> socket.socket:
    for port in random.sample(candidates, _ATTEMPTS):
        with contextlib.suppress(OSError):
            if port not in others:
                return _bind(port)
    return _bind(0)


def _bind(port: int, *, also_reserved: bool = False) -> socket.socket:
    # asyncio sets TCP_NODELAY only on sockets that name their protocol, and accepted connections
    # inherit it; without it small chunks of a stream wait for the acknowledgement of earlier ones.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(also_reserved))
        bound.bind((LOOPBACK, port))
        # From here on: for the port's later owners, which find it in the state TIME_WAIT.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except OSError:
        bound.close()
        raise
    return bound


def _listening(bound: socket.socket) -> socket.socket:
    try:
        bound.listen(1024)
    except OSError:
        bound.close()
        raise
    return bound


def is_port(value: object) -> TypeGuard[int]:
    """Return whether a value from a file is a port that a server may have."""
    return type(value) is int and 0 < value <= _HIGHEST_PORT


class PortBook:
    """The ports that names had last time, each its own, stored in a small JSON file.

    A missing or damaged file counts as empty, and so does what is no port in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> int:
        """Return the port of a name; a new name gets a free one."""
        return self._read().get(name) or self.acquire(name)

    def listen(self, name: str) -> socket.socket:
        """Listen at the name's port, or at a new one where that is in use."""
        with self._lock:
            book = self._read()
            listener = listen(book.get(name), book.values())
            self._write({**book, name: port_of(listener)})
        return listener

    def acquire(self, name: str) -> int:
        """Return a port to listen on: the name's port, or a new one where that is in use."""
        with self.listen(name) as listener:
            return port_of(listener)

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
