"""An `up` that is cut off while it makes each type of resource, and how the stack goes on."""

from collections.abc import Iterator
from typing import Any

from tests.local.engine.harness import Stack
from tests.local.engine.world_program import urn
from tests.local.provider.samples import FUNCTION, LOG_GROUP
from tests.local.provider.world import WORLD, import_id


class Needed:
    """A source that notes which types are asked for."""

    code = "function.zip"

    def __init__(self) -> None:
        self.kinds: set[str] = set()

    def __call__(self, kind: str, output: str = "id") -> str:
        self.kinds.add(kind)
        return output

    def text(self, *parts: Any) -> str:
        return "".join(parts)


def levels() -> Iterator[set[str]]:
    """Give the URNs of the world in rounds: what needs nothing, what needs only that, and so on."""
    left = dict(WORLD)
    while left:
        level: set[str] = set()
        for kind, recipe in left.items():
            needed = Needed()
            recipe(needed)
            if needed.kinds.isdisjoint(left):
                level.add(kind)
        yield {urn(kind) for kind in level}
        left = {kind: recipe for kind, recipe in left.items() if kind not in level}


def test_a_killed_up_leaves_nothing_that_its_state_does_not_name(stack: Stack) -> None:
    before = stack.holds()
    for level in levels():
        stack.killed_up(level)
        # This is what has `make up` start over.
        assert stack.state.was_interrupted()
        assert stack.checkpoint().pending >= level
        assert stack.provider.made.keys() == stack.checkpoint().resources.keys() | level
        # This is the other way, by hand.
        stack.delete_orphans(level)
    stack.up()
    stack.destroy()
    assert stack.holds() == before


def test_what_a_killed_up_left_is_imported_and_nothing_remains(stack: Stack) -> None:
    before = stack.holds()
    _, level, *_ = levels()
    stack.killed_up(level)

    stack.take_over({urn: import_id(stack.provider.made[urn]) for urn in level})

    assert not stack.state.was_interrupted()
    assert stack.checkpoint().resources.keys() == stack.provider.made.keys()
    stack.up()
    stack.pulumi("preview", "--expect-no-changes", "--stack", "local")
    stack.destroy()
    assert stack.holds() == before


def test_a_cancelled_or_failed_up_goes_on_where_it_stopped(stack: Stack) -> None:
    before = stack.holds()

    printed = stack.refused_up("PutRetentionPolicy")
    assert "logs PutRetentionPolicy: 503" in printed
    assert stack.checkpoint().unfinished == {urn(LOG_GROUP)}

    stack.cancelled_up({urn(FUNCTION)})
    assert not stack.state.was_interrupted()
    assert stack.checkpoint().unfinished == set()
    assert stack.checkpoint().resources.keys() == stack.provider.made.keys() | {urn(LOG_GROUP)}

    stack.up()
    stack.pulumi("preview", "--refresh", "--expect-no-changes", "--stack", "local")
    stack.destroy()
    assert stack.holds() == before
