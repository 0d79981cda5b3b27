"""Loopback ports: listeners, ports for the functions' servers, and ports used again later."""

import contextlib
import random
import socket
from typing import Protocol

LOOPBACK = "127.0.0.1"

# Below the ephemeral ranges (Linux from 32768, macOS from 49152), so that no outgoing connection
# takes a port after it was chosen and before it is listened on.
_CANDIDATES = range(20000, 32768)
_ATTEMPTS = 200


class PortMemory(Protocol):
    """Stores the port of each front across restarts of the local AWS."""

    def remembered(self, front_id: str) -> int | None:
        """Return the port that this front had, ``None`` for a new one."""

    def remember(self, front_id: str, port: int) -> None:
        """Store the port that this front has now."""

    def forget(self, front_id: str) -> None:
        """Delete the entry of a front; ignore unknown ids."""


def free_port() -> int:
    """Choose a free port for a server in another process."""
    with reserve_port() as reservation:
        return port_of(reservation)


def reserve_port() -> socket.socket:
    """Choose a free port for a server in another process, and keep it from others like this one.

    Returns
    -------
    socket.socket
        Bound to the port, and not listening. Linux lets a server listen there all the same, as long
        as it sets ``SO_REUSEADDR``, which servers do so that they can be restarted.
    """
    for port in random.sample(_CANDIDATES, _ATTEMPTS):
        with contextlib.suppress(OSError):
            return _bind(port)
    return _bind(0)


def listen(preferred: int | None = None) -> socket.socket:
    """Listen on the loopback interface.

    Parameters
    ----------
    preferred
        The port to use if it is free. Otherwise, and by default, any free port.

    Raises
    ------
    OSError
        When there is no free port.
    """
    if preferred is not None:
        with contextlib.suppress(OSError):
            return _listening(_bind(preferred, also_reserved=True))
    return _listening(reserve_port())


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


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
