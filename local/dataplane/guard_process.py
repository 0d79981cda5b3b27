"""Ends process groups when the process that registered them has ended, for any reason.

Started by ``ProcessGuard`` as a program of its own, with the groups that are registered by then;
needs the standard library only. Reads lines from standard input, ``+PGID`` and ``-PGID``; the end
of the input means that the owner is gone.
"""

import os
import signal
import sys
import time

_GRACE_SECONDS = 1.0
_POLL_SECONDS = 0.05


def main() -> None:
    """Wait until the owner ends, then end the groups that are still registered."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    groups = _follow()
    remaining = {group for group in groups if _send(group, signal.SIGTERM)}
    deadline = time.monotonic() + _GRACE_SECONDS
    while remaining and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        remaining = {group for group in remaining if _send(group, 0)}
    for group in remaining:
        _send(group, signal.SIGKILL)


def _follow() -> set[int]:
    groups = set(map(int, sys.argv[1:]))
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def _send(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of zombies
        return False
    return True


if __name__ == "__main__":
    main()
