"""What the Lambda API stores and returns without acting on it."""

from typing import Any

import pytest

from tests.local.lambda_api.account import archive, function, refused

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"


def test_reserved_concurrency_is_put_and_deleted(aws: Any) -> None:
    aws.create_function(**function())
    assert "ReservedConcurrentExecutions" not in aws.get_function_concurrency(FunctionName="hello")

    put = aws.put_function_concurrency(FunctionName="hello", ReservedConcurrentExecutions=7)

    assert put["ReservedConcurrentExecutions"] == 7
    found = aws.get_function_concurrency(FunctionName="hello")
    assert found["ReservedConcurrentExecutions"] == 7
    whole = aws.get_function(FunctionName="hello")
    assert whole["Concurrency"] == {"ReservedConcurrentExecutions": 7}
    limit = aws.get_account_settings()["AccountLimit"]
    assert limit["UnreservedConcurrentExecutions"] == limit["ConcurrentExecutions"] - 7
    aws.delete_function_concurrency(FunctionName="hello")
    assert "Concurrency" not in aws.get_function(FunctionName="hello")


def test_account_settings_count_functions_and_code(aws: Any) -> None:
    assert aws.get_account_settings()["AccountUsage"] == {"TotalCodeSize": 0, "FunctionCount": 0}

    aws.create_function(**function(Publish=True))

    size = len(archive())
    assert aws.get_account_settings()["AccountUsage"] == {
        "TotalCodeSize": 2 * size,
        "FunctionCount": 1,
    }


def test_the_event_invoke_config_belongs_to_a_qualifier(aws: Any) -> None:
    arn = aws.create_function(**function(Publish=True))["FunctionArn"]
    with refused("ResourceNotFoundException", f"{arn}:$LATEST doesn't have an EventInvokeConfig"):
        aws.get_function_event_invoke_config(FunctionName="hello")

    aws.put_function_event_invoke_config(FunctionName="hello", MaximumRetryAttempts=0)
    aws.put_function_event_invoke_config(
        FunctionName="hello", Qualifier="1", MaximumEventAgeInSeconds=60, MaximumRetryAttempts=1
    )
    updated = aws.update_function_event_invoke_config(
        FunctionName="hello", Qualifier="1", MaximumRetryAttempts=2
    )

    assert updated["MaximumEventAgeInSeconds"] == 60
    assert updated["MaximumRetryAttempts"] == 2
    assert updated["LastModified"].year >= 2026
    listed = aws.list_function_event_invoke_configs(FunctionName="hello")
    arns = [found["FunctionArn"] for found in listed["FunctionEventInvokeConfigs"]]
    assert arns == [f"{arn}:$LATEST", f"{arn}:1"]
    aws.put_function_event_invoke_config(
        FunctionName="hello", Qualifier="1", MaximumRetryAttempts=0
    )
    replaced = aws.get_function_event_invoke_config(FunctionName="hello", Qualifier="1")
    assert "MaximumEventAgeInSeconds" not in replaced
    aws.delete_function_event_invoke_config(FunctionName="hello", Qualifier="1")
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.delete_function_event_invoke_config(FunctionName="hello", Qualifier="1")


def test_recursion_is_ended_until_it_is_allowed(aws: Any) -> None:
    aws.create_function(**function())
    found = aws.get_function_recursion_config(FunctionName="hello")
    assert found["RecursiveLoop"] == "Terminate"

    aws.put_function_recursion_config(FunctionName="hello", RecursiveLoop="Allow")

    found = aws.get_function_recursion_config(FunctionName="hello")
    assert found["RecursiveLoop"] == "Allow"


def test_runtimes_are_updated_automatically_until_told_otherwise(aws: Any) -> None:
    arn = aws.create_function(**function())["FunctionArn"]
    found = aws.get_runtime_management_config(FunctionName="hello")
    assert (found["UpdateRuntimeOn"], found["FunctionArn"]) == ("Auto", f"{arn}:$LATEST")

    aws.put_runtime_management_config(FunctionName="hello", UpdateRuntimeOn="FunctionUpdate")

    found = aws.get_runtime_management_config(FunctionName="hello")
    assert found["UpdateRuntimeOn"] == "FunctionUpdate"


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("put_function_concurrency", {"ReservedConcurrentExecutions": 1}),
        ("put_function_recursion_config", {"RecursiveLoop": "Allow"}),
        ("get_function_event_invoke_config", {}),
        ("create_event_source_mapping", {"EventSourceArn": QUEUE}),
    ],
)
def test_a_function_that_does_not_exist_is_not_found(
    aws: Any, method: str, parameters: dict[str, Any]
) -> None:
    with refused("ResourceNotFoundException", "Function not found"):
        getattr(aws, method)(FunctionName="missing", **parameters)


@pytest.mark.parametrize(("source", "batch_size"), [(QUEUE, 10), (STREAM, 100)])
def test_an_event_source_mapping_has_the_defaults_of_its_source(
    aws: Any, source: str, batch_size: int
) -> None:
    aws.create_function(**function())

    created = aws.create_event_source_mapping(FunctionName="hello", EventSourceArn=source)

    assert created["State"] == "Creating"
    found = aws.get_event_source_mapping(UUID=created["UUID"])
    assert (found["State"], found["BatchSize"]) == ("Enabled", batch_size)
    assert found["EventSourceArn"] == source
    assert found["FunctionArn"].endswith(":function:hello")
    assert found["LastModified"] == created["LastModified"]


