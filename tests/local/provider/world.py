"""One resource of every type, each as the least that leans on those before it, and a bit more.

Inputs are written against a ``Source``, so that the same world is made by a test that drives the
provider call by call and by a program that runs under the real engine.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from local.account import ACCOUNT_ID
from tests.local.provider.engine import REGION, Deployed
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
    OPERATOR_POLICY,
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
    TRUST,
    VPC,
    VPC_ENDPOINT,
)

LATEST_PUBLISHED = "$LATEST.PUBLISHED"


class Source(Protocol):
    """What inputs are made from: the code, and outputs of resources that exist before."""

    @property
    def code(self) -> Any:
        """The function's zip."""
        ...

    def __call__(self, pulumi_type: str, output: str = "id") -> Any:
        """Return an output of the resource of a type."""
        ...

    def text(self, *parts: Any) -> Any:
        """Join outputs and texts."""
        ...


Recipe = Callable[[Source], dict[str, Any]]


def _rule(of: Source) -> dict[str, Any]:
    return {
        "securityGroupId": of(SECURITY_GROUP),
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "description": "HTTPS",
        "cidrIpv4": "10.0.0.0/16",
    }


def _function(of: Source) -> dict[str, Any]:
    return {
        "role": of(ROLE, "arn"),
        "runtime": "python3.13",
        "handler": "run.sh",
        "code": of.code,
        "memorySize": 2048,
        "timeout": 60,
        "environment": {"variables": {"KEY": "value"}},
        "loggingConfig": {"logFormat": "JSON", "logGroup": of(LOG_GROUP, "name")},
        "publish": True,
        "publishTo": "LATEST_PUBLISHED",
        "capacityProviderConfig": {
            "lambdaManagedInstancesCapacityProviderConfig": {
                "capacityProviderArn": of(CAPACITY_PROVIDER, "arn"),
                "perExecutionEnvironmentMaxConcurrency": 64,
            }
        },
        "tags": {"a": "1"},
    }


def _alarm(of: Source) -> dict[str, Any]:
    return {
        "namespace": "AWS/Lambda",
        "metricName": "Errors",
        "dimensions": {"FunctionName": of(FUNCTION, "name")},
        "statistic": "Sum",
        "period": 300,
        "evaluationPeriods": 3,
        "threshold": 1.5,
        "comparisonOperator": "GreaterThanThreshold",
        "alarmActions": [of(TOPIC)],
        "tags": {"a": "1"},
    }


def _method(of: Source) -> dict[str, Any]:
    return {"restApi": of(REST_API), "resourceId": of(API_RESOURCE), "httpMethod": "ANY"}


def _rest_integration(of: Source) -> dict[str, Any]:
    alias = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:demo:live"
    return {
        **_method(of),
        # Through the method's own output, so that the method is made first.
        "httpMethod": of(API_METHOD, "httpMethod"),
        "type": "AWS_PROXY",
        "integrationHttpMethod": "POST",
        "uri": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{alias}/invocations",
        "timeoutMilliseconds": 20_000,
    }


def _access_log(of: Source) -> dict[str, Any]:
    return {"destinationArn": of(LOG_GROUP, "arn"), "format": "$context.requestId"}


