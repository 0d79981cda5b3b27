"""What fronts share: CORS; and of APIs the arguments, the permission and the access log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Final, TypedDict

import pulumi
import pulumi_aws as aws
from pulumi_aws.cloudwatch.log_group import LogGroup

from ..service import Service
from ..settings import ApiSettings, CorsSettings, UrlAuth
from ..settings.checked import Checked

ACCESS_LOG_FIELDS: Final[Mapping[str, str]] = {
    # API Gateway refuses a format without the request id.
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "responseBytes": "$context.responseLength",
    "error": "$context.error.message",
    "integrationError": "$context.integrationErrorMessage",
    "integrationStatus": "$context.integration.status",
    "integrationLatency": "$context.integration.latency",
}


class ApiArgs(Checked):
    """The arguments of an API."""

    region: str
    """Region of the API."""
    service: Service
    """The service that it calls, through the alias. The API's timeout is the service's, up to the
    longest that the API can have."""
    auth: UrlAuth = "AWS_IAM"
    """``AWS_IAM``, or ``NONE`` for everyone."""
    api: ApiSettings = field(default_factory=ApiSettings)
    """Throttling and access log, which has the retention of the service's log."""
    protect: bool = False
    """Whether Pulumi refuses to delete the API, and so its address, and its log."""
    cors: CorsSettings | None = None
    """The CORS configuration; a REST API refuses it."""


class AccessLog(TypedDict):
    """A stage's settings for its access log, for both types of API."""

    destination_arn: pulumi.Input[str]
    format: pulumi.Input[str]


def cors_of(settings: CorsSettings | None) -> aws.lambda_.FunctionUrlCorsArgsDict | None:
    """Return the CORS configuration, in the form that function URLs and HTTP APIs share."""
    if settings is None:
        return None
    return {
        "allow_origins": settings.origins,
        "allow_methods": settings.methods,
        "allow_headers": settings.headers,
        "allow_credentials": settings.credentials,
        "max_age": settings.max_age_seconds,
    }


def integration_uri(args: ApiArgs, version: str, operation: str) -> pulumi.Output[str]:
    """Return the URI by which an integration calls the alias.

    No resource has this output: the provider has the streaming ARN of unqualified functions only,
    which LMI cannot invoke (docs/facts/aws-provider.md#streaming-arn). It names the version of the
    Lambda API, and the last part of the operation's path.
    """
    return pulumi.Output.concat(
        f"arn:aws:apigateway:{args.region}:lambda:path/{version}/functions/",
        args.service.alias_arn,
        f"/{operation}",
    )


def admit_api(
    name: str, args: ApiArgs, execution_arn: pulumi.Output[str], opts: pulumi.ResourceOptions
) -> aws.lambda_.Permission:
    """Allow every stage and method of an API to call the alias.

    A statement on the function itself would not cover it (PUB-12).
    """
    return aws.lambda_.Permission(
        f"{name}-api",
        action="lambda:InvokeFunction",
        function=args.service.function_name,
        qualifier=args.service.alias_name,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.concat(execution_arn, "/*/*"),
        opts=opts,
    )


def access_log(name: str, args: ApiArgs, parent: pulumi.Resource) -> AccessLog | None:
    """Create the access log, if it is enabled, and return a stage's settings for it."""
    if not args.api.access_logs:
        return None
    group = LogGroup(
        f"{name}-access",
        retention_in_days=args.service.settings.log_retention_days,
        kms_key_id=args.service.settings.log_kms_key_arn or None,
        opts=pulumi.ResourceOptions(parent=parent, protect=args.protect or None),
    )
    return AccessLog(destination_arn=group.arn, format=json.dumps(ACCESS_LOG_FIELDS))
