"""The state of the local stack is trusted only while it speaks of the local AWS that runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.cli import daemon
from local.cli.stack_state import StackState
from local.cli.terminal import LocalError
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
    write_version(workspace, "version: 1\n")


def write_version(workspace: Workspace, text: str) -> None:
    (workspace.backend / ".pulumi/meta.yaml").write_text(text)


def write_lock(workspace: Workspace, content: object, name: str = "lock.json") -> Path:
    lock = workspace.backend / ".pulumi/locks/organization/lmi-streaming/local" / name
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(content if isinstance(content, str) else json.dumps(content))
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
        pytest.param("", True, id="emptied"),
        pytest.param("7", True, id="a number"),
        pytest.param("null", True, id="null"),
        pytest.param("[]", True, id="a list"),
        pytest.param('{"checkpoint": 7}', True, id="a number for the checkpoint"),
        pytest.param('{"checkpoint": {"latest": {"resources": 7}}}', True, id="no resources"),
        pytest.param('{"checkpoint": {"latest": {"resources": [7]}}}', True, id="a number in them"),
    ],
)
def test_an_interrupted_update_is_noticed(
    workspace: Workspace, state: StackState, checkpoint: str, interrupted: bool
) -> None:
    write_checkpoint(workspace, checkpoint)

    assert state.exists
    assert state.was_interrupted() is interrupted
    assert state.outputs() == {}


@pytest.mark.parametrize("version", ["", "version", "[1", "7", "version:", "version: one"])
def test_a_backend_that_lost_its_version_is_an_interrupted_update(
    workspace: Workspace, state: StackState, version: str
) -> None:
    write_checkpoint(workspace, '{"checkpoint": {"latest": {}}}')
    assert not state.was_interrupted()

    write_version(workspace, version)

    assert state.was_interrupted()


def test_a_folder_in_the_place_of_the_checkpoint_is_an_interrupted_update(
    workspace: Workspace, state: StackState
) -> None:
    (workspace.backend / ".pulumi/stacks/lmi-streaming/local.json").mkdir(parents=True)

    assert state.was_interrupted()


def test_a_file_in_the_place_of_the_backend_is_replaced(workspace: Workspace) -> None:
    workspace.folder.mkdir()
    workspace.backend.write_text("")
    state = StackState(workspace)
    assert not state.belongs_to(INSTANCE)

    state.reset(INSTANCE)

    assert state.belongs_to(INSTANCE)


@pytest.mark.parametrize("owner", [b"", b"on", b"\xff\xfe"])
def test_a_damaged_owner_file_names_no_instance(
    workspace: Workspace, state: StackState, owner: bytes
) -> None:
    (workspace.backend / "instance").write_bytes(owner)

    assert not state.belongs_to(INSTANCE)


def test_the_stacks_of_other_programs_are_not_the_local_stack(
    workspace: Workspace, state: StackState
) -> None:
    another = workspace.backend / ".pulumi/stacks/a-second-service/local.json"
    another.parent.mkdir(parents=True)
    another.write_text('{"checkpoint": {"latest": {"pending_operations": [{}]}}}')

    assert not state.exists
    assert not state.was_interrupted()
    assert state.others == ["a-second-service/local"]

    write_checkpoint(workspace, "{}")
    assert state.others == ["a-second-service/local"]


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
    lock = write_lock(workspace, {"pid": ended_process()})

    daemon.refuse_while_busy(state)

    assert not lock.exists()


def test_the_lock_of_a_running_engine_is_kept(
    workspace: Workspace, state: StackState, tmp_path: Path
) -> None:
    (tmp_path / "pulumi").symlink_to(sys.executable)
    with subprocess.Popen([tmp_path / "pulumi", "-c", "input()"], stdin=subprocess.PIPE) as engine:
        lock = write_lock(workspace, {"pid": engine.pid})
        refusal = f"process {engine.pid}.*try again.*kill {engine.pid}"
        with pytest.raises(LocalError, match=refusal):
            daemon.refuse_while_busy(state)
        engine.kill()
    assert lock.exists()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"pid": os.getpid()}, id="a reused pid"),
        pytest.param("", id="emptied"),
        pytest.param('{"pid": 1', id="halved"),
        pytest.param([], id="a list"),
        pytest.param({"pid": "x"}, id="a text for the pid"),
        pytest.param({"pid": -1}, id="a negative pid"),
        pytest.param({"pid": 10**30}, id="a pid that no system has"),
    ],
)
def test_a_lock_that_no_engine_holds_is_removed(
    workspace: Workspace, state: StackState, content: object
) -> None:
    lock = write_lock(workspace, content)
    attributes = write_lock(workspace, {}, "lock.json.attrs")

    daemon.refuse_while_busy(state)

    assert not lock.exists()
    assert not attributes.exists()


def test_what_a_full_disk_left_of_a_lock_is_removed(
    workspace: Workspace, state: StackState
) -> None:
    partial = write_lock(workspace, "", "lock.json.abc.tmp")

    daemon.refuse_while_busy(state)

    assert not partial.exists()


@pytest.mark.parametrize("damage", ["", '{"user.cache_control":', "[]"])
def test_damaged_attributes_are_removed_and_others_kept(
    workspace: Workspace, state: StackState, damage: str
) -> None:
    write_checkpoint(workspace, '{"checkpoint": {"latest": {}}}')
    stacks = workspace.backend / ".pulumi/stacks/lmi-streaming"
    (stacks / "local.json.attrs").write_text(damage)
    (stacks / "local.json.bak.attrs").mkdir()
    whole = workspace.backend / ".pulumi/meta.yaml.attrs"
    whole.write_text('{"user.content_type": "application/json"}')

    state.remove_damaged_files()

    assert [path.name for path in stacks.iterdir()] == ["local.json"]
    assert whole.exists()