WORLD: Mapping[str, Recipe] = {
    VPC: lambda of: {
        "cidrBlock": "10.0.0.0/16",
        "enableDnsHostnames": True,
        "tags": {"Name": "demo"},
    },
    SUBNET: lambda of: {
        "vpcId": of(VPC),
        "cidrBlock": "10.0.0.0/20",
        "availabilityZone": f"{REGION}a",
        "mapPublicIpOnLaunch": True,
    },
    SECURITY_GROUP: lambda of: {"vpcId": of(VPC), "tags": {"Name": "demo"}},
    DEFAULT_SECURITY_GROUP: lambda of: {"vpcId": of(VPC), "tags": {"Name": "unused"}},
    ROUTE_TABLE: lambda of: {"vpcId": of(VPC), "tags": {"Name": "demo"}},
    ROUTE_TABLE_ASSOCIATION: lambda of: {"routeTableId": of(ROUTE_TABLE), "subnetId": of(SUBNET)},
    VPC_ENDPOINT: lambda of: {
        "vpcId": of(VPC),
        "serviceName": f"com.amazonaws.{REGION}.s3",
        "routeTableIds": [of(ROUTE_TABLE)],
    },
    INGRESS_RULE: _rule,
    EGRESS_RULE: _rule,
    ROLE: lambda of: {"assumeRolePolicy": TRUST, "description": "runs", "tags": {"a": "1"}},
    ROLE_POLICY: lambda of: {"role": of(ROLE), "policy": POLICY},
    ROLE_POLICY_ATTACHMENT: lambda of: {"role": of(ROLE), "policyArn": OPERATOR_POLICY},
    LOG_GROUP: lambda of: {"retentionInDays": 14, "tags": {"a": "1"}},
    FLOW_LOG: lambda of: {
        "vpcId": of(VPC),
        "trafficType": "REJECT",
        "iamRoleArn": of(ROLE, "arn"),
        "logDestination": of(LOG_GROUP, "arn"),
        "tags": {"Name": "rejects"},
    },
    KEY: lambda of: {"enableKeyRotation": True, "description": "of the demo", "policy": POLICY},
    CAPACITY_PROVIDER: lambda of: {
        "permissionsConfig": {"capacityProviderOperatorRoleArn": of(ROLE, "arn")},
        "vpcConfig": {"subnetIds": [of(SUBNET)], "securityGroupIds": [of(SECURITY_GROUP)]},
        "capacityProviderScalingConfigs": [
            {
                "maxVcpuCount": 20,
                "scalingMode": "Manual",
                "scalingPolicies": [
                    {
                        "predefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization",
                        "targetValue": 70,
                    }
                ],
            }
        ],
        "tags": {"a": "1"},
    },
    FUNCTION: _function,
    ALIAS: lambda of: {
        "name": "live",
        # Through the ARN, which is known only once the function has been published.
        "functionName": of(FUNCTION, "arn"),
        "functionVersion": LATEST_PUBLISHED,
        "description": "serves",
    },
    SCALING_CONFIG: lambda of: {
        "functionName": of(FUNCTION, "name"),
        "qualifier": LATEST_PUBLISHED,
        "functionScalingConfig": {"minExecutionEnvironments": 1, "maxExecutionEnvironments": 4},
    },
    FUNCTION_URL: lambda of: {
        "functionName": of(FUNCTION, "name"),
        "qualifier": of(ALIAS, "name"),
        "authorizationType": "NONE",
        "invokeMode": "RESPONSE_STREAM",
    },
    PERMISSION: lambda of: {
        "function": of(FUNCTION, "name"),
        "qualifier": of(ALIAS, "name"),
        "action": "lambda:InvokeFunction",
        "principal": ACCOUNT_ID,
        "invokedViaFunctionUrl": True,
    },
    TOPIC: lambda of: {"displayName": "demo", "kmsMasterKeyId": of(KEY, "arn")},
    TOPIC_POLICY: lambda of: {"arn": of(TOPIC), "policy": POLICY},
    METRIC_ALARM: _alarm,
    DASHBOARD: lambda of: {
        "dashboardName": of.text("demo-", of(FUNCTION, "name")),
        "dashboardBody": '{"widgets": []}',
    },
    LOG_METRIC_FILTER: lambda of: {
        "logGroupName": of(LOG_GROUP, "name"),
        "pattern": "ERROR",
        "metricTransformation": {"name": "Errors", "namespace": "demo", "value": "1"},
    },
    QUERY_DEFINITION: lambda of: {
        "queryString": "fields @message",
        "logGroupNames": [of(LOG_GROUP, "name")],
    },
    REST_API: lambda of: {
        "description": "streams",
        "endpointConfiguration": {"types": "REGIONAL"},
    },
    API_RESOURCE: lambda of: {
        "restApi": of(REST_API),
        "parentId": of(REST_API, "rootResourceId"),
        "pathPart": "{proxy+}",
    },
    API_METHOD: lambda of: {**_method(of), "authorization": "AWS_IAM"},
    API_INTEGRATION: _rest_integration,
    API_DEPLOYMENT: lambda of: {
        "restApi": of(REST_API),
        "triggers": {"integration": of(API_INTEGRATION)},
    },
    API_STAGE: lambda of: {
        "restApi": of(REST_API),
        "stageName": "live",
        "deployment": of(API_DEPLOYMENT),
        "accessLogSettings": _access_log(of),
    },
    API_METHOD_SETTINGS: lambda of: {
        "restApi": of(REST_API),
        "stageName": of(API_STAGE, "stageName"),
        "methodPath": "*/*",
        "settings": {"throttlingRateLimit": 10.5, "throttlingBurstLimit": 20},
    },
    HTTP_API: lambda of: {"protocolType": "HTTP", "description": "answers"},
    HTTP_INTEGRATION: lambda of: {
        "apiId": of(HTTP_API),
        "integrationType": "AWS_PROXY",
        "integrationUri": of(ALIAS, "invokeArn"),
        "payloadFormatVersion": "2.0",
        "timeoutMilliseconds": 20_000,
    },
    HTTP_ROUTE: lambda of: {
        "apiId": of(HTTP_API),
        "routeKey": "$default",
        "authorizationType": "AWS_IAM",
        "target": of.text("integrations/", of(HTTP_INTEGRATION)),
    },
    HTTP_STAGE: lambda of: {
        "apiId": of(HTTP_API),
        "name": "$default",
        "autoDeploy": True,
        "accessLogSettings": _access_log(of),
        "defaultRouteSettings": {"throttlingBurstLimit": 20, "throttlingRateLimit": 10.5},
    },
    INTERNET_GATEWAY: lambda of: {"vpcId": of(VPC), "tags": {"Name": "demo"}},
    EIP: lambda of: {"domain": "vpc", "tags": {"Name": "demo"}},
    NAT_GATEWAY: lambda of: {
        "subnetId": of(SUBNET),
        "connectivityType": "private",
        "tags": {"Name": "demo"},
    },
    ROUTE: lambda of: {
        "routeTableId": of(ROUTE_TABLE),
        "destinationCidrBlock": "0.0.0.0/0",
        "natGatewayId": of(NAT_GATEWAY),
    },
    MANAGED_POLICY: lambda of: {"policy": POLICY, "description": "writes", "tags": {"a": "1"}},
    BUCKET: lambda of: {"tags": {"a": "1"}},
    BUCKET_VERSIONING: lambda of: {
        "bucket": of(BUCKET),
        "versioningConfiguration": {"status": "Enabled"},
    },
    BUCKET_ACCESS_BLOCK: lambda of: {"bucket": of(BUCKET), "blockPublicAcls": True},
    BUCKET_POLICY: lambda of: {"bucket": of(BUCKET), "policy": POLICY},
    TABLE: lambda of: {
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "pointInTimeRecovery": {"enabled": True},
        "ttl": {"attributeName": "expires", "enabled": True},
        "tags": {"a": "1"},
    },
    QUEUE: lambda of: {"visibilityTimeoutSeconds": 60, "tags": {"a": "1"}},
    EVENT_SOURCE_MAPPING: lambda of: {
        "functionName": of(ALIAS, "arn"),
        "eventSourceArn": of(QUEUE, "arn"),
        "batchSize": 5,
        "filterCriteria": {"filters": [{"pattern": "{}"}]},
        "tags": {"a": "1"},
    },
    EVENT_INVOKE_CONFIG: lambda of: {
        "functionName": of(FUNCTION, "name"),
        "qualifier": of(ALIAS, "name"),
        "maximumRetryAttempts": 0,
        "destinationConfig": {"onFailure": {"destination": of(QUEUE, "arn")}},
    },
    LAYER_VERSION: lambda of: {
        "layerName": "demo",
        "code": of.code,
        "compatibleRuntimes": ["python3.13"],
    },
    SECRET: lambda of: {"description": "of the demo", "recoveryWindowInDays": 7},
    SECRET_VERSION: lambda of: {"secretId": of(SECRET), "secretString": "hidden"},
    PARAMETER: lambda of: {"type": "String", "value": "demo", "description": "of the demo"},
    INSTANCE_PROFILE: lambda of: {"role": of(ROLE), "tags": {"a": "1"}},
    EVENT_RULE: lambda of: {
        "eventPattern": '{"source": ["demo"]}',
        "description": "of the demo",
        "tags": {"a": "1"},
    },
    EVENT_TARGET: lambda of: {
        "rule": of(EVENT_RULE),
        "arn": of(QUEUE, "arn"),
        "inputTransformer": {"inputPaths": {"id": "$.id"}, "inputTemplate": "<id>"},
        "retryPolicy": {"maximumRetryAttempts": 3},
    },
    SCHEDULE_GROUP: lambda of: {"tags": {"a": "1"}},
    SCHEDULE: lambda of: {
        "groupName": of(SCHEDULE_GROUP),
        "flexibleTimeWindow": {"mode": "OFF"},
        "scheduleExpression": "rate(1 hour)",
        "target": {"arn": of(QUEUE, "arn"), "roleArn": of(ROLE, "arn"), "input": "{}"},
    },
}
"""Every type, after those that it leans on."""


