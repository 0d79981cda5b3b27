"""Inputs that the provider takes: for each resource type the least, and what grows from it."""

from typing import Any

from local.account import ACCOUNT_ID
from local.provider.values import Asset
from tests.local.lambda_api.account import ROLE as ROLE_ARN

ALIAS = "aws:lambda/alias:Alias"
API_DEPLOYMENT = "aws:apigateway/deployment:Deployment"
API_INTEGRATION = "aws:apigateway/integration:Integration"
API_METHOD = "aws:apigateway/method:Method"
API_METHOD_SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
API_RESOURCE = "aws:apigateway/resource:Resource"
API_STAGE = "aws:apigateway/stage:Stage"
BUCKET = "aws:s3/bucket:Bucket"
BUCKET_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
BUCKET_VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
CAPACITY_PROVIDER = "aws:lambda/capacityProvider:CapacityProvider"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
EIP = "aws:ec2/eip:Eip"
EVENT_INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
FUNCTION = "aws:lambda/function:Function"
FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl"
HTTP_API = "aws:apigatewayv2/api:Api"
HTTP_INTEGRATION = "aws:apigatewayv2/integration:Integration"
HTTP_ROUTE = "aws:apigatewayv2/route:Route"
HTTP_STAGE = "aws:apigatewayv2/stage:Stage"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
INSTANCE_PROFILE = "aws:iam/instanceProfile:InstanceProfile"
INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
KEY = "aws:kms/key:Key"
LAYER_VERSION = "aws:lambda/layerVersion:LayerVersion"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
LOG_METRIC_FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
MANAGED_POLICY = "aws:iam/policy:Policy"
METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
PARAMETER = "aws:ssm/parameter:Parameter"
PERMISSION = "aws:lambda/permission:Permission"
QUERY_DEFINITION = "aws:cloudwatch/queryDefinition:QueryDefinition"
QUEUE = "aws:sqs/queue:Queue"
REST_API = "aws:apigateway/restApi:RestApi"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ROLE_POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ROUTE = "aws:ec2/route:Route"
ROUTE_TABLE = "aws:ec2/routeTable:RouteTable"
ROUTE_TABLE_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
SCALING_CONFIG = "aws:lambda/functionScalingConfig:FunctionScalingConfig"
SCHEDULE = "aws:scheduler/schedule:Schedule"
SCHEDULE_GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup"
SECRET = "aws:secretsmanager/secret:Secret"
SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:dynamodb/table:Table"
TOPIC = "aws:sns/topic:Topic"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
VPC = "aws:ec2/vpc:Vpc"
VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"

TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "lambda.amazonaws.com"}}]}'
)
POLICY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", '
    '"Resource": "*"}]}'
)
OPERATOR_POLICY = "arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"
POOL_ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT_ID}:capacity-provider:demo"
TOPIC_ARN = f"arn:aws:sns:us-east-1:{ACCOUNT_ID}:demo"
QUEUE_ARN = f"arn:aws:sqs:us-east-1:{ACCOUNT_ID}:demo"
LAYER_ARN = "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerX86:30"

_ARCHIVE = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7"}


def code(path: str, digest: str = "one") -> Asset:
    """Return a file archive as the engine describes it."""
    return Asset({**_ARCHIVE, "hash": digest, "path": path})


def managed(arn: Any = POOL_ARN, **settings: Any) -> dict[str, Any]:
    """Return a function's ``capacityProviderConfig``."""
    inner = {"capacityProviderArn": arn, **settings}
    return {"lambdaManagedInstancesCapacityProviderConfig": inner}


