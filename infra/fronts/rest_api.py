"""An API Gateway REST API that streams, with throttling and access logs.

Every method of every path calls the application. The stage is part of the address, but not of
the path that the application sees.
"""

from __future__ import annotations

from typing import Final

import pulumi
import pulumi_aws as aws

from ..settings.arguments import checked_inputs
from .api import ApiArgs, access_log, admit_api, integration_uri

STAGE: Final = "live"


class RestApi(pulumi.ComponentResource):
    """A regional REST API whose integration streams from the alias."""

    url: pulumi.Output[str]
    """Address of the stage, ending in a slash."""

    def __init__(
        self, name: str, args: ApiArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lmi-streaming:infra:RestApi", name, checked_inputs(args), opts)
        self._name = name
        self._args = args
        self._as_child = pulumi.ResourceOptions(parent=self)
        self._uri = integration_uri(args, "2021-11-15", "response-streaming-invocations")

        args.service.require_invoke_mode(streams=True, front="a RestApi")
        self._refuse_cors()
        api = self._build_api()
        proxy = self._build_proxy(api)
        integrations = [
            self._integrate(api, "root", api.root_resource_id),
            self._integrate(api, "proxy", proxy.id),
        ]
        deployment = self._deploy(api, integrations)
        permission = admit_api(name, args, api.execution_arn, self._as_child)
        stage = self._build_stage(api, deployment, permission)
        self._throttle(api, stage)

        self.url = pulumi.Output.concat(stage.invoke_url, "/")
        self.register_outputs({"url": self.url})

    def _refuse_cors(self) -> None:
        """Refuse a CORS configuration, which a REST API would ignore.

        Raises
        ------
        pulumi.RunError
            When the arguments have one.
        """
        if self._args.cors is not None:
            raise pulumi.RunError(
                f"RestApi {self._name} has cors, and a REST API leaves CORS to the application "
                "(docs/fronts.md). Allowed: cors before an HttpApi or a FunctionUrl. Fix: leave "
                "cors out, or another front"
            )

    def _build_api(self) -> aws.apigateway.RestApi:
        return aws.apigateway.RestApi(
            self._name,
            description="Streams from Lambda Managed Instances",
            # An edge-optimized API ends a stream after 30 seconds of silence, not after 5 minutes.
            endpoint_configuration={"types": "REGIONAL"},
            binary_media_types=list(self._args.api.binary_media_types),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect or None),
        )

    def _build_proxy(self, api: aws.apigateway.RestApi) -> aws.apigateway.Resource:
        return aws.apigateway.Resource(
            f"{self._name}-proxy",
            rest_api=api.id,
            parent_id=api.root_resource_id,
            path_part="{proxy+}",
            opts=self._as_child,
        )

    def _integrate(
        self, api: aws.apigateway.RestApi, part: str, resource_id: pulumi.Input[str]
    ) -> aws.apigateway.Integration:
        method = aws.apigateway.Method(
            f"{self._name}-{part}",
            rest_api=api.id,
            resource_id=resource_id,
            http_method="ANY",
            authorization=self._args.auth,
            opts=self._as_child,
        )
        return aws.apigateway.Integration(
            f"{self._name}-{part}",
            rest_api=api.id,
            resource_id=resource_id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=self._uri,
            response_transfer_mode="STREAM",
            timeout_milliseconds=self._timeout_milliseconds,
            opts=self._as_child,
        )

    @property
    def _timeout_milliseconds(self) -> int:
        return self._args.service.settings.timeout_seconds * 1000

    def _deploy(
        self, api: aws.apigateway.RestApi, integrations: list[aws.apigateway.Integration]
    ) -> aws.apigateway.Deployment:
        """Deploy the API. Only a change of a trigger deploys it again."""
        served = {
            "uri": self._uri,
            "auth": self._args.auth,
            "timeoutMilliseconds": self._timeout_milliseconds,
            "binaryMediaTypes": self._args.api.binary_media_types,
        }
        return aws.apigateway.Deployment(
            self._name,
            rest_api=api.id,
            triggers={"served": pulumi.Output.json_dumps(served)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=integrations),
        )

    def _build_stage(
        self,
        api: aws.apigateway.RestApi,
        deployment: aws.apigateway.Deployment,
        permission: aws.lambda_.Permission,
    ) -> aws.apigateway.Stage:
        return aws.apigateway.Stage(
            self._name,
            rest_api=api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            access_log_settings=access_log(self._name, self._args, self),
            opts=pulumi.ResourceOptions(
                parent=self, protect=self._args.protect or None, depends_on=[permission]
            ),
        )

    def _throttle(self, api: aws.apigateway.RestApi, stage: aws.apigateway.Stage) -> None:
        aws.apigateway.MethodSettings(
            self._name,
            rest_api=api.id,
            stage_name=stage.stage_name,
            method_path="*/*",
            settings={
                "throttling_rate_limit": self._args.api.throttle_rate,
                "throttling_burst_limit": self._args.api.throttle_burst,
            },
            opts=self._as_child,
        )