def logical_name(pulumi_type: str) -> str:
    """Name the resource of a type in a program, e.g. ``Vpc``."""
    return pulumi_type.rsplit(":", maxsplit=1)[-1]


class Made:
    """The part of the world that exists: a source of plain values.

    Parameters
    ----------
    code
        The function's zip.
    """

    def __init__(self, code: Any) -> None:
        self._code = code
        self.resources: dict[str, Deployed] = {}

    @property
    def code(self) -> Any:
        """The function's zip."""
        return self._code

    def __call__(self, pulumi_type: str, output: str = "id") -> Any:
        """Return an output of the resource of a type."""
        return self.resources[pulumi_type].outputs[output]

    def text(self, *parts: Any) -> str:
        """Join outputs and texts."""
        return "".join(parts)


def build(code: Any, make: Callable[[str, dict[str, Any], str], Deployed]) -> Made:
    """Make the world, each resource from its type, its inputs and its logical name."""
    made = Made(code)
    for pulumi_type, recipe in WORLD.items():
        made.resources[pulumi_type] = make(pulumi_type, recipe(made), logical_name(pulumi_type))
    return made


def import_id(resource: Deployed) -> str:
    """Spell the id by which ``pulumi import`` takes a resource.

    Source: docs/facts/aws-provider.md#import.
    """
    of = resource.outputs
    keys: Mapping[str, Callable[[], str]] = {
        ALIAS: lambda: f"{of['functionName'].split(':')[-1]}/{of['name']}",
        API_DEPLOYMENT: lambda: f"{of['restApi']}/{resource.id}",
        API_INTEGRATION: lambda: f"{of['restApi']}/{of['resourceId']}/{of['httpMethod']}",
        API_METHOD: lambda: f"{of['restApi']}/{of['resourceId']}/{of['httpMethod']}",
        API_METHOD_SETTINGS: lambda: f"{of['restApi']}/{of['stageName']}/{of['methodPath']}",
        API_RESOURCE: lambda: f"{of['restApi']}/{resource.id}",
        API_STAGE: lambda: f"{of['restApi']}/{of['stageName']}",
        EVENT_RULE: lambda: f"{of['eventBusName']}/{of['name']}",
        EVENT_TARGET: lambda: f"{of['eventBusName']}/{of['rule']}/{of['targetId']}",
        ROUTE: lambda: f"{of['routeTableId']}_{of['destinationCidrBlock']}",
        CAPACITY_PROVIDER: lambda: of["name"],
        HTTP_INTEGRATION: lambda: f"{of['apiId']}/{resource.id}",
        HTTP_ROUTE: lambda: f"{of['apiId']}/{resource.id}",
        HTTP_STAGE: lambda: f"{of['apiId']}/{of['name']}",
        LOG_METRIC_FILTER: lambda: f"{of['logGroupName']}:{of['name']}",
        PERMISSION: lambda: f"{of['function']}:{of['qualifier']}/{resource.id}",
        QUERY_DEFINITION: lambda: (
            f"arn:aws:logs:{REGION}:{ACCOUNT_ID}:query-definition:{resource.id}"
        ),
        ROLE_POLICY_ATTACHMENT: lambda: f"{of['role']}/{of['policyArn']}",
        ROUTE_TABLE_ASSOCIATION: lambda: f"{of['subnetId']}/{of['routeTableId']}",
        SCALING_CONFIG: lambda: f"{of['functionName']},{of['qualifier']}",
    }
    return keys.get(resource.type, lambda: resource.id)()
