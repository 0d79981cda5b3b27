"""The create requests that the provider makes of resources, judged by AWS's own model.

The provider turns a resource's inputs into a create request, whose members have the inputs' names
but for their case, and for those that the table renames. Types, required and unknown members are
checked by botocore, ranges and patterns by the local AWS, which reads them from the same model.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

import botocore.loaders
import botocore.model
import botocore.validate

from local.lambda_api.validation import check_input
from tests.infra.declared import Json, Program, Resource

NO_REQUEST = (
    # Its settings are patches to a stage.
    "aws:apigateway/methodSettings:MethodSettings",
    # Adopted, not created.
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    # Their permissions are lists of structures that no input resembles.
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)


@dataclass(frozen=True)
class Request:
    """The request that creates a resource.

    Attributes
    ----------
    named
        Member that takes the generated name, where the API wants one.
    renamed
        Members whose name is not the input's; an empty name marks what another request takes.
    more
        Members that no input stands for.
    """

    service: str
    operation: str
    named: str = ""
    renamed: dict[str, str] = field(default_factory=dict[str, str])
    more: dict[str, str] = field(default_factory=dict[str, str])


_OF_AN_API = {"restApi": "restApiId"}

REQUESTS = {
    "aws:ec2/vpc:Vpc": Request(
        "ec2", "CreateVpc", renamed={"enableDnsSupport": "", "enableDnsHostnames": ""}
    ),
    "aws:ec2/subnet:Subnet": Request("ec2", "CreateSubnet"),
    "aws:ec2/routeTable:RouteTable": Request("ec2", "CreateRouteTable"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Request("ec2", "AssociateRouteTable"),
    "aws:ec2/securityGroup:SecurityGroup": Request("ec2", "CreateSecurityGroup", named="GroupName"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Request(
        "ec2", "CreateVpcEndpoint", renamed={"policy": "PolicyDocument"}
    ),
    "aws:ec2/flowLog:FlowLog": Request(
        "ec2",
        "CreateFlowLogs",
        renamed={"vpcId": "ResourceIds", "iamRoleArn": "DeliverLogsPermissionArn"},
        more={"ResourceType": "VPC"},
    ),
    "aws:ec2/internetGateway:InternetGateway": Request(
        "ec2", "CreateInternetGateway", renamed={"vpcId": ""}
    ),
    "aws:ec2/natGateway:NatGateway": Request("ec2", "CreateNatGateway"),
    "aws:ec2/route:Route": Request("ec2", "CreateRoute"),
    "aws:iam/role:Role": Request(
        "iam",
        "CreateRole",
        named="RoleName",
        renamed={"assumeRolePolicy": "AssumeRolePolicyDocument"},
    ),
    "aws:iam/rolePolicy:RolePolicy": Request(
        "iam",
        "PutRolePolicy",
        named="PolicyName",
        renamed={"role": "RoleName", "policy": "PolicyDocument"},
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Request(
        "iam", "AttachRolePolicy", renamed={"role": "RoleName"}
    ),
    "aws:cloudwatch/logGroup:LogGroup": Request(
        "logs", "CreateLogGroup", named="logGroupName", renamed={"retentionInDays": ""}
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Request(
        "logs",
        "PutMetricFilter",
        named="filterName",
        renamed={"pattern": "filterPattern", "metricTransformation": "metricTransformations"},
    ),
    "aws:cloudwatch/queryDefinition:QueryDefinition": Request("logs", "PutQueryDefinition"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Request(
        "cloudwatch",
        "PutMetricAlarm",
        named="AlarmName",
        renamed={"metricQueries": "Metrics"},
    ),
    "aws:cloudwatch/dashboard:Dashboard": Request("cloudwatch", "PutDashboard"),
    "aws:kms/key:Key": Request(
        "kms",
        "CreateKey",
        renamed={"enableKeyRotation": "", "deletionWindowInDays": ""},
    ),
    "aws:sns/topic:Topic": Request(
        "sns", "CreateTopic", named="Name", renamed={"kmsMasterKeyId": ""}
    ),
    "aws:sns/topicPolicy:TopicPolicy": Request(
        "sns",
        "SetTopicAttributes",
        renamed={"arn": "TopicArn", "policy": "AttributeValue"},
        more={"AttributeName": "Policy"},
    ),
    "aws:scheduler/schedule:Schedule": Request("scheduler", "CreateSchedule"),
    "aws:scheduler/scheduleGroup:ScheduleGroup": Request(
        "scheduler", "CreateScheduleGroup", named="Name"
    ),
    "aws:sqs/queue:Queue": Request(
        "sqs",
        "CreateQueue",
        named="QueueName",
        renamed={"messageRetentionSeconds": "", "sqsManagedSseEnabled": ""},
    ),
    "aws:lambda/capacityProvider:CapacityProvider": Request(
        "lambda",
        "CreateCapacityProvider",
        named="CapacityProviderName",
        renamed={"capacityProviderScalingConfigs": "CapacityProviderScalingConfig"},
    ),
    "aws:lambda/function:Function": Request(
        "lambda", "CreateFunction", named="FunctionName", renamed={"code": ""}
    ),
    "aws:lambda/alias:Alias": Request("lambda", "CreateAlias"),
    "aws:lambda/functionScalingConfig:FunctionScalingConfig": Request(
        "lambda", "PutFunctionScalingConfig"
    ),
    "aws:lambda/functionUrl:FunctionUrl": Request(
        "lambda", "CreateFunctionUrlConfig", renamed={"authorizationType": "AuthType"}
    ),
    "aws:lambda/permission:Permission": Request(
        "lambda", "AddPermission", named="StatementId", renamed={"function": "FunctionName"}
    ),
}

API_REQUESTS = {
    "aws:apigateway/restApi:RestApi": Request("apigateway", "CreateRestApi", named="name"),
    "aws:apigateway/resource:Resource": Request("apigateway", "CreateResource", renamed=_OF_AN_API),
    "aws:apigateway/method:Method": Request(
        "apigateway",
        "PutMethod",
        renamed={**_OF_AN_API, "authorization": "authorizationType"},
    ),
    "aws:apigateway/integration:Integration": Request(
        "apigateway",
        "PutIntegration",
        renamed={**_OF_AN_API, "timeoutMilliseconds": "timeoutInMillis"},
    ),
    "aws:apigateway/deployment:Deployment": Request(
        "apigateway", "CreateDeployment", renamed={**_OF_AN_API, "triggers": ""}
    ),
    "aws:apigateway/stage:Stage": Request(
        "apigateway",
        "CreateStage",
        renamed={**_OF_AN_API, "deployment": "deploymentId", "accessLogSettings": ""},
    ),
    "aws:apigatewayv2/api:Api": Request("apigatewayv2", "CreateApi", named="Name"),
    "aws:apigatewayv2/integration:Integration": Request(
        "apigatewayv2",
        "CreateIntegration",
        renamed={"timeoutMilliseconds": "TimeoutInMillis"},
    ),
    "aws:apigatewayv2/route:Route": Request("apigatewayv2", "CreateRoute"),
    "aws:apigatewayv2/stage:Stage": Request(
        "apigatewayv2", "CreateStage", renamed={"name": "StageName"}
    ),
}


def assert_the_api_takes(declared: Program) -> None:
    """Assert that AWS's model takes the create request of every resource."""
    for resource in declared.resources:
        if resource.type.startswith("aws:") and resource.type not in NO_REQUEST:
            shape, members = as_request(resource)
            report = cast("Any", botocore.validate).ParamValidator().validate(members, shape)
            assert not report.has_errors(), f"{resource.urn}: {report.generate_report()}"
            check_input(shape, members)


