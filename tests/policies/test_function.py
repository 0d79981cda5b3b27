"""FN rules: the function's own properties."""

import pytest

from testing.policies.support import UNKNOWN, URL, Json, Res, provider
from tests.policies.judging import SILENT, judge, message, names, turned_on
from tests.policies.stacks import FUNCTION_ARN, function


@pytest.mark.parametrize(
    ("vpc_config", "rules"),
    [
        (None, SILENT),
        ({}, SILENT),
        ({"subnetIds": [], "securityGroupIds": []}, SILENT),  # the way to say "no network"
        ({"subnetIds": ["subnet-1"], "securityGroupIds": []}, {"fn-05"}),
        ({"subnetIds": [], "securityGroupIds": ["sg-1"]}, {"fn-05"}),
        ({"subnetIds": [UNKNOWN], "securityGroupIds": [UNKNOWN]}, {"fn-05"}),  # new, but there
        ({"subnetIds": UNKNOWN, "securityGroupIds": UNKNOWN}, SILENT),
        ({"subnetIds": UNKNOWN, "securityGroupIds": ["sg-1"]}, {"fn-05"}),
        (UNKNOWN, SILENT),
        ("none", SILENT),
    ],
)
def test_the_network_is_the_capacity_providers(vpc_config: object, rules: set[str]) -> None:
    assert names(function(vpcConfig=vpc_config)) == rules


