"""An API Gateway HTTP API: cheaper than a REST API, buffered, with a timeout of 30 seconds."""

from __future__ import annotations

from typing import Final

import pulumi
import pulumi_aws as aws

from ..settings.arguments import checked_inputs
from ..settings.mistakes import refuse
from .api import ApiArgs, access_log, admit_api, cors_of, integration_uri

MAX_SECONDS: Final = 30
"""The longest timeout of an HTTP API, in seconds."""
_DEFAULT: Final = "$default"


class HttpApi(pulumi.ComponentResource):
    """An HTTP API whose default route calls the alias."""

    url: pulumi.Output[str]
    """Address of the default stage, ending in a slash."""

    def __init__(
        self, name: str, args: ApiArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lmi-streaming:infra:HttpApi", name, checked_inputs(args, ApiArgs), opts)
        args.service.require_invoke_mode(streams=False, front="an HttpApi")
        if args.cors and args.auth == "AWS_IAM":
            refuse(
                f"HttpApi {name} has cors beside auth AWS_IAM, and would ask for a signature of "
                "preflights, which browsers never sign",
                allowed="cors beside auth NONE, or on a FunctionUrl",
                fix=("ApiArgs(cors=None)", "ApiArgs(auth='NONE')"),
            )
        as_child = pulumi.ResourceOptions(parent=self)

        api = aws.apigatewayv2.Api(
            name,
            description="Answers from Lambda Managed Instances",
            protocol_type="HTTP",
            cors_configuration=cors_of(args.cors),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect or None),
        )
        integration = aws.apigatewayv2.Integration(
            name,
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=integration_uri(args, "2015-03-31", "invocations"),
            payload_format_version="2.0",
            timeout_milliseconds=min(args.service.settings.timeout_seconds, MAX_SECONDS) * 1000,
            opts=as_child,
        )
        route = aws.apigatewayv2.Route(
            name,
            api_id=api.id,
            route_key=_DEFAULT,
            authorization_type=args.auth,
            target=pulumi.Output.concat("integrations/", integration.id),
            opts=as_child,
        )
        permission = admit_api(name, args, api.execution_arn, as_child)
        stage = aws.apigatewayv2.Stage(
            name,
            api_id=api.id,
            name=_DEFAULT,
            auto_deploy=True,
            default_route_settings={
                "throttling_rate_limit": args.api.throttle_rate,
                "throttling_burst_limit": args.api.throttle_burst,
            },
            access_log_settings=access_log(name, args, self),
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect or None, depends_on=[route, permission]
            ),
        )

        # The address of the default stage ends with a slash already.
        self.url = stage.invoke_url
        self.register_outputs({"url": self.url})
