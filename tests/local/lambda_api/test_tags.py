"""Tags of functions and capacity providers."""

from typing import Any

import pytest

from tests.local.lambda_api.account import function, refused


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


def test_a_resource_has_at_most_50_tags(aws: Any, resource: str) -> None:
    aws.tag_resource(Resource=resource, Tags={f"key{number}": "" for number in range(50)})

    with refused("InvalidParameterValueException", "Number of tags exceeds resource tag limit."):
        aws.tag_resource(Resource=resource, Tags={"one more": ""})


def test_keys_of_aws_are_refused(aws: Any, resource: str) -> None:
    with refused("InvalidParameterValueException", "may not begin with aws:"):
        aws.tag_resource(Resource=resource, Tags={"aws:cloudformation:stack-name": "own"})


def test_a_request_without_tags_is_refused(aws: Any, resource: str) -> None:
    with refused("InvalidParameterValueException", "the request cannot be processed"):
        aws.tag_resource(Resource=resource, Tags={})


@pytest.mark.parametrize("qualifier", ["$LATEST", "1", "live"])
def test_versions_and_aliases_have_no_tags(aws: Any, region: str, qualifier: str) -> None:
    arn = f"arn:aws:lambda:{region}:123456789012:function:hello:{qualifier}"
    with refused(
        "InvalidParameterValueException", "Tags on function aliases and versions are not supported."
    ):
        aws.tag_resource(Resource=arn, Tags={"team": "a"})


def test_each_change_of_tags_makes_a_new_revision(aws: Any) -> None:
    arn = aws.create_function(**function())["FunctionArn"]

    def revision() -> str:
        return aws.get_function_configuration(FunctionName=arn)["RevisionId"]

    revisions = [revision()]
    aws.tag_resource(Resource=arn, Tags={"team": "a"})
    revisions.append(revision())
    aws.untag_resource(Resource=arn, TagKeys=["team"])
    revisions.append(revision())

    assert len(set(revisions)) == 3