def test_ordinary_functions_may_be_in_a_vpc() -> None:
    vpc_config = {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    assert names(function(vpcConfig=vpc_config, capacityProviderConfig=None)) == SILENT


def test_the_property_that_is_set_is_named() -> None:
    vpc_config = {"subnetIds": ["subnet-1"], "securityGroupIds": []}
    text = message("fn-05-no-function-vpc-config", function(vpcConfig=vpc_config))
    assert "vpc_config has subnet_ids." in text


@pytest.mark.parametrize(
    ("runtime", "rules"),
    [
        # FN-02: the oldest of each family, and the one before
        ("python3.13", SILENT),
        ("python3.12", {"fn-02"}),
        ("python3.99", SILENT),
        ("python2.7", {"fn-02"}),
        ("nodejs22.x", SILENT),
        ("nodejs20.x", {"fn-02"}),
        ("nodejs4.3-edge", {"fn-02"}),
        ("java21", SILENT),
        ("java17", {"fn-02"}),
        ("java8.al2", {"fn-02"}),
        ("java17.al2023", {"fn-02"}),
        ("dotnet8", SILENT),
        ("dotnet6", {"fn-02"}),
        ("dotnetcore3.1", {"fn-02"}),
        ("ruby3.4", {"fn-02"}),
        # FN-03: OS-only runtimes
        ("provided.al2023", SILENT),
        ("provided.al2030", SILENT),
        ("provided.al2", {"fn-03"}),
        ("provided", {"fn-03"}),
        ("go1.x", {"fn-03"}),
        # nothing that a name tells
        ("custom", SILENT),
        ("python3." + "9" * 5000, SILENT),
        (UNKNOWN, SILENT),
        (None, SILENT),
        (3.13, SILENT),
    ],
)
def test_runtimes(runtime: object, rules: set[str]) -> None:
    assert names(function(runtime=runtime)) == rules


@pytest.mark.parametrize(
    ("runtime", "words"),
    [
        ("python3.12", "Fix: set runtime to python3.13 or later"),
        ("nodejs20.x", "Fix: set runtime to nodejs22.x or later"),
        ("ruby3.4", "Fix: set runtime to one of them, or use an image"),
    ],
)
def test_what_runs_instead_is_named(runtime: str, words: str) -> None:
    assert words in message("fn-02-supported-runtime", function(runtime=runtime))


def test_images_bring_their_own_runtime() -> None:
    assert names(function(packageType="Image", runtime="python3.12")) == SILENT


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        # FN-07: 1 to 5400 seconds
        ({"timeout": 5400}, {"fn-26"}),
        ({"timeout": 5401}, {"fn-07"}),
        ({"timeout": 0}, {"fn-07"}),
        ({"timeout": UNKNOWN}, SILENT),
        # FN-08: up to 300 seconds need no advice; FN-26: beyond 900 there is more to prepare
        ({"timeout": 300}, SILENT),
        ({"timeout": 301}, {"fn-08"}),
        ({"timeout": 900}, {"fn-08"}),
        ({"timeout": 901}, {"fn-26"}),
        # FN-10: no SnapStart
        ({"snapStart": {"applyOn": "PublishedVersions"}}, {"fn-10"}),
        ({"snapStart": {"applyOn": "None"}}, SILENT),
        ({"snapStart": {"applyOn": UNKNOWN}}, SILENT),
        # FN-11: no reserved concurrency, which is off until it is turned on
        ({"reservedConcurrentExecutions": 0}, {"fn-11"}),
        ({"reservedConcurrentExecutions": -1}, SILENT),
        # FN-12: no tenant isolation
        ({"tenancyConfig": {"tenantIsolationMode": "PER_TENANT"}}, {"fn-12"}),
        ({"tenancyConfig": UNKNOWN}, SILENT),
        # FN-13: durable execution
        ({"durableConfig": {"executionTimeout": 31622400, "retentionPeriod": 90}}, SILENT),
        ({"durableConfig": {"executionTimeout": 31622401}}, {"fn-13"}),
        ({"durableConfig": {"executionTimeout": 1, "retentionPeriod": 91}}, {"fn-13"}),
        ({"durableConfig": {"executionTimeout": UNKNOWN, "retentionPeriod": 0}}, {"fn-13"}),
        # FN-14: five layers
        ({"layers": [UNKNOWN] * 5}, SILENT),
        ({"layers": [UNKNOWN] * 6}, {"fn-14"}),
        ({"layers": UNKNOWN}, SILENT),
        # FN-15: JSON
        ({"loggingConfig": {"logFormat": "JSON"}}, SILENT),
        ({"loggingConfig": {"logFormat": "Text"}}, {"fn-15"}),
        ({"loggingConfig": {"logFormat": UNKNOWN}}, SILENT),
        # FN-16: 512 to 10240 MB
        ({"ephemeralStorage": {"size": 512}}, SILENT),
        ({"ephemeralStorage": {"size": 511}}, {"fn-16"}),
        ({"ephemeralStorage": {"size": 10240}}, SILENT),
        ({"ephemeralStorage": {"size": 10241}}, {"fn-16"}),
        ({"ephemeralStorage": UNKNOWN}, SILENT),
        # FN-17: no file system
        ({"fileSystemConfig": {"arn": "a", "localMountPath": "/mnt/a"}}, {"fn-17"}),
        ({"fileSystemConfig": UNKNOWN}, SILENT),
    ],
)
def test_settings_of_the_function(changes: Json, rules: set[str]) -> None:
    unverified = turned_on("fn-11-no-reserved-concurrency")
    assert names(function(**changes), config=unverified) == rules
    ordinary = {**changes, "capacityProviderConfig": None, "publish": False}
    assert names(function(**ordinary)) == SILENT


@pytest.mark.parametrize(
    ("timeout", "mode", "rules"),
    [
        (900, "BUFFERED", SILENT),
        (901, "BUFFERED", {"fn-07"}),
        (UNKNOWN, "BUFFERED", SILENT),
        (None, "BUFFERED", SILENT),
        # URL-09: a stream would be cut
        (900, "RESPONSE_STREAM", SILENT),
        (901, "RESPONSE_STREAM", {"url-09"}),
        (UNKNOWN, "RESPONSE_STREAM", SILENT),
        (None, "RESPONSE_STREAM", SILENT),
        (901, UNKNOWN, {"fn-07"}),
    ],
)
def test_a_function_with_a_url_ends_after_15_minutes(
    timeout: object, mode: object, rules: set[str]
) -> None:
    url = Res(URL, "url", {"functionName": "api", "qualifier": "live", "invokeMode": mode})
    cut = {"fn-07", "url-09"}
    assert names(function(timeout=timeout), url) & cut == rules
    assert names(function(timeout=timeout)) & cut == SILENT
    ordinary = function(timeout=timeout, capacityProviderConfig=None, publish=False)
    assert names(ordinary, url) & cut == SILENT


