"""An API Gateway HTTP API: cheaper than a REST API, buffered, with a timeout of 30 seconds."""

from __future__ import annotations

from typing import Final

import pulumi
import pulumi_aws as aws

from ..settings.arguments import checked_inputs
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
        super().__init__("lmi-streaming:infra:HttpApi", name, checked_inputs(args), opts)
        self._name = name
        self._args = args
        self._as_child = pulumi.ResourceOptions(parent=self)

        args.service.require_invoke_mode(streams=False, front="an HttpApi")
        self._refuse_signed_preflights()
        api = self._build_api()
        route = self._route(api, self._integrate(api))
        permission = admit_api(name, args, api.execution_arn, self._as_child)
        stage = self._build_stage(api, [route, permission])

        # The address of the default stage ends with a slash already.
        self.url = stage.invoke_url
        self.register_outputs({"url": self.url})

    def _refuse_signed_preflights(self) -> None:
        """Raise for CORS beside IAM: the API would ask browsers to sign preflights.

        Raises
        ------
        pulumi.RunError
            When both are given.
        """
        if self._args.cors and self._args.auth == "AWS_IAM":
            raise pulumi.RunError(
                f"HttpApi {self._name} has cors beside auth AWS_IAM, and would ask for a signature "
                "of preflights, which browsers never sign. Allowed: cors beside auth NONE, or on a "
                "FunctionUrl. Fix: ApiArgs(cors=None), or ApiArgs(auth='NONE')"
            )

    def _build_api(self) -> aws.apigatewayv2.Api:
        return aws.apigatewayv2.Api(
            self._name,
            description="Answers from Lambda Managed Instances",
            protocol_type="HTTP",
            cors_configuration=cors_of(self._args.cors),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect or None),
        )

    def _integrate(self, api: aws.apigatewayv2.Api) -> aws.apigatewayv2.Integration:
        timeout_seconds = self._args.service.settings.timeout_seconds
        return aws.apigatewayv2.Integration(
            self._name,
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=integration_uri(self._args, "2015-03-31", "invocations"),
            payload_format_version="2.0",
            timeout_milliseconds=min(timeout_seconds, MAX_SECONDS) * 1000,
            opts=self._as_child,
        )

    def _route(
        self, api: aws.apigatewayv2.Api, integration: aws.apigatewayv2.Integration
    ) -> aws.apigatewayv2.Route:
        return aws.apigatewayv2.Route(
            self._name,
            api_id=api.id,
            route_key=_DEFAULT,
            authorization_type=self._args.auth,
            target=pulumi.Output.concat("integrations/", integration.id),
            opts=self._as_child,
        )

    def _build_stage(
        self, api: aws.apigatewayv2.Api, depends_on: list[pulumi.Resource]
    ) -> aws.apigatewayv2.Stage:
        return aws.apigatewayv2.Stage(
            self._name,
            api_id=api.id,
            name=_DEFAULT,
            auto_deploy=True,
            default_route_settings={
                "throttling_rate_limit": self._args.api.throttle_rate,
                "throttling_burst_limit": self._args.api.throttle_burst,
            },
            access_log_settings=access_log(self._name, self._args, self),
            opts=pulumi.ResourceOptions(
                parent=self, protect=self._args.protect or None, depends_on=depends_on
            ),
        )
