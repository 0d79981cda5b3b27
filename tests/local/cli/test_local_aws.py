"""The record of the instance that runs: a damaged one counts as none."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from local import local_aws
from local.local_aws import LocalAws
from local.workspace import Workspace

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
