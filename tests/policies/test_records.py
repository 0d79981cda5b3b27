"""Every rule's record is complete, consistent with the catalogue, and a policy of its own."""

import re

import pytest
from pulumi_policy import EnforcementLevel, Policy

from policies.lmi.not_checked import NOT_CHECKED
from policies.lmi.pack import policies
from policies.lmi.rule import AnyRule, Failure, ResourceRule
from policies.lmi.rules import RULES

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
each_policy = pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)

DEMANDED = {"MEM-06"}
"""Mandatory because the product was asked for it, though nobody saw the refusal."""
NOTES = {"CP-31", "Q-03", "CON-10", "CON-12", "SC-13", "SC-18", "URL-10"}
"""Rows whose range column says warn, note or info."""
OUR_THRESHOLDS = {"CP-08", "CP-18", "CP-33", "CP-37", "FN-25", "SC-09"}
"""Rows that are sure, but whose number is ours."""
STOPPING = {Failure.REFUSED, Failure.NEVER_ACTIVE, Failure.BROKEN_AT_RUN_TIME}


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


@each_rule
def test_a_name_is_the_id_then_the_demand(rule: AnyRule) -> None:
    assert re.fullmatch(rule.id.lower() + r"(-[a-z0-9]+)+", rule.name)


@each_rule
def test_texts_are_sentences(rule: AnyRule) -> None:
    for text in (rule.title, rule.why, rule.fix):
        assert text[0].isupper()
        assert text.endswith(".")
    assert "\n" not in rule.title


@each_rule
def test_sources_are_public_addresses(rule: AnyRule) -> None:
    assert rule.sources
    assert all(source.startswith("https://") for source in rule.sources)


@each_rule
def test_levels_follow_the_catalogue(rule: AnyRule) -> None:
    stops = (
        rule.failure in STOPPING and rule.confidence <= 2 and rule.id not in NOTES | OUR_THRESHOLDS
    )
    expected = (
        EnforcementLevel.MANDATORY
        if stops or rule.id in DEMANDED
        else EnforcementLevel.DISABLED
        if rule.confidence == 4
        else EnforcementLevel.ADVISORY
    )
    assert rule.level is expected


@each_rule
def test_thresholds_have_a_default_within_their_range(rule: AnyRule) -> None:
    for setting in rule.settings:
        assert setting.minimum <= setting.default
        assert setting.maximum is None or setting.default <= setting.maximum


ROWS = {
    **{"MEM": 9, "CON": 14, "SC": 20, "CP": 39, "FN": 29, "PUB": 15, "URL": 15},
    **{"Q": 6, "SEC": 5, "COST": 6, "GPU": 7, "TEL": 5, "TAG": 5, "SCH": 1},
}
"""How many rows the rule catalogue has: of its sections 2 to 7, then of 10 and 11."""


@pytest.mark.parametrize(("theme", "count"), ROWS.items())
def test_every_row_is_a_rule_or_has_a_reason_not_to_be(theme: str, count: int) -> None:
    ruled = {rule.id for rule in RULES if rule.id.startswith(f"{theme}-")}
    reasoned = {row for row in NOT_CHECKED if row.startswith(f"{theme}-")}
    assert ruled | reasoned == {f"{theme}-{number:02}" for number in range(1, count + 1)}
    assert not ruled & reasoned


@each_policy
def test_every_field_that_the_sdk_shows_is_filled(policy: Policy) -> None:
    assert policy.description
    assert policy.display_name
    assert policy.severity
    assert policy.remediation_steps
    assert policy.url
    assert policy.tags
    assert policy.enforcement_level


def test_the_pack_has_one_policy_for_each_rule_and_two_that_report() -> None:
    *rules, exemptions, configuration = [policy.name for policy in policies()]
    assert rules == [rule.name for rule in RULES]
    assert exemptions == "pack-exemptions-in-force"
    assert configuration == "pack-configuration-understood"


def test_resource_rules_know_their_types() -> None:
    for rule in RULES:
        if isinstance(rule, ResourceRule):
            assert rule.subject.tokens()
