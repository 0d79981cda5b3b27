"""Changes behind the engine's back: a refresh sees them, and the next update undoes them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.endpoint import ServedEndpoint
from local.provider.tables import RESOURCES
from tests.local.provider.engine import REGION, FakeEngine
from tests.local.provider.samples import (
    ALIAS,
    API_DEPLOYMENT,
    API_INTEGRATION,
    API_METHOD,
    API_METHOD_SETTINGS,
    API_RESOURCE,
    API_STAGE,
    BUCKET,
    BUCKET_ACCESS_BLOCK,
    BUCKET_POLICY,
    BUCKET_VERSIONING,
    CAPACITY_PROVIDER,
    DASHBOARD,
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    EIP,
    EVENT_INVOKE_CONFIG,
    EVENT_RULE,
    EVENT_SOURCE_MAPPING,
    EVENT_TARGET,
    FLOW_LOG,
    FUNCTION,
    FUNCTION_URL,
    HTTP_API,
    HTTP_INTEGRATION,
    HTTP_ROUTE,
    HTTP_STAGE,
    INGRESS_RULE,
    INSTANCE_PROFILE,
    INTERNET_GATEWAY,
    KEY,
    LAYER_VERSION,
    LOG_GROUP,
    LOG_METRIC_FILTER,
    MANAGED_POLICY,
    METRIC_ALARM,
    NAT_GATEWAY,
    PARAMETER,
    PERMISSION,
    POLICY,
    QUERY_DEFINITION,
    QUEUE,
    REST_API,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SCALING_CONFIG,
    SCHEDULE,
    SCHEDULE_GROUP,
    SECRET,
    SECRET_VERSION,
    SECURITY_GROUP,
    SUBNET,
    TABLE,
    TOPIC,
    TOPIC_POLICY,
    VPC,
    VPC_ENDPOINT,
)
from tests.local.provider.test_lifecycle import assert_settled
from tests.local.provider.world import LATEST_PUBLISHED, WORLD, Made

DENIED = POLICY.replace("Allow", "Deny")

Client = Callable[[str], Any]
"""Gives boto3's client of a service."""


@pytest.fixture
def client(endpoint: ServedEndpoint) -> Client:
    clients = AwsClients(endpoint.url)
    return lambda service: clients.get(service, REGION)


def tag(aws: Client, resource: str) -> None:
    aws("ec2").create_tags(Resources=[resource], Tags=[{"Key": "by", "Value": "hand"}])


def move_to_another_table(aws: Client, of: Made) -> None:
    ec2 = aws("ec2")
    other = ec2.create_route_table(VpcId=of(VPC))["RouteTable"]["RouteTableId"]
    ec2.replace_route_table_association(
        AssociationId=of(ROUTE_TABLE_ASSOCIATION), RouteTableId=other
    )


def change_port(aws: Client, of: Made, pulumi_type: str) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 443, "CidrIpv4": "10.0.0.0/16"}
    changed = {"SecurityGroupRuleId": of(pulumi_type), "SecurityGroupRule": rule}
    aws("ec2").modify_security_group_rules(GroupId=of(SECURITY_GROUP), SecurityGroupRules=[changed])


def allow_without_url(aws: Client, of: Made) -> None:
    statement = {
        "FunctionName": of(FUNCTION),
        "Qualifier": "live",
        "StatementId": of(PERMISSION),
    }
    aws("lambda").remove_permission(**statement)
    aws("lambda").add_permission(**statement, Action="lambda:InvokeFunction", Principal=ACCOUNT_ID)


def count_other_lines(aws: Client, of: Made) -> None:
    place = {"logGroupName": of(LOG_GROUP), "filterName": of(LOG_METRIC_FILTER)}
    (found,) = aws("logs").describe_metric_filters(logGroupName=of(LOG_GROUP))["metricFilters"]
    aws("logs").delete_metric_filter(**place)
    aws("logs").put_metric_filter(
        **place,
        filterPattern="WARNING",
        metricTransformations=found["metricTransformations"],
    )


def open_method(aws: Client, of: Made) -> None:
    method = {"restApiId": of(REST_API), "resourceId": of(API_RESOURCE), "httpMethod": "ANY"}
    integration = aws("apigateway").get_integration(**method)
    aws("apigateway").put_method(**method, authorizationType="NONE")
    # moto loses it with the method that is put over.
    aws("apigateway").put_integration(
        **method,
        type=integration["type"],
        integrationHttpMethod=integration["httpMethod"],
        uri=integration["uri"],
        timeoutInMillis=integration["timeoutInMillis"],
    )


