"""The example of orders: what its roles may do, and what the policy pack says of it on AWS."""

import json
import runpy
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from infra import package
from tests.infra.declared import Program, declare_by
from tests.infra.judged import unexplained

EXAMPLE = Path(__file__).parents[2] / "docs/examples/orders"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


def build(*_: object) -> Path:
    return Path(__file__)


def nothing(*_: object, **__: object) -> None:
    """Do nothing in place of assembling the application, which tests beside this one would meet."""


def declare_orders(stack: str) -> Program:
    """Run the example as the engine does, without building its archive."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(EXAMPLE), *sys.path])
        patch.setattr(package, "build", build)
        patch.setattr(shutil, "copytree", nothing)
        patch.setattr(shutil, "rmtree", nothing)
        return declare_by(
            lambda: runpy.run_path(str(EXAMPLE / "__main__.py"), run_name="__main__"),
            {"lmi-streaming:localAws": "false"},
            stack=stack,
        )


@pytest.fixture(scope="module")
def orders() -> Program:
    return declare_orders("dev")


def test_the_policy_pack_takes_it(orders: Program) -> None:
    assert unexplained(orders, set()) == []


def test_the_list_may_query_and_nothing_else_of_the_table(orders: Program) -> None:
    assert actions(orders, "dynamodb") == {
        "orders-list": ["dynamodb:Query"],
        "orders-write": ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteItem"],
    }


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_table_bills_by_request_and_recovers_and_stays_in_prod(stack: str) -> None:
    table = declare_orders(stack).one("aws:dynamodb/table:Table")

    assert table.inputs["billingMode"] == "PAY_PER_REQUEST"
    assert table.inputs["pointInTimeRecovery"] == {"enabled": True}
    kept = (table.inputs["deletionProtectionEnabled"], table.options.get("protect", False))
    assert kept == ((True, True) if stack == "prod" else (False, False))


def test_there_is_no_nat_and_the_table_is_reached_through_the_gateway(orders: Program) -> None:
    endpoints = orders.all("aws:ec2/vpcEndpoint:VpcEndpoint")
    types = {
        endpoint.inputs["serviceName"].rpartition(".")[2]: endpoint.inputs["vpcEndpointType"]
        for endpoint in endpoints
    }

    assert types == {"logs": "Interface", "secretsmanager": "Interface", "dynamodb": "Gateway"}
    assert orders.all("aws:ec2/natGateway:NatGateway") == []


def test_every_method_asks_for_a_signature(orders: Program) -> None:
    methods = orders.all("aws:apigateway/method:Method")

    assert {method.inputs["authorization"] for method in methods} == {"AWS_IAM"}
    assert len(methods) == 3


def actions(declared: Program, service: str) -> dict[str, list[str]]:
    """Return the actions on a service, by the name of the policy that allows them."""
    found: dict[str, list[str]] = {}
    for policy in declared.all(ROLE_POLICY):
        statements: list[dict[str, Any]] = json.loads(policy.inputs["policy"])["Statement"]
        for statement in statements:
            given = statement["Action"]
            names = [given] if isinstance(given, str) else given
            if allowed := [name for name in names if name.startswith(f"{service}:")]:
                found.setdefault(policy.name, []).extend(allowed)
    return found
