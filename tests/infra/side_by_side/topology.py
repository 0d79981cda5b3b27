"""The parts of a declared stack behind a REST API, and how they hang together."""

from tests.infra.declared import Json, Program, Resource
from tests.infra.side_by_side.resources import Resources


def topology(declared: Program) -> Resources:
    """Return what a diagram of the stack would show."""
    return {
        "network": network(declared),
        **_endpoints(declared),
        "flow log": _one(declared.one("aws:ec2/flowLog:FlowLog")),
        "operator role": _one(declared.named("aws:iam/role:Role", "lmi-streaming-operator")),
        "capacity provider": _one(declared.one("aws:lambda/capacityProvider:CapacityProvider")),
        "function": _function(declared),
        "alias": _alias(declared),
        "API": _api(declared),
    }


def _one(resource: Resource) -> Json:
    """Tell of a resource only that it is there."""
    return {"Type": resource.type.rpartition(":")[2]}


def network(declared: Program) -> Json:
    """Tell where the instances run."""
    subnets = [subnet.inputs for subnet in declared.all("aws:ec2/subnet:Subnet")]
    provider = declared.one("aws:lambda/capacityProvider:CapacityProvider").inputs
    groups = [group.outputs["id"] for group in declared.all("aws:ec2/securityGroup:SecurityGroup")]
    assert [subnet for subnet in subnets if subnet.get("mapPublicIpOnLaunch")] == []
    return {
        "VPCs": len(declared.all("aws:ec2/vpc:Vpc")),
        "AvailabilityZones": sorted(subnet["availabilityZone"] for subnet in subnets),
        "InternetGateways": len(declared.all("aws:ec2/internetGateway:InternetGateway")),
        "NatGateways": len(declared.all("aws:ec2/natGateway:NatGateway")),
        "SecurityGroupsOfTheInstances": len(
            set(groups).intersection(provider["vpcConfig"]["securityGroupIds"])
        ),
    }


def _endpoints(declared: Program) -> Resources:
    return {
        f"endpoint {endpoint.inputs['serviceName'].rpartition('.')[2]}": {
            "Type": endpoint.inputs["vpcEndpointType"]
        }
        for endpoint in declared.all("aws:ec2/vpcEndpoint:VpcEndpoint")
    }


def _function(declared: Program) -> Json:
    provider = declared.one("aws:lambda/capacityProvider:CapacityProvider")
    config = declared.one("aws:lambda/function:Function").inputs["capacityProviderConfig"]
    [managed] = config.values()
    own = managed["capacityProviderArn"] == provider.outputs["arn"]
    return {"RunsOn": "capacity provider" if own else managed["capacityProviderArn"]}


def _alias(declared: Program) -> Json:
    alias = declared.one("aws:lambda/alias:Alias").inputs
    return {"Name": alias["name"], "LeadsTo": alias["functionVersion"]}


def _api(declared: Program) -> Json:
    path = declared.one("aws:apigateway/resource:Resource")
    integration = declared.one(
        "aws:apigateway/integration:Integration", resourceId=f"{path.name}-1a2b3c4-id"
    ).inputs
    alias_arn = declared.one("aws:lambda/alias:Alias").outputs["arn"]
    return {
        "Route": f"{integration['httpMethod']} /{path.inputs['pathPart']}",
        "Calls": "alias" if alias_arn in integration["uri"] else integration["uri"],
        "Responses": integration["responseTransferMode"],
    }