def shorten_integration(aws: Client, of: Made) -> None:
    wanted = of.resources[API_INTEGRATION].inputs
    aws("apigateway").put_integration(
        restApiId=of(REST_API),
        resourceId=of(API_RESOURCE),
        httpMethod="ANY",
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=wanted["uri"],
        timeoutInMillis=1000,
    )


def patch_stage(aws: Client, of: Made, path: str, value: str) -> None:
    operation = {"op": "replace", "path": path, "value": value}
    aws("apigateway").update_stage(
        restApiId=of(REST_API), stageName="live", patchOperations=[operation]
    )


def throttle_less(aws: Client, of: Made) -> None:
    stage = {"ApiId": of(HTTP_API), "StageName": "$default"}
    found = aws("apigatewayv2").get_stage(**stage)
    aws("apigatewayv2").delete_stage(**stage)
    aws("apigatewayv2").create_stage(
        **stage,
        AutoDeploy=True,
        AccessLogSettings=found["AccessLogSettings"],
        DefaultRouteSettings={"ThrottlingBurstLimit": 999, "ThrottlingRateLimit": 10.5},
    )


def take_another_gateway(aws: Client, of: Made) -> None:
    ec2 = aws("ec2")
    other = ec2.create_nat_gateway(SubnetId=of(SUBNET), ConnectivityType="private")["NatGateway"]
    ec2.replace_route(
        RouteTableId=of(ROUTE_TABLE),
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId=other["NatGatewayId"],
    )


def slow_down(aws: Client, of: Made) -> None:
    key = {"Name": of(SCHEDULE, "name"), "GroupName": of(SCHEDULE_GROUP)}
    schedule = aws("scheduler").get_schedule(**key)
    aws("scheduler").update_schedule(
        **key,
        FlexibleTimeWindow=schedule["FlexibleTimeWindow"],
        ScheduleExpression="rate(9 hours)",
        ScheduleExpressionTimezone=schedule["ScheduleExpressionTimezone"],
        Target=schedule["Target"],
    )


Drift = tuple[Callable[[Client, Made], Any], str]
"""What is done behind the engine's back, and the property that shows it."""

