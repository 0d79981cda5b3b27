"""Serves the pack's policies to the engine, and reads each resource once for all of them.

``PolicyPack`` of the SDK reads a resource again for every policy, which is most of what a pack of
many policies costs (``python -m bench policy-pack`` shows it). This server speaks the same
protocol, gives policies the SDK's own arguments and answers the same, but for what this pack has no
use of: awaited results and the properties of provider resources. Remedies are its own (``remedy``),
since the SDK's would put secrets into the state in clear.
"""

# The protocol names the methods and their parameters.
# ruff: noqa: ARG002, N802

import os
import sys
from collections.abc import Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerServicer, add_AnalyzerServicer_to_server
from pulumi.runtime.proto.plugin_pb2 import PluginInfo
from pulumi_policy import (
    Policy,
    PolicyResource,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from .levels import NAME, level_of
from .pack import ResourceRulePolicy
from .remedy import with_value
from .session import INFORMATION
from .wire import LEVELS, SEVERITIES, default_level, policy_info, read_resource, read_stack

VERSION: Final = "0.0.1"
"""What the SDK reports too; the CLI shows the version of ``PulumiPolicy.yaml``."""

_UNLIMITED: Final = -1
_LOOK_SECONDS: Final = 1.0


def serve(name: str, policies: Sequence[Policy], looks_at: Container[str]) -> None:
    """Serve policies until the engine ends this process; print the port first, as it expects.

    A language host that is killed does not end the processes that it started, so this one looks
    whether its host is still there.

    Calls are answered one after another, and policies, which remember what they saw, run in their
    order. ``looks_at`` has the types whose properties they look at.
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
class _Configured:
    """A policy, with the level and the properties that people want it to have."""

    policy: ResourceValidationPolicy | StackValidationPolicy
    level: protocol.EnforcementLevel.ValueType
    properties: Mapping[str, Any] | None

    def judge(
        self, args: Any, pack: str, response: protocol.AnalyzeResponse, urn: str = ""
    ) -> None:
        """Run the policy; it says so where it stumbles over what a preview does not know yet.

        ``urn`` is that of the resource, where the engine does not know it from the call.
        """
        named = {"policyName": self.policy.name, "policyPackName": pack}
        described = {"policyPackVersion": VERSION, "description": self.policy.description}

        def report(message: str, found: str | None = None) -> None:
            response.diagnostics.add(
                **named,
                **described,
                message=f"{self.policy.description}\n{message}",
                enforcementLevel=self.level,
                urn=found or urn,
                severity=SEVERITIES[self.policy.severity],
            )

        try:
            self.policy.validate(args, report)  # pyright: ignore[reportUnknownMemberType] - what is awaited is left open
        except UnknownValueError as unknown:
            response.diagnostics.add(
                **named,
                **described,
                message=f"can't run policy '{self.policy.name}' from policy pack "
                f"'{pack}@v{VERSION}' during preview: {unknown.message}",
                enforcementLevel=protocol.ADVISORY,
            )


class Analyzer(AnalyzerServicer):
    """The engine's view of the pack."""

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
        """Mend the inputs of one resource by the rules of the level ``remediate``."""
        response = protocol.RemediateResponse()
        while remedy := self._remedy(request):  # each leaves fewer rules broken, so this ends
            one, request = remedy
            response.remediations.add(
                policyName=one.policy.name,
                policyPackName=self._name,
                policyPackVersion=VERSION,
                description=one.policy.description,
                properties=request.properties,
            )
            self._mended.setdefault(request.urn, []).append(one)
        return response

    def _remedy(
        self, request: protocol.AnalyzeRequest
    ) -> tuple[_Configured, protocol.AnalyzeRequest] | None:
        """Return the first rule that mends a resource, and the mended one; None without any.

        A remedy that another rule contradicts, or that does not satisfy its own, is none.
        """
        if not self._for_remedies or request.type not in self._looks_at:
            return None
        resource = read_resource(request, self._looks_at)
        broken = self._broken_by(resource)
        for one, policy in self._for_remedies:
            mended = protocol.AnalyzeRequest()
            mended.CopyFrom(request)
            for change in policy.remedies(self._args(resource, one)):
                changed = with_value(mended.properties, change.path, change.value)
                mended.properties.CopyFrom(changed or mended.properties)
            if mended != request:
                left = self._broken_by(read_resource(mended, self._looks_at))
                if left < broken and policy.name not in left:
                    return one, mended
        return None

    def _broken_by(self, resource: PolicyResource) -> set[str]:
        """Return the names of the rules about one resource that a resource breaks."""
        return {
            one.policy.name
            for one in self._for_resources
            if isinstance(one.policy, ResourceRulePolicy)
            and one.policy.is_broken_by(self._args(resource, one))
        }

    def Analyze(
        self, request: protocol.AnalyzeRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge the inputs of one resource."""
        response = protocol.AnalyzeResponse()
        is_read = request.type in self._looks_at
        if self._has_judged and not is_read:
            return response
        self._has_judged = True  # every policy has read its configuration by then
        resource = read_resource(request, self._looks_at)
        for one in self._for_resources:
            one.judge(self._args(resource, one), self._name, response)
        told = {found.policyName for found in response.diagnostics}
        mended = self._mended.pop(request.urn, ())  # but `policy analyze` keeps no remedy
        self._mended[request.urn] = [one for one in mended if one.policy.name not in told]
        return response

    def AnalyzeStack(
        self, request: protocol.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge all resources together, and what became of those that were mended."""
        response = protocol.AnalyzeResponse()
        resources = read_stack(request.resources, self._looks_at)
        for one in self._for_stacks:
            args = StackValidationArgs(resources, one.properties, self._stack_tags)
            one.judge(args, self._name, response)
        self._judge_mended(resources, response)
        return response

    def _judge_mended(
        self, resources: Sequence[PolicyResource], response: protocol.AnalyzeResponse
    ) -> None:
        """Judge mended resources as they are created: one that is replaced loses its remedy."""
        for resource in resources:
            for one in self._mended.pop(resource.urn, ()):
                args = self._args(resource, one)
                one.judge(args, self._name, response, urn=resource.urn)

    def _args(self, resource: PolicyResource, one: _Configured) -> ResourceValidationArgs:
        """Return what a policy about one resource is called with."""
        return ResourceValidationArgs(
            resource.resource_type,
            resource.props,
            resource.urn,
            resource.name,
            resource.opts,
            resource.provider,
            one.properties,
            self._stack_tags,
        )

    def _configure(self, wanted: Mapping[str, protocol.PolicyConfig]) -> None:
        self._has_judged = False
        self._mended: dict[str, list[_Configured]] = {}
        self._for_remedies: list[tuple[_Configured, ResourceRulePolicy]] = []
        self._for_resources: list[_Configured] = []
        self._for_stacks: list[_Configured] = []
        of_themes = MessageToDict(wanted[NAME].properties) if NAME in wanted else {}
        for policy in self._policies:
            config = wanted.get(policy.name)
            level = default_level(policy) if config is None else config.enforcementLevel
            by_theme = level_of(policy.name, of_themes)
            if by_theme and level == default_level(policy):  # the file gives it no other by name
                level = LEVELS[by_theme]
            if level == protocol.DISABLED:
                continue
            mends = level == protocol.REMEDIATE
            if mends:  # what is wrong then still stops a deployment
                level = protocol.MANDATORY
            if level == protocol.MANDATORY and INFORMATION in (policy.tags or ()):
                level = protocol.ADVISORY
            properties = MessageToDict(config.properties) if config is not None else None
            if isinstance(policy, StackValidationPolicy):
                self._for_stacks.append(_Configured(policy, level, properties))
            elif isinstance(policy, ResourceValidationPolicy):
                configured = _Configured(policy, level, properties)
                self._for_resources.append(configured)
                if mends and isinstance(policy, ResourceRulePolicy):
                    self._for_remedies.append((configured, policy))
