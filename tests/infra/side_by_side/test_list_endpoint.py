"""The LIST endpoint of the serverless cookbook: its knobs and its topology, beside ours."""

from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.infra.declared import Json, declare, knobs
from tests.infra.side_by_side import program
from tests.infra.side_by_side.page import table
from tests.infra.side_by_side.resources import Difference, differences
from tests.infra.side_by_side.topology import network, topology

SEED = cast("Json", yaml.safe_load(Path(__file__).with_name("list_endpoint.yaml").read_text()))
KNOBS_OF_THE_SEED = cast("dict[str, Json]", SEED["knobs"])
MAPPING = {row[0].strip("`"): row[1:] for row in table("Knob by knob")}


def setting(knob: str) -> str:
    """Return the setting that the page names for a knob."""
    return MAPPING[knob][1].strip("`")


def test_the_page_lists_every_knob_with_its_range() -> None:
    ranges = {name: knob["range"] for name, knob in KNOBS_OF_THE_SEED.items()}

    assert {name: row[0] for name, row in MAPPING.items()} == ranges


@pytest.mark.parametrize("knob", KNOBS_OF_THE_SEED)
def test_a_knob_is_a_setting_with_a_range_of_its_own(knob: str) -> None:
    _, _, own_range, why = MAPPING[knob]

    assert own_range in knobs()[setting(knob)]["description"]
    assert (own_range == KNOBS_OF_THE_SEED[knob]["range"]) == (why == "the same")


def test_a_knob_sets_the_same_property() -> None:
    declared = declare(**{setting(name): knob["value"] for name, knob in KNOBS_OF_THE_SEED.items()})
    here = {"network": network(declared), **program.written(declared)}

    for name, knob in KNOBS_OF_THE_SEED.items():
        found: Any = here[knob["resource"]]
        for step in knob["property"].split("."):
            found = found[step]
        assert found == knob["value"], name


def test_the_page_lists_every_difference_of_the_topology_and_no_other() -> None:
    found = set(differences(SEED["topology"], topology(declare(front="rest"))))

    assert found == {Difference(*row[:4]) for row in table("Part by part")}


def test_every_difference_of_the_topology_has_a_reason() -> None:
    assert [row for row in table("Part by part") if not row[4]] == []
