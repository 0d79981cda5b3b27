"""``make status`` is sensible whether all, a part or nothing runs."""

import re
from dataclasses import replace
from pathlib import Path

from local.cli.stack_state import StackState
from local.cli.status import describe
from local.dataplane.ports import listen, port_of
from local.endpoint import Endpoint, serve_endpoint
from local.function_logs import log_file
from local.local_aws import LocalAws
from local.workspace import Workspace
from tests.local.cli.checkpoint import write_checkpoint
from tests.local.fake_data_plane import FakeDataPlane

URL = "http://127.0.0.1:8001/"
OUTPUTS = {"url": URL}
FUNCTIONS = [{"name": "demo"}, {"name": "two", "loggingConfig": {"logGroup": "/group/of/two"}}]


def status(workspace: Workspace) -> str:
    return "\n".join(describe(workspace))


def test_nothing_runs(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "never made")

    assert status(workspace) == f"No local AWS runs in {workspace.folder}; `make up` starts one."
    assert not workspace.folder.exists()


def test_the_logs_of_what_has_ended_are_named(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.logs.mkdir()
    workspace.aws_log.touch()

    assert str(workspace.aws_log) in status(workspace)


def test_a_local_aws_runs_with_and_without_a_stack(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    plane = FakeDataPlane()
    served = serve_endpoint(Endpoint(plane, tmp_path / "code"))
    try:
        with listen() as provider:
            instance = LocalAws.of_this_process(served.url, port_of(provider))
            instance.write(workspace)
            bare = status(workspace)
            replace(instance, code_changed=1.0).write(workspace)
            outdated = status(workspace)
            instance.write(workspace)
            StackState(workspace).reset(instance)
            write_checkpoint(workspace, OUTPUTS, FUNCTIONS)
            logs = [
                log_file(workspace.logs, group) for group in ("/aws/lambda/demo", "/group/of/two")
            ]
            for log in logs:
                log.parent.mkdir(parents=True, exist_ok=True)
                log.touch()
            plane.scale("demo", "$LATEST.PUBLISHED", 3)
            deployed = status(workspace)
            plane.edit("demo", "$LATEST.PUBLISHED", {})
            edited = status(workspace)
    finally:
        served.stop()

    assert "The stack is not deployed" in bare
    assert "has changed since its start" in outdated
    assert "has changed since its start" not in bare
    assert served.url in bare
    assert f"127.0.0.1:{instance.provider_port}" in bare
    assert re.search(rf"URL +{URL}", deployed)
    assert "demo, version $LATEST.PUBLISHED" in deployed
    assert "Active: 0 of 3 slots in use, execution environments: 3" in deployed
    assert all(re.search(rf"function +{re.escape(str(log))}", deployed) for log in logs)
    assert "edited since the last `make up`" not in deployed
    assert "edited since the last `make up`" in edited
