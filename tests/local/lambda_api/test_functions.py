"""Functions: their code and settings, ordinary ones and those on managed instances."""

import base64
import hashlib
import io
import re
import zipfile
from typing import Any

import httpx
import pytest

from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import (
    Members,
    archive,
    capacity_provider,
    function,
    instances_of,
    managed,
    refused,
)


def test_aws_fills_in_what_an_ordinary_function_leaves_out(aws: Any, region: str) -> None:
    created = aws.create_function(**function())

    assert created["FunctionArn"] == f"arn:aws:lambda:{region}:123456789012:function:hello"
    assert created["Version"] == "$LATEST"
    assert "Layers" not in created
    assert created["MemorySize"] == 128
    assert created["Timeout"] == 3
    assert created["Architectures"] == ["x86_64"]
    assert created["EphemeralStorage"] == {"Size": 512}
    assert created["TracingConfig"] == {"Mode": "PassThrough"}
    assert created["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/hello"}


def test_aws_fills_in_what_a_managed_function_leaves_out(
    aws: Any, managed_function: str, pool: str
) -> None:
    found = aws.get_function(FunctionName=managed_function)["Configuration"]

    assert found["State"] == "ActiveNonInvocable"
    assert found["LastUpdateStatus"] == "Successful"
    assert instances_of(found) == {
        "CapacityProviderArn": pool,
        "ExecutionEnvironmentMemoryGiBPerVCpu": 2.0,
        "PerExecutionEnvironmentMaxConcurrency": 16,
    }
    assert found["LoggingConfig"] == {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
        "LogGroup": "/aws/lambda/hello",
    }


@pytest.mark.parametrize(
    ("runtime", "concurrency"),
    [
        ("python3.14", 32),
        ("nodejs24.x", 128),
        ("java25", 64),
        ("dotnet10", 64),
        ("provided.al2023", 16),
    ],
)
def test_default_concurrency_follows_runtime_and_vcpus(
    aws: Any, pool: str, runtime: str, concurrency: int
) -> None:
    created = aws.create_function(
        **function(Runtime=runtime, MemorySize=4096, CapacityProviderConfig=managed(pool))
    )

    assert instances_of(created)["PerExecutionEnvironmentMaxConcurrency"] == concurrency


@pytest.mark.parametrize(
    ("memory", "instances", "message"),
    [
        pytest.param(2047, (2, 1), "at least 2048 MB", id="MEM-01"),
        pytest.param(4096, (3, 1), "one of 2.0, 4.0, 8.0", id="MEM-04"),
        pytest.param(
            2096,
            (4, 1),
            "Memory ratio of 4096.0MB per CPU exceeds function's total memory",
            id="MEM-05",
        ),
        pytest.param(2048, (2, 65), "at most 64 requests", id="CON-02-1-vcpu"),
        pytest.param(8192, (4, 129), "at most 128 requests", id="CON-02-2-vcpu"),
    ],
)
def test_sizes_that_managed_instances_refuse(
    aws: Any, pool: str, memory: int, instances: tuple[float, int], message: str
) -> None:
    config = managed(pool, *instances)
    with refused("InvalidParameterValueException", message):
        aws.create_function(**function(MemorySize=memory, CapacityProviderConfig=config))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"Runtime": "python3.12"}, "does not support", id="FN-02-python"),
        pytest.param({"Runtime": "nodejs20.x"}, "does not support", id="FN-02-node"),
        pytest.param({"Runtime": "java17.al2023"}, "does not support", id="FN-02-java"),
        pytest.param({"Runtime": "ruby3.4"}, "does not support", id="FN-02-ruby"),
        pytest.param({"Runtime": "provided.al2"}, "does not support", id="FN-03-al2"),
        pytest.param({"Runtime": "provided"}, "does not support", id="FN-03-provided"),
        pytest.param(
            {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}},
            "the network is the capacity provider's",
            id="FN-05",
        ),
        pytest.param({"SnapStart": {"ApplyOn": "PublishedVersions"}}, "SnapStart", id="FN-10"),
        pytest.param({"LoggingConfig": {"LogFormat": "Text"}}, "JSON", id="FN-15"),
        pytest.param({"Architectures": ["arm64"]}, "Architecture mismatch", id="CP-10"),
    ],
)
def test_settings_that_managed_instances_refuse(
    aws: Any, pool: str, change: Members, message: str
) -> None:
    given: Members = {"MemorySize": 2048, "CapacityProviderConfig": managed(pool), **change}
    with refused("InvalidParameterValueException", message):
        aws.create_function(**function(**given))


