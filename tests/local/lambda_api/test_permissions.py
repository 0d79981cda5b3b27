"""Resource-based policies, each of one function or of one qualifier of it."""

import json
from typing import Any

import pytest

from tests.local.lambda_api.account import Members, refused


def allow(aws: Any, name: str, **changes: Any) -> Members:
    """Allow an invocation, and give the statement that AWS made of it."""
    parameters: Members = {
        "FunctionName": name,
        "StatementId": "caller",
        "Action": "lambda:InvokeFunction",
        "Principal": "123456789012",
        **changes,
    }
    return json.loads(aws.add_permission(**parameters)["Statement"])


def statements(aws: Any, name: str, **qualifier: str) -> list[Members]:
    return json.loads(aws.get_policy(FunctionName=name, **qualifier)["Policy"])["Statement"]


def test_a_statement_names_what_it_allows(aws: Any, published: str, region: str) -> None:
    statement = allow(aws, published, Qualifier="live")

    assert statement == {
        "Sid": "caller",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"arn:aws:lambda:{region}:123456789012:function:hello:live",
    }
    assert statements(aws, published, Qualifier="live") == [statement]


@pytest.mark.parametrize(
    ("principal", "shown"),
    [
        ("*", "*"),
        ("events.amazonaws.com", {"Service": "events.amazonaws.com"}),
        ("arn:aws:iam::1:role/caller", {"AWS": "arn:aws:iam::1:role/caller"}),
    ],
)
def test_principals(aws: Any, published: str, principal: str, shown: Members | str) -> None:
    assert allow(aws, published, Principal=principal)["Principal"] == shown


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        pytest.param(
            {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "AWS_IAM"},
            {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}},
            id="URL-13-url",
        ),
        pytest.param(
            {"InvokedViaFunctionUrl": True},
            {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
            id="URL-13-function",
        ),
        pytest.param(
            {"SourceArn": "arn:aws:s3:::photos", "SourceAccount": "123456789012"},
            {
                "StringEquals": {"AWS:SourceAccount": "123456789012"},
                "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"},
            },
            id="source",
        ),
    ],
)
def test_conditions(aws: Any, published: str, change: Members, condition: Members) -> None:
    assert allow(aws, published, **change)["Condition"] == condition


def test_statement_ids_are_unique_within_a_policy(aws: Any, published: str) -> None:
    allow(aws, published, Qualifier="live")

    with pytest.raises(
        aws.exceptions.ResourceConflictException, match=r"statement id \(caller\) provided"
    ):
        allow(aws, published, Qualifier="live")
    allow(aws, published)


def test_each_qualifier_has_a_policy_of_its_own(aws: Any, published: str) -> None:
    allow(aws, published, Qualifier="live")
    allow(aws, published, StatementId="other", Qualifier="$LATEST.PUBLISHED")

    sids = [
        statement["Sid"]
        for qualifier in ("live", "$LATEST.PUBLISHED")
        for statement in statements(aws, published, Qualifier=qualifier)
    ]
    assert sids == ["caller", "other"]
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_policy(FunctionName=published)


def test_a_removed_statement_is_no_longer_listed(aws: Any, published: str) -> None:
    allow(aws, published)
    allow(aws, published, StatementId="other")

    aws.remove_permission(FunctionName=published, StatementId="caller")

    assert [statement["Sid"] for statement in statements(aws, published)] == ["other"]
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match="Statement caller"):
        aws.remove_permission(FunctionName=published, StatementId="caller")


def test_a_policy_without_statements_is_not_found(aws: Any, published: str) -> None:
    allow(aws, published)

    aws.remove_permission(FunctionName=published, StatementId="caller")

    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_policy(FunctionName=published)


def test_the_auth_type_belongs_to_the_url_action(aws: Any, published: str) -> None:
    with pytest.raises(
        aws.exceptions.InvalidParameterValueException, match="lambda:InvokeFunctionUrl"
    ):
        allow(aws, published, FunctionUrlAuthType="NONE")


def test_latest_can_have_no_policy(aws: Any, published: str) -> None:
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="LATEST"):
        allow(aws, published, Qualifier="$LATEST")


def test_the_qualifier_must_exist(aws: Any, published: str) -> None:
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match="hello:next"):
        allow(aws, published, Qualifier="next")


def test_a_principal_that_is_no_service_is_refused(aws: Any, published: str) -> None:
    with refused("InvalidParameterValueException", "The provided principal was invalid."):
        allow(aws, published, Principal="events.example.com")


def test_the_first_statement_of_an_alias_takes_the_revision_of_the_alias(
    aws: Any, published: str
) -> None:
    revision = aws.get_alias(FunctionName=published, Name="live")["RevisionId"]

    with refused("PreconditionFailedException", "Call the GetPolicy API"):
        allow(aws, published, Qualifier="live", RevisionId="of another time")
    allow(aws, published, Qualifier="live", RevisionId=revision)

    assert len(statements(aws, published, Qualifier="live")) == 1
