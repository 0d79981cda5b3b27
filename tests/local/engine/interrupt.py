"""``python -m tests.local.engine.interrupt [KEY=VALUE ...]``: interrupt at every resource.

The program of this repository is brought up under the real engine, with the given settings, first
undisturbed, then with Ctrl-C pressed while AWS makes each resource in turn, then with the engine
killed there. Each interrupted ``up`` begins where the one before it was stopped; what a kill left
without an owner is deleted by hand. In the end a preview has nothing to change, the account holds
what it held undisturbed, and a destroy leaves nothing. It takes some minutes.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from testing.checkout import Checkout
from tests.local.engine.harness import Stack
from tests.local.inventory import Entry

Cut = Callable[[Stack, set[str]], set[str]]
"""Cuts an ``up`` off at the first of some resources; gives what was being made."""


def main() -> None:
    """Do both rounds on a copy of the project."""
    settings = {key: yaml.safe_load(value) for key, _, value in map(_parted, sys.argv[1:])}
    with TemporaryDirectory(prefix="lmi-interruption-") as folder:
        copy = Checkout.make(Path(folder) / "project")
        copy.configure(**settings)
        with closing(Stack(Path(folder) / "local", copy.folder)) as stack:
            before = stack.holds()
            stack.up()
            urns = set(stack.checkpoint().resources)
            undisturbed = stack.holds() - before
            _take_down(stack, before)
            for cut in (_cancelled, _killed):
                _interrupt_at_each(stack, urns, cut)
                assert _kinds(stack.holds() - before) == _kinds(undisturbed)
                _take_down(stack, before)
    print(f"{len(urns)} resources, cancelled and killed at each: converged, no orphan")


def _parted(argument: str) -> tuple[str, str, str]:
    return argument.partition("=")


def _interrupt_at_each(stack: Stack, urns: set[str], cut: Cut) -> None:
    """Cut an ``up`` off at each resource, one at a time, then let one pass."""
    left = set(urns)
    while left:
        since = time.monotonic()
        done = cut(stack, left)
        left -= done
        spent = time.monotonic() - since
        print(f"{cut.__name__[1:]} at {', '.join(done)} ({spent:.1f} s)", flush=True)
    stack.up()
    stack.pulumi("preview", "--refresh", "--expect-no-changes", "--stack", "local")


def _cancelled(stack: Stack, urns: set[str]) -> set[str]:
    done = stack.cancelled_up(urns, at_once=1)
    assert not stack.state.was_interrupted()
    assert stack.provider.made.keys() == stack.checkpoint().resources.keys()
    return done


def _killed(stack: Stack, urns: set[str]) -> set[str]:
    done = stack.killed_up(urns, at_once=1)
    orphans = stack.provider.made.keys() - stack.checkpoint().resources.keys()
    assert orphans == done, (orphans, done)
    assert stack.checkpoint().pending >= done
    assert stack.state.was_interrupted()
    stack.delete_orphans(done)
    return done


def _take_down(stack: Stack, before: set[Entry]) -> None:
    stack.destroy()
    stack.provider.made.clear()
    assert stack.holds() == before


def _kinds(entries: set[Entry]) -> Counter[str]:
    return Counter(listing for listing, _ in entries)


if __name__ == "__main__":
    main()