@pytest.mark.parametrize(
    ("memory", "ratio", "concurrency"),
    [(2048, 2.0, 64), (4096, 4.0, 64), (8192, 8.0, 64), (32768, 2.0, 1024), (6144, 4.0, 128)],
)
def test_managed_instances_accept(
    aws: Any, pool: str, memory: int, ratio: float, concurrency: int
) -> None:
    config = managed(pool, ratio, concurrency)

    created = aws.create_function(**function(MemorySize=memory, CapacityProviderConfig=config))

    assert instances_of(created) == config["LambdaManagedInstancesCapacityProviderConfig"]


def test_the_capacity_provider_must_exist(aws: Any, region: str) -> None:
    arn = f"arn:aws:lambda:{region}:123456789012:capacity-provider:nowhere"
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match=arn):
        aws.create_function(**function(MemorySize=2048, CapacityProviderConfig=managed(arn)))


@pytest.mark.parametrize(
    ("change", "member", "limit"),
    [
        pytest.param({"MemorySize": 10241}, "memorySize", 10240, id="MEM-02"),
        pytest.param({"Timeout": 901}, "timeout", 900, id="FN-07"),
        pytest.param(
            {"EphemeralStorage": {"Size": 10241}}, "ephemeralStorage.size", 10240, id="FN-16"
        ),
    ],
)
def test_limits_that_the_service_model_lacks(
    aws: Any, change: Members, member: str, limit: int
) -> None:
    with refused("ValidationException", f"at '{member}' failed") as response:
        aws.create_function(**function(**change))

    assert response["Error"]["Message"].endswith(f"less than or equal to {limit}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            {"Layers": [f"arn:aws:lambda:us-east-1:123456789012:layer:l:{n}" for n in range(6)]},
            "Cannot reference more than 5 layers.",
            id="FN-14",
        ),
        pytest.param(
            {"Layers": [f"arn:aws:lambda:us-east-1:123456789012:layer:l:{n}" for n in (1, 2)]},
            "layer:l:1 and arn:aws:lambda:us-east-1:123456789012:layer:l:2 are versions of the same"
            " layer.",
            id="one layer twice",
        ),
        pytest.param(
            {"FunctionName": "x" * 65},
            "at 'functionName' failed to satisfy constraint: Member must have length less than or"
            " equal to 64",
            id="name",
        ),
        pytest.param(
            {"Runtime": "python4.0"},
            "Value python4.0 at 'runtime' failed to satisfy constraint: Member must satisfy enum"
            " value set: [",
            id="unknown runtime",
        ),
        pytest.param(
            {"Runtime": "python3.7"},
            "The runtime parameter of python3.7 is no longer supported for creating or updating AWS"
            " Lambda functions.",
            id="deprecated runtime",
        ),
        pytest.param(
            {"Tags": {f"key{number}": "" for number in range(51)}},
            "Number of tags exceeds resource tag limit.",
            id="tags",
        ),
    ],
)
def test_settings_that_lambda_refuses_beside_its_model(
    aws: Any, change: Members, message: str
) -> None:
    with refused("InvalidParameterValueException", message):
        aws.create_function(**function(**change))


def test_a_function_of_another_account_is_denied(aws: Any, region: str) -> None:
    with refused("AccessDeniedException", "another account"):
        aws.create_function(
            **function(FunctionName=f"arn:aws:lambda:{region}:210987654321:function:hello")
        )


def test_a_request_above_the_limit_is_refused(aws: Any) -> None:
    with refused(
        "RequestEntityTooLargeException",
        "Request must be smaller than 70167211 bytes for the CreateFunction operation",
    ):
        aws.create_function(**function(Description="x" * 70_167_211))


def test_runtime_versions_are_named_by_an_arn(aws: Any, region: str) -> None:
    aws.create_function(**function())

    config = aws.get_function_configuration(FunctionName="hello")["RuntimeVersionConfig"]
    assert re.fullmatch(rf"arn:aws:lambda:{region}::runtime:[0-9a-f]{{64}}", *config.values())


def test_a_managed_function_may_run_for_90_minutes(aws: Any, pool: str) -> None:
    created = aws.create_function(
        **function(MemorySize=2048, Timeout=5400, CapacityProviderConfig=managed(pool))
    )

    assert created["Timeout"] == 5400


def test_variables_that_lambda_sets_cannot_be_set(aws: Any) -> None:
    variables = {"AWS_REGION": "eu-west-1", "STAGE": "dev"}
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="AWS_REGION"):
        aws.create_function(**function(Environment={"Variables": variables}))


