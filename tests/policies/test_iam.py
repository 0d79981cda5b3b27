"""IAM rules: who may operate a capacity provider."""

import json

import pytest

from tests.policies.support import SILENT, UNKNOWN, Res, names, provider

ROLE_ARN = "arn:aws:iam::123456789012:role/a/path/operator"


def role(trust: object) -> Res:
    inputs = {"name": "operator", "assumeRolePolicy": trust}
    return Res("aws:iam/role:Role", "operator", inputs, {**inputs, "arn": ROLE_ARN})


def trusting(principal: object, effect: str = "Allow") -> str:
    statement = {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


OPERATED = provider(permissionsConfig={"capacityProviderOperatorRoleArn": ROLE_ARN})


@pytest.mark.parametrize(
    ("trust", "rules"),
    [
        (trusting({"Service": "lambda.amazonaws.com"}), SILENT),
        (trusting({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}), SILENT),
        (trusting({"Service": "ec2.amazonaws.com"}), {"iam-01"}),
        (trusting({"Service": "scaler.lambda.amazonaws.com"}), {"iam-01"}),
        (trusting({"AWS": "123456789012"}), {"iam-01"}),
        (trusting({"Service": "lambda.amazonaws.com"}, "Deny"), {"iam-01"}),
        (trusting("*"), SILENT),  # open, which is another matter
        (json.dumps({"Statement": {"Effect": "Allow", "Principal": {}}}), {"iam-01"}),
        (UNKNOWN, SILENT),
        ("no JSON", SILENT),
        ("[]", SILENT),
        ("7", SILENT),
        (json.dumps({"Statement": [7]}), SILENT),
        ("{}", SILENT),
    ],
)
def test_lambda_may_assume_the_operator_role(trust: object, rules: set[str]) -> None:
    assert names(role(trust), OPERATED) == rules
    assert names(role(trust)) == SILENT  # nobody operates with it


def test_a_new_role_is_linked_by_dependency() -> None:
    inputs = {**OPERATED.inputs, "permissionsConfig": {"capacityProviderOperatorRoleArn": UNKNOWN}}
    new = Res(OPERATED.type, "pool", inputs, made_from={"permissionsConfig": ["operator"]})
    assert names(role(trusting({"Service": "ec2.amazonaws.com"})), new) == {"iam-01"}


@pytest.mark.parametrize(
    ("arn", "rules"),
    [
        ("arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator", SILENT),
        ("arn:aws-us-gov:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator", SILENT),
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaManagedEC2ResourceOperator", {"iam-02"}),
        ("arn:aws:iam::aws:policy/AdministratorAccess", SILENT),
        ("arn:aws:iam::123456789012:policy/AWSLambdaManagedEC2ResourceOperator", SILENT),
        (UNKNOWN, SILENT),
    ],
)
def test_the_managed_policy_has_no_path(arn: str, rules: set[str]) -> None:
    attachment = Res("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", {"policyArn": arn})
    assert names(attachment) == rules
