"""The instance that runs: a damaged record counts as none, and its ports are its own."""

import json
import socket
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import pytest

from local import local_aws, serve
from local.dataplane.host import DataPlaneSettings
from local.dataplane.metrics import Datum
from local.dataplane.model import WriteLog
from local.dataplane.ports import PortBook
from local.local_aws import LocalAws
from local.workspace import Workspace
from tests.local.fake_data_plane import FakeDataPlane

RECORD = asdict(LocalAws.of_this_process("http://127.0.0.1:1", 1))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_a_whole_record_names_the_process(workspace: Workspace) -> None:
    workspace.instance.write_text(json.dumps(RECORD))

    instance = local_aws.recorded(workspace)

    assert instance == LocalAws(**RECORD)
    assert instance
    assert instance.process()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="emptied"),
        pytest.param(json.dumps(RECORD)[:40], id="halved"),
        pytest.param("7", id="a number"),
        pytest.param("null", id="null"),
        pytest.param("[]", id="a list"),
        *(
            pytest.param(json.dumps(RECORD | {name: value}), id=f"{name} {value!r}")
            for name, value in [
                ("id", None),
                ("pid", "x"),
                ("pid", -1),
                ("pid", 10**30),
                ("pid", True),
                ("started", "x"),
                ("endpoint_url", 7),
                ("provider_port", "x"),
                ("provider_port", 99999),
            ]
        ),
    ],
)
def test_a_damaged_record_counts_as_none(workspace: Workspace, content: str) -> None:
    workspace.instance.write_text(content)

    assert local_aws.recorded(workspace) is None
    assert local_aws.running(workspace) is None


def test_a_folder_in_the_place_of_the_record_counts_as_none(workspace: Workspace) -> None:
    workspace.instance.mkdir()

    assert local_aws.recorded(workspace) is None


class ConnectingDataPlane(FakeDataPlane):
    """Connects to the endpoint as soon as it is told where that is."""

    def __init__(self, settings: DataPlaneSettings, _: WriteLog) -> None:
        super().__init__()
        self._address = ("127.0.0.1", int(settings.endpoint_url.rpartition(":")[2]))

    def start(self) -> None:
        socket.create_connection(self._address).close()

    def measure(self) -> dict[str, list[Datum]]:
        return {}

    def stop(self) -> None:
        """Nothing runs."""


def test_no_other_process_can_take_the_endpoints_port_while_it_starts(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "LocalDataPlane", ConnectingDataPlane)

    with ExitStack() as cleanup:
        instance = serve.start(workspace, cleanup)

    assert PortBook(workspace.ports)["endpoint"] == int(instance.endpoint_url.rpartition(":")[2])