DRIFTS: dict[str, Drift] = {
    VPC: (
        lambda aws, of: aws("ec2").modify_vpc_attribute(
            VpcId=of(VPC), EnableDnsHostnames={"Value": False}
        ),
        "enableDnsHostnames",
    ),
    SUBNET: (
        lambda aws, of: aws("ec2").modify_subnet_attribute(
            SubnetId=of(SUBNET), MapPublicIpOnLaunch={"Value": False}
        ),
        "mapPublicIpOnLaunch",
    ),
    SECURITY_GROUP: (lambda aws, of: tag(aws, of(SECURITY_GROUP)), "tagsAll"),
    DEFAULT_SECURITY_GROUP: (lambda aws, of: tag(aws, of(DEFAULT_SECURITY_GROUP)), "tagsAll"),
    ROUTE_TABLE: (lambda aws, of: tag(aws, of(ROUTE_TABLE)), "tagsAll"),
    ROUTE_TABLE_ASSOCIATION: (move_to_another_table, "routeTableId"),
    VPC_ENDPOINT: (
        lambda aws, of: aws("ec2").modify_vpc_endpoint(
            VpcEndpointId=of(VPC_ENDPOINT), RemoveRouteTableIds=[of(ROUTE_TABLE)]
        ),
        "routeTableIds",
    ),
    INGRESS_RULE: (lambda aws, of: change_port(aws, of, INGRESS_RULE), "fromPort"),
    EGRESS_RULE: (lambda aws, of: change_port(aws, of, EGRESS_RULE), "fromPort"),
    ROLE: (
        lambda aws, of: aws("iam").update_role(RoleName=of(ROLE), Description="by hand"),
        "description",
    ),
    ROLE_POLICY: (
        lambda aws, of: aws("iam").put_role_policy(
            RoleName=of(ROLE), PolicyName=of(ROLE_POLICY, "name"), PolicyDocument=DENIED
        ),
        "policy",
    ),
    LOG_GROUP: (
        lambda aws, of: aws("logs").put_retention_policy(
            logGroupName=of(LOG_GROUP), retentionInDays=1
        ),
        "retentionInDays",
    ),
    FLOW_LOG: (lambda aws, of: tag(aws, of(FLOW_LOG)), "tagsAll"),
    KEY: (lambda aws, of: aws("kms").disable_key_rotation(KeyId=of(KEY)), "enableKeyRotation"),
    CAPACITY_PROVIDER: (
        lambda aws, of: aws("lambda").update_capacity_provider(
            CapacityProviderName=of(CAPACITY_PROVIDER, "name"),
            CapacityProviderScalingConfig={"ScalingMode": "Auto", "MaxVCpuCount": 400},
        ),
        "capacityProviderScalingConfigs",
    ),
    FUNCTION: (
        lambda aws, of: aws("lambda").update_function_configuration(
            FunctionName=of(FUNCTION), Timeout=900
        ),
        "timeout",
    ),
    ALIAS: (
        lambda aws, of: aws("lambda").update_alias(
            FunctionName=of(FUNCTION), Name="live", Description="by hand"
        ),
        "description",
    ),
    SCALING_CONFIG: (
        lambda aws, of: aws("lambda").put_function_scaling_config(
            FunctionName=of(FUNCTION),
            Qualifier=LATEST_PUBLISHED,
            FunctionScalingConfig={"MinExecutionEnvironments": 0, "MaxExecutionEnvironments": 0},
        ),
        "functionScalingConfig",
    ),
    FUNCTION_URL: (
        lambda aws, of: aws("lambda").update_function_url_config(
            FunctionName=of(FUNCTION), Qualifier="live", InvokeMode="BUFFERED"
        ),
        "invokeMode",
    ),
    EVENT_INVOKE_CONFIG: (
        lambda aws, of: aws("lambda").update_function_event_invoke_config(
            FunctionName=of(FUNCTION), Qualifier="live", MaximumRetryAttempts=1
        ),
        "maximumRetryAttempts",
    ),
    EVENT_SOURCE_MAPPING: (
        lambda aws, of: aws("lambda").update_event_source_mapping(
            UUID=of(EVENT_SOURCE_MAPPING), Enabled=False
        ),
        "enabled",
    ),
    PERMISSION: (allow_without_url, "invokedViaFunctionUrl"),
    TOPIC: (
        lambda aws, of: aws("sns").set_topic_attributes(
            TopicArn=of(TOPIC), AttributeName="DisplayName", AttributeValue="by hand"
        ),
        "displayName",
    ),
    TOPIC_POLICY: (
        lambda aws, of: aws("sns").set_topic_attributes(
            TopicArn=of(TOPIC), AttributeName="Policy", AttributeValue=DENIED
        ),
        "policy",
    ),
    METRIC_ALARM: (
        lambda aws, of: aws("cloudwatch").put_metric_alarm(
            AlarmName=of(METRIC_ALARM),
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": of(FUNCTION)}],
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=3,
            Threshold=1000,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[of(TOPIC)],
        ),
        "threshold",
    ),
    DASHBOARD: (
        lambda aws, of: aws("cloudwatch").put_dashboard(
            DashboardName=of(DASHBOARD), DashboardBody='{"widgets": [{"type": "text"}]}'
        ),
        "dashboardBody",
    ),
    LOG_METRIC_FILTER: (count_other_lines, "pattern"),
    QUERY_DEFINITION: (
        lambda aws, of: aws("logs").put_query_definition(
            queryDefinitionId=of(QUERY_DEFINITION),
            name=of(QUERY_DEFINITION, "name"),
            queryString="fields @timestamp",
            logGroupNames=[of(LOG_GROUP)],
        ),
        "queryString",
    ),
    REST_API: (
        lambda aws, of: aws("apigateway").update_rest_api(
            restApiId=of(REST_API),
            patchOperations=[{"op": "replace", "path": "/description", "value": "by hand"}],
        ),
        "description",
    ),
    API_METHOD: (open_method, "authorization"),
    API_INTEGRATION: (shorten_integration, "timeoutMilliseconds"),
    API_STAGE: (
        lambda aws, of: patch_stage(aws, of, "/accessLogSettings/format", "$context.status"),
        "accessLogSettings",
    ),
    API_METHOD_SETTINGS: (
        lambda aws, of: patch_stage(aws, of, "/*/*/throttling/burstLimit", "999"),
        "settings",
    ),
    HTTP_API: (
        lambda aws, of: aws("apigatewayv2").update_api(ApiId=of(HTTP_API), Description="by hand"),
        "description",
    ),
    HTTP_INTEGRATION: (
        lambda aws, of: aws("apigatewayv2").update_integration(
            ApiId=of(HTTP_API), IntegrationId=of(HTTP_INTEGRATION), TimeoutInMillis=1000
        ),
        "timeoutMilliseconds",
    ),
    HTTP_ROUTE: (
        lambda aws, of: aws("apigatewayv2").update_route(
            ApiId=of(HTTP_API), RouteId=of(HTTP_ROUTE), AuthorizationType="NONE"
        ),
        "authorizationType",
    ),
    HTTP_STAGE: (throttle_less, "defaultRouteSettings"),
    BUCKET: (
        lambda aws, of: aws("s3").put_bucket_tagging(
            Bucket=of(BUCKET), Tagging={"TagSet": [{"Key": "by", "Value": "hand"}]}
        ),
        "tagsAll",
    ),
    BUCKET_ACCESS_BLOCK: (
        lambda aws, of: aws("s3").put_public_access_block(
            Bucket=of(BUCKET), PublicAccessBlockConfiguration={"BlockPublicAcls": False}
        ),
        "blockPublicAcls",
    ),
    BUCKET_POLICY: (
        lambda aws, of: aws("s3").put_bucket_policy(Bucket=of(BUCKET), Policy=DENIED),
        "policy",
    ),
    BUCKET_VERSIONING: (
        lambda aws, of: aws("s3").put_bucket_versioning(
            Bucket=of(BUCKET), VersioningConfiguration={"Status": "Suspended"}
        ),
        "versioningConfiguration",
    ),
    EIP: (lambda aws, of: tag(aws, of(EIP)), "tagsAll"),
    INTERNET_GATEWAY: (lambda aws, of: tag(aws, of(INTERNET_GATEWAY)), "tagsAll"),
    MANAGED_POLICY: (
        lambda aws, of: aws("iam").create_policy_version(
            PolicyArn=of(MANAGED_POLICY), PolicyDocument=DENIED, SetAsDefault=True
        ),
        "policy",
    ),
    NAT_GATEWAY: (lambda aws, of: tag(aws, of(NAT_GATEWAY)), "tagsAll"),
    PARAMETER: (
        lambda aws, of: aws("ssm").put_parameter(
            Name=of(PARAMETER), Type="String", Value="by hand", Overwrite=True
        ),
        "value",
    ),
    QUEUE: (
        lambda aws, of: aws("sqs").set_queue_attributes(
            QueueUrl=of(QUEUE), Attributes={"VisibilityTimeout": "5"}
        ),
        "visibilityTimeoutSeconds",
    ),
    ROUTE: (take_another_gateway, "natGatewayId"),
    EVENT_RULE: (
        lambda aws, of: aws("events").disable_rule(Name=of(EVENT_RULE)),
        "state",
    ),
    EVENT_TARGET: (
        lambda aws, of: aws("events").put_targets(
            Rule=of(EVENT_RULE),
            Targets=[{"Id": of(EVENT_TARGET, "targetId"), "Arn": of(TOPIC)}],
        ),
        "arn",
    ),
    INSTANCE_PROFILE: (
        lambda aws, of: aws("iam").tag_instance_profile(
            InstanceProfileName=of(INSTANCE_PROFILE), Tags=[{"Key": "by", "Value": "hand"}]
        ),
        "tagsAll",
    ),
    SCHEDULE: (slow_down, "scheduleExpression"),
    SCHEDULE_GROUP: (
        lambda aws, of: aws("scheduler").tag_resource(
            ResourceArn=of(SCHEDULE_GROUP, "arn"), Tags=[{"Key": "by", "Value": "hand"}]
        ),
        "tagsAll",
    ),
    SECRET: (
        lambda aws, of: aws("secretsmanager").update_secret(
            SecretId=of(SECRET), Description="by hand"
        ),
        "description",
    ),
    TABLE: (
        lambda aws, of: aws("dynamodb").update_table(
            TableName=of(TABLE),
            BillingMode="PROVISIONED",
            ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        ),
        "billingMode",
    ),
}

