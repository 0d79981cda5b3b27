"""The LIST endpoint of the serverless cookbook: its settings and its topology, beside ours."""

from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.infra.declared import Json, declare, project_settings
from tests.infra.side_by_side import program
from tests.infra.side_by_side.page import table
from tests.infra.side_by_side.resources import Difference, differences
from tests.infra.side_by_side.topology import network, topology

SEED = cast("Json", yaml.safe_load(Path(__file__).with_name("list_endpoint.yaml").read_text()))
SETTINGS_OF_THE_ENDPOINT = cast("dict[str, Json]", SEED["settings"])
MAPPING = {row[0].strip("`"): row[1:] for row in table("Settings compared")}


def setting_here(name: str) -> str:
    """Return the setting that the page names for one of the endpoint."""
    return MAPPING[name][1].strip("`")


def test_the_page_lists_every_setting_with_its_range() -> None:
    ranges = {name: setting["range"] for name, setting in SETTINGS_OF_THE_ENDPOINT.items()}

    assert {name: row[0] for name, row in MAPPING.items()} == ranges


@pytest.mark.parametrize("name", SETTINGS_OF_THE_ENDPOINT)
def test_a_setting_has_a_range_of_its_own_here(name: str) -> None:
    _, _, own_range, why = MAPPING[name]

    assert own_range in project_settings()[setting_here(name)]["description"]
    assert (own_range == SETTINGS_OF_THE_ENDPOINT[name]["range"]) == (why == "the same")


def test_a_setting_sets_the_same_property() -> None:
    declared = declare(
        **{
            setting_here(name): setting["value"]
            for name, setting in SETTINGS_OF_THE_ENDPOINT.items()
        }
    )
    here = {"network": network(declared), **program.written(declared)}

    for name, setting in SETTINGS_OF_THE_ENDPOINT.items():
        found: Any = here[setting["resource"]]
        for step in setting["property"].split("."):
            found = found[step]
        assert found == setting["value"], name


def test_the_page_lists_every_difference_of_the_topology_and_no_other() -> None:
    found = set(differences(SEED["topology"], topology(declare(front="rest"))))

    assert found == {Difference(*row[:4]) for row in table("Resources compared")}


def test_every_difference_of_the_topology_has_a_reason() -> None:
    assert [row for row in table("Resources compared") if not row[4]] == []
