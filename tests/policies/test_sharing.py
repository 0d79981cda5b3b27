"""How many share a capacity provider, who they are, and what it may cost."""

import pytest

from testing.policies.support import UNKNOWN, URL, Json, Res, lmi, provider
from tests.policies.judging import SILENT, names
from tests.policies.native import NATIVE_VERSION, native_function
from tests.policies.stacks import FUNCTION_ARN, function

PERMISSION = "aws:lambda/permission:Permission"
SCALING = "aws:lambda/functionScalingConfig:FunctionScalingConfig"
ELSEWHERE = "arn:aws:lambda:eu-west-1:123456789012:capacity-provider:elsewhere"


def functions(count: int, **changes: object) -> list[Res]:
    return [function(f"f{index}", name=f"f{index}", **changes) for index in range(count)]


@pytest.mark.parametrize(("count", "rules"), [(100, SILENT), (101, {"q-02"})])
def test_a_provider_has_100_versions(count: int, rules: set[str]) -> None:
    assert names(*functions(count), provider()) & {"q-02"} == rules
    assert names(*functions(count)) & {"q-02"} == SILENT  # the provider is elsewhere
    assert names(*functions(count, publish=UNKNOWN), provider()) & {"q-02"} == SILENT


def test_numbered_versions_of_aws_native_count() -> None:
    """The function's own $LATEST.PUBLISHED, and each version beside it."""
    versions = [Res(NATIVE_VERSION, f"v{index}", {"functionName": "api"}) for index in range(100)]
    assert "q-02" in names(native_function(), provider(), *versions)
    assert "q-02" not in names(native_function(), provider(), *versions[1:])
    unknown = [Res(NATIVE_VERSION, v.name, {"functionName": UNKNOWN}) for v in versions]
    assert "q-02" not in names(native_function(), provider(), *unknown)


def test_a_stack_has_few_providers() -> None:
    pools = [provider(f"pool{index}", arn=UNKNOWN) for index in range(6)]
    assert names(*pools[:5]) == SILENT
    assert names(*pools) == {"q-03"}
    config = {"q-03-few-providers": {"mostProviders": 6.0}}
    assert names(*pools, config=config) == SILENT


def url(of: str, authorization: object) -> Res:
    inputs = {"functionName": of, "qualifier": "live", "invokeMode": "RESPONSE_STREAM"}
    return Res(URL, f"url-{of}", {**inputs, "authorizationType": authorization})


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        ("NONE", "AWS_IAM", {"sec-02"}),
        ("NONE", "NONE", SILENT),
        ("AWS_IAM", "AWS_IAM", SILENT),
        ("NONE", UNKNOWN, SILENT),
        (UNKNOWN, "AWS_IAM", SILENT),
    ],
)
def test_public_and_internal_functions_are_apart(first: str, second: str, rules: set[str]) -> None:
    stack = [*functions(2), provider(), url("f0", first), url("f1", second)]
    assert names(*stack) & {"sec-02"} == rules


def test_a_function_without_url_is_internal() -> None:
    assert "sec-02" in names(*functions(2), provider(), url("f0", "NONE"))
    assert "sec-02" not in names(*functions(1), provider(), url("f0", "NONE"))


def permission(of: str, principal: str) -> Res:
    inputs = {"function": of, "action": "lambda:InvokeFunction", "principal": principal}
    return Res(PERMISSION, f"permission-{of}", {**inputs, "sourceAccount": "123456789012"})


ADDRESS = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
BEHIND = FUNCTION_ARN.replace("function:api", "function:f1:live")


@pytest.mark.parametrize(
    "front",
    [
        permission("f1", "apigateway.amazonaws.com"),
        permission("f1", "cloudfront.amazonaws.com"),
        permission("f1", "elasticloadbalancing.amazonaws.com"),
        permission("f1", UNKNOWN),
        Res("aws:apigateway/integration:Integration", "rest", {"uri": ADDRESS.format(BEHIND)}),
        Res("aws:apigatewayv2/integration:Integration", "http", {"integrationUri": BEHIND}),
    ],
    ids=lambda front: str(front.inputs.get("principal", front.name)),
)
def test_whether_a_function_behind_a_service_is_public_is_not_decided(front: Res) -> None:
    stack = [*functions(2), provider(), url("f0", "NONE")]
    assert "sec-02" not in names(*stack, front)
    assert "sec-02" in names(*stack, permission("f1", "s3.amazonaws.com"))
    assert "sec-02" in names(*stack, function("f2", name="f2"), front)


def test_the_budget_can_be_configured() -> None:
    scaling = [{"scalingMode": "Auto", "maxVcpuCount": 400}]
    large = provider(capacityProviderScalingConfigs=scaling)
    policy = "cost-02-maximum-within-the-budget"
    assert names(large, config={policy: {"vcpuBudget": 400.0}}) == SILENT
    assert names(large, config={policy: {"vcpuBudget": 399.0}}) == {"cost-02"}


@pytest.mark.parametrize(
    ("memory", "rules"),
    [(4096, SILENT), (4095, {"cost-01"}), (2048, {"cost-01"}), (UNKNOWN, SILENT), (None, SILENT)],
)
def test_a_provider_is_worth_its_instances(memory: object, rules: set[str]) -> None:
    assert names(function(memorySize=memory), provider()) & {"cost-01"} == rules
    assert names(function(memorySize=memory)) & {"cost-01"} == SILENT  # the provider is elsewhere
    more_memory = {"cost-01-provider-is-worth-its-instances": {"leastMemoryMb": 2048.0}}
    small = names(function(memorySize=2048), provider(), config=more_memory)
    assert small & {"cost-01"} == SILENT


def scaling(least: object, most: object) -> Res:
    """Return how many environments the function keeps; None leaves a number out."""
    numbers = {"minExecutionEnvironments": least, "maxExecutionEnvironments": most}
    known = {key: value for key, value in numbers.items() if value is not None}
    inputs = {"functionName": "api", "qualifier": "$LATEST.PUBLISHED"}
    return Res(SCALING, "numbers", {**inputs, "functionScalingConfig": known})


@pytest.mark.parametrize(
    ("least", "most", "rules"),
    [(0, 0, SILENT), (1, 1, {"cost-01"}), (1, None, {"cost-01"}), (UNKNOWN, UNKNOWN, SILENT)],
)
def test_a_function_that_is_switched_off_costs_nothing(
    least: object, most: object, rules: set[str]
) -> None:
    small = function(memorySize=2048)
    assert names(small, provider(), scaling(least, most)) & {"cost-01"} == rules


@pytest.mark.parametrize(
    ("others", "rules"),
    [
        ({"name": "b"}, SILENT),  # two share it
        ({"name": "b", "capacityProviderConfig": None}, {"cost-01"}),  # an ordinary function
        ({"name": "b", "capacityProviderConfig": UNKNOWN}, SILENT),
        ({"name": "b", "capacityProviderConfig": lmi(capacityProviderArn=UNKNOWN)}, SILENT),
        ({"name": "b", "capacityProviderConfig": lmi(capacityProviderArn=ELSEWHERE)}, {"cost-01"}),
    ],
)
def test_functions_that_share_a_provider_make_it_worth_it(others: Json, rules: set[str]) -> None:
    second = function("second", **others)
    assert names(function(memorySize=2048), second, provider()) & {"cost-01"} == rules
