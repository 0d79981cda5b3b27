"""SC rules: how many environments, of which version, and whether the provider has room."""

import json

import pytest

from testing.policies.support import ALIAS, UNKNOWN, URL, Json, Res, provider
from tests.policies.judging import SILENT, message, names
from tests.policies.stacks import FUNCTION_ARN, function, sized

PERMISSION = "aws:lambda/permission:Permission"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
SCALING = "aws:lambda/functionScalingConfig:FunctionScalingConfig"


def scaling(
    minimum: object = 3,
    maximum: object = 10,
    qualifier: object = "$LATEST.PUBLISHED",
    of: object = "api",
    made_from: dict[str, list[str]] | None = None,
) -> Res:
    numbers = {"minExecutionEnvironments": minimum, "maxExecutionEnvironments": maximum}
    inputs: Json = {
        "functionName": of,
        "qualifier": qualifier,
        "functionScalingConfig": {k: v for k, v in numbers.items() if v is not None},
    }
    return Res(SCALING, "scaling", inputs, made_from=made_from or {})


def capped(max_vcpu: object) -> Res:
    limit = {} if max_vcpu is None else {"maxVcpuCount": max_vcpu}
    return provider(capacityProviderScalingConfigs=[{"scalingMode": "Auto", **limit}])


@pytest.mark.parametrize(
    ("minimum", "maximum", "rules"),
    [
        # SC-01: 0 to 15000
        (1, 15000, SILENT),
        (1, 15001, {"sc-01"}),
        (1, -1, {"sc-01"}),
        (-1, 10, {"sc-01"}),
        # SC-02: the minimum within the maximum
        (3, 3, SILENT),
        (4, 3, {"sc-02"}),
        # SC-16: both or neither
        (3, None, {"sc-16"}),
        (None, 3, {"sc-16"}),
        (None, None, SILENT),
        # SC-17: 0 for both only
        (0, 0, SILENT),
        (0, 1, {"sc-17"}),
        (1, 1, SILENT),
        # unknowns and wrong types
        (UNKNOWN, 15001, {"sc-01"}),
        (UNKNOWN, 1, SILENT),
        (4, UNKNOWN, SILENT),
        (0, UNKNOWN, SILENT),
        ("3", 10, SILENT),
        (2.5, 10, SILENT),
    ],
)
def test_numbers_of_environments(minimum: object, maximum: object, rules: set[str]) -> None:
    few = {"sc-12"}  # has a table of its own
    assert names(function(), scaling(minimum, maximum)) - few == rules


@pytest.mark.parametrize(
    ("qualifier", "rules"),
    [
        ("$LATEST.PUBLISHED", SILENT),
        ("1", {"sc-18"}),  # allowed, but left behind by the next version
        ("$LATEST", {"sc-03"}),
        ("live", {"sc-03"}),
        ("", {"sc-03"}),
        (UNKNOWN, SILENT),
        (1, SILENT),
    ],
)
def test_scaling_is_set_on_a_version(qualifier: object, rules: set[str]) -> None:
    assert names(function(), scaling(qualifier=qualifier)) == rules


@pytest.mark.parametrize(
    ("of", "rules"),
    [
        ("api", SILENT),
        (FUNCTION_ARN, SILENT),
        ("123456789012:function:api", SILENT),
        ("eu-west-1:123456789012:function:api", SILENT),
        ("function:api", SILENT),
        ("arn:aws:lambda:eu-west-1:123456789012:layer:api", {"sc-06"}),
        ("a" * 140, SILENT),
        ("a" * 141, {"sc-06"}),
        ("api:live", {"sc-06"}),
        (f"{FUNCTION_ARN}:1", {"sc-06"}),
        (UNKNOWN, SILENT),
    ],
)
def test_the_function_is_named_without_a_qualifier(of: object, rules: set[str]) -> None:
    assert names(scaling(of=of)) == rules


def test_only_managed_functions_have_environments() -> None:
    ordinary = function(capacityProviderConfig=None)
    assert names(ordinary, scaling()) == {"sc-05"}
    assert names(ordinary, scaling(of=UNKNOWN, made_from={"functionName": ["api"]})) == {"sc-05"}
    assert names(function(capacityProviderConfig=UNKNOWN), scaling()) == SILENT
    assert names(ordinary, scaling(of="other")) == SILENT