@pytest.mark.parametrize("missing", ["Runtime", "Handler"])
def test_a_zip_needs_runtime_and_handler(aws: Any, missing: str) -> None:
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="mandatory"):
        aws.create_function(**function(**{missing: None}))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ({}, "Please provide a source for function code."),
        ({"ZipFile": b"not a zip"}, "Could not unzip uploaded file."),
    ],
)
def test_code_must_be_a_zip(aws: Any, code: Members, message: str) -> None:
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match=message):
        aws.create_function(**function(Code=code))


def zip_of(size: int, compression: int) -> bytes:
    """Return a zip with one file of zeros."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as file:
        file.writestr("zeros", bytes(size))
    return content.getvalue()


@pytest.mark.parametrize("operation", ["create", "update"])
def test_a_large_zip_is_refused(aws: Any, operation: str) -> None:
    code = zip_of(52_428_800, zipfile.ZIP_STORED)
    words = "Zipped size must be smaller than 52428800 bytes"
    if operation == "create":
        with refused("RequestEntityTooLargeException", words) as response:
            aws.create_function(**function(Code={"ZipFile": code}))
    else:
        aws.create_function(**function())
        with refused("RequestEntityTooLargeException", words) as response:
            aws.update_function_code(FunctionName="hello", ZipFile=code)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_a_zip_with_too_much_in_it_is_refused(aws: Any) -> None:
    code = zip_of(262_144_000, zipfile.ZIP_DEFLATED)
    words = "Unzipped size must be smaller than 262144000 bytes"
    with refused("InvalidParameterValueException", words):
        aws.create_function(**function(Code={"ZipFile": code}))


def test_variables_of_4_kb_are_taken_and_longer_ones_refused(aws: Any) -> None:
    longest = {"KEY": "x" * (4096 - len('{"KEY":""}'))}
    created = aws.create_function(**function(Environment={"Variables": longest}))
    assert created["Environment"]["Variables"] == longest
    with refused("InvalidParameterValueException", "exceeded the 4KB limit. String measured: {"):
        aws.update_function_configuration(
            FunctionName="hello", Environment={"Variables": {"KEY": longest["KEY"] + "x"}}
        )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"Code": {"ImageUri": "app:1"}, "PackageType": "Image"}, "container images"),
        ({"Code": {"S3Bucket": "code", "S3Key": "app.zip"}}, "Amazon S3"),
        ({"DurableConfig": {"ExecutionTimeout": 60}}, "DurableConfig"),
    ],
)
def test_what_the_local_aws_cannot_run_is_refused(aws: Any, change: Members, what: str) -> None:
    with refused("NotImplementedException", what):
        aws.create_function(**function(**change))


def test_code_is_kept_by_its_hash(aws: Any) -> None:
    code = archive()
    aws.create_function(**function(Code={"ZipFile": code}))

    found = aws.get_function(FunctionName="hello")

    digest = hashlib.sha256(code)
    assert httpx.get(found["Code"]["Location"]).content == code
    assert digest.hexdigest() in found["Code"]["Location"]
    assert found["Configuration"]["CodeSha256"] == base64.b64encode(digest.digest()).decode()
    assert found["Configuration"]["CodeSize"] == len(code)


def test_new_code_leaves_the_old_file(aws: Any) -> None:
    old = archive("old")
    aws.create_function(**function(Code={"ZipFile": old}))
    old_location = aws.get_function(FunctionName="hello")["Code"]["Location"]

    updated = aws.update_function_code(FunctionName="hello", ZipFile=archive("new"))

    assert updated["CodeSize"] == len(archive("new"))
    assert httpx.get(old_location).content == old


def test_a_dry_run_changes_nothing(aws: Any) -> None:
    created = aws.create_function(**function())

    aws.update_function_code(FunctionName="hello", ZipFile=archive("new"), DryRun=True)

    found = aws.get_function_configuration(FunctionName="hello")
    assert found["CodeSha256"] == created["CodeSha256"]


def test_settings_are_updated_one_by_one(aws: Any, managed_function: str) -> None:
    updated = aws.update_function_configuration(
        FunctionName=managed_function,
        MemorySize=4096,
        Environment={"Variables": {"STAGE": "dev"}},
    )

    assert updated["MemorySize"] == 4096
    assert updated["Environment"] == {"Variables": {"STAGE": "dev"}}
    assert updated["Timeout"] == 3
    assert updated["Handler"] == "run.sh"


def test_an_update_is_validated_like_a_create(aws: Any, managed_function: str) -> None:
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="2048"):
        aws.update_function_configuration(FunctionName=managed_function, MemorySize=1024)


def test_concurrency_can_be_changed_alone(aws: Any, managed_function: str, pool: str) -> None:
    updated = aws.update_function_configuration(
        FunctionName=managed_function, CapacityProviderConfig=managed(pool, concurrency=64)
    )

    assert instances_of(updated)["PerExecutionEnvironmentMaxConcurrency"] == 64
    assert instances_of(updated)["ExecutionEnvironmentMemoryGiBPerVCpu"] == 2.0


def test_a_function_can_move_to_another_provider(aws: Any, managed_function: str) -> None:
    other = aws.create_capacity_provider(**capacity_provider(CapacityProviderName="other"))
    arn = other["CapacityProvider"]["CapacityProviderArn"]

    updated = aws.update_function_configuration(
        FunctionName=managed_function, CapacityProviderConfig=managed(arn)
    )

    assert instances_of(updated)["CapacityProviderArn"] == arn


def test_an_ordinary_function_never_gets_a_provider(aws: Any, pool: str) -> None:
    aws.create_function(**function(MemorySize=2048))

    words = "CapacityProviderConfig isn't supported for Lambda Default functions."
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match=words):
        aws.update_function_configuration(
            FunctionName="hello", CapacityProviderConfig=managed(pool)
        )


def test_a_managed_function_keeps_its_provider(aws: Any, managed_function: str) -> None:
    with refused("ValidationException", "lambdaManagedInstancesCapacityProviderConfig"):
        aws.update_function_configuration(FunctionName=managed_function, CapacityProviderConfig={})


def test_names_are_unique(aws: Any) -> None:
    aws.create_function(**function())

    with pytest.raises(
        aws.exceptions.ResourceConflictException, match="Function already exist: hello"
    ):
        aws.create_function(**function())


def test_a_stale_revision_id_is_refused(aws: Any) -> None:
    created = aws.create_function(**function())
    aws.update_function_configuration(FunctionName="hello", Timeout=4)

    with pytest.raises(aws.exceptions.PreconditionFailedException):
        aws.update_function_configuration(
            FunctionName="hello", Timeout=5, RevisionId=created["RevisionId"]
        )


@pytest.mark.parametrize("name", ["hello", "123456789012:function:hello", "function:hello"])
def test_functions_are_found_by_partial_arns(aws: Any, name: str) -> None:
    aws.create_function(**function())

    assert aws.get_function_configuration(FunctionName=name)["FunctionName"] == "hello"


def test_arns_of_other_regions_are_not_reachable(aws: Any, region: str) -> None:
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match="not reachable in this"):
        aws.get_function(FunctionName="arn:aws:lambda:us-west-2:123456789012:function:hello")


def test_a_missing_function_is_named_by_arn(aws: Any, region: str) -> None:
    arn = f"arn:aws:lambda:{region}:123456789012:function:nobody"
    with pytest.raises(
        aws.exceptions.ResourceNotFoundException, match=f"Function not found: {arn}"
    ) as refusal:
        aws.get_function(FunctionName="nobody")

    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert refusal.value.response["Type"] == "User"


def test_functions_are_listed_with_or_without_versions(aws: Any, published: str) -> None:
    plain = aws.list_functions()["Functions"]
    every = aws.list_functions(FunctionVersion="ALL")["Functions"]

    assert [listed["Version"] for listed in plain] == ["$LATEST"]
    assert [listed["Version"] for listed in every] == ["$LATEST", "$LATEST.PUBLISHED"]


def test_no_function_has_a_code_signing_config(aws: Any, managed_function: str) -> None:
    found = aws.get_function_code_signing_config(FunctionName=managed_function)

    assert "CodeSigningConfigArn" not in found


def test_deleting_a_function_deletes_its_versions_aliases_and_urls(
    aws: Any, data_plane: FakeDataPlane, published: str
) -> None:
    aws.create_function_url_config(FunctionName=published, Qualifier="live", AuthType="NONE")

    aws.delete_function(FunctionName=published)

    assert data_plane.environments == {}
    assert data_plane.routes == {}
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_function(FunctionName=published)


@pytest.mark.parametrize("operation", ["create_function", "update_function_configuration"])
def test_a_layer_of_the_account_has_to_exist(aws: Any, region: str, operation: str) -> None:
    arn = f"arn:aws:lambda:{region}:123456789012:layer:missing:1"
    of_others = f"arn:aws:lambda:{region}:753240598075:layer:LambdaAdapterLayerX86:30"
    request = {"FunctionName": "hello", "Layers": [of_others, arn]}
    if operation == "create_function":
        request = function(**request)
    else:
        aws.create_function(**function(Layers=[of_others]))

    with refused("InvalidParameterValueException", f"Layer version {arn} does not exist."):
        getattr(aws, operation)(**request)
