"""A function's keys are those of its execution role."""

from typing import Any, cast

import boto3

from local.account import ACCESS_KEY, ACCOUNT_ID, SECRET_KEY
from local.endpoint import ServedEndpoint
from local.execution_roles import role_variables, secret_key

ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/orders"


def test_the_caller_is_a_session_of_the_role_with_the_functions_name(
    endpoint: ServedEndpoint,
) -> None:
    keys = role_variables(ROLE, "orders-api", "eu-west-1")
    sts = cast("Any", boto3).client(
        "sts",
        endpoint_url=endpoint.url,
        region_name="eu-west-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
    )
    caller = sts.get_caller_identity()
    assert caller["Arn"] == f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/orders/orders-api"
    assert caller["Account"] == ACCOUNT_ID


def test_a_function_keeps_its_keys() -> None:
    assert role_variables(ROLE, "a", "eu-west-1") == role_variables(ROLE, "a", "eu-west-1")
    assert role_variables(ROLE, "a", "eu-west-1") != role_variables(ROLE, "b", "eu-west-1")


def test_the_secret_keys_of_all_issued_keys_are_known() -> None:
    keys = role_variables(ROLE, "a", "eu-west-1")
    assert secret_key(keys["AWS_ACCESS_KEY_ID"]) == keys["AWS_SECRET_ACCESS_KEY"]
    assert secret_key(ACCESS_KEY) == SECRET_KEY
    assert secret_key("of somewhere else") is None
