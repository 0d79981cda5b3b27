"""Every rule's record is complete, and a policy of its own."""

import re
from collections import defaultdict

import pytest
from pulumi_policy import EnforcementLevel

from policies.lmi.model.resource import CLASSES_OF_TYPE
from policies.lmi.rules import RULES
from policies.lmi.rules.rule import Failure, level_of
from policies.lmi.serving.pack import policies
from tools.pages.rules import NOT_CHECKED

PACKS_OWN = "GEN-"
"""How the ids begin of rules that no row of the catalogue has."""


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_a_name_is_the_id_then_the_demand() -> None:
    for rule in RULES:
        assert re.fullmatch(rule.id.lower() + r"(-[a-z0-9]+)+", rule.name)


def test_texts_are_sentences() -> None:
    for rule in RULES:
        for text in (rule.title, rule.why, rule.fix):
            assert text[0].isupper(), rule.id
            assert text.endswith("."), rule.id
        assert "\n" not in rule.title


def test_texts_name_properties_by_placeholders_which_are_spelled_as_in_the_program() -> None:
    values = {"response_stream", "x86_64"}
    for rule in RULES:
        for text in (rule.why, rule.fix):
            assert set(re.findall(r"\b[a-z][a-z0-9]*_[a-z0-9_]+\b", text)) <= values, rule.id


def test_sources_are_public_addresses() -> None:
    for rule in RULES:
        assert rule.sources, rule.id
        assert all(source.startswith("https://") for source in rule.sources), rule.id


EQUIVALENT = re.compile(
    r"(cfn-lint:[EWI]\d{4}|checkov:CKV2?_AWS_\d+|trivy:AVD-AWS-\d{4}|cdk-nag:[A-Za-z0-9-]+"
    r"|prowler:[a-z0-9]+(_[a-z0-9]+)+|securityhub:[A-Za-z0-9]+\.\d+"
    r"|compliance-policies:[a-z0-9]+(-[a-z0-9]+)+)"
)


def test_equivalents_are_ids_of_known_tools() -> None:
    for rule in RULES:
        assert all(EQUIVALENT.fullmatch(found) for found in rule.equivalents), rule.id


def test_thresholds_have_a_default_within_their_range() -> None:
    for rule in RULES:
        for setting in rule.settings:
            assert setting.minimum <= setting.default, rule.id
            assert setting.maximum is None or setting.default <= setting.maximum, rule.id


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


def test_every_field_that_people_are_shown_is_filled() -> None:
    for policy in policies(RULES):
        assert policy.description, policy.name
        assert policy.displayName, policy.name
        assert policy.severity, policy.name
        assert policy.remediation_steps, policy.name
        assert policy.url, policy.name
        assert policy.tags, policy.name


def test_the_pack_has_one_policy_for_each_rule_one_of_levels_and_two_that_report() -> None:
    *rules, levels, exemptions, configuration = [policy.name for policy in policies(RULES)]
    assert rules == [rule.name for rule in RULES]
    assert levels == "pack-levels"
    assert exemptions == "pack-exemptions-in-force"
    assert configuration == "pack-configuration-understood"


def test_resource_rules_know_their_types() -> None:
    for rule in RULES:
        if rule.subject is not None:
            assert any(rule.subject in classes for classes in CLASSES_OF_TYPE.values())
