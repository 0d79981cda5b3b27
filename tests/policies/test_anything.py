"""Properties of any shape: no rule raises, none is stopped by an unknown, none echoes a value."""

from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from policies.lmi.resources import KIND_OF_TYPE
from tests.policies.support import UNKNOWN, Json, Res, function_inputs, judge, lmi, sized

MARK = "hunter2"
"""A text that stands for a secret wherever it appears."""

leaves = st.one_of(
    st.none(),
    st.just(UNKNOWN),
    st.just(MARK),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -1, 10**18, "", "[secret]", "$LATEST", "9" * 5000, "RESPONSE_STREAM"]),
)


def _wrap(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from([MARK, "variables", "architectures", "subnetIds", "AWS_LWA_PORT"])
    secret = inner.map(lambda value: {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": value})
    lists = st.lists(inner, max_size=3)
    return st.one_of(lists, st.dictionaries(names, inner, max_size=3), secret)


anything = st.recursive(leaves, _wrap, max_leaves=6)


def _scrambled(good: Json) -> st.SearchStrategy[Json]:
    """Return a good resource with any of its properties, at any depth, replaced or removed."""
    changed = {key: st.one_of(st.just(value), _deep(value)) for key, value in good.items()}
    return st.fixed_dictionaries({}, optional=changed)


def _deep(value: Any) -> st.SearchStrategy[Any]:
    if isinstance(value, dict):
        return st.one_of(anything, _scrambled(cast("Json", value)))
    return anything


GOOD: dict[str, Json] = {
    "Function": function_inputs(
        vpcConfig={"subnetIds": [], "securityGroupIds": []},
        arn=MARK,
        capacityProviderConfig=lmi(
            executionEnvironmentMemoryGibPerVcpu=2,
            executionEnvironmentMemoryGiBPerVCpu=2,
            perExecutionEnvironmentMaxConcurrency=64,
        ),
    ),
    "CapacityProvider": {
        "name": "pool",
        "arn": MARK,
        "instanceRequirements": [{"architectures": ["arm64"]}],
    },
    "Alias": {"name": "live", "functionName": "api", "functionVersion": "$LATEST"},
    "FunctionUrl": {"functionName": "api", "qualifier": "live", "invokeMode": "BUFFERED"},
}


@pytest.mark.parametrize("type_", sorted(KIND_OF_TYPE))
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_properties_are_judged_without_raising_or_echoing(
    type_: str, data: st.DataObject
) -> None:
    strange = Res(type_, "strange", data.draw(_scrambled(GOOD[KIND_OF_TYPE[type_].__name__])))
    wrong = sized(6144, 4, 129)
    found = judge(strange, wrong)
    assert MARK not in str(found)
    told = {violation.policy for violation in found if violation.resource == wrong.name}
    assert {"mem-06-exact-ratio-multiple", "con-02-at-most-64-per-vcpu"} <= told
