"""The resource types of the stand-in provider, by Pulumi's type tokens."""

from local.provider.resources import cloudwatch, iam, kms, log_insights, logs, sns
from local.provider.resources.apigateway import method, rest_api, stage
from local.provider.resources.apigatewayv2 import api as http_api
from local.provider.resources.apigatewayv2 import stage as http_stage
from local.provider.resources.ec2 import (
    default_security_group,
    flow_log,
    route_table,
    security_group,
    security_group_rule,
    subnet,
    vpc,
    vpc_endpoint,
)
from local.provider.resources.lambda_ import (
    alias,
    capacity_provider,
    function,
    function_scaling_config,
    function_url,
    permission,
)
from local.provider.schema import ResourceType

RESOURCES: dict[str, ResourceType] = {
    resource.pulumi_type: resource
    for resource in (
        alias.Alias(),
        capacity_provider.CapacityProvider(),
        cloudwatch.Dashboard(),
        cloudwatch.MetricAlarm(),
        default_security_group.DefaultSecurityGroup(),
        flow_log.FlowLog(),
        function.Function(),
        function_scaling_config.FunctionScalingConfig(),
        function_url.FunctionUrl(),
        http_api.Api(),
        http_api.Integration(),
        http_api.Route(),
        http_stage.Stage(),
        iam.Role(),
        iam.RolePolicy(),
        iam.RolePolicyAttachment(),
        kms.Key(),
        log_insights.LogMetricFilter(),
        log_insights.QueryDefinition(),
        logs.LogGroup(),
        method.Integration(),
        method.Method(),
        permission.Permission(),
        rest_api.Resource(),
        rest_api.RestApi(),
        route_table.RouteTable(),
        route_table.RouteTableAssociation(),
        security_group.SecurityGroup(),
        security_group_rule.SecurityGroupEgressRule(),
        security_group_rule.SecurityGroupIngressRule(),
        sns.Topic(),
        sns.TopicPolicy(),
        stage.Deployment(),
        stage.MethodSettings(),
        stage.Stage(),
        subnet.Subnet(),
        vpc.Vpc(),
        vpc_endpoint.VpcEndpoint(),
    )
}
