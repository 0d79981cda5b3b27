"""The level ``remediate``: what was wrong is mended, and nothing else is touched.

The properties hold for every rule about one resource that offers a remedy, by its row in
``test_every_resource_rule``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, cast

import pytest
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from policies.lmi.rules import RULES
from policies.lmi.serving.remedy import with_value
from testing.policies.served import of_resource, of_stack
from testing.policies.support import FUNCTION, UNKNOWN, Json, Res
from tests.policies.judging import ANALYZER, CONTEXT, LEVEL, judge
from tests.policies.stacks import function, sized
from tests.policies.test_every_resource_rule import CONFIG, PROBES, Probe

if TYPE_CHECKING:
    from tests.policies.conftest import Preview

ALL = [rule.name for rule in RULES]


class Pack:
    """The pack's server, with every rule on, some of them at the level ``remediate``.

    All tests have the one server, which is configured anew for each.
    """

    def __init__(self, *names: str, **properties: Any) -> None:
        mending = {
            name: _config(protocol.REMEDIATE, **settings_of(name), **properties) for name in names
        }
        request = protocol.ConfigureAnalyzerRequest(policyConfig=all_on() | mending)
        ANALYZER.Configure(request, CONTEXT)

    def remedies(self, resource: Res) -> list[protocol.Remediation]:
        return list(ANALYZER.Remediate(of_resource(resource), CONTEXT).remediations)

    def mended(self, resource: Res) -> Res | None:
        """Return the resource as the engine goes on with it, or None without a remedy."""
        remedies = self.remedies(resource)
        if not remedies:
            return None
        assert all(not remedy.diagnostic for remedy in remedies)
        return replace(resource, inputs=json_format.MessageToDict(remedies[-1].properties))

    def reported(self, resource: Res) -> list[str]:
        response = ANALYZER.Analyze(of_resource(resource), CONTEXT)
        return [one.policyName for one in response.diagnostics]

    def reported_of_stack(self, *resources: Res) -> list[tuple[str, str]]:
        response = ANALYZER.AnalyzeStack(of_stack(resources), CONTEXT)
        return [(one.policyName, one.urn) for one in response.diagnostics]


@cache
def all_on() -> dict[str, protocol.PolicyConfig]:
    return {name: _config(protocol.ADVISORY, **settings_of(name)) for name in ALL}


def _config(level: protocol.EnforcementLevel.ValueType, **properties: Any) -> protocol.PolicyConfig:
    settings = Struct()
    settings.update(properties)
    return protocol.PolicyConfig(enforcementLevel=level, properties=settings)


def settings_of(policy: str) -> Json:
    entry: Json = CONFIG.get(policy, {})
    return {name: value for name, value in entry.items() if name != "enforcementLevel"}


def names(resource: Res) -> set[str]:
    return {found.policy for found in judge(resource, config=CONFIG)}


@cache
def offering() -> list[Probe]:
    """Return the probes whose rules offer a remedy."""
    return [probe for probe in PROBES if Pack(probe.policy).mended(probe.with_value(probe.refused))]


def test_rules_offer_remedies() -> None:
    assert len({probe.policy for probe in offering()}) >= 20


def test_what_was_wrong_is_mended_and_no_other_rule_speaks_for_it() -> None:
    for probe in offering():
        broken = probe.with_value(probe.refused)
        mended = Pack(probe.policy).mended(broken)

        assert mended is not None, probe
        assert probe.policy in names(broken)
        assert probe.policy not in names(mended)
        assert names(mended) <= names(broken), probe


def test_twice_is_as_once() -> None:
    for probe in offering():
        pack = Pack(probe.policy)
        mended = pack.mended(probe.with_value(probe.refused))

        assert mended is not None, probe
        assert pack.mended(mended) is None, probe
        assert probe.policy not in pack.reported(mended)


def test_all_else_comes_back_as_it_came() -> None:
    """Secrets in their wrapping, unknowns as unknown; a remedy changes one value."""
    secret = {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": "hunter2"}
    extra = {"aSecret": secret, "anUnknown": UNKNOWN, "nothing": None, "list": [1, None, secret]}
    for probe in offering():
        broken = probe.with_value(probe.refused)
        broken = replace(broken, inputs={**broken.inputs, **extra})

        (remedy,) = Pack(probe.policy).remedies(broken)

        before, after = (
            _leaves(json_format.MessageToDict(of_resource(broken).properties)),
            _leaves(json_format.MessageToDict(remedy.properties)),
        )
        changed = {path for path in before | after if before.get(path) != after.get(path)}
        assert len(changed) == 1, probe
        assert len(before.items() - after.items()) <= 1, probe


def test_a_value_that_is_secret_stays_secret() -> None:
    for probe in offering():
        broken = probe.with_value(probe.refused)
        wrapped = {key: _secret(value) for key, value in broken.inputs.items()}

        mended = Pack(probe.policy).mended(replace(broken, inputs=wrapped))

        assert mended is not None, probe
        top_level = set(broken.inputs)
        assert all(SPECIAL_SIG_KEY in mended.inputs[name] for name in top_level), probe


def test_what_is_not_known_gets_no_remedy() -> None:
    for probe in offering():
        assert Pack(probe.policy).mended(probe.with_value(UNKNOWN)) is None, probe


def test_a_rule_of_another_level_changes_nothing() -> None:
    for probe in offering():
        assert Pack().mended(probe.with_value(probe.refused)) is None, probe


def test_an_exempt_resource_is_left_alone() -> None:
    exemptions = [{"resource": "*", "reason": "a trial"}]
    for probe in offering():
        pack = Pack(probe.policy, exemptions=exemptions)
        assert pack.mended(probe.with_value(probe.refused)) is None, probe


def test_what_the_program_ignores_is_left_alone() -> None:
    for probe in offering():
        broken = probe.with_value(probe.refused)
        ignoring = replace(broken, ignore_changes=(*broken.inputs, "*"))
        assert Pack(probe.policy).mended(ignoring) is None, probe


@pytest.mark.parametrize("memory", [128, 2048, 3000, 6144, 65536])
def test_rules_together_make_nothing_worse(memory: int) -> None:
    for ratio, concurrency in product((None, 2, 3, 8, 16), (None, 1, 130, 5000)):
        broken = sized(memory, ratio, concurrency, timeout=9000)
        mended = Pack(*ALL).mended(broken) or broken
        assert names(mended) <= names(broken)
        assert Pack(*ALL).mended(mended) is None


def test_a_remedy_that_another_rule_contradicts_is_none() -> None:
    """900 s would be allowed, and another rule warns of every timeout of more than 300."""
    too_long = function(timeout=9000)

    assert Pack("fn-07-timeout-at-most-5400-seconds").mended(too_long) is None


def test_a_concurrency_of_less_than_one_becomes_one_that_no_rule_reports() -> None:
    mended = Pack("con-01-from-1-to-1600").mended(sized(4096, 4, -1))

    assert mended is not None
    assert names(mended) == set()


MEM_06 = "mem-06-exact-ratio-multiple"


def test_a_replaced_resource_is_judged_as_it_is_created() -> None:
    """The engine creates a replacement from the program's inputs, without the remedy."""
    broken = sized(6144, 4)
    pack = Pack(MEM_06)
    mended = pack.mended(broken)
    assert mended is not None
    assert MEM_06 not in pack.reported(mended)

    assert (MEM_06, broken.urn) in pack.reported_of_stack(broken)
    pack.mended(broken)
    assert MEM_06 in pack.reported(broken)  # as `pulumi policy analyze` does
    assert (MEM_06, broken.urn) not in pack.reported_of_stack(broken)


