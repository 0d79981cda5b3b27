"""Check: what a preview refuses, and what it fills in (docs/facts/aws-provider.md)."""

import re
from pathlib import Path
from typing import Any

import pytest

from local.provider.tables import RESOURCES
from local.provider.values import UNKNOWN
from tests.local.provider.engine import CheckError, FakeEngine
from tests.local.provider.samples import (
    ALIAS,
    CAPACITY_PROVIDER,
    DASHBOARD,
    EGRESS_RULE,
    FLOW_LOG,
    FUNCTION,
    FUNCTION_URL,
    INGRESS_RULE,
    KEY,
    LAYER_ARN,
    LOG_GROUP,
    LOG_METRIC_FILTER,
    METRIC_ALARM,
    PERMISSION,
    QUERY_DEFINITION,
    ROLE,
    ROLE_ARN,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    ROUTE_TABLE_ASSOCIATION,
    SCALING_CONFIG,
    SECURITY_GROUP,
    SUBNET,
    TOPIC,
    TOPIC_ARN,
    TRUST,
    VPC,
    VPC_ENDPOINT,
    code,
    managed,
)

Inputs = dict[str, dict[str, Any]]


@pytest.mark.parametrize("pulumi_type", sorted(RESOURCES))
def test_required_inputs_are_enough(planning: FakeEngine, inputs: Inputs, pulumi_type: str) -> None:
    planning.check(pulumi_type, inputs[pulumi_type])


