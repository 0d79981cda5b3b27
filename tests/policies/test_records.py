"""Every rule's record is complete, consistent with the catalogue, and a policy of its own."""

import re
from collections import Counter

import pytest
from pulumi_policy import Policy

from policies.lmi.facts.not_checked import NOT_CHECKED
from policies.lmi.rules import RULES
from policies.lmi.rules.rule import AnyRule, ResourceRule
from policies.lmi.serving.pack import policies
from tests.policies.catalogue import CATALOGUE, Row

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
each_policy = pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)

PACKS_OWN = "GEN-"
"""How the ids begin of rules that no row of the catalogue has."""


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


def _row_of(rule: AnyRule) -> Row:
    """Return the rule's row; the pack's own rules make theirs up, and keep to its levels."""
    if rule.id.startswith(PACKS_OWN):
        return Row((_kind(rule),), None)
    return CATALOGUE[rule.id]


def _kind(rule: AnyRule) -> str:
    return f"{rule.failure.value}{rule.confidence}"


@each_rule
def test_class_and_confidence_are_the_catalogues(rule: AnyRule) -> None:
    assert _kind(rule) in _row_of(rule).kinds


@each_rule
def test_levels_follow_the_catalogue(rule: AnyRule) -> None:
    assert rule.level is _row_of(rule).level(_kind(rule))


SISTERS = re.compile(
    r"(cfn-lint:[EWI]\d{4}|checkov:CKV2?_AWS_\d+|trivy:AVD-AWS-\d{4}|cdk-nag:[A-Za-z0-9-]+"
    r"|prowler:[a-z0-9]+(_[a-z0-9]+)+|securityhub:[A-Za-z0-9]+\.\d+"
    r"|compliance-policies:[a-z0-9]+(-[a-z0-9]+)+)"
)


@each_rule
def test_sisters_are_ids_of_known_tools(rule: AnyRule) -> None:
    assert [sister for sister in rule.sisters if not SISTERS.fullmatch(sister)] == []


@each_rule
def test_thresholds_have_a_default_within_their_range(rule: AnyRule) -> None:
    for setting in rule.settings:
        assert setting.minimum <= setting.default
        assert setting.maximum is None or setting.default <= setting.maximum


def test_the_table_of_the_catalogue_leaves_out_no_number() -> None:
    last = Counter(row.split("-")[0] for row in CATALOGUE)
    expected = [f"{theme}-{number:02}" for theme in last for number in range(1, last[theme] + 1)]
    assert list(CATALOGUE) == expected


def test_every_row_is_a_rule_or_has_a_reason_not_to_be() -> None:
    ruled = {rule.id for rule in RULES if not rule.id.startswith(PACKS_OWN)}
    assert ruled | set(NOT_CHECKED) == set(CATALOGUE)
    assert not ruled & set(NOT_CHECKED)


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
