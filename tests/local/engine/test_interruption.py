"""An ``up`` that is cut off while it makes or changes resources, and how the stack goes on."""

import json
from collections.abc import Iterator
from typing import Any

from tests.local.engine.harness import Stack
from tests.local.engine.world_program import urn
from tests.local.provider.samples import (
    FUNCTION,
    LOG_GROUP,
    PERMISSION,
    ROLE,
    ROLE_POLICY_ATTACHMENT,
    TOPIC,
)
from tests.local.provider.world import WORLD, import_id

OTHER_ACCOUNT = "210987654321"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


class Needed:
    """A source that notes which types are asked for."""

    code = "function.zip"

    def __init__(self) -> None:
        self.pulumi_types: set[str] = set()

    def __call__(self, pulumi_type: str, output: str = "id") -> str:
        self.pulumi_types.add(pulumi_type)
        return output

    def text(self, *parts: Any) -> str:
        return "".join(parts)


def levels() -> Iterator[set[str]]:
    """Yield the URNs in rounds: those without dependencies, then those that depend on these."""
    left = dict(WORLD)
    while left:
        level: set[str] = set()
        for pulumi_type, recipe in left.items():
            needed = Needed()
            recipe(needed)
            if needed.pulumi_types.isdisjoint(left):
                level.add(pulumi_type)
        yield {urn(pulumi_type) for pulumi_type in level}
        left = {
            pulumi_type: recipe for pulumi_type, recipe in left.items() if pulumi_type not in level
        }


def test_a_killed_up_leaves_only_resources_that_its_state_names(stack: Stack) -> None:
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


def test_resources_of_a_killed_up_are_imported_and_destroyed(stack: Stack) -> None:
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


def test_a_cancelled_or_failed_up_is_continued_by_the_next(stack: Stack) -> None:
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


def test_an_interrupted_update_or_replacement_is_done_by_the_next_up(stack: Stack) -> None:
    stack.up()
    stack.want(
        {
            TOPIC: {"displayName": "another"},
            PERMISSION: {"principal": OTHER_ACCOUNT},
            ROLE_POLICY_ATTACHMENT: {"policyArn": READ_ONLY},
        }
    )
    # One is updated, of one the new is made first, of one the old is deleted first.
    changed = {urn(TOPIC), urn(PERMISSION), urn(ROLE_POLICY_ATTACHMENT)}

    stack.killed_up(changed)
    assert stack.checkpoint().pending == changed
    stack.delete_orphans({urn(PERMISSION)})

    stack.cancelled_up(changed)
    # Of what was killed Pulumi keeps in mind only what may have been made.
    assert stack.checkpoint().pending == {urn(PERMISSION)}

    stack.up()
    assert callers(stack) == {"*", f"arn:aws:iam::{OTHER_ACCOUNT}:root"}
    assert attached(stack) == {READ_ONLY}


def callers(stack: Stack) -> set[str]:
    """Return whom the function lets in."""
    function = stack.provider.made[urn(FUNCTION)].id
    answer = stack.client("lambda").get_policy(FunctionName=function, Qualifier="live")
    principals = [each["Principal"] for each in json.loads(answer["Policy"])["Statement"]]
    return {each if isinstance(each, str) else each["AWS"] for each in principals}


def attached(stack: Stack) -> set[str]:
    """Return the managed policies that the role has."""
    role = stack.provider.made[urn(ROLE)].id
    answer = stack.client("iam").list_attached_role_policies(RoleName=role)
    return {policy["PolicyArn"] for policy in answer["AttachedPolicies"]}