@pytest.mark.parametrize(
    ("pulumi_type", "name", "allowed", "refused", "reason"),
    [
        # docs/facts/aws-provider.md#function
        (
            FUNCTION,
            "timeout",
            900,
            901,
            r"expected timeout to be in the range \(1 - 900\), got 901",
        ),
        (FUNCTION, "timeout", 1, 0, "range"),
        (
            FUNCTION,
            "memorySize",
            128,
            127,
            r"expected memory_size to be in the range \(128 - 32768\)",
        ),
        (FUNCTION, "memorySize", 32768, 32769, "range"),
        (FUNCTION, "publishTo", "LATEST_PUBLISHED", "LATEST", r'one of \["LATEST_PUBLISHED"\]'),
        (FUNCTION, "name", "n" * 64, "n" * 65, "at most 64"),
        (FUNCTION, "name", "a-Z_9", "a.b", "letters, digits"),
        (
            FUNCTION,
            "handler",
            "h" * 128,
            "h" * 129,
            r"length of handler to be in the range \(1 - 128\)",
        ),
        (FUNCTION, "runtime", "nodejs24.x", "python2.6", "expected runtime to be one of"),
        (FUNCTION, "packageType", "Zip", "Tar", "expected package_type to be one of"),
        (FUNCTION, "architectures", ["arm64"], ["arm64", "x86_64"], "supports 1 item maximum"),
        (FUNCTION, "architectures", ["x86_64"], ["x86"], r"expected architectures\.0 to be one of"),
        (FUNCTION, "layers", [LAYER_ARN] * 5, [LAYER_ARN] * 6, "supports 5 item maximum"),
        (
            FUNCTION,
            "layers",
            [LAYER_ARN],
            ["adapter"],
            r'"layers\.0" \(adapter\) is an invalid ARN',
        ),
        (FUNCTION, "role", ROLE_ARN, "demo", r'"role" \(demo\) is an invalid ARN'),
        (FUNCTION, "kmsKeyArn", "arn:aws:kms:us-east-1:123456789012:key/1", "key", "invalid ARN"),
        (FUNCTION, "reservedConcurrentExecutions", -1, -2, r"to be at least \(-1\), got -2"),
        (
            FUNCTION,
            "ephemeralStorage",
            {"size": 10240},
            {"size": 10241},
            r"ephemeral_storage\.0\.size",
        ),
        (FUNCTION, "ephemeralStorage", {"size": 512}, {"size": 511}, r"\(512 - 10240\)"),
        (FUNCTION, "tracingConfig", {"mode": "Active"}, {"mode": "On"}, r"tracing_config\.0\.mode"),
        (FUNCTION, "snapStart", {"applyOn": "None"}, {"applyOn": "Never"}, "apply_on to be one of"),
        (FUNCTION, "loggingConfig", {"logFormat": "JSON"}, {"logFormat": "XML"}, "log_format"),
        (FUNCTION, "loggingConfig", {"logFormat": "JSON"}, {}, r"'loggingConfig\.logFormat'"),
        (
            FUNCTION,
            "durableConfig",
            {"executionTimeout": 31622400},
            {"executionTimeout": 31622401},
            "range",
        ),
        (FUNCTION, "capacityProviderConfig", managed(), managed("demo"), "capacity_provider_arn"),
        (FUNCTION, "capacityProviderConfig", managed(), {}, "Missing required property"),
        (
            FUNCTION,
            "environment",
            {"variables": {"A": "b"}},
            {"variables": "A=b"},
            "map required",
        ),
        # docs/facts/aws-provider.md#capacity-provider
        (
            CAPACITY_PROVIDER,
            "permissionsConfig",
            {"capacityProviderOperatorRoleArn": ROLE_ARN},
            {"capacityProviderOperatorRoleArn": "demo"},
            "cannot be parsed as an ARN",
        ),
        (
            CAPACITY_PROVIDER,
            "vpcConfig",
            {"subnetIds": [], "securityGroupIds": []},
            {"subnetIds": ["subnet-1"]},
            r"Missing required property 'vpcConfig\.securityGroupIds'",
        ),
        (
            CAPACITY_PROVIDER,
            "capacityProviderScalingConfigs",
            [{"scalingMode": "Manual"}],
            [{"scalingMode": "manual"}],
            r"capacity_provider_scaling_configs\[0\]\.scaling_mode value must be one of",
        ),
        (
            CAPACITY_PROVIDER,
            "capacityProviderScalingConfigs",
            [{"scalingMode": "Auto"}],
            [{"scalingMode": "Auto"}] * 2,
            "at most 1 elements, got: 2",
        ),
        (
            CAPACITY_PROVIDER,
            "capacityProviderScalingConfigs",
            [{"scalingMode": "Auto", "maxVcpuCount": 1}],
            [{"maxVcpuCount": 20}],
            "scalingMode",
        ),
        (
            CAPACITY_PROVIDER,
            "instanceRequirements",
            [{"architectures": ["arm64"]}],
            [{"allowedInstanceTypes": ["c8g.large"]}],
            r"Missing required property 'instanceRequirements\[0\]\.architectures'",
        ),
        # docs/facts/aws-provider.md#function-scaling-configuration
        (SCALING_CONFIG, "qualifier", "$LATEST.PUBLISHED", "$LATEST", "version number"),
        (SCALING_CONFIG, "qualifier", "12", "live", "version number"),
        (
            SCALING_CONFIG,
            "functionScalingConfig",
            {"maxExecutionEnvironments": 0},
            {},
            "At least one of these attributes",
        ),
        # docs/facts/aws-provider.md#function-url, #permission and #alias
        (FUNCTION_URL, "authorizationType", "NONE", "PUBLIC", r'one of \["NONE" "AWS_IAM"\]'),
        (FUNCTION_URL, "invokeMode", "RESPONSE_STREAM", "STREAM", "expected invoke_mode to be"),
        (
            FUNCTION_URL,
            "cors",
            {"maxAge": 86400},
            {"maxAge": 86401},
            r"cors\.0\.max_age to be in the range \(0 - 86400\)",
        ),
        (PERMISSION, "action", "lambda:*", "s3:GetObject", "lambda:Action"),
        (PERMISSION, "qualifier", "live", "$LATEST.PUBLISHED", r"\[a-zA-Z0-9\$_-\]"),
        (PERMISSION, "function", "demo:live", "demo:$LATEST.PUBLISHED", "function name or ARN"),
        (PERMISSION, "statementId", "s" * 100, "s" * 101, "1 to 100"),
        (PERMISSION, "sourceAccount", "123456789012", "12345", "12 digits"),
        (PERMISSION, "functionUrlAuthType", "AWS_IAM", "IAM", "function_url_auth_type"),
        # EC2: docs/facts/aws-provider.md#vpc and the headings after it
        (VPC, "cidrBlock", "10.0.0.0/16", "10.0.0.0/15", "between 16 and 28 significant bits"),
        (VPC, "cidrBlock", "10.0.0.0/28", "10.0.0.0/29", "significant bits, got: 29"),
        (VPC, "cidrBlock", "10.1.0.0/16", "10.1.2.0/16", r"expected 10\.1\.0\.0/16, got"),
        (VPC, "cidrBlock", "10.0.0.0/16", "ten", "valid Value"),
        (SUBNET, "cidrBlock", "10.0.16.0/20", "10.0.17.0/20", "valid network Value"),
        (VPC_ENDPOINT, "vpcEndpointType", "Interface", "interface", "expected vpc_endpoint_type"),
        (VPC_ENDPOINT, "policy", "{}", "{", "invalid JSON"),
        (SECURITY_GROUP, "name", "web", "sg-web", "cannot begin with sg-"),
        (FLOW_LOG, "trafficType", "REJECT", "reject", "expected traffic_type"),
        (FLOW_LOG, "maxAggregationInterval", 60, 61, "max_aggregation_interval"),
        (FLOW_LOG, "iamRoleArn", ROLE_ARN, "role", "invalid ARN"),
        (SECURITY_GROUP, "description", "d" * 255, "d" * 256, r"\(0 - 255\)"),
        (SECURITY_GROUP, "description", "443 from a", "443 -> é", "unsupported characters"),
        (EGRESS_RULE, "fromPort", -1, -2, "between -1 and 65535"),
        (INGRESS_RULE, "toPort", 65535, 65536, "between -1 and 65535"),
        (INGRESS_RULE, "cidrIpv4", "0.0.0.0/0", "0.0.0.0/33", "not a valid CIDR"),
        # docs/facts/aws-provider.md#iam and docs/facts/aws-provider.md#log-group
        (ROLE, "assumeRolePolicy", TRUST, "trust", "invalid JSON"),
        (ROLE, "maxSessionDuration", 43200, 43201, r"\(3600 - 43200\)"),
        (ROLE, "maxSessionDuration", 3600, 3599, "range"),
        (ROLE, "name", "r" * 64, "r" * 65, r"\(1 - 64\)"),
        (ROLE, "description", "d" * 1000, "d" * 1001, r"\(0 - 1000\)"),
        (ROLE_POLICY, "policy", "{}", "[]", "non-object"),
        (ROLE_POLICY, "name", "p" * 128, "p" * 129, r"\(1 - 128\)"),
        (ROLE_POLICY_ATTACHMENT, "policyArn", "arn:aws:iam::aws:policy/A", "A", "invalid ARN"),
        (LOG_GROUP, "retentionInDays", 14, 15, "expected retention_in_days to be one of"),
        (LOG_GROUP, "retentionInDays", 0, -1, "one of"),
        (LOG_GROUP, "name", "/aws/lambda/x", "a b", "LogGroupName"),
        # docs/facts/aws-provider.md#alarms-and-dashboards and
        # docs/facts/aws-provider.md#kms-and-sns
        (METRIC_ALARM, "period", 30, 40, "must be 10, 20, 30, or a multiple of 60"),
        (METRIC_ALARM, "datapointsToAlarm", 1, 0, "at least"),
        (METRIC_ALARM, "treatMissingData", "ignore", "fine", "expected treat_missing_data"),
        (METRIC_ALARM, "alarmActions", [TOPIC_ARN], ["demo"], "invalid ARN"),
        (METRIC_ALARM, "okActions", [TOPIC_ARN] * 5, [TOPIC_ARN] * 6, "supports 5 item maximum"),
        (METRIC_ALARM, "metricQueries", [{"id": "m1"}], [{"id": "M1"}], "small letter"),
        (DASHBOARD, "dashboardName", "a-Z_9", "a/b", "only letters"),
        (DASHBOARD, "dashboardBody", "{}", "widgets", "invalid JSON"),
        (QUERY_DEFINITION, "name", "team/stack/errors", "/errors", "start or end with a slash"),
        (LOG_METRIC_FILTER, "name", "errors", "a:b", "colon"),
        (KEY, "deletionWindowInDays", 7, 6, r"\(7 - 30\)"),
        (TOPIC, "name", "t" * 256, "t" * 257, "1-256"),
    ],
)
def test_a_property_has_its_bounds(
    planning: FakeEngine,
    inputs: Inputs,
    *,
    pulumi_type: str,
    name: str,
    allowed: Any,
    refused: Any,
    reason: str,
) -> None:
    planning.check(pulumi_type, {**inputs[pulumi_type], name: allowed})
    with pytest.raises(CheckError, match=reason) as caught:
        planning.check(pulumi_type, {**inputs[pulumi_type], name: refused})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("pulumi_type", "name", "value"),
    [
        pytest.param(FUNCTION, "memorySize", 128, id="128 MB on managed instances"),
        pytest.param(FUNCTION, "publishTo", "LATEST_PUBLISHED", id="publishTo without publish"),
        pytest.param(
            FUNCTION,
            "capacityProviderConfig",
            managed(
                executionEnvironmentMemoryGibPerVcpu=3, perExecutionEnvironmentMaxConcurrency=9999
            ),
            id="any ratio and concurrency",
        ),
        pytest.param(FUNCTION_URL, "qualifier", "$LATEST.PUBLISHED", id="a URL on no alias"),
        pytest.param(ALIAS, "functionVersion", "nonsense", id="an alias to nonsense"),
        pytest.param(CAPACITY_PROVIDER, "name", "n" * 200, id="a name longer than AWS takes"),
        pytest.param(
            CAPACITY_PROVIDER,
            "capacityProviderScalingConfigs",
            [{"scalingMode": "Manual"}],
            id="manual scaling without a policy",
        ),
        pytest.param(
            SCALING_CONFIG,
            "functionScalingConfig",
            {"minExecutionEnvironments": 9, "maxExecutionEnvironments": 1},
            id="a minimum above the maximum",
        ),
    ],
)
def test_what_only_aws_refuses_passes_check(
    planning: FakeEngine, inputs: Inputs, pulumi_type: str, name: str, value: Any
) -> None:
    planning.check(pulumi_type, {**inputs[pulumi_type], name: value})