def test_a_mended_resource_is_created_in_silence() -> None:
    pack = Pack(MEM_06)
    mended = pack.mended(sized(6144, 4))

    assert mended is not None
    assert (MEM_06, mended.urn) not in pack.reported_of_stack(mended)


def test_a_theme_of_that_level_mends() -> None:
    levels = _config(protocol.ADVISORY, levels={"mem": "remediate"})
    request = protocol.ConfigureAnalyzerRequest(policyConfig={"pack-levels": levels})
    pack = Pack()
    ANALYZER.Configure(request, CONTEXT)
    assert [remedy.policyName for remedy in pack.remedies(sized(6144, 4))] == [MEM_06]


def test_the_engine_goes_on_with_the_remedy(preview: Preview) -> None:
    wanted = {MEM_06: {LEVEL: "remediate"}}
    done = preview({"api": (FUNCTION, sized(6144, 4).inputs)}, wanted)

    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    (remedy,) = [one["policyRemediationEvent"] for one in events if "policyRemediationEvent" in one]
    assert remedy["policyName"] == MEM_06
    assert (remedy["before"]["memorySize"], remedy["after"]["memorySize"]) == (6144, 8192)
    assert MEM_06 not in {
        one["policyEvent"]["policyName"] for one in events if "policyEvent" in one
    }
    planned = [one["resourcePreEvent"]["metadata"] for one in events if "resourcePreEvent" in one]
    (api,) = [one["new"] for one in planned if one["type"] == FUNCTION]
    assert api["inputs"]["memorySize"] == 8192


def test_other_types_get_no_remedy() -> None:
    assert Pack(*ALL).remedies(Res("aws:s3/bucket:Bucket", "files", {"memorySize": 1})) == []


def test_a_right_resource_gets_no_remedy() -> None:
    assert Pack(*ALL).remedies(function()) == []


@pytest.mark.parametrize(
    ("inputs", "path", "expected"),
    [
        ({}, ("a", "b"), {"a": {"b": 1}}),
        ({"a": None}, ("a", "b"), {"a": {"b": 1}}),
        ({"a": UNKNOWN}, ("a", "b"), None),
        ({"a": []}, ("a", 0, "b"), None),
        ({"a": [{"b": 2}]}, ("a", 0, "b"), {"a": [{"b": 1}]}),
    ],
)
def test_objects_on_the_way_are_made_and_nothing_else(
    inputs: Json, path: tuple[str | int, ...], expected: Json | None
) -> None:
    struct = Struct()
    struct.update(inputs)
    changed = with_value(struct, path, 1)
    assert (changed and json_format.MessageToDict(changed)) == expected
    assert json_format.MessageToDict(struct) == inputs


def _secret(value: object) -> Json:
    return {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": value}


def _leaves(value: object, path: tuple[object, ...] = ()) -> dict[tuple[object, ...], object]:
    """Return every value that is no container, by its path."""
    if isinstance(value, list):
        value = dict(enumerate(cast("list[object]", value)))
    if not isinstance(value, dict):
        return {path: value}
    entries = cast("dict[object, object]", value)
    leaves = (_leaves(one, (*path, key)) for key, one in entries.items())
    return {key: leaf for found in leaves for key, leaf in found.items()}
