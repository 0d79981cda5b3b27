"""An API Gateway REST API that streams, with throttling and access logs.

Every method of every path calls the application. The stage is part of the address, but not of
the path that the application sees.
"""

from __future__ import annotations

from typing import Final

import pulumi
import pulumi_aws as aws

from ..settings.arguments import checked_inputs
from ..settings.mistakes import refuse
from .api import ApiArgs, access_log, admit_api, integration_uri

STAGE: Final = "live"


class RestApi(pulumi.ComponentResource):
    """A regional REST API whose integration streams from the alias."""

    url: pulumi.Output[str]
    """Address of the stage, ending in a slash."""

    def __init__(
        self, name: str, args: ApiArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lmi-streaming:infra:RestApi", name, checked_inputs(args, ApiArgs), opts)
        args.service.require_invoke_mode(streams=True, front="a RestApi")
        if args.cors is not None:
            refuse(
                f"RestApi {name} has cors, and a REST API leaves CORS to the application "
                "(docs/fronts.md)",
                allowed="cors before an HttpApi or a FunctionUrl",
                fix=("leave cors out", "another front"),
            )
        as_child = pulumi.ResourceOptions(parent=self)
        uri = integration_uri(args, "2021-11-15", "response-streaming-invocations")
        timeout_milliseconds = args.service.settings.timeout_seconds * 1000

        api = aws.apigateway.RestApi(
            name,
            description="Streams from Lambda Managed Instances",
            # An edge-optimized API ends a stream after 30 seconds of silence, not after 5 minutes.
            endpoint_configuration={"types": "REGIONAL"},
            binary_media_types=list(args.api.binary_media_types),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect or None),
        )
        proxy = aws.apigateway.Resource(
            f"{name}-proxy",
            rest_api=api.id,
            parent_id=api.root_resource_id,
            path_part="{proxy+}",
            opts=as_child,
        )
        integrations: list[aws.apigateway.Integration] = []
        for part, resource_id in {"root": api.root_resource_id, "proxy": proxy.id}.items():
            method = aws.apigateway.Method(
                f"{name}-{part}",
                rest_api=api.id,
                resource_id=resource_id,
                http_method="ANY",
                authorization=args.auth,
                opts=as_child,
            )
            integration = aws.apigateway.Integration(
                f"{name}-{part}",
                rest_api=api.id,
                resource_id=resource_id,
                http_method=method.http_method,
                type="AWS_PROXY",
                integration_http_method="POST",
                uri=uri,
                response_transfer_mode="STREAM",
                timeout_milliseconds=timeout_milliseconds,
                opts=as_child,
            )
            integrations.append(integration)
        # Only a change of a trigger deploys the API again.
        served = {
            "uri": uri,
            "auth": args.auth,
            "timeoutMilliseconds": timeout_milliseconds,
            "binaryMediaTypes": args.api.binary_media_types,
        }
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            triggers={"served": pulumi.Output.json_dumps(served)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=integrations),
        )
        permission = admit_api(name, args, api.execution_arn, as_child)
        stage = aws.apigateway.Stage(
            name,
            rest_api=api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            access_log_settings=access_log(name, args, self),
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect or None, depends_on=[permission]
            ),
        )
        aws.apigateway.MethodSettings(
            name,
            rest_api=api.id,
            stage_name=stage.stage_name,
            method_path="*/*",
            settings={
                "throttling_rate_limit": args.api.throttle_rate,
                "throttling_burst_limit": args.api.throttle_burst,
            },
            opts=as_child,
        )

        self.url = pulumi.Output.concat(stage.invoke_url, "/")
        self.register_outputs({"url": self.url})
