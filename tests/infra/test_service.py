"""The function: what it runs, how it is published and where it logs."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.infra.declared import ACCOUNT, PUBLIC, REGION, Program, Resource, declare, declare_with
from tests.infra.judged import unexplained

FUNCTION = "aws:lambda/function:Function"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
POLICY = "aws:iam/rolePolicy:RolePolicy"

LAYER = f"arn:aws:lambda:{REGION}:753240598075:layer"
NAME = "lmi-streaming-1a2b3c4"
LOG_GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{NAME}"


@pytest.fixture
def function(default: Program) -> Resource:
    return default.one(FUNCTION)


def test_it_runs_the_zip_through_its_start_script(function: Resource, archive: Path) -> None:
    assert function.inputs["code"]["path"] == str(archive)
    assert archive.is_absolute()
    assert function.inputs["handler"] == "run.sh"
    assert function.inputs["runtime"] == "python3.13"


@pytest.mark.parametrize(
    ("architecture", "layer"),
    [
        ("x86_64", f"{LAYER}:LambdaAdapterLayerX86:30"),
        ("arm64", f"{LAYER}:LambdaAdapterLayerArm64:30"),
    ],
)
def test_it_has_the_adapter_of_its_architecture(architecture: str, layer: str) -> None:
    inputs = declare(architecture=architecture).one(FUNCTION).inputs

    assert inputs["architectures"] == [architecture]
    assert inputs["layers"] == [layer]


@pytest.mark.parametrize(
    ("front", "mode"),
    [("url", "response_stream"), ("rest", "response_stream"), ("http", "buffered")],
)
def test_it_sets_the_adapters_invoke_mode_and_readiness_path(front: str, mode: str) -> None:
    function = declare(front=front).one(FUNCTION)

    assert function.inputs["environment"]["variables"] == {
        "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
        "AWS_LWA_INVOKE_MODE": mode,
        "AWS_LWA_PORT": "8000",
        "AWS_LWA_READINESS_CHECK_PATH": "/health",
        "AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": "200-299",
    }


@pytest.mark.parametrize(
    ("auth", "docs", "served"),
    [
        ({}, "closed", True),
        ({}, "always", True),
        ({}, "never", False),
        (PUBLIC, "closed", False),
        (PUBLIC, "always", True),
        (PUBLIC, "never", False),
    ],
)
def test_an_open_front_serves_no_documentation_unless_it_is_asked_for(
    auth: dict[str, Any], docs: str, served: bool
) -> None:
    variables = declare(**auth, apiDocs=docs).one(FUNCTION).inputs["environment"]["variables"]

    assert variables.get("API_DOCS") == (None if served else "false")


@pytest.mark.parametrize(
    ("size", "workers"),
    [
        ({}, None),
        ({"memoryMb": 8192}, "4"),
        ({"memoryMb": 8192, "memoryGibPerVcpu": 8}, None),
        ({"memoryMb": 32768}, "16"),
        ({"memoryMb": 8192, "workers": 2}, "2"),
        ({"memoryMb": 8192, "workers": 1}, None),
        ({"workers": 3}, "3"),
        ({"memoryMb": 8192, "environment": {"WEB_CONCURRENCY": "3"}}, "3"),
        # The policy pack refuses these sizes.
        ({"memoryMb": 8192, "memoryGibPerVcpu": 0}, None),
        ({"memoryMb": 10**9}, "16"),
    ],
)
def test_a_worker_serves_for_each_vcpu(size: dict[str, Any], workers: str | None) -> None:
    variables = declare(**size).one(FUNCTION).inputs["environment"]["variables"]

    assert variables.get("WEB_CONCURRENCY") == workers


def test_a_layer_has_the_dependencies() -> None:
    declared = declare(dependencies="layer", architecture="arm64")

    layer = declared.one("aws:lambda/layerVersion:LayerVersion").inputs
    assert layer["layerName"] == "lmi-streaming-dependencies"
    assert (layer["compatibleRuntimes"], layer["compatibleArchitectures"]) == (
        ["python3.13"],
        ["arm64"],
    )
    adapter, dependencies = declared.one(FUNCTION).inputs["layers"]
    assert "LambdaAdapterLayerArm64" in adapter
    assert dependencies != adapter


def test_an_image_takes_the_place_of_the_zip() -> None:
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/teams/chat@sha256:{'0' * 64}"

    declared = declare(imageUri=image, architecture="arm64")

    assert unexplained(declared, set()) == []
    inputs = declared.one(FUNCTION).inputs
    assert (inputs["packageType"], inputs["imageUri"]) == ("Image", image)
    assert inputs["architectures"] == ["arm64"]
    assert inputs.keys().isdisjoint({"code", "handler", "runtime", "layers"})
    variables = inputs["environment"]["variables"]
    assert variables["AWS_LWA_INVOKE_MODE"] == "response_stream"
    assert "AWS_LAMBDA_EXEC_WRAPPER" not in variables


@pytest.mark.parametrize(
    "image",
    [
        "chat:1",
        "public.ecr.aws/docker/library/python:3.13",
        f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/chat",  # the newest of then, not a fixed one
        f"{ACCOUNT}.dkr.ecr.ap-south-1.amazonaws.com/chat:1",
        f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/Chat:1",
    ],
)
def test_what_lambda_cannot_pull_is_one_clear_line(image: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare(imageUri=image)

    assert str(refused.value).startswith(
        f"lmi-streaming:imageUri is '{image}'. Allowed: the address of an image in Amazon ECR of "
        f"{REGION}, with its tag or digest; or empty. "
        f"Fix: pulumi config set imageUri {ACCOUNT}.dkr.ecr."
    )


def test_it_runs_on_the_capacity_provider(function: Resource) -> None:
    provider = f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:{NAME}"

    assert function.inputs["capacityProviderConfig"] == {
        "lambdaManagedInstancesCapacityProviderConfig": {
            "capacityProviderArn": provider,
            "executionEnvironmentMemoryGibPerVcpu": 2,
            "perExecutionEnvironmentMaxConcurrency": 64,
        }
    }
    # No capacityProviderConfig here: a change of concurrency would replace the function
    # (docs/facts/aws-provider.md#replacing-for-a-capacity-provider).
    assert function.options["replaceOnChanges"] == ["publishTo"]


def test_it_logs_json_to_its_own_group_and_sends_traces(
    default: Program, function: Resource
) -> None:
    assert default.named("aws:cloudwatch/logGroup:LogGroup").inputs == {"retentionInDays": 14}
    assert function.inputs["loggingConfig"] == {
        "logFormat": "JSON",
        "logGroup": NAME,
        "applicationLogLevel": "INFO",
    }
    assert function.inputs["tracingConfig"] == {"mode": "Active"}


def test_its_role_may_write_its_log_and_traces_and_nothing_else(
    default: Program, function: Resource
) -> None:
    role = "lmi-streaming-execution-1a2b3c4"
    policy = default.one("aws:iam/rolePolicy:RolePolicy", role=role)
    statements = json.loads(policy.inputs["policy"])["Statement"]

    assert function.inputs["role"] == f"arn:aws:iam::{ACCOUNT}:role/{role}"
    assert {
        action: statement["Resource"] for statement in statements for action in statement["Action"]
    } == {
        "logs:CreateLogStream": f"{LOG_GROUP_ARN}:*",
        "logs:PutLogEvents": f"{LOG_GROUP_ARN}:*",
        "xray:PutTraceSegments": "*",
        "xray:PutTelemetryRecords": "*",
    }


def test_lambda_may_assume_its_role_as_awss_pages_show_it(default: Program) -> None:
    role = default.named("aws:iam/role:Role", "lmi-streaming-execution")
    [statement] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]

    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert "Condition" not in statement


def test_without_tracing_it_may_send_no_traces_and_has_no_endpoint_for_them() -> None:
    declared = declare(tracing=False)
    policy = declared.named(POLICY, "lmi-streaming-execution").inputs["policy"]

    assert declared.one(FUNCTION).inputs["tracingConfig"] == {"mode": "PassThrough"}
    assert "xray" not in policy
    assert not [it for it in declared.all(ENDPOINT) if it.inputs["serviceName"].endswith("xray")]


def test_its_environment_may_add_to_the_adapters_variables_and_override_them() -> None:
    declared = declare(environment={"PAGE_SIZE": "50", "AWS_LWA_PORT": "9000"})
    variables = declared.one(FUNCTION).inputs["environment"]["variables"]

    assert variables["PAGE_SIZE"] == "50"
    assert variables["AWS_LWA_PORT"] == "9000"
    assert variables["AWS_LWA_INVOKE_MODE"] == "response_stream"


def test_it_gets_the_arns_of_its_secrets_and_may_read_only_these() -> None:
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"
    declared = declare(secrets={"DATABASE": f"{arn}:db-AbCdEf", "MODEL": f"{arn}:llm/key-123456"})
    variables = declared.one(FUNCTION).inputs["environment"]["variables"]
    policy = json.loads(declared.named(POLICY, "lmi-streaming-execution").inputs["policy"])

    assert variables["DATABASE"] == f"{arn}:db-AbCdEf"
    assert variables["MODEL"] == f"{arn}:llm/key-123456"
    assert policy["Statement"][-1] == {
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": [f"{arn}:db-AbCdEf", f"{arn}:llm/key-123456"],
    }
    assert declared.one(ENDPOINT, serviceName=f"com.amazonaws.{REGION}.secretsmanager")


def test_it_may_ask_its_model_of_bedrock_and_no_other() -> None:
    declared = declare(bedrockModel="amazon.nova-lite-v1:0")
    variables = declared.one(FUNCTION).inputs["environment"]["variables"]
    policy = json.loads(declared.named(POLICY, "lmi-streaming-execution").inputs["policy"])

    assert variables["BEDROCK_MODEL"] == "amazon.nova-lite-v1:0"
    assert [it for it in policy["Statement"] if "bedrock" in it["Action"]] == [
        {
            "Effect": "Allow",
            "Action": "bedrock:InvokeModelWithResponseStream",
            "Resource": f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-lite-v1:0",
        }
    ]
    assert declared.one(ENDPOINT, serviceName=f"com.amazonaws.{REGION}.bedrock-runtime")


def test_it_may_ask_an_inference_profile_and_its_model_through_it_alone() -> None:
    declared = declare(bedrockModel="eu.amazon.nova-lite-v1:0")
    policy = json.loads(declared.named(POLICY, "lmi-streaming-execution").inputs["policy"])
    profile = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/eu.amazon.nova-lite-v1:0"

    assert policy["Statement"][-2:] == [
        {
            "Effect": "Allow",
            "Action": "bedrock:InvokeModelWithResponseStream",
            "Resource": profile,
        },
        {
            "Effect": "Allow",
            "Action": "bedrock:InvokeModelWithResponseStream",
            "Resource": "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0",
            "Condition": {"StringEquals": {"bedrock:InferenceProfileArn": profile}},
        },
    ]


def test_it_publishes_itself_and_the_alias_follows(default: Program, function: Resource) -> None:
    assert function.inputs["publish"] is True
    assert function.inputs["publishTo"] == "LATEST_PUBLISHED"
    assert default.one("aws:lambda/alias:Alias").inputs == {
        "name": "live",
        "functionName": NAME,
        "functionVersion": "$LATEST.PUBLISHED",
    }


def test_the_scaling_configuration_is_of_the_published_version(default: Program) -> None:
    scaling = default.one("aws:lambda/functionScalingConfig:FunctionScalingConfig")

    assert scaling.inputs == {
        "functionName": NAME,
        "qualifier": "$LATEST.PUBLISHED",
        "functionScalingConfig": {"minExecutionEnvironments": 3, "maxExecutionEnvironments": 10},
    }


@pytest.mark.parametrize("publishing", ["latest", "versions"])
def test_deleting_the_scaling_configuration_resets_no_version(publishing: str) -> None:
    declared = declare(publishing=publishing)
    scaling = declared.one("aws:lambda/functionScalingConfig:FunctionScalingConfig")

    # Its replacement would otherwise get AWS's defaults, and start a parked version.
    assert scaling.options["retainOnDelete"] is True


def test_numbered_versions_are_followed_by_alias_and_scaling() -> None:
    declared = declare(publishing="versions")
    function = declared.one(FUNCTION)
    scaling = declared.one("aws:lambda/functionScalingConfig:FunctionScalingConfig")

    assert function.inputs["publish"] is True
    assert "publishTo" not in function.inputs
    assert declared.one("aws:lambda/alias:Alias").inputs["functionVersion"] == "7"
    assert scaling.inputs["qualifier"] == "7"


@pytest.mark.parametrize("package_for", ["function", "host"])
def test_the_architecture_follows_the_machine_when_the_zip_is_for_it(
    package_for: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    declared = declare_with(
        {"lmi-streaming:packageFor": package_for, "aws:allowedAccountIds": [ACCOUNT]}
    )
    provider = declared.one("aws:lambda/capacityProvider:CapacityProvider").inputs

    expected = ["x86_64" if package_for == "function" else "arm64"]
    assert declared.one(FUNCTION).inputs["architectures"] == expected
    assert provider["instanceRequirements"] == [{"architectures": expected}]
