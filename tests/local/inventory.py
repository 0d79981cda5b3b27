"""What an account holds in a region: enough of it to find what nobody owns."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from local.aws_client import AwsClients

_LISTS = (
    # service, operation, list in the answer, member that names an entry
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("secretsmanager", "list_secrets", "SecretList", "ARN"),
    ("ssm", "describe_parameters", "Parameters", "Name"),
    ("scheduler", "list_schedules", "Schedules", "Arn"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("logs", "describe_metric_filters", "metricFilters", "filterName"),
    ("logs", "describe_query_definitions", "queryDefinitions", "queryDefinitionId"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("lambda", "list_capacity_providers", "CapacityProviders", "CapacityProviderArn"),
    ("lambda", "list_event_source_mappings", "EventSourceMappings", "UUID"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("lambda", "list_layers", "Layers", "LayerName"),
    ("apigateway", "get_rest_apis", "items", "id"),
    ("apigatewayv2", "get_apis", "Items", "ApiId"),
)
_OF_A_FUNCTION = (
    ("list_aliases", "Aliases", "AliasArn"),
    ("list_function_event_invoke_configs", "FunctionEventInvokeConfigs", "FunctionArn"),
    ("list_function_url_configs", "FunctionUrlConfigs", "FunctionUrl"),
)
_OF_A_REST_API = (
    ("get_resources", "items", "id"),
    ("get_deployments", "items", "id"),
    ("get_stages", "item", "stageName"),
)
_OF_AN_HTTP_API = (
    ("get_integrations", "Items", "IntegrationId"),
    ("get_routes", "Items", "RouteId"),
    ("get_stages", "Items", "StageName"),
)

Entry = tuple[str, str]
"""What lists it, e.g. ``describe_vpcs``, and its name there."""


def listed_by(clients: AwsClients, region: str, operation: str) -> set[Entry]:
    """List what one operation lists."""
    (row,) = [row for row in _LISTS if row[1] == operation]
    return set(_named(clients, region, row))


def _named(
    clients: AwsClients, region: str, row: tuple[str, str, str, str], **of: str
) -> Iterator[Entry]:
    service, operation, listed, name = row
    answer: dict[str, Any] = getattr(clients.get(service, region), operation)(**of)
    for entry in answer.get(listed, []):
        if entry.get("State") != "deleted":
            yield operation, entry[name]


def inventory(clients: AwsClients, region: str) -> set[Entry]:
    """List everything that the stand-in can make in a region, and IAM's roles."""
    named = partial(_named, clients, region)
    found = {entry for each in _LISTS for entry in named(each)}
    for operation, name in sorted(found):
        if operation == "list_functions":
            for each in _OF_A_FUNCTION:
                found |= set(named(("lambda", *each), FunctionName=name))
        if operation == "get_rest_apis":
            for each in _OF_A_REST_API:
                found |= set(named(("apigateway", *each), restApiId=name))
        if operation == "get_apis":
            for each in _OF_AN_HTTP_API:
                found |= set(named(("apigatewayv2", *each), ApiId=name))
        if operation == "list_roles":
            found |= _policies(clients.get("iam", region), name)
    return found | _keys(clients.get("kms", region))


def _policies(iam: Any, role: str) -> set[Entry]:
    inline = iam.list_role_policies(RoleName=role)["PolicyNames"]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return {("list_role_policies", f"{role}:{name}") for name in inline} | {
        ("list_attached_role_policies", f"{role}:{policy['PolicyArn']}") for policy in attached
    }


def _keys(kms: Any) -> set[Entry]:
    """List the keys that are not about to be deleted."""
    keys = [key["KeyId"] for key in kms.list_keys()["Keys"]]
    described = [kms.describe_key(KeyId=key)["KeyMetadata"] for key in keys]
    return {
        ("list_keys", key["KeyId"]) for key in described if key["KeyState"] != "PendingDeletion"
    }
