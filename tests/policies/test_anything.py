"""Properties of any shape: no rule raises, none is stopped by an unknown, none echoes a value."""

from typing import Any, cast

import pytest
from hypothesis import given, settings, strategies as st
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from policies.lmi.model.access import Path
from policies.lmi.model.resource import CLASSES_OF_TYPE, Field
from testing.policies.support import UNKNOWN, Json, Res
from tests.policies.judging import judge
from tests.policies.stacks import sized

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


plausible: st.SearchStrategy[Any] = st.sampled_from(
    [
        *["api", "live", "1", "$LATEST", "$LATEST.PUBLISHED", "python3.13", "arm64", "Manual"],
        *[0, 1, 2, 3, 64, 901, 2048, 32768, True, False],
        *[{}, [], [UNKNOWN], ["arm64"], ["m7g.large", "c*"], ["subnet-1"], [{"targetValue": 0}]],
        {"variables": {"AWS_LAMBDA_NODEJS_WORKER_COUNT": MARK}},
        {"AWS_LWA_INVOKE_MODE": "response_stream", "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"},
        f"arn:aws:lambda:eu-west-1:123456789012:function:{MARK}",
        '{"Statement": [{"Effect": "Allow", "Action": ["*", 7], "Resource": {}}, []]}',
        '{"Statement": {"Effect": 7, "NotAction": "x", "Principal": [], "Condition": {"a": 7}}}',
        *["arn:", "arn:aws:lambda", "::::", "a:function:b", "a" * 200],
    ]
)


def _nested(path: Path, value: Any) -> Any:
    """Return properties that have a value at a path, and nothing else."""
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        left, right = cast("Json", one), cast("Json", other)
        both = {key: _merged(left[key], right[key]) for key in left.keys() & right.keys()}
        return {**left, **right, **both}
    if isinstance(one, list) and isinstance(other, list) and one and other:
        return [_merged(cast("list[Any]", one)[0], cast("list[Any]", other)[0])]
    return cast("Any", other)


@st.composite
def properties(draw: st.DrawFn, type_: str) -> Json:
    """Return properties with anything at any of the places where rules look."""
    native = type_.startswith("aws-native:")
    classes = [cls for kind in CLASSES_OF_TYPE[type_] for cls in kind.mro()]
    members = [member for cls in classes for member in vars(cls).values()]
    fields = [cast("Field[Any]", member) for member in members if isinstance(member, Field)]
    paths = sorted({path for field in fields if (path := field.path(native=native))}, key=str)
    chosen = draw(st.lists(st.sampled_from(paths), unique=True)) if paths else []
    found: Json = {}
    for path in chosen:
        found = _merged(found, _nested(path, draw(st.one_of(plausible, anything))))
    return found


@pytest.mark.parametrize("type_", sorted(CLASSES_OF_TYPE))
@settings(max_examples=10)
@given(data=st.data())
def test_any_properties_are_judged_without_raising_or_echoing(
    type_: str, data: st.DataObject
) -> None:
    strange = Res(type_, "strange", data.draw(properties(type_)))
    wrong = sized(6144, 4, 129)
    found = judge(strange, wrong)
    assert MARK not in str(found)
    told = {violation.policy for violation in found if violation.resource == wrong.name}
    assert {"mem-06-exact-ratio-multiple", "con-02-at-most-64-per-vcpu"} <= told
