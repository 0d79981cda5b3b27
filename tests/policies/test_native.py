"""Each family of rules on aws-native, where the same properties stand in other places."""

import pytest

from testing.policies.support import UNKNOWN, Json, Res
from tests.policies.judging import SILENT, message, names
from tests.policies.native import (
    NATIVE_ALIAS,
    NATIVE_PERMISSION,
    NATIVE_URL,
    NATIVE_VERSION,
    native_function,
    native_lmi,
    native_provider,
)


def scaling(minimum: object, maximum: object) -> Json:
    return {"minExecutionEnvironments": minimum, "maxExecutionEnvironments": maximum}


def version(**changes: object) -> Res:
    return Res(NATIVE_VERSION, "version", {"functionName": "api", **changes})


def alias(points_at: object, **changes: object) -> Res:
    inputs = {"name": "live", "functionName": "api", "functionVersion": points_at, **changes}
    return Res(NATIVE_ALIAS, "live", inputs)


def url(**changes: object) -> Res:
    good: Json = {
        "targetFunctionArn": "api",
        "qualifier": "live",
        "authType": "AWS_IAM",
        "invokeMode": "RESPONSE_STREAM",
        **changes,
    }
    return Res(NATIVE_URL, "url", {key: value for key, value in good.items() if value is not None})


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, SILENT),
        # MEM, CON, FN, URL: the function's own properties
        ({"memorySize": 6144, "capacityProviderConfig": native_lmi(4)}, {"mem-06"}),
        ({"capacityProviderConfig": native_lmi(concurrency=65)}, {"con-02"}),
        ({"runtime": "python3.12"}, {"fn-02"}),
        ({"fileSystemConfigs": [{"arn": "a", "localMountPath": "/mnt/a"}]}, {"fn-17"}),
        ({"durableConfig": {"executionTimeout": 1, "retentionPeriodInDays": 91}}, {"fn-13"}),
        ({"layers": []}, {"url-05"}),
        # SC: inside the function
        ({"functionScalingConfig": scaling(3, 10)}, SILENT),
        ({"functionScalingConfig": scaling(3, 15001)}, {"sc-01"}),
        ({"functionScalingConfig": scaling(4, 3)}, {"sc-02"}),
        ({"functionScalingConfig": {"minExecutionEnvironments": 3}}, {"sc-16"}),
        ({"functionScalingConfig": scaling(0, 1)}, {"sc-17"}),
        ({"functionScalingConfig": scaling(UNKNOWN, 15001)}, {"sc-01"}),
        ({"functionScalingConfig": UNKNOWN}, SILENT),
        ({"functionScalingConfig": scaling(3, 10), "capacityProviderConfig": None}, {"sc-05"}),
        # PUB-01: aws-native publishes unless told not to
        ({"publishToLatestPublished": True}, SILENT),
        ({"publishToLatestPublished": False}, {"pub-01"}),
        ({"publishToLatestPublished": UNKNOWN}, SILENT),
    ],
)
def test_a_function(changes: Json, rules: set[str]) -> None:
    assert names(native_function(**changes)) == rules


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, SILENT),
        ({"capacityProviderName": "my pool"}, {"cp-01", "cp-31"}),
        ({"capacityProviderScalingConfig": {"maxVCpuCount": 1}}, {"cp-19"}),
        ({"capacityProviderScalingConfig": {"maxVCpuCount": 20}}, SILENT),  # needs no mode here
        ({"instanceRequirements": {"architectures": ["x86_64", "arm64"]}}, {"cp-09"}),
        ({"kmsKeyArn": ""}, {"cp-29"}),
    ],
)
def test_a_capacity_provider(changes: Json, rules: set[str]) -> None:
    assert names(native_provider(**changes)) == rules


def test_a_function_and_its_provider() -> None:
    arm = native_provider(instanceRequirements={"architectures": ["arm64"]})
    assert names(native_function(), arm) == {"cp-10"}
    assert names(native_function(), native_provider()) == SILENT


def test_room_counts_every_version() -> None:
    """20 vCPU: three environments of the function, and those of each numbered version."""
    scaled = native_function(functionScalingConfig=scaling(3, 10))
    room = {"sc-09", "sc-10"}
    assert names(scaled, version(), native_provider()) & room == SILENT
    many = version(functionScalingConfig=scaling(8, 10))
    assert names(scaled, many, native_provider()) & room == {"sc-10"}
    more = version(functionScalingConfig=scaling(18, 20))
    assert names(scaled, more, native_provider()) & room == {"sc-09"}
    alone = native_function(publishToLatestPublished=False)
    assert names(alone, many, native_provider()) & room == SILENT


