"""The resource types of the stand-in provider, by Pulumi's type tokens."""

from collections.abc import Iterator
from types import ModuleType
from typing import cast

from local.provider.errors import ProviderError
from local.provider.resources import (
    apigatewayv2,
    cloudwatch,
    dynamodb,
    iam,
    kms,
    logs,
    s3,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    ssm,
)
from local.provider.resources.apigateway import rest_api, stage
from local.provider.resources.ec2 import flow_log, internet, network, security_groups, vpc_endpoint
from local.provider.resources.lambda_ import (
    alias,
    capacity_provider,
    event_source_mapping,
    function,
    function_event_invoke_config,
    function_scaling_config,
    function_url,
    layer_version,
    permission,
)
from local.provider.schema import ResourceType

_MODULES = (
    apigatewayv2,
    cloudwatch,
    dynamodb,
    function,
    alias,
    capacity_provider,
    event_source_mapping,
    function_event_invoke_config,
    function_scaling_config,
    function_url,
    layer_version,
    iam,
    kms,
    logs,
    network,
    flow_log,
    internet,
    permission,
    rest_api,
    s3,
    scheduler,
    secretsmanager,
    security_groups,
    sns,
    sqs,
    ssm,
    stage,
    vpc_endpoint,
)
"""The files with resource types. The message about an unknown type names the first of a service."""


def _types_in(module: ModuleType) -> Iterator[type[ResourceType]]:
    """Yield the resource types of a module: its classes with a type token of their own."""
    for value in vars(module).values():
        if isinstance(value, type) and "pulumi_type" in vars(value):
            yield cast("type[ResourceType]", value)


RESOURCES: dict[str, ResourceType] = {
    resource.pulumi_type: resource() for module in _MODULES for resource in _types_in(module)
}


def resource_type(token: str) -> ResourceType:
    """Return a resource type by Pulumi's type token.

    Raises
    ------
    ProviderError
        When the local AWS lacks the type.
    """
    found = RESOURCES.get(token)
    if found is None:
        raise ProviderError(f"the local AWS does not know the resource type {token}")
    return found


def file_for(token: str) -> str:
    """Return the file that has types of the token's service, such as ``aws:ec2``, or would."""
    service = token.partition("/")[0]
    for known, resource in RESOURCES.items():
        if known.startswith(f"{service}/"):
            return type(resource).__module__.replace(".", "/") + ".py"
    name = service.rpartition(":")[2]
    return f"local/provider/resources/{name}.py, a new file to list in local/provider/registry.py"
