"""URL-13: what calling a function URL takes is granted whole, or not at all."""

import json
from dataclasses import replace

import pytest

from testing.policies.support import UNKNOWN, Json, Res, lmi
from tests.policies.judging import SILENT, message, names
from tests.policies.native import NATIVE_PERMISSION, native_function
from tests.policies.stacks import FUNCTION_ARN, function

CALLER = "arn:aws:iam::210987654321:role/caller"
NEIGHBOUR = "arn:aws:iam::123456789012:role/caller"
"""A caller of another account, and one of the function's own."""


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
    root = function_half(principal="arn:aws:iam::210987654321:root")
    assert names(function(), url_half(principal="210987654321"), root) == SILENT


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, SILENT),
        ({"invokedViaFunctionUrl": False}, SILENT),  # grants more than the half
        ({"action": "lambda:*"}, SILENT),
        ({"action": "lambda:GetFunction"}, {"url-13"}),
        ({"principal": "210987654321"}, {"url-13"}),
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


@pytest.mark.parametrize(
    ("principal", "rules"),
    [
        (CALLER, {"url-13"}),
        ("210987654321", {"url-13"}),
        ("arn:aws:sts::210987654321:assumed-role/a/b", {"url-13"}),
        ("cloudfront.amazonaws.com", {"url-13"}),  # a service has no policy of its own
        (NEIGHBOUR, SILENT),
        ("123456789012", SILENT),
        ("arn:aws:iam::123456789012:root", SILENT),
        ("arn:aws:iam::123456789012:user/me", SILENT),
        (UNKNOWN, SILENT),
    ],
)
def test_within_the_account_a_policy_of_the_caller_is_enough(
    principal: str, rules: set[str]
) -> None:
    for half in (url_half(principal=principal), function_half(principal=principal)):
        assert names(function(), half) & {"url-13"} == rules
    nowhere = function(capacityProviderConfig=lmi(capacityProviderArn=UNKNOWN))
    certain = rules if "amazonaws.com" in principal else SILENT
    assert names(nowhere, url_half(principal=principal)) & {"url-13"} == certain


@pytest.mark.parametrize(
    ("actions", "rules"),
    [
        (None, {"url-13"}),
        ("s3:GetObject", {"url-13"}),
        ("lambda:InvokeFunctionUrl", {"url-13"}),
        ("lambda:InvokeFunction", SILENT),
        (["lambda:Invoke*"], SILENT),
        (UNKNOWN, SILENT),
    ],
)
def test_the_policies_of_a_role_of_the_stack_decide(actions: object, rules: set[str]) -> None:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    text = UNKNOWN if actions == UNKNOWN else json.dumps({"Statement": statement})
    policy = Res("aws:iam/rolePolicy:RolePolicy", "may", {"role": "caller", "policy": text})
    caller = Res("aws:iam/role:Role", "caller", {"name": "caller"}, {"arn": NEIGHBOUR})
    made_from = {"principal": ["caller"]}
    for known, half in (
        (NEIGHBOUR, url_half(principal=NEIGHBOUR)),
        (UNKNOWN, replace(url_half(principal=UNKNOWN), made_from=made_from)),
    ):
        role = replace(caller, outputs={"name": "caller", "arn": known})
        found = names(function(), half, role, *([policy] if actions else []))
        assert found & {"url-13"} == rules


def test_aws_native_grants_nothing_where_everyone_may_call() -> None:
    good = {"functionName": "api", "principal": "*"}
    opened = {**good, "action": "lambda:InvokeFunctionUrl", "functionUrlAuthType": "NONE"}
    invoke = {**good, "action": "lambda:InvokeFunction", "invokedViaFunctionUrl": True}
    halves = [Res(NATIVE_PERMISSION, "one", opened), Res(NATIVE_PERMISSION, "other", invoke)]
    assert names(native_function(), *halves) == SILENT
    assert all(names(native_function(), half) == {"url-13"} for half in halves)


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
