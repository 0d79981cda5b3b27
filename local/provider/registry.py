"""The resource types of the stand-in provider, by Pulumi's type tokens."""

from local.provider.errors import ProviderError
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


def resource_type(token: str) -> ResourceType:
    """Return a resource type by Pulumi's type token.

    Raises
    ------
    ProviderError
        When the local AWS lacks the type; the message says where it can be added.
    """
    found = RESOURCES.get(token)
    if found is None:
        raise ProviderError(
            f"the local AWS does not know the resource type {token}, which AWS may have: preview "
            "the stack against AWS, leave the resource out of the local stack, or add the type in "
            f"{_file_for(token)} and list it in local/provider/registry.py"
        )
    return found


def _file_for(token: str) -> str:
    """Return the file that has types of the token's service, such as ``aws:ec2``, or would."""
    service = token.partition("/")[0]
    for known, resource in RESOURCES.items():
        if known.startswith(f"{service}/"):
            return type(resource).__module__.replace(".", "/") + ".py"
    return f"local/provider/resources/{service.rpartition(':')[2]}.py (a new file)"