def test_an_event_source_mapping_is_updated_and_deleted(aws: Any, published: str) -> None:
    created = aws.create_event_source_mapping(
        FunctionName=f"{published}:live", EventSourceArn=QUEUE, Tags={"team": "orders"}
    )
    uuid = created["UUID"]
    assert aws.list_tags(Resource=created["EventSourceMappingArn"])["Tags"] == {"team": "orders"}

    aws.update_event_source_mapping(UUID=uuid, BatchSize=5, Enabled=False)

    found = aws.get_event_source_mapping(UUID=uuid)
    assert (found["State"], found["BatchSize"]) == ("Disabled", 5)
    assert found["FunctionArn"].endswith(":live")
    assert aws.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    with refused("ResourceNotFoundException", "The resource you requested does not exist."):
        aws.get_event_source_mapping(UUID=uuid)


def test_event_source_mappings_are_listed_by_function_and_source(aws: Any, published: str) -> None:
    aws.create_function(**function(FunctionName=f"{published}-2"))
    for name, source in ((published, QUEUE), (f"{published}:live", STREAM), ("hello-2", QUEUE)):
        aws.create_event_source_mapping(FunctionName=name, EventSourceArn=source)

    def sources(**filters: str) -> list[str]:
        found = aws.list_event_source_mappings(**filters)["EventSourceMappings"]
        return [mapping["EventSourceArn"] for mapping in found]

    assert sources() == [QUEUE, STREAM, QUEUE]
    assert sources(FunctionName=published) == [QUEUE, STREAM]
    assert sources(EventSourceArn=QUEUE) == [QUEUE, QUEUE]


def test_a_source_is_mapped_to_a_function_once(aws: Any) -> None:
    aws.create_function(**function())
    mapping = {"FunctionName": "hello", "EventSourceArn": QUEUE}
    uuid = aws.create_event_source_mapping(**mapping)["UUID"]

    with refused("ResourceConflictException", f"existing mapping with UUID {uuid}"):
        aws.create_event_source_mapping(**mapping)


def test_layer_versions_are_numbered_and_found_by_number_and_arn(aws: Any, region: str) -> None:
    content = {"ZipFile": archive()}
    first = aws.publish_layer_version(LayerName="tools", Content=content, Description="one")
    second = aws.publish_layer_version(
        LayerName="tools", Content=content, CompatibleRuntimes=["python3.13"]
    )

    assert (first["Version"], second["Version"]) == (1, 2)
    assert second["LayerVersionArn"] == f"{second['LayerArn']}:2"
    found = aws.get_layer_version(LayerName="tools", VersionNumber=1)
    assert (found["Description"], found["Content"]["CodeSize"]) == ("one", len(archive()))
    by_arn = aws.get_layer_version_by_arn(Arn=second["LayerVersionArn"])
    assert (by_arn["Version"], by_arn["CompatibleRuntimes"]) == (2, ["python3.13"])
    elsewhere = second["LayerVersionArn"].replace(region, "us-east-1")
    with refused("ResourceNotFoundException", "The resource you requested does not exist."):
        aws.get_layer_version_by_arn(Arn=elsewhere)


@pytest.mark.parametrize("place", ["us-east-1:123456789012", "{region}:111111111111"])
def test_an_arn_of_another_place_names_no_layer(aws: Any, region: str, place: str) -> None:
    first = aws.publish_layer_version(LayerName="tools", Content={"ZipFile": archive()})
    elsewhere = f"arn:aws:lambda:{place.format(region=region)}:layer:tools"

    with refused("ResourceNotFoundException", "The resource you requested does not exist."):
        aws.get_layer_version(LayerName=elsewhere, VersionNumber=1)
    assert aws.list_layer_versions(LayerName=elsewhere)["LayerVersions"] == []
    aws.delete_layer_version(LayerName=elsewhere, VersionNumber=1)
    assert aws.get_layer_version(LayerName=first["LayerArn"], VersionNumber=1)["Version"] == 1


def test_layers_are_listed_with_their_newest_version_that_matches(aws: Any) -> None:
    content = {"ZipFile": archive()}
    runtimes = {"CompatibleRuntimes": ["python3.13"]}
    first = aws.publish_layer_version(LayerName="tools", Content=content, **runtimes)
    aws.publish_layer_version(LayerName=first["LayerArn"], Content=content)

    def newest(**filters: str) -> list[int]:
        layers = aws.list_layers(**filters)["Layers"]
        return [layer["LatestMatchingVersion"]["Version"] for layer in layers]

    assert newest() == [2]
    assert newest(CompatibleRuntime="python3.13") == [1]
    assert newest(CompatibleArchitecture="arm64") == []
    listed = aws.list_layer_versions(LayerName="tools")["LayerVersions"]
    assert [version["Version"] for version in listed] == [2, 1]
    assert aws.list_layer_versions(LayerName="missing")["LayerVersions"] == []


def test_a_number_of_a_deleted_layer_version_is_not_used_again(aws: Any) -> None:
    content = {"ZipFile": archive()}
    aws.publish_layer_version(LayerName="tools", Content=content)
    for missing in (0, 2):
        aws.delete_layer_version(LayerName="tools", VersionNumber=missing)
    assert aws.get_layer_version(LayerName="tools", VersionNumber=1)["Version"] == 1
    for _ in range(2):
        aws.delete_layer_version(LayerName="tools", VersionNumber=1)

    with refused("ResourceNotFoundException", "The resource you requested does not exist."):
        aws.get_layer_version(LayerName="tools", VersionNumber=1)
    assert aws.list_layers()["Layers"] == []
    assert aws.publish_layer_version(LayerName="tools", Content=content)["Version"] == 2


def test_a_layer_is_a_zip(aws: Any) -> None:
    with refused("InvalidParameterValueException", "Could not unzip uploaded file."):
        aws.publish_layer_version(LayerName="tools", Content={"ZipFile": b"no zip"})
    assert aws.list_layers()["Layers"] == []