def as_request(resource: Resource) -> tuple[Any, Json]:
    """Build the create request of a resource, and give it with its shape."""
    request = {**REQUESTS, **API_REQUESTS}[resource.type]
    shape = _service(request.service).operation_model(request.operation).input_shape
    inputs = {
        request.renamed.get(name, name): value
        for name, value in resource.inputs.items()
        if name != "tags" and request.renamed.get(name, name)
    }
    members = as_member(shape, {**inputs, **request.more})
    if request.named:
        members[request.named] = f"{resource.name}-1a2b3c4"
    if request.operation == "CreateFunction":
        members["Code"] = {"ZipFile": b""}
    return shape, members


def as_member(shape: Any, value: Any) -> Any:
    """Write a value as the API names it; either may have lists where the other has one."""
    if shape.name == "MetricDataQuery" and "metric" in value:
        return as_metric_query(shape, dict(value))
    if shape.name == "MetricTransformation" and "namespace" in value:
        return as_member(shape, as_transformation(value))
    if shape.type_name == "structure":
        structure = cast("Json", value[0] if isinstance(value, list) else value)
        names = {name.lower(): name for name in shape.members}
        return {
            names[name.lower()]: as_member(shape.members[names[name.lower()]], member)
            for name, member in structure.items()
        }
    if shape.type_name == "list":
        items = cast("list[Any]", value) if isinstance(value, list) else [value]
        return [as_member(shape.member, item) for item in items]
    # Every number travels as a float.
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if is_whole else value


def as_metric_query(shape: Any, query: Json) -> Any:
    """Write an alarm's query, in which the API keeps a metric apart from what is asked of it."""
    metric = dict(query.pop("metric"))
    dimensions = [{"Name": name, "Value": value} for name, value in metric["dimensions"].items()]
    named = {
        "MetricName": metric["metricName"],
        "Namespace": metric["namespace"],
        "Dimensions": dimensions,
    }
    asked = {"Period": metric["period"], "Stat": metric["stat"]}
    return as_member(shape, {**query, "MetricStat": {**asked, "Metric": named}})


def as_transformation(value: Json) -> Json:
    """Write a metric filter's metric with the API's names."""
    return {
        f"metric{name.title()}" if name != "unit" else name: member
        for name, member in value.items()
    }


@cache
def _service(name: str) -> Any:
    loader = cast("Any", botocore.loaders).create_loader()
    return botocore.model.ServiceModel(loader.load_service_model(name, "service-2"), name)
