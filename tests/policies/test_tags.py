"""Tags: their form, their way to instances, and the trust zones that they tell."""

import pytest

from testing.policies.support import UNKNOWN, provider
from tests.policies.judging import SILENT, judge, message, names
from tests.policies.native import native_function, native_provider
from tests.policies.stacks import function

PLAIN = {"propagateTags": {"mode": "None"}}


def listed(tags: dict[str, object]) -> list[object]:
    """Return tags as aws-native takes them."""
    return [{"key": key, "value": value} for key, value in tags.items()]


@pytest.mark.parametrize(
    ("tags", "rules"),
    [
        # keys of 1 to 128, values of up to 256 characters
        ({"a" * 128: "b" * 256}, SILENT),
        ({"a" * 129: "b"}, {"q-04"}),
        ({"": "b"}, {"q-04"}),
        ({"a": "b" * 257}, {"q-04"}),
        ({"a": ""}, SILENT),
        ({"équipe n° 1_.:/=+-@": "läuft"}, {"q-04"}),  # the degree sign is no letter
        ({"équipe n 1_.:/=+-@": "läuft"}, SILENT),
        ({"a": "b;c"}, {"q-04"}),
        ({"aws:a": "b"}, {"q-04"}),
        ({"AWS:a": "b"}, {"q-04"}),
        ({"my-aws:a": "b"}, SILENT),
        ({"a;": UNKNOWN}, {"q-04"}),
        ({"a": UNKNOWN}, SILENT),
    ],
)
def test_the_form_of_tags(tags: dict[str, object], rules: set[str]) -> None:
    assert names(provider(tags=tags)) == rules
    assert names(function(tags=tags)) == rules
    assert names(native_provider(tags=listed(tags), **PLAIN)) == rules
    assert names(native_function(tags=listed(tags))) == rules
    assert names(function(tags=tags, capacityProviderConfig=None, publish=False)) == SILENT


@pytest.mark.parametrize("tags", [UNKNOWN, None, [UNKNOWN], [{"key": UNKNOWN}], {}, []])
def test_unknown_tags_are_not_judged(tags: object) -> None:
    assert names(provider(tags=tags)) == SILENT
    assert names(native_provider(tags=tags)) == SILENT


def test_tags_are_not_shown() -> None:
    text = message("q-04-form-of-tags", provider(tags={"aws:hunter2": "hunter;3"}))
    assert "hunter" not in text


def numbered(count: int) -> dict[str, object]:
    return {f"tag-{index}": "x" for index in range(count)}


def test_a_resource_has_at_most_50_tags() -> None:
    assert names(function(tags=numbered(50)), provider(tags=numbered(50))) == SILENT
    assert names(function(tags=numbered(51))) == {"q-04"}
    assert names(native_function(tags=listed(numbered(51)))) == {"q-04"}
    assert names(function(tags=UNKNOWN)) == SILENT


def test_default_tags_count_and_are_told_once() -> None:
    """The engine's inputs have them in ``tagsAll``, where every resource has the same ones."""
    crowded = [make(tags=numbered(1), tagsAll=numbered(51)) for make in (function, provider)]
    (found,) = judge(*crowded)
    assert found.policy == "q-04-at-most-50-tags"
    assert "51 tags, and 1 more of the stack" in found.message
    assert names(function(tags=numbered(1), tagsAll=numbered(50))) == SILENT


def test_tags_of_a_provider_stay_with_it() -> None:
    """Q-05; pulumi-aws cannot propagate them, so there is nothing to do there."""
    tags = listed({"team": "shop"})
    assert names(native_provider(tags=tags)) == {"q-05"}
    assert names(native_provider(tags=tags, **PLAIN)) == SILENT
    assert names(native_provider(tags=tags, propagateTags=UNKNOWN)) == SILENT
    assert names(provider(tags={"team": "shop"})) == SILENT


def many(count: int) -> list[object]:
    return listed(numbered(count))


@pytest.mark.parametrize(
    ("propagation", "rules"),
    [
        # TAG-01: a mode
        ({"mode": "None"}, SILENT),
        ({"mode": "explicit", "explicitTags": many(1)}, {"tag-01"}),
        ({}, {"tag-01"}),
        ({"mode": UNKNOWN}, SILENT),
        (UNKNOWN, SILENT),
        # TAG-02: 40 tags
        ({"mode": "Explicit", "explicitTags": many(40)}, SILENT),
        ({"mode": "Explicit", "explicitTags": many(41)}, {"tag-02"}),
        ({"mode": "Explicit", "explicitTags": UNKNOWN}, SILENT),
        # TAG-03: Explicit has tags
        ({"mode": "Explicit"}, {"tag-03"}),
        ({"mode": "Explicit", "explicitTags": []}, {"tag-03"}),
        ({"mode": "Explicit", "explicitTags": {}}, {"tag-03"}),
        ({"mode": "Explicit", "explicitTags": {"team": UNKNOWN}}, SILENT),
        # TAG-04: None has none
        ({"mode": "None", "explicitTags": []}, SILENT),
        ({"mode": "None", "explicitTags": many(1)}, {"tag-04"}),
        ({"mode": "None", "explicitTags": [UNKNOWN]}, SILENT),
    ],
)
def test_propagation(propagation: object, rules: set[str]) -> None:
    assert names(native_provider(propagateTags=propagation)) == rules


@pytest.mark.parametrize(
    ("own", "of_provider", "rules"),
    [
        (None, None, SILENT),
        ({"trust-zone": "a"}, {"trust-zone": "a"}, SILENT),
        ({"trust-zone": "a"}, {"trust-zone": "b"}, {"sec-01"}),
        ({"trust-zone": "a"}, None, {"sec-01"}),
        ({"team": "shop"}, {"trust-zone": "b"}, {"sec-01"}),
        ({"trust-zone": UNKNOWN}, {"trust-zone": "b"}, SILENT),
        (UNKNOWN, {"trust-zone": "b"}, SILENT),
        ({"trust-zone": "a"}, UNKNOWN, SILENT),
    ],
)
def test_one_trust_zone(own: object, of_provider: object, rules: set[str]) -> None:
    assert names(function(tags=own), provider(tags=of_provider)) == rules
    assert names(function(tags=own)) == SILENT  # the provider is elsewhere
