"""Levels of themes and presets, which the policy ``pack-levels`` has as properties."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pulumi.runtime.proto import analyzer_pb2 as protocol

from policies.lmi.check_config import mistakes_in
from policies.lmi.rules import RULES
from policies.lmi.rules.rule import Failure
from policies.lmi.serving.levels import PRESETS, level_of
from testing.policies.support import Json, Res
from tests.policies.judging import names
from tests.policies.stacks import function, sized

if TYPE_CHECKING:
    from tests.policies.conftest import Analyze

MEM_06, CON_07 = "mem-06-exact-ratio-multiple", "con-07-more-than-one-per-vcpu"
LEVELS = "pack-levels"


def reported(analyze: Analyze, resource: Res, config: Json) -> dict[str, str]:
    """Return the levels of what the engine reports, by policy."""
    done = analyze(resource, config=config, as_json=True)
    events = [json.loads(line).get("policyEvent") for line in done.stdout.splitlines()]
    return {one["policyName"]: one["enforcementLevel"] for one in events if one}


BAD = sized(6144, 4, 1, publishTo=None)
"""MEM-06 is mandatory for it, CON-07 and PUB-07 are advisory."""


def test_a_theme_and_a_rule_in_it_have_levels(analyze: Analyze) -> None:
    levels = {"mem": "advisory", "con": "disabled", "con-07": "mandatory", "pub": "disabled"}

    found = reported(analyze, BAD, {LEVELS: {"levels": levels | {"men": "advisory"}}})

    assert (found[MEM_06], found[CON_07]) == ("advisory", "mandatory")
    assert "pub-07-versions-do-not-pile-up" not in found
    assert LEVELS in found, "there is no theme men"


def test_a_level_by_name_goes_before_those_of_themes_and_of_a_preset(analyze: Analyze) -> None:
    levels = {"preset": "strict", "levels": {"mem": "disabled"}}

    found = reported(analyze, BAD, {LEVELS: levels, MEM_06: "advisory"})

    assert (found[MEM_06], found[CON_07]) == ("advisory", "mandatory")


def test_the_essential_preset_leaves_what_aws_refuses(analyze: Analyze) -> None:
    """``policy analyze`` only reports, and what is not mended is mandatory."""
    levels = {"preset": "essential", "levels": {"mem-06": "remediate"}}

    found = reported(analyze, BAD, {LEVELS: levels})

    assert found[MEM_06] == "mandatory"
    assert CON_07 not in found


def test_the_engine_refuses_what_cannot_be(analyze: Analyze) -> None:
    refused = analyze(function(), config={LEVELS: {"preset": "all", "levels": {"mem": "high"}}})
    assert refused.returncode != 0
    assert "preset" in refused.stderr
    assert "levels.mem" in refused.stderr


@pytest.mark.parametrize(
    ("properties", "mistakes"),
    [
        ({"preset": "essential", "levels": {"url": "mandatory", "gen-08": "disabled"}}, []),
        ({"preset": "all"}, ["preset has to be one of default, essential, strict"]),
        ({"levels": {"ur": "mandatory"}}, ['no rule has a name that begins with "ur-"']),
        (
            {"levels": {"url": "high"}},
            ["url has to be one of advisory, disabled, mandatory, remediate"],
        ),
        ({"levels": 1}, ["levels has to be an object"]),
        ({"levls": {}}, ['there is no property "levls"; did you mean "levels"?']),
    ],
)
def test_the_file_is_checked(properties: Json, mistakes: list[str]) -> None:
    assert mistakes_in({LEVELS: properties}) == [f"{LEVELS}: {one}" for one in mistakes]


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_turns_on_what_nobody_verified(preset: str) -> None:
    for rule in RULES:
        level = level_of(rule, {"preset": preset})
        assert rule.level.value != "disabled" or level == protocol.DISABLED


def test_presets_keep_what_aws_refuses() -> None:
    for rule in RULES:
        if rule.failure is Failure.REFUSED and rule.level.value == "mandatory":
            levels = {preset: level_of(rule, {"preset": preset}) for preset in PRESETS}
            assert set(levels.values()) == {protocol.MANDATORY}


def test_policies_that_are_no_rules_keep_their_levels() -> None:
    config: dict[str, Json] = {
        LEVELS: {"preset": "essential"},
        MEM_06: {"exemptions": [{"resource": "nothing", "reason": "a trial"}]},
    }
    assert names(function(), config=config) == {"pack-configuration"}
