"""Tags of functions and capacity providers."""

from typing import Any

import pytest

from tests.local.lambda_api.account import function


@pytest.fixture(params=["function", "capacity provider"])
def resource(request: pytest.FixtureRequest, aws: Any, pool: str) -> str:
    """Return the ARN of a resource that can be tagged."""
    if request.param == "function":
        return aws.create_function(**function())["FunctionArn"]
    return pool


def test_tags_are_added_and_removed(aws: Any, resource: str) -> None:
    aws.tag_resource(Resource=resource, Tags={"team": "a", "stage": "dev"})
    aws.tag_resource(Resource=resource, Tags={"team": "b"})
    assert aws.list_tags(Resource=resource)["Tags"] == {"team": "b", "stage": "dev"}

    aws.untag_resource(Resource=resource, TagKeys=["team", "never set"])
    assert aws.list_tags(Resource=resource)["Tags"] == {"stage": "dev"}


def test_tags_can_be_given_at_creation(aws: Any) -> None:
    aws.create_function(**function(Tags={"team": "a"}))

    assert aws.get_function(FunctionName="hello")["Tags"] == {"team": "a"}


def test_a_missing_resource_has_no_tags(aws: Any, region: str) -> None:
    arn = f"arn:aws:lambda:{region}:123456789012:function:nobody"
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.list_tags(Resource=arn)
