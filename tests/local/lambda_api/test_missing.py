"""Requests for functions, versions, aliases and policies that do not exist.

Each operation has words of its own on AWS: docs/facts/lmi.md#what-the-api-answers
"""

from typing import Any

import pytest

from tests.local.lambda_api.account import Members, function, refused

ARN = "arn:aws:lambda:{region}:123456789012:function"
STATEMENT = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "*"}
GENERAL = "The resource you requested does not exist."
NO_FUNCTION = "Function does not exist"


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        ("get_function", {}, f"Function not found: {ARN}:nobody"),
        ("get_function", {"Qualifier": "1"}, f"Function not found: {ARN}:nobody:1"),
        (
            "create_alias",
            {"Name": "live", "FunctionVersion": "1"},
            f"Function not found: {ARN}:nobody:1",
        ),
        ("get_policy", {}, GENERAL),
        ("remove_permission", {"StatementId": "s"}, f"No policy found for: {ARN}:nobody"),
        ("create_function_url_config", {"AuthType": "NONE"}, NO_FUNCTION),
        ("update_function_url_config", {"AuthType": "NONE"}, NO_FUNCTION),
        ("list_function_url_configs", {}, NO_FUNCTION),
        ("get_function_url_config", {}, GENERAL),
        ("delete_function_url_config", {}, GENERAL),
    ],
)
def test_a_function_that_does_not_exist(
    aws: Any, region: str, operation: str, request_: Members, message: str
) -> None:
    with refused("ResourceNotFoundException", message.format(region=region)) as response:
        getattr(aws, operation)(FunctionName="nobody", **request_)

    assert response["Error"]["Message"] == message.format(region=region)


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        ("update_alias", {"Name": "live"}, f"Alias not found: {ARN}:hello:live"),
        ("get_alias", {"Name": "live"}, f"Cannot find alias arn: {ARN}:hello:live"),
        (
            "add_permission",
            {"Qualifier": "live", **STATEMENT},
            f"Cannot find alias arn: {ARN}:hello:live",
        ),
        ("add_permission", {"Qualifier": "7", **STATEMENT}, f"Function not found: {ARN}:hello:7"),
        (
            "remove_permission",
            {"Qualifier": "live", "StatementId": "s"},
            f"Cannot find alias arn: {ARN}:hello:live",
        ),
        (
            "remove_permission",
            {"StatementId": "s"},
            "No policy is associated with the given resource.",
        ),
        ("get_policy", {}, GENERAL),
        (
            "update_function_url_config",
            {"Qualifier": "live", "AuthType": "NONE"},
            NO_FUNCTION,
        ),
    ],
)
def test_something_of_a_function_that_does_not_exist(
    aws: Any, region: str, operation: str, request_: Members, message: str
) -> None:
    aws.create_function(**function())

    with refused("ResourceNotFoundException", message.format(region=region)) as response:
        getattr(aws, operation)(FunctionName="hello", **request_)

    assert response["Error"]["Message"] == message.format(region=region)


@pytest.mark.parametrize("operation", ["get_function", "delete_function"])
def test_two_qualifiers_are_refused_before_the_function_is_looked_for(
    aws: Any, operation: str
) -> None:
    with refused("InvalidParameterValueException", "The derived qualifier from the function name"):
        getattr(aws, operation)(FunctionName="nobody:1", Qualifier="2")


def test_a_version_that_does_not_exist_counts_as_deleted(aws: Any) -> None:
    aws.create_function(**function())

    deleted = aws.delete_function(FunctionName="hello", Qualifier="7")

    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert aws.get_function(FunctionName="hello")
