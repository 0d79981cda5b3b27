"""Faults of processes: each is killed, while the stack is idle and in each phase of a ``make up``.

A phase is known by the process that it starts, not by the clock.
"""

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import IO

import psutil

from testing.checkout import Checkout, Up, answers
from tests.e2e.faults.outcome import LASTS, SKIP, Fault, start_from_nothing

PROCESSES = {
    "make up": r"-m local up$",
    "the local AWS": r"-m local\.serve$",
    "the engine": r"^\S*pulumi up ",
    "the language host": r"language_host/__main__\.py|pulumi-language-python \S*:\d",
    "the policy pack": r"-m pulumi\.policy ",
    "the program": r"run_program\.py|pulumi-language-python-exec",
    "the web adapter": r"lambda-adapter$",
    "the application": r"-m app\.serve$",
}
_OF_THE_STACK = ("the local AWS", "the web adapter", "the application")
_OF_AN_UP = [name for name in PROCESSES if name not in _OF_THE_STACK]
PHASES = {
    "starts the engine": ("the engine", 1, 0.0),
    "previews": ("the program", 1, 0.0),
    "updates": ("the program", 2, 0.0),
    "has updated for 1.5 s": ("the program", 2, 1.5),
    "starts environments": ("the application", 1, 0.0),
}
"""The process that begins a phase, the how manyth of its type that is, and seconds after it."""
LONGEST_UP_SECONDS = 240.0


def faults(checkout: Checkout) -> Iterator[Fault]:
    """Yield each process idle, then in each phase of an ``up`` that changes and of the first."""
    for victim in _OF_THE_STACK:
        yield Fault(f"{victim} is killed", lambda victim=victim: _kill(checkout, victim))
    for first, phase, victim in product((False, True), PHASES, PROCESSES):
        yield Fault(
            f"{victim} is killed when the {'first ' if first else ''}up {phase}",
            lambda first=first, phase=phase, victim=victim: _during_up(
                checkout, phase, victim, first=first
            ),
        )


def left_running(checkout: Checkout) -> list[str]:
    """Return the processes that only an ``up`` has, and that outlive it for a minute."""
    deadline = time.monotonic() + 60
    while left := [name for name in _OF_AN_UP if _find(checkout, name)]:
        if time.monotonic() > deadline:
            return left
        time.sleep(0.2)
    return []


def _during_up(checkout: Checkout, phase: str, victim: str, *, first: bool) -> str:
    if first:
        start_from_nothing(checkout)
    else:
        checkout.configure(timeoutSeconds=100 + int(time.time()) % 100)  # something to do
    with tempfile.TemporaryFile() as output, checkout.start("up", output) as up:
        if not reached(checkout, up, phase):
            up.wait()
            return f"{SKIP}this up has no such phase"
        return _kill(checkout, victim) or end_of(up, output)


def end_of(up: subprocess.Popen[bytes], output: IO[bytes]) -> str:
    """Wait for the end of an ``up``: it must not say that it serves when it does not."""
    try:
        up.wait(LONGEST_UP_SECONDS)
    except subprocess.TimeoutExpired:
        up.kill()
        return f"{LASTS}the up does not end"
    output.seek(0)
    printed = output.read().decode()
    if "Traceback" in printed:
        return f"{LASTS}a traceback:\n{printed}"
    if up.returncode == 0 and not answers(Up(printed).url):
        return f"{LASTS}the up says that it serves"
    return ""


def reached(checkout: Checkout, up: subprocess.Popen[bytes], phase: str) -> bool:
    """Wait for a phase; return whether the ``up`` still runs then."""
    name, number, seconds = PHASES[phase]
    seen = {process.pid for process in _find(checkout, name)}
    begin = len(seen)
    while len(seen) < begin + number:
        if up.poll() is not None:
            return False
        seen |= {process.pid for process in _find(checkout, name)}
        time.sleep(0.02)
    time.sleep(seconds)
    return up.poll() is None


def _kill(checkout: Checkout, victim: str) -> str:
    """Kill the newest process of a type."""
    found = _find(checkout, victim)
    if not found:
        return f"{SKIP}there is no such process"
    with suppress(psutil.Error):
        found[-1].kill()
    return ""


def _find(checkout: Checkout, name: str) -> list[psutil.Process]:
    found: list[tuple[float, psutil.Process]] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            command = " ".join(process.cmdline())
            is_zombie = process.status() == psutil.STATUS_ZOMBIE
            is_in_checkout = str(checkout.folder) in f"{process.cwd()} {command}"
            if is_in_checkout and re.search(PROCESSES[name], command) and not is_zombie:
                found.append((process.create_time(), process))
    return [process for _, process in sorted(found, key=lambda each: each[0])]
