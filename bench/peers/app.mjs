// The resources of the default stack once more, as CloudFormation, for `cdk synth` and for scanners
// of templates. They are L1 constructs, the cheapest that the CDK has. Left out are the rules of the
// VPC's default security group, which CloudFormation cannot change. With NAG=1 the checks of cdk-nag
// run too.

import { App, CfnParameter, Stack, Validations } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import { AwsSolutionsChecks } from "cdk-nag";

const REGION = "us-east-1";
const app = new App();
const stack = new Stack(app, "lmi-streaming", { env: { account: "123456789012", region: REGION } });

const named = (name) => [{ key: "Name", value: `lmi-streaming-${name}` }];
const allow = (...statements) => ({
  Version: "2012-10-17",
  Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
});
const role = (name, service) =>
  new iam.CfnRole(stack, `${name}Role`, {
    assumeRolePolicyDocument: allow({ Principal: { Service: service }, Action: "sts:AssumeRole" }),
  });
const inline = (name, role, ...statements) =>
  new iam.CfnRolePolicy(stack, `${name}Policy`, {
    policyName: name,
    roleName: role.ref,
    policyDocument: allow(...statements),
  });
const log = (name, days) => new logs.CfnLogGroup(stack, `${name}Log`, { retentionInDays: days });

// The network.
const vpc = new ec2.CfnVPC(stack, "Vpc", {
  cidrBlock: "10.0.0.0/16",
  enableDnsSupport: true,
  enableDnsHostnames: true,
  tags: named("vpc"),
});
const routes = new ec2.CfnRouteTable(stack, "Routes", { vpcId: vpc.ref, tags: named("private") });
const subnets = ["a", "b", "c"].map((zone, index) => {
  const subnet = new ec2.CfnSubnet(stack, `Subnet${zone}`, {
    vpcId: vpc.ref,
    availabilityZone: `${REGION}${zone}`,
    cidrBlock: `10.0.${8 * index}.0/21`,
    tags: named(zone),
  });
  new ec2.CfnSubnetRouteTableAssociation(stack, `Association${zone}`, {
    subnetId: subnet.ref,
    routeTableId: routes.ref,
  });
  return subnet.ref;
});
const group = (name, groupDescription) =>
  new ec2.CfnSecurityGroup(stack, name, { vpcId: vpc.ref, groupDescription, tags: named(name) }).attrGroupId;
const instances = group("Instances", "Managed instances");
const endpoints = group("Endpoints", "Interface endpoints");
const tls = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
new ec2.CfnSecurityGroupIngress(stack, "FromInstances", {
  ...tls,
  groupId: endpoints,
  sourceSecurityGroupId: instances,
  description: "TLS from the managed instances",
});
new ec2.CfnSecurityGroupEgress(stack, "ToEndpoints", {
  ...tls,
  groupId: instances,
  destinationSecurityGroupId: endpoints,
  description: "TLS to the interface endpoints",
});
for (const service of ["s3", "dynamodb"]) {
  new ec2.CfnVPCEndpoint(stack, `${service}Endpoint`, {
    vpcId: vpc.ref,
    serviceName: `com.amazonaws.${REGION}.${service}`,
    vpcEndpointType: "Gateway",
    routeTableIds: [routes.ref],
    policyDocument: allow({
      Principal: "*",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: { "aws:ResourceAccount": [stack.account] } },
    }),
  });
  const prefixes = new CfnParameter(stack, `${service}PrefixList`, { type: "String" });
  new ec2.CfnSecurityGroupEgress(stack, `To${service}`, {
    ...tls,
    groupId: instances,
    destinationPrefixListId: prefixes.valueAsString,
    description: `TLS to ${service}`,
  });
}
const calls = {
  logs: ["logs:CreateLogStream", "logs:PutLogEvents"],
  xray: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
};
for (const [service, Action] of Object.entries(calls)) {
  new ec2.CfnVPCEndpoint(stack, `${service}Endpoint`, {
    vpcId: vpc.ref,
    serviceName: `com.amazonaws.${REGION}.${service}`,
    vpcEndpointType: "Interface",
    privateDnsEnabled: true,
    subnetIds: subnets,
    securityGroupIds: [endpoints],
    policyDocument: allow({
      Principal: "*",
      Action,
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": stack.account } },
    }),
  });
}
const rejects = log("Rejects", 3);
const delivery = role("Rejects", "vpc-flow-logs.amazonaws.com");
inline("Rejects", delivery, { Action: calls.logs, Resource: rejects.attrArn });
new ec2.CfnFlowLog(stack, "FlowLog", {
  resourceId: vpc.ref,
  resourceType: "VPC",
  trafficType: "REJECT",
  logDestinationType: "cloud-watch-logs",
  logDestination: rejects.attrArn,
  deliverLogsPermissionArn: delivery.attrArn,
});

// The service.
const operator = role("Operator", "lambda.amazonaws.com");
operator.managedPolicyArns = ["arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"];
const execution = role("Execution", "lambda.amazonaws.com");
const functionLog = log("Function", 14);
inline(
  "Execution",
  execution,
  { Action: calls.logs, Resource: functionLog.attrArn },
  { Action: calls.xray, Resource: "*" },
);
const provider = new lambda.CfnCapacityProvider(stack, "CapacityProvider", {
  vpcConfig: { subnetIds: subnets, securityGroupIds: [instances] },
  permissionsConfig: { capacityProviderOperatorRoleArn: operator.attrArn },
  instanceRequirements: { architectures: ["x86_64"] },
  capacityProviderScalingConfig: {
    maxVCpuCount: 20,
    scalingMode: "Manual",
    scalingPolicies: [
      { predefinedMetricType: "LambdaCapacityProviderAverageCPUUtilization", targetValue: 70 },
    ],
  },
});
const streams = new lambda.CfnFunction(stack, "Function", {
  runtime: "python3.13",
  handler: "run.sh",
  code: { s3Bucket: "packages", s3Key: "function.zip" },
  role: execution.attrArn,
  architectures: ["x86_64"],
  memorySize: 2048,
  timeout: 120,
  publishToLatestPublished: true,
  capacityProviderConfig: {
    lambdaManagedInstancesCapacityProviderConfig: {
      capacityProviderArn: provider.attrArn,
      executionEnvironmentMemoryGiBPerVCpu: 2,
      perExecutionEnvironmentMaxConcurrency: 64,
    },
  },
  functionScalingConfig: { minExecutionEnvironments: 3, maxExecutionEnvironments: 10 },
  layers: [`arn:aws:lambda:${REGION}:753240598075:layer:LambdaAdapterLayerX86:28`],
  environment: {
    variables: {
      AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap",
      AWS_LWA_INVOKE_MODE: "response_stream",
      AWS_LWA_PORT: "8000",
      AWS_LWA_READINESS_CHECK_PATH: "/health",
    },
  },
  loggingConfig: { logFormat: "JSON", logGroup: functionLog.ref },
  tracingConfig: { mode: "Active" },
});
const alias = new lambda.CfnAlias(stack, "Live", {
  name: "live",
  functionName: streams.ref,
  functionVersion: "$LATEST.PUBLISHED",
});
const url = new lambda.CfnUrl(stack, "Url", {
  targetFunctionArn: streams.attrArn,
  qualifier: alias.name,
  authType: "AWS_IAM",
  invokeMode: "RESPONSE_STREAM",
});
url.addResourceDependency(alias);

if (process.env.NAG) {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
