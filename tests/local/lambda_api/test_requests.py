"""Requests as such: regions, operations that are missing, and failures of the local AWS itself."""

from typing import Any

import pytest

from local.endpoint import ServedEndpoint
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import client, function, refused


def test_regions_are_separate(aws: Any, endpoint: ServedEndpoint) -> None:
    aws.create_function(**function())
    elsewhere = client("lambda", endpoint.url, "us-west-2")

    assert [found["FunctionName"] for found in aws.list_functions()["Functions"]] == ["hello"]
    assert elsewhere.list_functions()["Functions"] == []


@pytest.mark.parametrize(
    ("method", "operation"),
    [
        ("list_code_signing_configs", "ListCodeSigningConfigs"),
        ("create_code_signing_config", "CreateCodeSigningConfig"),
    ],
)
def test_a_missing_operation_is_named(aws: Any, method: str, operation: str) -> None:
    words = f"The local AWS does not have the Lambda operation {operation}."
    with refused("NotImplementedException", words) as response:
        getattr(aws, method)()

    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_answers_carry_a_request_id(aws: Any) -> None:
    first, second = aws.list_functions(), aws.list_functions()

    ids = {answer["ResponseMetadata"]["RequestId"] for answer in (first, second)}
    assert len(ids) == 2


def test_a_failing_data_plane_is_a_service_exception(
    aws: Any, data_plane: FakeDataPlane, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise OSError("no port is free")

    monkeypatch.setattr(data_plane, "open_url", fail)

    with pytest.raises(aws.exceptions.ServiceException, match="no port is free"):
        aws.create_function_url_config(FunctionName=published, Qualifier="live", AuthType="NONE")


@pytest.mark.parametrize("marker", ["next", "-1"])
def test_a_page_that_was_never_named_is_refused(aws: Any, marker: str) -> None:
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="pagination token"):
        aws.list_functions(Marker=marker)
