"""Every rule's record is complete, and a policy of its own."""

import re
from collections import defaultdict

import pytest
from pulumi_policy import EnforcementLevel, Policy

from policies.lmi.rules import RULES
from policies.lmi.rules.rule import Failure, Rule, level_of
from policies.lmi.serving.pack import policies
from tools.pages.rules import NOT_CHECKED

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
each_policy = pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)

PACKS_OWN = "GEN-"
"""How the ids begin of rules that no row of the catalogue has."""


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


@each_rule
def test_a_name_is_the_id_then_the_demand(rule: Rule) -> None:
    assert re.fullmatch(rule.id.lower() + r"(-[a-z0-9]+)+", rule.name)


@each_rule
def test_texts_are_sentences(rule: Rule) -> None:
    for text in (rule.title, rule.why, rule.fix):
        assert text[0].isupper()
        assert text.endswith(".")
    assert "\n" not in rule.title


@each_rule
def test_sources_are_public_addresses(rule: Rule) -> None:
    assert rule.sources
    assert all(source.startswith("https://") for source in rule.sources)


EQUIVALENT = re.compile(
    r"(cfn-lint:[EWI]\d{4}|checkov:CKV2?_AWS_\d+|trivy:AVD-AWS-\d{4}|cdk-nag:[A-Za-z0-9-]+"
    r"|prowler:[a-z0-9]+(_[a-z0-9]+)+|securityhub:[A-Za-z0-9]+\.\d+"
    r"|compliance-policies:[a-z0-9]+(-[a-z0-9]+)+)"
)


@each_rule
def test_equivalents_are_ids_of_known_tools(rule: Rule) -> None:
    assert all(EQUIVALENT.fullmatch(found) for found in rule.equivalents)


@each_rule
def test_thresholds_have_a_default_within_their_range(rule: Rule) -> None:
    for setting in rule.settings:
        assert setting.minimum <= setting.default
        assert setting.maximum is None or setting.default <= setting.maximum


def test_every_id_is_a_rule_or_has_a_reason_not_to_be() -> None:
    ruled = {rule.id for rule in RULES if not rule.id.startswith(PACKS_OWN)}
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for theme, number in (id_.split("-") for id_ in ruled | set(NOT_CHECKED)):
        numbers[theme].add(int(number))

    assert not ruled & set(NOT_CHECKED)
    assert all(found == set(range(1, max(found) + 1)) for found in numbers.values())


@pytest.mark.parametrize(
    ("failure", "confidence", "level"),
    [
        (Failure.REFUSED, 1, EnforcementLevel.MANDATORY),
        (Failure.REFUSED, 2, EnforcementLevel.MANDATORY),
        (Failure.REFUSED, 3, EnforcementLevel.ADVISORY),
        (Failure.REFUSED, 4, EnforcementLevel.DISABLED),
        (Failure.LIKELY_REFUSED, 1, EnforcementLevel.ADVISORY),
        (Failure.NEVER_ACTIVE, 2, EnforcementLevel.MANDATORY),
        (Failure.BROKEN_AT_RUN_TIME, 2, EnforcementLevel.MANDATORY),
        (Failure.INSECURE, 1, EnforcementLevel.ADVISORY),
        (Failure.COSTLY, 1, EnforcementLevel.ADVISORY),
        (Failure.UNWISE, 1, EnforcementLevel.ADVISORY),
        (Failure.UNWISE, 4, EnforcementLevel.DISABLED),
    ],
)
def test_the_level_follows_from_what_happens_and_how_sure_that_is(
    failure: Failure, confidence: int, level: EnforcementLevel
) -> None:
    assert level_of(failure, confidence) is level


@each_policy
def test_every_field_that_the_sdk_shows_is_filled(policy: Policy) -> None:
    assert policy.description
    assert policy.display_name
    assert policy.severity
    assert policy.remediation_steps
    assert policy.url
    assert policy.tags
    assert policy.enforcement_level


def test_the_pack_has_one_policy_for_each_rule_one_of_levels_and_two_that_report() -> None:
    *rules, levels, exemptions, configuration = [policy.name for policy in policies()]
    assert rules == [rule.name for rule in RULES]
    assert levels == "pack-levels"
    assert exemptions == "pack-exemptions-in-force"
    assert configuration == "pack-configuration-understood"


def test_resource_rules_know_their_types() -> None:
    for rule in RULES:
        if rule.subject is not None:
            assert rule.subject.tokens()
