"""URL-13: what calling a function URL takes is granted whole, or not at all."""

import pytest

from testing.policies.support import UNKNOWN, Json, Res
from tests.policies.judging import SILENT, message, names
from tests.policies.native import NATIVE_PERMISSION, native_function
from tests.policies.stacks import FUNCTION_ARN, function

CALLER = "arn:aws:iam::123456789012:role/caller"


def permission(name: str, action: object, /, **changes: object) -> Res:
    good: Json = {
        "function": "api",
        "qualifier": "live",
        "action": action,
        "principal": CALLER,
        **changes,
    }
    return Res("aws:lambda/permission:Permission", name, good)


def url_half(**changes: object) -> Res:
    return permission("url-half", "lambda:InvokeFunctionUrl", **changes)


def function_half(**changes: object) -> Res:
    return permission(
        "function-half", "lambda:InvokeFunction", **{"invokedViaFunctionUrl": True, **changes}
    )


def test_the_pair_is_right_and_each_half_is_not() -> None:
    assert names(function(), url_half(), function_half()) == SILENT
    assert names(function(), url_half()) == {"url-13"}
    assert names(function(), function_half()) == {"url-13"}
    root = function_half(principal="arn:aws:iam::123456789012:root")
    assert names(function(), url_half(principal="123456789012"), root) == SILENT


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, SILENT),
        ({"invokedViaFunctionUrl": False}, SILENT),  # grants more than the half
        ({"action": "lambda:*"}, SILENT),
        ({"action": "lambda:GetFunction"}, {"url-13"}),
        ({"principal": "123456789012"}, {"url-13"}),
        ({"qualifier": "other"}, {"url-13"}),
        ({"function": "other"}, {"url-13"}),
        ({"action": UNKNOWN}, SILENT),
        ({"principal": UNKNOWN}, SILENT),
        ({"qualifier": UNKNOWN}, SILENT),
        ({"function": UNKNOWN}, SILENT),
        ({"function": FUNCTION_ARN}, SILENT),
    ],
)
def test_the_other_half_is_for_the_same_caller_and_place(changes: Json, rules: set[str]) -> None:
    assert names(function(), url_half(), function_half(**changes)) & {"url-13"} == rules


@pytest.mark.parametrize(
    "alone",
    [
        permission("allow", "lambda:InvokeFunction"),  # not about a URL
        permission("allow", UNKNOWN),
        url_half(functionUrlAuthType="NONE"),  # the provider adds the other half of an open URL
        url_half(functionUrlAuthType=UNKNOWN),
        function_half(principal="*"),
        url_half(function=UNKNOWN),
        url_half(function="elsewhere"),
    ],
)
def test_not_every_permission_is_a_half(alone: Res) -> None:
    assert names(function(), alone) == SILENT


def test_ordinary_functions_are_not_judged() -> None:
    assert names(function(capacityProviderConfig=None), url_half()) == SILENT


def test_new_functions_are_linked_by_dependency() -> None:
    half = url_half(function=UNKNOWN)
    linked = Res(half.type, half.name, half.inputs, made_from={"function": ["api"]})
    assert names(function(), linked) == {"url-13"}
    assert names(function(), linked, function_half()) == SILENT


def test_the_missing_half_is_named() -> None:
    text = message("url-13-both-permissions-of-a-url", function(), url_half())
    assert "add a permission with action lambda:InvokeFunction, with invoked_via" in text


def test_the_qualifier_of_aws_native_is_in_the_name() -> None:
    def half(action: str, of: str, **more: object) -> Res:
        inputs = {"functionName": of, "action": action, "principal": CALLER, **more}
        return Res(NATIVE_PERMISSION, action[-3:], inputs)

    one = half("lambda:InvokeFunctionUrl", "api:live")
    via_url = {"invokedViaFunctionUrl": True}
    same = half("lambda:InvokeFunction", "api:live", **via_url)
    elsewhere = half("lambda:InvokeFunction", "api", **via_url)
    assert names(native_function(), one) == {"url-13"}
    assert names(native_function(), one, same) == SILENT
    assert "url-13" in names(native_function(), one, elsewhere)
