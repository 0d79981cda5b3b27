"""A function URL: it streams, costs nothing, and authorizes by IAM or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import field
from itertools import product
from typing import Any

import pulumi
import pulumi_aws as aws

from ..service import Service
from ..settings import UrlSettings
from ..settings.arguments import checked_inputs
from ..settings.checked import Checked
from .api import cors_of


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
        self._name = name
        self._args = args
        args.service.require_invoke_mode(streams=True, front="a FunctionUrl")
        url = self._build_url()
        self._admit_callers(url)
        self.url = url.function_url
        self.register_outputs({"url": self.url})

    def _build_url(self) -> aws.lambda_.FunctionUrl:
        return aws.lambda_.FunctionUrl(
            self._name,
            function_name=self._args.service.function_name,
            qualifier=self._args.service.alias_name,
            authorization_type=self._args.url.auth,
            invoke_mode="RESPONSE_STREAM",
            cors=cors_of(self._args.url.cors),
            # The provider adds the public statements only when it creates a URL, and an alias has
            # at most one URL (docs/facts/aws-provider.md#function-url).
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=self._args.protect or None,
                replace_on_changes=["authorizationType"],
                delete_before_replace=True,
            ),
        )

    def _admit_callers(self, url: aws.lambda_.FunctionUrl) -> None:
        """Add the two statements for each caller that a function URL requires (URL-13).

        The statements depend on the URL: added at the same time they make its creation fail
        (docs/facts/aws-provider.md#function-url).
        """
        service = self._args.service
        opts = pulumi.ResourceOptions(parent=self, depends_on=[url])
        demanded: dict[str, dict[str, Any]] = {
            "url": {"action": "lambda:InvokeFunctionUrl", "function_url_auth_type": "AWS_IAM"},
            "invoke": {"action": "lambda:InvokeFunction", "invoked_via_function_url": True},
        }
        for caller, part in product(self._args.url.callers, demanded):
            aws.lambda_.Permission(
                f"{self._name}-{part}-{hashlib.sha256(caller.encode()).hexdigest()[:8]}",
                function=service.function_name,
                qualifier=service.alias_name,
                principal=caller,
                opts=opts,
                **demanded[part],
            )