@pytest.mark.parametrize(
    ("pulumi_type", "without", "more", "reason"),
    [
        (FUNCTION, {"code"}, {}, "one of `code,image_uri,s3_bucket` must be specified"),
        (FUNCTION, {}, {"imageUri": "image"}, "one of `code,image_uri,s3_bucket`"),
        (FUNCTION, {"code"}, {"s3Bucket": "b"}, "all of `s3_bucket,s3_key`"),
        (FUNCTION, {"handler"}, {}, "handler and runtime must be set"),
        (ROUTE_TABLE_ASSOCIATION, {"subnetId"}, {}, "one of `gateway_id,subnet_id`"),
        (ROUTE_TABLE_ASSOCIATION, {}, {"gatewayId": "igw-1"}, "one of `gateway_id,subnet_id`"),
        (SUBNET, {}, {"availabilityZone": "a", "availabilityZoneId": "b"}, "conflicts with"),
        (FLOW_LOG, {"vpcId"}, {}, "one of `eni_id,subnet_id,vpc_id` must be specified"),
        (FLOW_LOG, {}, {"subnetId": "subnet-1"}, "one of `eni_id,subnet_id,vpc_id`"),
        (EGRESS_RULE, {"cidrIpv4"}, {}, "Exactly one of these attributes"),
        (EGRESS_RULE, {}, {"prefixListId": "pl-1"}, "Exactly one of these attributes"),
        (INGRESS_RULE, {"toPort"}, {}, "protocol tcp needs this port"),
        (METRIC_ALARM, {}, {"metricQueries": [{"id": "m"}], "period": 60}, "conflicts with"),
        (METRIC_ALARM, {}, {"statistic": "Sum", "extendedStatistic": "p99"}, "conflicts with"),
        (INGRESS_RULE, {}, {"ipProtocol": "-1"}, "No port goes with the protocol -1"),
    ],
)
def test_properties_must_fit_together(
    planning: FakeEngine,
    inputs: Inputs,
    *,
    pulumi_type: str,
    without: set[str],
    more: dict[str, Any],
    reason: str,
) -> None:
    kept = {name: value for name, value in inputs[pulumi_type].items() if name not in without}
    with pytest.raises(CheckError, match=re.escape(reason)):
        planning.check(pulumi_type, {**kept, **more})


