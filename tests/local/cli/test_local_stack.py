"""Commands of the engine reach the local AWS that runs."""

from pathlib import Path

from local.cli.local_stack import settings
from local.dataplane.ports import listen, port_of
from local.local_aws import LocalAws
from local.workspace import Workspace


def test_the_provider_is_the_running_one_whatever_became_of_the_file_of_ports(
    tmp_path: Path,
) -> None:
    workspace = Workspace(tmp_path)
    with listen() as provider:
        LocalAws.of_this_process("http://127.0.0.1:1", port_of(provider)).write(workspace)

        found = settings(workspace)["PULUMI_DEBUG_PROVIDERS"]

        assert found == f"aws:{port_of(provider)}"


def test_without_one_it_is_the_port_of_the_next(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)

    assert settings(workspace) == settings(workspace)
