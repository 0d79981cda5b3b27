"""Names and ARNs of functions."""

from local.provider.aws import Aws
from local.provider.service_model import region
from local.provider.values import Value


def same_function(old: Value, new: Value) -> bool:
    """Return whether two names or ARNs mean the same function."""
    return function_name(old) == function_name(new)


def function_name(reference: Value) -> str:
    """Return the name in a name or an ARN."""
    text = str(reference)
    return text.split(":")[6] if text.startswith("arn:") else text


def same_reference(old: Value, new: Value) -> bool:
    """Return whether two names or ARNs mean the same function with the same qualifier."""
    return str(old).rpartition(":function:")[2] == str(new).rpartition(":function:")[2]


def invoke_arn(aws: Aws, function_arn: str) -> str:
    """Return the ARN by which API Gateway invokes a function.

    Source: docs/facts/aws-provider.md#function-outputs.
    """
    return _gateway_arn(aws, "2015-03-31", function_arn, "invocations")


def streaming_invoke_arn(aws: Aws, function_arn: str) -> str:
    """Return the ARN by which API Gateway invokes a function that streams.

    Source: docs/facts/aws-provider.md#function-outputs.
    """
    return _gateway_arn(aws, "2021-11-15", function_arn, "response-streaming-invocations")


def _gateway_arn(aws: Aws, version: str, function_arn: str, action: str) -> str:
    prefix = f"arn:{region(aws.region).partition}:apigateway:{aws.region}:lambda:path"
    return f"{prefix}/{version}/functions/{function_arn}/{action}"