@pytest.mark.parametrize(
    ("publish_to", "rules"), [("LATEST_PUBLISHED", SILENT), (None, {"sc-07"}), (UNKNOWN, SILENT)]
)
def test_latest_published_has_to_exist(publish_to: object, rules: set[str]) -> None:
    assert names(function(publishTo=publish_to), scaling()) & {"sc-07"} == rules


@pytest.mark.parametrize(
    ("max_vcpu", "minimum", "rules"),
    [
        (12, 6, SILENT),  # 6 vCPU always on, and room for as many again
        (12, 7, {"sc-10"}),
        (12, 12, {"sc-10"}),
        (12, 13, {"sc-09"}),
        (None, 200, SILENT),  # 400 by default
        (None, 201, {"sc-10"}),
        (None, 401, {"sc-10"}),  # a default may change, so that nothing is certain
        (UNKNOWN, 401, SILENT),
        (12, UNKNOWN, SILENT),
    ],
)
def test_the_provider_has_room(max_vcpu: object, minimum: object, rules: set[str]) -> None:
    config = scaling(minimum, None)
    found = names(function(), capped(max_vcpu), config)
    assert found & {"sc-09", "sc-10"} == rules


def test_the_default_of_a_provider_is_named() -> None:
    text = message("sc-10-room-to-publish", function(), capped(None), scaling(201, None))
    assert "max_vcpu_count is 400" in text


def test_without_a_scaling_config_three_environments_run() -> None:
    big = sized(32768, 2, 64)
    assert "sc-10" in names(big, capped(48))
    assert "sc-10" in names(big, capped(47))
    assert "sc-09" not in names(big, capped(47))


@pytest.mark.parametrize(
    ("maximum", "rules"), [(20, SILENT), (21, {"sc-11"}), (UNKNOWN, SILENT), (None, SILENT)]
)
def test_the_maximum_is_within_the_provider(maximum: object, rules: set[str]) -> None:
    found = names(function(), capped(20), scaling(3, maximum))
    assert found & {"sc-11"} == rules


def test_a_version_that_is_called_is_on() -> None:
    live = Res(ALIAS, "live", {"functionName": "api", "functionVersion": "$LATEST.PUBLISHED"})
    elsewhere = Res(ALIAS, "live", {"functionName": "api", "functionVersion": "1"})
    unknown = Res(ALIAS, "live", {"functionName": UNKNOWN, "functionVersion": UNKNOWN})
    assert names(function(), scaling(0, 0), live) == {"sc-13"}
    assert names(function(), scaling(0, 0), elsewhere) == SILENT
    assert names(function(), scaling(0, 0), unknown) == SILENT
    assert names(function(), scaling(3, 3), live) == SILENT


def test_a_called_version_whose_numbers_a_schedule_changes_may_begin_parked() -> None:
    live = Res(ALIAS, "live", {"functionName": "api", "functionVersion": "$LATEST.PUBLISHED"})
    parked = scaling(0, 0)
    left = Res(parked.type, parked.name, parked.inputs, ignore_changes=("functionScalingConfig",))
    assert names(function(), left, live) == SILENT


@pytest.mark.parametrize(
    ("minimum", "rules"),
    [
        (3, SILENT),
        (2, {"sc-12"}),
        (1, {"sc-12"}),
        (UNKNOWN, SILENT),
        (None, {"sc-16"}),  # 3 by default
    ],
)
def test_enough_environments_for_three_zones(minimum: object, rules: set[str]) -> None:
    assert names(scaling(minimum)) == rules


