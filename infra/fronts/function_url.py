"""A function URL: it streams, costs nothing, and authorizes by IAM or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import field
from itertools import product
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..service import Service
from ..settings import UrlSettings
from ..settings.arguments import checked_inputs
from ..settings.checked import Checked
from .api import cors_of

_DEMANDED: Final[dict[str, dict[str, Any]]] = {
    "url": {"action": "lambda:InvokeFunctionUrl", "function_url_auth_type": "AWS_IAM"},
    "invoke": {"action": "lambda:InvokeFunction", "invoked_via_function_url": True},
}
"""The two statements that a function URL requires for each caller (URL-13)."""


class FunctionUrlArgs(Checked):
    """The arguments of a function URL."""

    service: Service
    """The service that it calls, through the alias."""
    url: UrlSettings = field(default_factory=UrlSettings)
    """Authorization, callers and CORS."""
    protect: bool = False
    """Whether Pulumi refuses to delete the URL, and so its address."""


class FunctionUrl(pulumi.ComponentResource):
    """A function URL of the alias, and the permissions of its callers."""

    url: pulumi.Output[str]
    """The address, ending in a slash."""

    def __init__(
        self, name: str, args: FunctionUrlArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        inputs = checked_inputs(args, FunctionUrlArgs)["url"]
        super().__init__("lmi-streaming:infra:FunctionUrl", name, inputs, opts)
        service = args.service
        service.require_invoke_mode(streams=True, front="a FunctionUrl")
        url = aws.lambda_.FunctionUrl(
            name,
            function_name=service.function_name,
            qualifier=service.alias_name,
            authorization_type=args.url.auth,
            invoke_mode="RESPONSE_STREAM",
            cors=cors_of(args.url.cors),
            # The provider adds the public statements only when it creates a URL, and an alias has
            # at most one URL (docs/facts/aws-provider.md#function-url).
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protect or None,
                replace_on_changes=["authorizationType"],
                delete_before_replace=True,
            ),
        )
        for caller, part in product(args.url.callers, _DEMANDED):
            aws.lambda_.Permission(
                f"{name}-{part}-{hashlib.sha256(caller.encode()).hexdigest()[:8]}",
                function=service.function_name,
                qualifier=service.alias_name,
                principal=caller,
                # Added at the same time as the URL they make its creation fail
                # (docs/facts/aws-provider.md#function-url).
                opts=pulumi.ResourceOptions(parent=self, depends_on=[url]),
                **_DEMANDED[part],
            )
        self.url = url.function_url
        self.register_outputs({"url": self.url})
