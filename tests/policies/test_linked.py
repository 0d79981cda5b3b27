"""Every rule about the stack, under the real engine: at a first preview, and on a state.

At a first preview no ARN and no id of a new resource is known. That neither hides a mistake nor
invents one: what is reported is to the letter what a state with every ARN shows.
"""

import json
import subprocess

import pytest

from policies.lmi.rules import RULES
from testing.policies.support import FUNCTION, URL, Json, function_inputs
from tests.policies.conftest import Analyze, Preview
from tests.policies.judging import LEVEL, judge
from tests.policies.linked.case import Case
from tests.policies.linked.references import To, written
from tests.policies.linked.stack import CASES, bad, expected, good
from tests.policies.networks import Stack

Reported = set[tuple[str, str]]
"""Pairs of a policy and the resource that it names."""

EVERYTHING_ON: dict[str, Json] = {
    rule.name: {LEVEL: "advisory"} for rule in RULES if rule.level.value == "disabled"
}
MANY_PROVIDERS: dict[str, Json] = {**EVERYTHING_ON, "q-03-few-providers": {"mostProviders": 100}}
"""The good stack has as many capacity providers as its cases take."""


NUMBERED: Stack = {
    "counter": (FUNCTION, function_inputs(name="counter", publishTo=None)),
    "counter-url": (URL, {"functionName": To("counter"), "invokeMode": "RESPONSE_STREAM"}),
    "counter-target": ("aws:cloudwatch/eventTarget:EventTarget", {"arn": To("counter")}),
}
"""A new function without $LATEST.PUBLISHED, which is called by its ARN."""
NEW_CALLERS_REPORT = {
    ("pub-03-unqualified-callers-are-served", "counter-url"),
    ("pub-16-new-callers-name-what-is-published", "counter-target"),
}
"""What a first preview says of the callers; an ARN that is known is refused (PUB-03, PUB-11)."""


def test_every_rule_about_the_stack_has_a_case() -> None:
    told = {policy for policy, _ in (*expected(), *NEW_CALLERS_REPORT)}
    assert {rule.name for rule in RULES if rule.subject is None} <= told


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case.told))
def test_a_case_is_reported_once_it_is_broken(case: Case) -> None:
    assert _judged(case.good) == set()
    assert _judged(case.bad) == case.expected


def _judged(stack: Stack) -> Reported:
    found = judge(*written(stack), config=EVERYTHING_ON)
    return {(violation.policy, violation.resource) for violation in found}


def test_a_state_shows_every_mistake(analyze: Analyze) -> None:
    done = analyze(*written(bad()), config=EVERYTHING_ON, as_json=True)
    assert _reported(done) == expected()


def test_a_good_state_passes_in_silence(analyze: Analyze) -> None:
    done = analyze(*written(good()), config=MANY_PROVIDERS, as_json=True)
    assert _reported(done) == set()


def test_unknown_arns_hide_no_violation(preview: Preview) -> None:
    done = preview({**bad(), **NUMBERED}, EVERYTHING_ON)
    assert done.returncode != 0
    of_callers = {report for report in _reported(done) if report[1] in NUMBERED}
    assert _reported(done) - of_callers == expected()
    assert of_callers >= NEW_CALLERS_REPORT


def test_a_state_speaks_of_callers_by_their_arns() -> None:
    known = {(found.policy, found.resource) for found in judge(*written(NUMBERED))}
    assert known >= {
        ("pub-03-unqualified-callers-are-served", "counter-url"),
        ("pub-11-integrations-invoke-published-code", "counter-target"),
    }


def test_unknown_arns_add_no_violation(preview: Preview) -> None:
    done = preview(good(), MANY_PROVIDERS)
    assert done.returncode == 0, done.stderr
    assert _reported(done) == set()


def _reported(done: subprocess.CompletedProcess[str]) -> Reported:
    """Return what an operation of the engine reports, by the events that it prints."""
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events, done.stderr
    reports = [event["policyEvent"] for event in events if "policyEvent" in event]
    return {(report["policyName"], _name_in(report)) for report in reports}


def _name_in(report: Json) -> str:
    return str(report.get("resourceUrn", "")).rpartition("::")[2]
