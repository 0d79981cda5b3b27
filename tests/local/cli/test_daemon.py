"""The lock of a workspace, and instances of the local AWS that have ended."""

import contextlib
import json
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest

from local import local_aws
from local.cli import daemon, preview
from local.cli.daemon import exclusive
from local.cli.local_stack import LocalStack
from local.cli.stack_state import StackState
from local.cli.terminal import LocalError
from local.dataplane.ports import listen, port_of, reserve_port
from local.local_aws import LocalAws
from local.workspace import Workspace
from tests.local.cli.checkpoint import write_checkpoint


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / ".local")
    workspace.folder.mkdir()
    return workspace


def test_a_second_command_is_told_to_wait(workspace: Workspace) -> None:
    with exclusive(workspace), pytest.raises(LocalError, match="another command uses"):
        exclusive(workspace).__enter__()


def test_the_next_command_may_follow(workspace: Workspace) -> None:
    with exclusive(workspace):
        pass
    with exclusive(workspace):
        pass


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    workspace = Workspace(file / "local")

    with pytest.raises(LocalError, match=f"{workspace.folder} cannot be.*set LMI_LOCAL_DIR"):
        exclusive(workspace).__enter__()


@pytest.mark.parametrize("name", ["state", "pulumi", "logs", "code", "environments"])
def test_a_file_where_a_folder_belongs_is_deleted(name: str, workspace: Workspace) -> None:
    folder, kept = workspace.folder / name, workspace.folder / "kept"
    kept.touch()
    for put in (folder.touch, lambda: folder.symlink_to("nowhere")):
        put()
        with exclusive(workspace):
            assert not folder.is_symlink()
            folder.mkdir()
        with exclusive(workspace):
            assert folder.is_dir()
        folder.rmdir()

    assert kept.exists()


@pytest.mark.parametrize(
    "name",
    ["aws.json", "ports.json", "lock", "pulumi.log", "pulumi-events.jsonl", "logs/aws.log"],
)
def test_a_folder_where_a_file_belongs_is_deleted(name: str, workspace: Workspace) -> None:
    (workspace.folder / name / "inner").mkdir(parents=True)

    with exclusive(workspace):
        assert not (workspace.folder / name).is_dir()


def test_a_start_that_fails_says_why_in_one_line(workspace: Workspace) -> None:
    workspace.logs.mkdir()
    workspace.aws_log.write_text("what an earlier start logged\n")
    workspace.ports.mkdir()

    with pytest.raises(LocalError) as refused:
        daemon.start(workspace)

    introduction, reason = str(refused.value).splitlines()
    assert introduction.startswith("the local AWS did not start")
    assert reason.startswith("error: [Errno")
    assert str(workspace.ports) in reason


def test_a_start_that_is_interrupted_leaves_no_process(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: Workspace) -> None:
        raise KeyboardInterrupt

    before = psutil.Process().children()
    monkeypatch.setattr(local_aws, "running", interrupt)

    with pytest.raises(KeyboardInterrupt):
        daemon.start(workspace)

    assert psutil.Process().children() == before


def test_a_preview_does_not_mix_its_log_with_that_of_another_command(workspace: Workspace) -> None:
    with exclusive(workspace), pytest.raises(LocalError, match="another command uses"):
        preview.run(workspace)


def test_an_instance_that_answers_is_running(workspace: Workspace) -> None:
    with listen() as provider:
        instance = LocalAws.of_this_process("http://127.0.0.1:1", port_of(provider))
        instance.write(workspace)

        assert local_aws.running(workspace) == instance


def test_a_command_says_that_an_instance_runs_older_code(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    state, stack = StackState(workspace), LocalStack(workspace)
    with listen() as provider:
        instance = LocalAws.of_this_process("http://127.0.0.1:1", port_of(provider))
        state.reset(instance)
        write_checkpoint(workspace, {})
        instance.write(workspace)
        daemon.ready(workspace, stack)
        assert capsys.readouterr().err == ""

        record = asdict(instance)
        del record["code_changed"]  # as a local AWS wrote it that did not know of it
        workspace.instance.write_text(json.dumps(record))
        assert daemon.ready(workspace, stack).pid == instance.pid
        assert "`make down` and `make up` start the new code" in capsys.readouterr().err


def test_an_instance_that_does_not_answer_is_not_running(workspace: Workspace) -> None:
    with reserve_port() as closed:
        LocalAws.of_this_process("http://127.0.0.1:1", port_of(closed)).write(workspace)

        assert local_aws.running(workspace) is None


def test_a_reused_process_id_is_another_process(workspace: Workspace) -> None:
    with listen() as provider:
        instance = LocalAws.of_this_process("http://127.0.0.1:1", port_of(provider))
        replace(instance, started=instance.started - 60).write(workspace)

        assert local_aws.running(workspace) is None


def test_a_process_that_ended_is_not_running(workspace: Workspace) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with listen() as provider:
        instance = LocalAws.of_this_process("http://127.0.0.1:1", port_of(provider))
        replace(instance, pid=ended.pid).write(workspace)

        assert local_aws.running(workspace) is None


@pytest.mark.parametrize("damage", ["", "{", "{}", '{"id": "one"}', "[]"])
def test_a_damaged_record_is_no_instance(workspace: Workspace, damage: str) -> None:
    workspace.instance.write_text(damage)

    assert local_aws.recorded(workspace) is None


@pytest.mark.parametrize("name", ["HOME", "TMPDIR", "LAMBDA_TASK_ROOT"])
def test_what_a_killed_local_aws_has_left_running_is_stopped(
    workspace: Workspace, name: str
) -> None:
    command = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
    places = (workspace.environments / "1/scratch/x", workspace.logs)
    left, other = (
        subprocess.Popen(command, env={name: str(place)}, stdout=subprocess.PIPE)
        for place in places
    )
    with left, other:
        try:
            for process in (left, other):
                assert process.stdout
                process.stdout.readline()
            daemon.stop(workspace)

            left.wait(30)
            assert other.poll() is None
        finally:
            left.kill()
            other.kill()


OUTLIVES = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""The background process outlives the object that started it, which Python warns of."""


@OUTLIVES
def test_a_damaged_configuration_of_aws_does_not_keep_the_local_aws_from_starting(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[profile\n")
    monkeypatch.setenv("HOME", str(tmp_path))

    daemon.start(workspace)
    daemon.stop(workspace)

    assert "Traceback" not in workspace.aws_log.read_text()


@OUTLIVES
@pytest.mark.parametrize("loss", ["folder", "another instance"])
def test_an_instance_that_its_workspace_no_longer_names_ends(
    workspace: Workspace, loss: str
) -> None:
    instance = daemon.start(workspace)
    process = instance.process()
    assert process is not None
    descendants = process.children(recursive=True)
    try:
        if loss == "folder":
            shutil.rmtree(workspace.folder)
        else:
            replace(instance, id="another").write(workspace)

        _, alive = psutil.wait_procs([process, *descendants], timeout=120)
        assert not alive
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
