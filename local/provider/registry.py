"""The resource types of the stand-in provider, by Pulumi's type tokens."""

from collections.abc import Iterator
from importlib import import_module
from typing import cast

from local.provider.schema import ResourceType

_MODULES = (
    "apigatewayv2",
    "cloudwatch",
    "dynamodb",
    "event_bridge",
    "lambda_.function",
    "lambda_.alias",
    "lambda_.capacity_provider",
    "lambda_.event_source_mapping",
    "lambda_.function_event_invoke_config",
    "lambda_.function_scaling_config",
    "lambda_.function_url",
    "lambda_.layer_version",
    "iam",
    "kms",
    "logs",
    "ec2.network",
    "ec2.flow_log",
    "ec2.internet",
    "lambda_.permission",
    "apigateway.rest_api",
    "s3",
    "scheduler",
    "secretsmanager",
    "ec2.security_groups",
    "sns",
    "sqs",
    "ssm",
    "apigateway.stage",
    "ec2.vpc_endpoint",
)
"""The files with resource types, below ``local/provider/resources``.

The message about an unknown type names the first of its service.
"""


def _types_in(name: str) -> Iterator[type[ResourceType]]:
    """Yield the resource types of a module: its classes with a type token of their own."""
    for value in vars(import_module(f"local.provider.resources.{name}")).values():
        if isinstance(value, type) and "pulumi_type" in vars(value):
            yield cast("type[ResourceType]", value)


RESOURCES: dict[str, ResourceType] = {
    resource.pulumi_type: resource() for name in _MODULES for resource in _types_in(name)
}


def file_for(token: str) -> str:
    """Return the file that has types of the token's service, such as ``aws:ec2``, or would."""
    service = token.partition("/")[0]
    for known, resource in RESOURCES.items():
        if known.startswith(f"{service}/"):
            return type(resource).__module__.replace(".", "/") + ".py"
    name = service.rpartition(":")[2]
    return f"local/provider/resources/{name}.py, a new file to list in local/provider/registry.py"