@pytest.mark.parametrize(
    ("type_", "inputs", "rules"),
    [
        (URL, {"functionName": "api"}, {"sc-13"}),
        (URL, {"functionName": "api", "qualifier": "live"}, SILENT),  # the alias decides
        (URL, {"functionName": "api", "qualifier": UNKNOWN}, SILENT),
        (URL, {"functionName": UNKNOWN}, SILENT),
        (PERMISSION, {"function": "api"}, {"sc-13"}),
        (PERMISSION, {"function": "api", "qualifier": "1"}, SILENT),
        (MAPPING, {"functionName": "api"}, {"sc-13"}),
        (MAPPING, {"functionName": f"{FUNCTION_ARN}:$LATEST.PUBLISHED"}, {"sc-13"}),
        (MAPPING, {"functionName": "api:1"}, SILENT),
    ],
)
def test_what_calls_the_latest_code_finds_it_on(type_: str, inputs: Json, rules: set[str]) -> None:
    caller = Res(type_, "caller", inputs)
    assert names(function(), scaling(0, 0), caller) & {"sc-13"} == rules
    assert names(function(), scaling(1, 1), caller) & {"sc-13"} == SILENT


@pytest.mark.parametrize("called", ["api:1", "123456789012:function:api:1"])
def test_a_numbered_version_that_is_called_is_on(called: str) -> None:
    mapping = Res(MAPPING, "caller", {"functionName": called})
    assert "sc-13" in names(function(), scaling(0, 0, "1"), mapping)
    assert "sc-13" not in names(function(), scaling(0, 0, "2"), mapping)


@pytest.mark.parametrize(
    ("weights", "rules"),
    [({"2": 0.1}, {"sc-13"}), ({"2": 0.0}, SILENT), ({"2": UNKNOWN}, SILENT), (UNKNOWN, SILENT)],
)
def test_a_version_with_a_weight_is_called(weights: object, rules: set[str]) -> None:
    routing = {"routingConfig": {"additionalVersionWeights": weights}}
    live = Res(ALIAS, "live", {"functionName": "api", "functionVersion": "1", **routing})
    assert names(function(), scaling(0, 0, "2"), live) & {"sc-13"} == rules


def test_both_numbers_are_named() -> None:
    text = message("sc-02-minimum-within-maximum", scaling(4, 3))
    assert "min_execution_environments is 4, and max_execution_environments is 3" in text


def schedule(payload: object, call: object = "putFunctionScalingConfig") -> Res:
    arn = call if call == UNKNOWN else f"arn:aws:scheduler:::aws-sdk:lambda:{call}"
    return Res(
        "aws:scheduler/schedule:Schedule", "night", {"target": {"arn": arn, "input": payload}}
    )


def payload(function_name: object) -> str:
    return json.dumps({"FunctionName": function_name, "Qualifier": "$LATEST.PUBLISHED"})


@pytest.mark.parametrize(
    ("night", "rules"),
    [
        (schedule(payload("api")), {"sch-01"}),
        (schedule(payload(FUNCTION_ARN)), {"sch-01"}),
        (schedule(payload("api"), "PutFunctionScalingConfig"), {"sch-01"}),
        (schedule(payload("other")), SILENT),
        (schedule(payload(7)), SILENT),
        (schedule("no JSON"), SILENT),
        (schedule("[]"), SILENT),
        (schedule(UNKNOWN), SILENT),
        (schedule(payload("api"), UNKNOWN), SILENT),
        (schedule(payload("api"), "invoke"), SILENT),
    ],
)
def test_deployments_leave_scheduled_numbers_alone(night: Res, rules: set[str]) -> None:
    numbers = scaling()
    assert names(function(), numbers, night) == rules
    for ignored in ("functionScalingConfig", "functionScalingConfig.minExecutionEnvironments", "*"):
        left = Res(numbers.type, numbers.name, numbers.inputs, ignore_changes=(ignored,))
        assert names(function(), left, night) == SILENT
    tags = Res(numbers.type, numbers.name, numbers.inputs, ignore_changes=("qualifier",))
    assert names(function(), tags, night) == rules


@pytest.mark.parametrize(
    ("environments", "most", "rules"),
    [(15001, 12, {"sc-01"}), (3, 1, {"cp-19"}), (3, 15001, {"cp-19"}), (3, 2, {"sc-09"})],
)
def test_a_number_out_of_range_is_told_once(environments: int, most: int, rules: set[str]) -> None:
    advice = {"cp-21", "cp-37", "sc-11"}  # of the room that there is
    told = names(function(), capped(most), scaling(environments, environments))
    assert told - advice == rules
