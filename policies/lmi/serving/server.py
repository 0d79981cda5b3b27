"""Serves the pack's policies to the engine, and reads each resource once for all of them.

``PolicyPack`` of the SDK reads a resource again for every policy, which is most of what a pack of
many policies costs (``python -m bench policy-pack`` shows it). This server speaks the same
protocol, gives policies the SDK's own arguments and answers the same, but for what this pack has no
use of: remediations, awaited results and the properties of provider resources.
"""

# The protocol names the methods and their parameters.
# ruff: noqa: ARG002, N802

import os
import sys
from collections.abc import Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerServicer, add_AnalyzerServicer_to_server
from pulumi.runtime.proto.plugin_pb2 import PluginInfo
from pulumi_policy import (
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from .session import INFORMATION
from .wire import (
    SEVERITIES,
    default_level,
    policy_info,
    read_options,
    read_properties,
    read_provider,
    read_stack,
)

P = TypeVar("P", ResourceValidationPolicy, StackValidationPolicy)

VERSION: Final = "0.0.1"
"""What the SDK reports too; the CLI shows the version of ``PulumiPolicy.yaml``."""

_UNLIMITED: Final = -1
_LOOK_SECONDS: Final = 1.0


def serve(name: str, policies: Sequence[Policy], looks_at: Container[str]) -> None:
    """Serve policies until the engine ends this process; print the port first, as it expects.

    A language host that is killed does not end the processes that it started, so this one looks
    whether its host is still there.

    Calls are answered one after another: policies remember what they saw.

    Parameters
    ----------
    name
        Of the pack.
    policies
        All of them, in the order in which they run.
    looks_at
        The types whose properties they look at.
    """
    server = grpc.server(
        ThreadPoolExecutor(max_workers=1), options=[("grpc.max_receive_message_length", _UNLIMITED)]
    )
    add_AnalyzerServicer_to_server(Analyzer(name, policies, looks_at), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    host = os.getppid()
    try:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        while server.wait_for_termination(_LOOK_SECONDS) and os.getppid() == host:
            pass
    except KeyboardInterrupt:
        server.stop(grace=None)


@dataclass(frozen=True, slots=True, eq=False)
class _Configured(Generic[P]):
    """A policy, with the level and the properties that people want it to have."""

    policy: P
    level: protocol.EnforcementLevel.ValueType
    properties: Mapping[str, Any] | None

    def judge(self, args: Any, pack: str, response: protocol.AnalyzeResponse) -> None:
        """Run the policy; it says so where it stumbles over what a preview does not know yet."""
        try:
            self.policy.validate(args, self._reporter(pack, response))  # pyright: ignore[reportUnknownMemberType] - what is awaited is left open
        except UnknownValueError as unknown:
            response.diagnostics.add(
                policyName=self.policy.name,
                policyPackName=pack,
                policyPackVersion=VERSION,
                description=self.policy.description,
                message=f"can't run policy '{self.policy.name}' from policy pack "
                f"'{pack}@v{VERSION}' during preview: {unknown.message}",
                enforcementLevel=protocol.ADVISORY,
            )

    def _reporter(self, pack: str, response: protocol.AnalyzeResponse) -> ReportViolation:
        """Return what the policy calls for each violation."""

        def report(message: str, urn: str | None = None) -> None:
            response.diagnostics.add(
                policyName=self.policy.name,
                policyPackName=pack,
                policyPackVersion=VERSION,
                description=self.policy.description,
                message=f"{self.policy.description}\n{message}",
                enforcementLevel=self.level,
                urn=urn or "",
                severity=SEVERITIES[self.policy.severity],
            )

        return report


class Analyzer(AnalyzerServicer):
    """The engine's view of the pack; see ``serve`` for the parameters."""

    def __init__(self, name: str, policies: Sequence[Policy], looks_at: Container[str]) -> None:
        self._name = name
        self._policies = policies
        self._looks_at = looks_at
        self._stack_tags: Mapping[str, str] = {}
        self._configure({})

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> PluginInfo:
        """Tell the version of this plugin."""
        return PluginInfo(version=VERSION)

    def GetAnalyzerInfo(
        self, request: Empty, context: grpc.ServicerContext
    ) -> protocol.AnalyzerInfo:
        """Tell what policies there are."""
        return protocol.AnalyzerInfo(
            name=self._name,
            version=VERSION,
            supportsConfig=True,
            policies=[policy_info(policy) for policy in self._policies],
        )

    def ConfigureStack(
        self, request: protocol.AnalyzerStackConfigureRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzerStackConfigureResponse:
        """Take note of the stack's tags; no policy asks for the rest."""
        self._stack_tags = dict(request.tags)
        return protocol.AnalyzerStackConfigureResponse()

    def Configure(
        self, request: protocol.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> Empty:
        """Take the level and the properties of each policy."""
        self._configure(request.policyConfig)
        return Empty()

    def Remediate(
        self, request: protocol.AnalyzeRequest, context: grpc.ServicerContext
    ) -> protocol.RemediateResponse:
        """Change nothing: the pack judges, and people repair."""
        return protocol.RemediateResponse()

    def Analyze(
        self, request: protocol.AnalyzeRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge the inputs of one resource."""
        response = protocol.AnalyzeResponse()
        is_read = request.type in self._looks_at
        if self._has_judged and not is_read:
            return response
        self._has_judged = True  # every policy has read its configuration by then
        props = read_properties(request.properties) if is_read else {}
        options, provider = read_options(request.options), read_provider(request)
        for one in self._for_resources:
            args = ResourceValidationArgs(
                request.type,
                props,
                request.urn,
                request.name,
                options,
                provider,
                one.properties,
                self._stack_tags,
            )
            one.judge(args, self._name, response)
        return response

    def AnalyzeStack(
        self, request: protocol.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge all resources together."""
        response = protocol.AnalyzeResponse()
        resources = read_stack(request.resources, self._looks_at)
        for one in self._for_stacks:
            args = StackValidationArgs(resources, one.properties, self._stack_tags)
            one.judge(args, self._name, response)
        return response

    def _configure(self, wanted: Mapping[str, protocol.PolicyConfig]) -> None:
        self._has_judged = False
        self._for_resources: list[_Configured[ResourceValidationPolicy]] = []
        self._for_stacks: list[_Configured[StackValidationPolicy]] = []
        for policy in self._policies:
            config = wanted.get(policy.name)
            level = default_level(policy) if config is None else config.enforcementLevel
            if level == protocol.DISABLED:
                continue
            if level == protocol.REMEDIATE:
                level = protocol.MANDATORY
            if level == protocol.MANDATORY and INFORMATION in (policy.tags or ()):
                level = protocol.ADVISORY
            properties = MessageToDict(config.properties) if config is not None else None
            if isinstance(policy, ResourceValidationPolicy):
                self._for_resources.append(_Configured(policy, level, properties))
            elif isinstance(policy, StackValidationPolicy):
                self._for_stacks.append(_Configured(policy, level, properties))
