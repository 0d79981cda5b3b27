"""The state of the local stack is trusted only while it speaks of the local AWS that runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.cli import session
from local.cli.errors import LocalError
from local.cli.stack_state import StackState
from local.local_aws import LocalAws
from local.workspace import Workspace

INSTANCE = LocalAws("one", 1, 0.0, "http://127.0.0.1:1", 1)
ANOTHER = LocalAws("two", 1, 0.0, "http://127.0.0.1:1", 1)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / ".local")


@pytest.fixture
def state(workspace: Workspace) -> StackState:
    state = StackState(workspace)
    state.reset(INSTANCE)
    return state


def write_checkpoint(workspace: Workspace, text: str) -> None:
    checkpoint = workspace.backend / ".pulumi/stacks/lmi-streaming/local.json"
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.write_text(text)


def write_lock(workspace: Workspace, pid: int) -> Path:
    lock = workspace.backend / ".pulumi/locks/organization/lmi-streaming/local/lock.json"
    lock.parent.mkdir(parents=True)
    lock.write_text(json.dumps({"pid": pid}))
    return lock


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_state_belongs_to_the_instance_that_created_it(state: StackState) -> None:
    assert state.belongs_to(INSTANCE)
    assert not state.belongs_to(ANOTHER)


def test_a_missing_state_belongs_to_no_instance(workspace: Workspace) -> None:
    assert not StackState(workspace).belongs_to(INSTANCE)


def test_a_reset_state_is_empty(workspace: Workspace, state: StackState) -> None:
    write_checkpoint(workspace, "{}")

    state.reset(ANOTHER)

    assert not state.exists
    assert state.belongs_to(ANOTHER)


@pytest.mark.parametrize(
    ("checkpoint", "interrupted"),
    [
        pytest.param('{"checkpoint": {"latest": {}}}', False, id="finished"),
        pytest.param('{"checkpoint": {}}', False, id="initialised, never updated"),
        pytest.param(
            '{"checkpoint": {"latest": {"pending_operations": [{"type": "creating"}]}}}',
            True,
            id="cut off while creating",
        ),
        pytest.param("{", True, id="cut off while writing"),
    ],
)
def test_an_interrupted_update_is_noticed(
    workspace: Workspace, state: StackState, checkpoint: str, interrupted: bool
) -> None:
    write_checkpoint(workspace, checkpoint)

    assert state.was_interrupted() is interrupted


@pytest.mark.parametrize(
    ("resources", "outputs"),
    [
        pytest.param([], {}, id="never updated"),
        pytest.param([{"type": "pulumi:pulumi:Stack"}], {}, id="a stack without outputs"),
        pytest.param(
            [
                {"type": "aws:ec2/vpc:Vpc", "outputs": {"id": "vpc-1"}},
                {"type": "pulumi:pulumi:Stack", "outputs": {"url": "http://127.0.0.1:1/"}},
            ],
            {"url": "http://127.0.0.1:1/"},
            id="a stack with resources",
        ),
    ],
)
def test_the_outputs_are_those_of_the_stack(
    workspace: Workspace, state: StackState, resources: list[object], outputs: dict[str, str]
) -> None:
    write_checkpoint(workspace, json.dumps({"checkpoint": {"latest": {"resources": resources}}}))

    assert state.outputs() == outputs


def test_the_lock_of_an_engine_that_has_ended_is_removed(
    workspace: Workspace, state: StackState
) -> None:
    lock = write_lock(workspace, ended_process())

    session.refuse_while_busy(state)

    assert not lock.exists()


def test_the_lock_of_a_running_engine_is_kept(workspace: Workspace, state: StackState) -> None:
    lock = write_lock(workspace, os.getpid())

    with pytest.raises(LocalError, match=f"process {os.getpid()}.*try again"):
        session.refuse_while_busy(state)
    assert lock.exists()