@pytest.mark.parametrize(
    ("pulumi_type", "name"),
    [
        (pulumi_type, name)
        for pulumi_type, resource in sorted(RESOURCES.items())
        for name, spec in resource.properties.items()
        if spec.required
    ],
)
def test_a_required_property_may_be_unknown_but_not_missing(
    planning: FakeEngine, inputs: Inputs, pulumi_type: str, name: str
) -> None:
    planning.check(pulumi_type, {**inputs[pulumi_type], name: UNKNOWN})
    del inputs[pulumi_type][name]
    with pytest.raises(CheckError, match=f"Missing required property '{name}'"):
        planning.check(pulumi_type, inputs[pulumi_type])


def test_unknown_values_pass_every_bound_but_the_length_of_their_list(
    planning: FakeEngine, inputs: Inputs
) -> None:
    planning.check(FUNCTION, {**inputs[FUNCTION], "memorySize": UNKNOWN, "layers": [UNKNOWN] * 5})
    with pytest.raises(CheckError, match="supports 5 item maximum"):
        planning.check(FUNCTION, {**inputs[FUNCTION], "layers": [UNKNOWN] * 6})


def test_every_failure_names_the_property(planning: FakeEngine, inputs: Inputs) -> None:
    wrong = {**inputs[FUNCTION], "timeout": 0, "loggingConfig": {"logFormat": "XML"}}
    with pytest.raises(CheckError) as caught:
        planning.check(FUNCTION, wrong, name="fn")
    assert str(caught.value).splitlines() == [
        "expected timeout to be in the range (1 - 900), got 0. Examine values at 'fn.timeout'.",
        'expected logging_config.0.log_format to be one of ["JSON" "Text"], got XML. '
        "Examine values at 'fn.loggingConfig.logFormat'.",
    ]


