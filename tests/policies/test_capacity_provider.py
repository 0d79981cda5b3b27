"""CP rules: the capacity provider, and what it shares with its functions."""

import pytest

from tests.policies.support import (
    PROVIDER,
    PROVIDER_ARN,
    SILENT,
    UNKNOWN,
    Res,
    function,
    function_inputs,
    lmi,
    message,
    names,
)

ARM: list[object] = [{"architectures": ["arm64"]}]
X86: list[object] = [{"architectures": ["x86_64"]}]


def provider(requirements: object, name: str = "pool", arn: object = PROVIDER_ARN) -> Res:
    inputs = {"name": name}
    if requirements is not None:
        inputs["instanceRequirements"] = requirements  # pyright: ignore[reportArgumentType]
    return Res(PROVIDER, name, inputs, {**inputs, "arn": arn})


@pytest.mark.parametrize(
    ("own", "offered", "rules"),
    [
        (["x86_64"], X86, SILENT),
        (["arm64"], ARM, SILENT),
        (["x86_64"], ARM, {"cp-10"}),
        (["arm64"], X86, {"cp-10"}),
        (None, ARM, {"cp-10"}),  # the function defaults to x86_64
        (["arm64"], None, {"cp-10"}),  # the provider defaults to x86_64
        (["arm64"], [], {"cp-10"}),
        (None, None, SILENT),
        ([UNKNOWN], ARM, SILENT),
        (UNKNOWN, ARM, SILENT),
        (["x86_64"], UNKNOWN, SILENT),
        (["x86_64"], [UNKNOWN], SILENT),
        (["x86_64"], [{"architectures": UNKNOWN}], SILENT),
        (["x86_64"], [{"allowedInstanceTypes": ["m8g.large"]}], SILENT),  # CP-35's matter
        (["x86_64"], [{"architectures": ["arm64", "x86_64"]}], SILENT),  # CP-09's matter
        ("x86_64", ARM, SILENT),
    ],
)
def test_one_architecture(own: object, offered: object, rules: set[str]) -> None:
    assert names(function(architectures=own), provider(offered)) == rules


def test_at_a_first_preview_the_dependency_links_and_the_inputs_decide() -> None:
    """The provider's plan shows as unknown what AWS will fill in, like omitted architectures."""
    inputs = function_inputs(
        architectures=None, capacityProviderConfig=lmi(capacityProviderArn=UNKNOWN)
    )
    outputs = {**inputs, "arn": UNKNOWN, "architectures": UNKNOWN}
    made_from = {"capacityProviderConfig": ["pool"]}
    new = Res("aws:lambda/function:Function", "api", inputs, outputs, made_from)
    assert names(new, provider(ARM, arn=UNKNOWN)) == {"cp-10"}
    assert names(new, provider(X86, arn=UNKNOWN)) == SILENT


def test_a_provider_elsewhere_is_not_judged() -> None:
    other = PROVIDER_ARN.replace("eu-west-1", "us-east-1")
    assert (
        names(function(capacityProviderConfig=lmi(capacityProviderArn=other)), provider(ARM))
        == SILENT
    )
    assert (
        names(function(capacityProviderConfig=lmi(capacityProviderArn=UNKNOWN)), provider(ARM))
        == SILENT
    )


def test_ordinary_functions_have_any_architecture() -> None:
    assert names(function(capacityProviderConfig=None), provider(ARM)) == SILENT


def test_the_known_arn_outranks_a_second_provider() -> None:
    second = provider(X86, "second", PROVIDER_ARN.replace(":pool", ":second"))
    assert names(function(), provider(ARM), second) == {"cp-10"}


def test_both_sides_and_the_fix_are_named() -> None:
    text = message("cp-10-same-architecture", function(architectures=None), provider(ARM))
    assert "architectures is x86_64 (the default)" in text
    assert 'set architectures=["arm64"] on the function' in text