def samples(zip_file: str) -> dict[str, dict[str, Any]]:
    """Return for each resource type the inputs that it cannot do without."""
    method = {"restApi": "abc", "resourceId": "root", "httpMethod": "ANY"}
    rule = {
        "securityGroupId": "sg-1",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "10.0.0.0/16",
    }
    return {
        API_DEPLOYMENT: {"restApi": "abc"},
        API_INTEGRATION: {**method, "type": "AWS_PROXY"},
        API_METHOD: {**method, "authorization": "NONE"},
        API_METHOD_SETTINGS: {
            "restApi": "abc",
            "stageName": "live",
            "methodPath": "*/*",
            "settings": {"throttlingRateLimit": 10},
        },
        API_RESOURCE: {"restApi": "abc", "parentId": "root", "pathPart": "{proxy+}"},
        API_STAGE: {"restApi": "abc", "stageName": "live", "deployment": "def"},
        ALIAS: {"functionName": "demo", "functionVersion": "$LATEST.PUBLISHED"},
        CAPACITY_PROVIDER: {
            "permissionsConfig": {"capacityProviderOperatorRoleArn": ROLE_ARN},
            "vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        },
        DASHBOARD: {"dashboardName": "demo", "dashboardBody": '{"widgets": []}'},
        DEFAULT_SECURITY_GROUP: {"vpcId": "vpc-1"},
        EGRESS_RULE: rule,
        EVENT_INVOKE_CONFIG: {"functionName": "demo"},
        EVENT_SOURCE_MAPPING: {"functionName": "demo", "eventSourceArn": QUEUE_ARN},
        EVENT_RULE: {"scheduleExpression": "rate(1 hour)"},
        EVENT_TARGET: {"rule": "demo", "arn": QUEUE_ARN},
        FLOW_LOG: {"vpcId": "vpc-1", "trafficType": "REJECT"},
        FUNCTION: {
            "role": ROLE_ARN,
            "runtime": "python3.13",
            "handler": "run.sh",
            "code": code(zip_file),
        },
        FUNCTION_URL: {"functionName": "demo", "authorizationType": "AWS_IAM"},
        HTTP_API: {"protocolType": "HTTP"},
        HTTP_INTEGRATION: {"apiId": "abc", "integrationType": "AWS_PROXY"},
        HTTP_ROUTE: {"apiId": "abc", "routeKey": "$default"},
        HTTP_STAGE: {"apiId": "abc", "name": "$default"},
        INGRESS_RULE: rule,
        KEY: {},
        LAYER_VERSION: {"layerName": "demo", "code": code(zip_file)},
        LOG_GROUP: {},
        LOG_METRIC_FILTER: {
            "logGroupName": "demo",
            "pattern": "",
            "metricTransformation": {"name": "Lines", "namespace": "demo", "value": "1"},
        },
        METRIC_ALARM: {},
        PERMISSION: {
            "function": "demo",
            "action": "lambda:InvokeFunction",
            "principal": "123456789012",
        },
        QUERY_DEFINITION: {"queryString": "fields @message"},
        REST_API: {},
        ROLE: {"assumeRolePolicy": TRUST},
        ROLE_POLICY: {"role": "demo", "policy": POLICY},
        ROLE_POLICY_ATTACHMENT: {"role": "demo", "policyArn": OPERATOR_POLICY},
        ROUTE_TABLE: {"vpcId": "vpc-1"},
        ROUTE_TABLE_ASSOCIATION: {"routeTableId": "rtb-1", "subnetId": "subnet-1"},
        SCALING_CONFIG: {
            "functionName": "demo",
            "qualifier": "$LATEST.PUBLISHED",
            "functionScalingConfig": {"minExecutionEnvironments": 1},
        },
        SECURITY_GROUP: {"vpcId": "vpc-1"},
        SUBNET: {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/20"},
        TOPIC: {},
        TOPIC_POLICY: {"arn": TOPIC_ARN, "policy": POLICY},
        VPC: {"cidrBlock": "10.0.0.0/16"},
        VPC_ENDPOINT: {"vpcId": "vpc-1", "serviceName": "com.amazonaws.us-east-1.s3"},
        BUCKET: {},
        BUCKET_POLICY: {"bucket": "demo", "policy": POLICY},
        BUCKET_ACCESS_BLOCK: {"bucket": "demo"},
        BUCKET_VERSIONING: {"bucket": "demo", "versioningConfiguration": {"status": "Enabled"}},
        EIP: {},
        INSTANCE_PROFILE: {},
        INTERNET_GATEWAY: {"vpcId": "vpc-1"},
        NAT_GATEWAY: {"subnetId": "subnet-1"},
        ROUTE: {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"},
        MANAGED_POLICY: {"policy": POLICY},
        PARAMETER: {"type": "String", "value": "demo"},
        QUEUE: {},
        SCHEDULE: {
            "flexibleTimeWindow": {"mode": "OFF"},
            "scheduleExpression": "rate(1 hour)",
            "target": {"arn": TOPIC_ARN, "roleArn": ROLE_ARN},
        },
        SCHEDULE_GROUP: {},
        SECRET: {},
        SECRET_VERSION: {"secretId": "demo", "secretString": "hidden"},
        TABLE: {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}]},
    }
