"""What the program declares as a whole: components, stack outputs and the order of creation."""

import json
import re
from typing import Any

import pytest

from tests.infra.declared import ACCOUNT, REGION, Program, declare, resource_id

NETWORK = "lmi-streaming:infra:Network"
CAPACITY = "lmi-streaming:infra:Capacity"
SERVICE = "lmi-streaming:infra:Service"
REJECTS = "lmi-streaming:infra:RejectLog"
STACK = "pulumi:pulumi:Stack"

FUNCTION = "aws:lambda/function:Function"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"


@pytest.mark.parametrize("component", [NETWORK, CAPACITY, SERVICE])
def test_components_belong_to_the_stack(default: Program, component: str) -> None:
    assert default.one(component).parent == STACK


@pytest.mark.parametrize(
    ("type_", "component"),
    [
        ("aws:ec2/vpc:Vpc", NETWORK),
        ("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", NETWORK),
        ("aws:ec2/subnet:Subnet", NETWORK),
        ("aws:ec2/routeTable:RouteTable", NETWORK),
        ("aws:ec2/routeTableAssociation:RouteTableAssociation", NETWORK),
        ("aws:ec2/securityGroup:SecurityGroup", NETWORK),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", NETWORK),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", NETWORK),
        ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", NETWORK),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", CAPACITY),
        ("aws:lambda/capacityProvider:CapacityProvider", CAPACITY),
        (REJECTS, NETWORK),
        ("aws:ec2/flowLog:FlowLog", REJECTS),
        (FUNCTION, SERVICE),
        ("aws:lambda/alias:Alias", SERVICE),
        ("aws:lambda/functionScalingConfig:FunctionScalingConfig", SERVICE),
    ],
)
def test_every_resource_belongs_to_its_component(
    default: Program, type_: str, component: str
) -> None:
    assert {resource.parent for resource in default.all(type_)} == {component}


@pytest.mark.parametrize(
    ("type_", "parents"),
    [
        (
            "aws:iam/role:Role",
            {
                "lmi-streaming-operator": CAPACITY,
                "lmi-streaming-execution": SERVICE,
                "lmi-streaming-rejects": REJECTS,
            },
        ),
        (
            "aws:iam/rolePolicy:RolePolicy",
            {"lmi-streaming-execution": SERVICE, "lmi-streaming-rejects": REJECTS},
        ),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            {"lmi-streaming": SERVICE, "lmi-streaming-rejects": REJECTS},
        ),
    ],
)
def test_each_component_belongs_to_the_component_that_uses_it(
    default: Program, type_: str, parents: dict[str, str]
) -> None:
    assert {resource.name: resource.parent for resource in default.all(type_)} == parents


def test_names_of_resources_are_unique(default: Program) -> None:
    urns = [resource.urn for resource in default.resources]

    assert len(urns) == len(set(urns))


def test_stack_outputs_are_those_of_the_contract(default: Program) -> None:
    provider = f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:lmi-streaming-1a2b3c4"

    long = ("idle_cost", "readme")
    assert {name: value for name, value in default.outputs.items() if name not in long} == {
        "url": f"https://abc.lambda-url.{REGION}.on.aws/",
        "function_name": "lmi-streaming-1a2b3c4",
        "function_arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:lmi-streaming-1a2b3c4",
        "alias_arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:lmi-streaming-1a2b3c4:live",
        "capacity_provider_arn": provider,
        "vpc_id": resource_id("vpc", "lmi-streaming"),
        "log_group": "lmi-streaming-1a2b3c4",
    }


def test_the_readme_of_a_stack_names_its_outputs(default: Program) -> None:
    named = re.findall(r"\$\{outputs\.([\w.]+)\}", default.outputs["readme"])

    assert "url" in named
    for path in named:
        value: Any = default.outputs
        for name in path.split("."):
            value = value[name]
        assert value


@pytest.mark.parametrize(
    ("type_", "count"),
    [
        ("aws:cloudwatch/logGroup:LogGroup", 2),
        ("aws:iam/rolePolicy:RolePolicy", 2),
        ("aws:lambda/capacityProvider:CapacityProvider", 1),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", 1),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", 4),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", 1),
        ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", 3),
        ("aws:ec2/routeTableAssociation:RouteTableAssociation", 3),
    ],
)
def test_the_function_depends_on_what_its_environments_need(
    default: Program, type_: str, count: int
) -> None:
    needed = {resource.urn for resource in default.all(type_)}

    assert len(needed) == count
    assert needed <= default.before(default.one(FUNCTION))


def test_the_capacity_provider_depends_on_the_operator_roles_policy(default: Program) -> None:
    provider = default.one("aws:lambda/capacityProvider:CapacityProvider")
    attachment = default.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment")

    assert attachment.urn in default.before(provider)


@pytest.mark.parametrize(
    "type_",
    ["aws:lambda/alias:Alias", "aws:lambda/functionScalingConfig:FunctionScalingConfig"],
)
def test_resources_with_latest_published_depend_on_the_function(
    default: Program, type_: str
) -> None:
    assert default.one(FUNCTION).urn in default.before(default.one(type_))


def test_permissions_depend_on_the_url() -> None:
    declared = declare(urlCallers=["210987654321"])
    url = declared.one("aws:lambda/functionUrl:FunctionUrl")

    for permission in declared.all("aws:lambda/permission:Permission"):
        assert url.urn in declared.before(permission)


@pytest.mark.parametrize(
    ("type_", "timeouts"),
    [
        (FUNCTION, {"create": "30m", "update": "30m"}),
        ("aws:lambda/capacityProvider:CapacityProvider", {"create": "30m", "delete": "60m"}),
        (
            "aws:lambda/functionScalingConfig:FunctionScalingConfig",
            {"create": "30m", "update": "30m"},
        ),
    ],
)
def test_resources_that_wait_for_instances_have_longer_timeouts(
    default: Program, type_: str, timeouts: dict[str, str]
) -> None:
    assert default.one(type_).options["customTimeouts"] == timeouts


def test_nothing_is_secret(default: Program) -> None:
    registrations = json.dumps([resource.options for resource in default.resources])

    assert SECRET_SIGNATURE not in registrations
    assert "additionalSecretOutputs" not in registrations


def test_protect_covers_the_logs_the_function_the_alias_and_the_front() -> None:
    kept = {
        resource.type
        for resource in declare(protect=True).resources
        if resource.options.get("protect")
    }

    assert kept == {
        "aws:cloudwatch/logGroup:LogGroup",
        FUNCTION,
        "aws:lambda/alias:Alias",
        "aws:lambda/functionUrl:FunctionUrl",
    }


def test_nothing_is_protected_by_default(default: Program) -> None:
    assert not [resource for resource in default.resources if resource.options.get("protect")]