@pytest.mark.parametrize("mode", ["BUFFERED", "RESPONSE_STREAM"])
def test_a_timeout_that_no_function_may_have_is_told_once(mode: str) -> None:
    url = Res(URL, "url", {"functionName": "api", "qualifier": "live", "invokeMode": mode})
    told = [found.policy for found in judge(function(timeout=5401), url, by=("fn-", "url-09"))]
    assert told == ["fn-07-timeout-at-most-5400-seconds"]


def test_what_counts_as_a_long_timeout_can_be_configured() -> None:
    config = {"fn-08-timeout-is-short": {"longTimeoutSeconds": 120.0}}
    assert names(function(timeout=120), config=config) == SILENT
    assert names(function(timeout=121), config=config) == {"fn-08"}


@pytest.mark.parametrize(
    ("arn", "rules"),
    [
        (f"{FUNCTION_ARN}:7", {"fn-18"}),
        (FUNCTION_ARN.replace(":api", ":other") + ":7", SILENT),
        (UNKNOWN, SILENT),
        (None, SILENT),
    ],
)
@pytest.mark.parametrize("place", ["defaultCacheBehavior", "orderedCacheBehaviors"])
def test_functions_on_lmi_do_not_run_at_the_edge(place: str, arn: object, rules: set[str]) -> None:
    behavior = {"lambdaFunctionAssociations": [UNKNOWN, {"lambdaArn": arn}]}
    inputs = {place: [behavior] if place.startswith("ordered") else behavior}
    distribution = Res("aws:cloudfront/distribution:Distribution", "site", inputs)
    unverified = turned_on("fn-18-not-at-the-edge")
    assert names(function(), distribution, config=unverified) == rules
    ordinary = function(capacityProviderConfig=None)
    assert names(ordinary, distribution, config=unverified) == SILENT


def test_environments_are_warm_without_provisioned_concurrency() -> None:
    type_ = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"
    provisioned = Res(type_, "warm", {"functionName": "api", "qualifier": "live"})
    assert names(function(), provisioned) == {"fn-06"}
    assert names(function(capacityProviderConfig=None), provisioned) == SILENT
    assert names(function(capacityProviderConfig=UNKNOWN), provisioned) == SILENT
    assert names(provisioned) == SILENT


@pytest.mark.parametrize(
    "type_",
    ["aws:appautoscaling/target:Target", "aws-native:applicationautoscaling:ScalableTarget"],
)
def test_application_auto_scaling_gives_no_provisioned_concurrency(type_: str) -> None:
    provisioned = {"scalableDimension": "lambda:function:ProvisionedConcurrency"}
    target = Res(type_, "warm", {"resourceId": "function:api:live", **provisioned})
    new = Res(
        type_, "warm", {"resourceId": UNKNOWN, **provisioned}, made_from={"resourceId": ["api"]}
    )
    for one in (target, new):
        assert names(function(), one) == {"fn-06"}
        assert names(function(capacityProviderConfig=None), one) == SILENT
    for other in (
        {"resourceId": "service/api/live", "scalableDimension": "ecs:service:DesiredCount"},
        {"resourceId": "function:other:live", **provisioned},
        {"resourceId": "function:api:live", "scalableDimension": UNKNOWN},
    ):
        assert names(function(), Res(type_, "other", other)) == SILENT


def test_the_operator_role_is_another_one() -> None:
    operator = "arn:aws:iam::123456789012:role/operator"
    operated = provider(permissionsConfig={"capacityProviderOperatorRoleArn": operator})
    assert names(function(role=operator), operated) == {"fn-23"}
    assert names(function(role=operator + "2"), operated) == SILENT
    assert names(function(role=UNKNOWN), operated) == SILENT


@pytest.mark.parametrize(
    ("runtime", "words"),
    [
        ("python3.12", "runtime is python3.12, which LMI does not run."),
        ("java17.al2023", "runtime is java17.al2023, which LMI does not run."),
        ("ruby-of-hunter2", "runtime is another one, which LMI does not run."),
    ],
)
def test_the_runtime_is_named_and_no_other_text(runtime: str, words: str) -> None:
    assert words in message("fn-02-supported-runtime", function(runtime=runtime))