@pytest.mark.parametrize(
    "path", [pytest.param("", id="a folder"), pytest.param("gone.zip", id="a missing file")]
)
def test_code_must_be_a_ready_zip(
    planning: FakeEngine, inputs: Inputs, tmp_path: Path, path: str
) -> None:
    with pytest.raises(CheckError, match=r"ready \.zip file.* lose the file modes"):
        planning.check(FUNCTION, {**inputs[FUNCTION], "code": code(str(tmp_path / path))})


@pytest.mark.parametrize(
    ("pulumi_type", "file"),
    [
        (
            "aws:kinesis/stream:Stream",
            r"local/provider/resources/kinesis\.yaml, a new file",
        ),
        ("aws:ec2/networkAcl:NetworkAcl", r"local/provider/resources/ec2\.yaml"),
        ("aws:iam/user:User", r"local/provider/resources/iam\.yaml"),
    ],
)
def test_an_unknown_type_is_named(planning: FakeEngine, pulumi_type: str, file: str) -> None:
    with pytest.raises(CheckError) as refused:
        planning.check(pulumi_type, {})
    assert f"does not know the resource type {pulumi_type}" in str(refused.value)
    assert re.search(rf"add the type in {file}", str(refused.value))
    assert "aws:sns/topic:Topic" not in str(refused.value)


def test_an_unknown_property_is_named(planning: FakeEngine, inputs: Inputs) -> None:
    with pytest.raises(CheckError, match="does not know the property 'routes' of aws:ec2/routeT"):
        planning.check("aws:ec2/routeTable:RouteTable", {"vpcId": "vpc-1", "routes": []})


def test_strings_and_numbers_are_converted_as_in_terraform(
    planning: FakeEngine, inputs: Inputs
) -> None:
    checked = planning.check(
        FUNCTION,
        {**inputs[FUNCTION], "timeout": "30", "publish": "true", "tags": {"cost": 7, "on": True}},
    )
    assert checked["timeout"] == 30
    assert checked["publish"] is True
    assert checked["tags"] == {"cost": "7", "on": "true"}