def test_a_version_publishes_too() -> None:
    quiet = native_function(publishToLatestPublished=False)
    assert names(quiet, version()) == SILENT
    assert names(quiet, version(functionName="other")) == {"pub-01"}


def test_the_property_of_this_provider_is_named() -> None:
    text = message("pub-01-publish", native_function(publishToLatestPublished=False))
    assert "publish_to_latest_published is False" in text


NATIVE_METHOD = Res(
    "aws-native:apigateway:Method",
    "get",
    {
        "integration": {
            "type": "AWS_PROXY",
            "timeoutInMillis": 60_000,
            "uri": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
            "arn:aws:lambda:eu-west-1:123456789012:function:api/invocations",
        }
    },
)


@pytest.mark.parametrize(
    ("policy", "resources", "fix"),
    [
        (
            "fn-17-no-file-system",
            [native_function(fileSystemConfigs=[{"arn": "a"}])],
            "remove file_system_configs",
        ),
        (
            "cp-31-generated-name",
            [native_provider(capacityProviderName="p")],
            "leave capacity_provider_name out",
        ),
        (
            "sc-11-maximum-within-the-provider",
            [native_function(functionScalingConfig=scaling(3, 99)), native_provider()],
            "or raise max_v_cpu_count of the capacity provider",
        ),
        (
            "gen-19-whole-answers-within-the-quota",
            [native_function(), NATIVE_METHOD],
            "lower timeout_in_millis",
        ),
    ],
)
def test_a_fix_names_the_properties_of_this_provider(
    policy: str, resources: list[Res], fix: str
) -> None:
    assert fix in message(policy, *resources)


def test_callers_without_qualifier_find_published_code() -> None:
    quiet = native_function(publishToLatestPublished=False)
    permission = Res(NATIVE_PERMISSION, "allow", {"functionName": "api", "action": "lambda:*"})
    for caller in (url(qualifier=None), permission):
        assert "pub-03" in names(quiet, version(), caller)
        assert "pub-03" not in names(native_function(), caller)
    assert names(native_function(), url(qualifier=None)) == {"url-03"}
    qualified = Res(NATIVE_PERMISSION, "allow", {"functionName": "api:live"})
    assert names(quiet, version(), qualified) == SILENT


def test_aliases() -> None:
    assert names(native_function(), alias("$LATEST.PUBLISHED")) == SILENT
    assert names(native_function(), alias("$LATEST")) == {"pub-08"}


@pytest.mark.parametrize(
    ("weights", "rules"),
    [
        ([{"functionVersion": "2", "functionWeight": 1}], SILENT),
        ([{"functionVersion": "2", "functionWeight": 1.1}], {"pub-15"}),
        ([{"functionVersion": "2"}, {"functionVersion": "3"}], {"pub-15"}),
        ([{"functionVersion": "$LATEST", "functionWeight": 0.1}], {"pub-15"}),
        ([UNKNOWN], SILENT),
        (UNKNOWN, SILENT),
    ],
)
def test_weights_are_a_list_here(weights: object, rules: set[str]) -> None:
    weighted = alias("1", routingConfig={"additionalVersionWeights": weights})
    assert names(native_function(), weighted) == rules


def test_an_alias_finds_its_version_switched_off() -> None:
    off = native_function(functionScalingConfig=scaling(0, 0))
    assert names(off, alias("$LATEST.PUBLISHED")) == {"sc-13"}
    assert names(off, alias("1")) == SILENT


def test_provisioned_concurrency_is_inside_versions_and_aliases() -> None:
    provisioned = {"provisionedConcurrentExecutions": 1}
    warm = version(provisionedConcurrencyConfig=provisioned)
    assert names(native_function(), warm) == {"fn-06"}
    assert names(native_function(), alias("1", provisionedConcurrencyConfig=provisioned)) == {
        "fn-06"
    }
    assert names(native_function(), version()) == SILENT
    assert names(native_function(), version(provisionedConcurrencyConfig=UNKNOWN)) == SILENT


def test_urls() -> None:
    assert names(native_function(), url()) == SILENT
    assert names(native_function(), url(invokeMode="BUFFERED")) == {"url-04"}
    assert names(native_function(), url(qualifier="$LATEST")) == {"url-02"}