IMMUTABLE = {API_DEPLOYMENT, API_RESOURCE, LAYER_VERSION, ROLE_POLICY_ATTACHMENT, SECRET_VERSION}
"""Types of which nothing changes but that they are there."""


def test_every_type_has_a_drift_or_a_reason_for_none() -> None:
    assert DRIFTS.keys() | IMMUTABLE == RESOURCES.keys()
    assert DRIFTS.keys().isdisjoint(IMMUTABLE)


@pytest.mark.parametrize("pulumi_type", sorted(DRIFTS))
def test_drift_is_found_and_repaired(
    deploying: FakeEngine, world: Made, client: Client, pulumi_type: str
) -> None:
    change, shows = DRIFTS[pulumi_type]
    resource, wanted = world.resources[pulumi_type], WORLD[pulumi_type](world)
    change(client, world)

    refreshed = deploying.refresh(resource)
    assert refreshed is not None
    assert refreshed.inputs[shows] != resource.inputs.get(shows)
    found = deploying.diff(replace(refreshed, inputs=resource.inputs), wanted)
    assert list(found.diffs) == [shows]

    if found.replaces:
        deploying.destroy(refreshed)
        repaired = deploying.deploy(pulumi_type, wanted, resource.name)
    else:
        repaired = deploying.update(replace(refreshed, inputs=resource.inputs), wanted)
    world.resources[pulumi_type] = repaired
    assert_settled(deploying, repaired, wanted)
