"""Levels of themes and presets, which the policy ``pack-levels`` has as properties."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from policies.lmi.check_config import mistakes_in
from policies.lmi.rules import RULES
from policies.lmi.rules.rule import Failure
from policies.lmi.serving.levels import PRESETS, level_of
from testing.policies.support import Json, Res
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

    found = reported(analyze, BAD, {LEVELS: {"levels": levels}})

    assert (found[MEM_06], found[CON_07]) == ("advisory", "mandatory")
    assert "pub-07-versions-do-not-pile-up" not in found


def test_a_level_by_name_goes_before_those_of_themes(analyze: Analyze) -> None:
    config = {LEVELS: {"levels": {"mem": "disabled"}}, MEM_06: "advisory"}
    assert reported(analyze, BAD, config)[MEM_06] == "advisory"


def test_the_essential_preset_leaves_what_aws_refuses(analyze: Analyze) -> None:
    found = reported(analyze, BAD, {LEVELS: {"preset": "essential"}})

    assert found[MEM_06] == "mandatory"
    assert CON_07 not in found


def test_the_strict_preset_stops_for_advice(analyze: Analyze) -> None:
    assert reported(analyze, BAD, {LEVELS: {"preset": "strict"}})[CON_07] == "mandatory"


def test_levels_of_a_theme_may_remediate(analyze: Analyze) -> None:
    """``policy analyze`` only reports, and what is not mended is mandatory."""
    assert reported(analyze, BAD, {LEVELS: {"levels": {"mem": "remediate"}}})[MEM_06] == "mandatory"


def test_a_theme_that_does_not_exist_is_reported(analyze: Analyze) -> None:
    assert LEVELS in reported(analyze, function(), {LEVELS: {"levels": {"men": "advisory"}}})


@pytest.mark.parametrize("levels", [{"preset": "strictest"}, {"levels": {"mem": "high"}}])
def test_the_engine_refuses_what_cannot_be(analyze: Analyze, levels: Json) -> None:
    assert analyze(function(), config={LEVELS: levels}).returncode != 0


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
        level = level_of(rule.name, {"preset": preset})
        assert level is not None
        assert rule.level.value != "disabled" or level.value == "disabled"


def test_presets_keep_what_aws_refuses() -> None:
    for rule in RULES:
        if rule.failure is Failure.REFUSED and rule.level.value == "mandatory":
            levels = {preset: level_of(rule.name, {"preset": preset}) for preset in PRESETS}
            assert set(levels.values()) == {rule.level}


def test_policies_that_are_no_rules_keep_their_levels() -> None:
    assert level_of("pack-exemptions-in-force", {"preset": "strict"}) is None
