"""Serves the rules as policies to the engine, and reads each resource once for all of them.

``PolicyPack`` of the SDK reads a resource again for every policy, which is most of what a pack of
many policies costs (``python -m bench policy-pack`` shows it). This server speaks the same protocol
and answers the same, but for what this pack has no use of. Remedies are its own (``remedy``), since
the SDK's would put secrets into the state in clear.
"""

# The protocol names the methods and their parameters.
# ruff: noqa: ARG002, N802

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerServicer, add_AnalyzerServicer_to_server
from pulumi.runtime.proto.plugin_pb2 import PluginInfo

from ..graph.stack import Stack
from ..model.resource import Finding
from ..model.spelling import spelled
from ..rules.rule import Rule
from .configuration import Configuration, mistakes_in, parse_configuration
from .levels import level_of, unknown_beginnings
from .pack import IN_FORCE, INFORMATION, LEVELS, PACK_NAME, PAGE, PAGE_IS_AT, UNDERSTOOD, policies
from .remedy import mended
from .session import Session
from .wire import Views, read_linked, read_resource, seen_as

VERSION: Final = "0.0.1"
"""What the SDK reports too; the CLI shows the version of ``PulumiPolicy.yaml``."""

_UNLIMITED: Final = -1
_LOOK_SECONDS: Final = 1.0


def serve(rules: Sequence[Rule]) -> None:
    """Serve rules until the engine ends this process; print the port first, as it expects.

    A language host that is killed does not end the processes that it started, so this one looks
    whether its host is still there. Calls are answered one after another, since policies remember
    what they saw.
    """
    server = grpc.server(
        ThreadPoolExecutor(max_workers=1), options=[("grpc.max_receive_message_length", _UNLIMITED)]
    )
    add_AnalyzerServicer_to_server(Analyzer(rules), server)
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
class _Active:
    """A policy that is not off, with the level that people want it to have."""

    policy: protocol.PolicyInfo
    level: protocol.EnforcementLevel.ValueType


@dataclass(frozen=True, slots=True, eq=False)
class _ActiveRule(_Active):
    rule: Rule
    configuration: Configuration


class Analyzer(AnalyzerServicer):
    """The engine's view of the pack."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._policies = policies(rules)
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
            name=PACK_NAME, version=VERSION, supportsConfig=True, policies=self._policies
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
                policyName=one.rule.name,
                policyPackName=PACK_NAME,
                policyPackVersion=VERSION,
                description=one.rule.title,
                properties=request.properties,
            )
            self._mended.setdefault(request.urn, []).append(one)
        return response

    def _remedy(
        self, request: protocol.AnalyzeRequest
    ) -> tuple[_ActiveRule, protocol.AnalyzeRequest] | None:
        """Return the first rule that mends a resource, and the mended one; None without any.

        A remedy that another rule contradicts, or that does not satisfy its own, is none.
        """
        if not self._mending:
            return None
        views = seen_as(read_resource(request))
        broken = self._broken_by(views)
        for one in self._mending:
            changed = mended(request, self._findings(one, views))
            if changed != request:
                left = self._broken_by(seen_as(read_resource(changed)))
                if left < broken and one.rule.name not in left:
                    return one, changed
        return None

    def _broken_by(self, views: Views) -> set[str]:
        """Return the names of the rules about one resource that a resource breaks."""
        return {one.rule.name for one in self._active if any(self._findings(one, views))}

    def Analyze(
        self, request: protocol.AnalyzeRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge the inputs of one resource."""
        response = protocol.AnalyzeResponse()
        resource = read_resource(request)
        self._session.see(resource)
        views = seen_as(resource)
        for one in self._active if views else ():
            self._report(response, one, self._findings(one, views))
        told = {found.policyName for found in response.diagnostics}
        remedies = self._mended.pop(request.urn, ())  # but `policy analyze` keeps no remedy
        self._mended[request.urn] = [one for one in remedies if one.rule.name not in told]
        return response

    def AnalyzeStack(
        self, request: protocol.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge all resources together, and what became of those that were mended."""
        response = protocol.AnalyzeResponse()
        resources = [read_linked(one) for one in request.resources]
        stack = self._session.stack(resources)
        for one in self._active:
            self._report(response, one, self._findings(one, {Stack: stack}))
        configurations = {one.rule.name: one.configuration for one in self._active}
        reports = {
            LEVELS.name: unknown_beginnings(self._rules.values(), self._of_themes),
            IN_FORCE.name: self._session.exempt(resources),
            UNDERSTOOD.name: mistakes_in(configurations, resources),
        }
        for own in self._own:
            for text in reports[own.policy.name]:
                self._add(response, own, text)
        for resource in resources:
            # Judged as it is created: one that is replaced loses its remedy.
            for one in self._mended.pop(resource.urn, ()):
                self._report(response, one, self._findings(one, seen_as(resource)))
        self._page_is_told = False
        return response

    def _findings(self, one: _ActiveRule, views: Views) -> Iterator[Finding]:
        """Yield what is wrong with what a rule checks, where that is among the views."""
        subject = views.get(one.rule.subject or Stack)
        if subject is not None:
            yield from self._session.findings(one.rule, one.configuration, subject)

    def _report(
        self, response: protocol.AnalyzeResponse, one: _ActiveRule, findings: Iterable[Finding]
    ) -> None:
        """Add the messages of a rule, the first one of an operation with the page of rules."""
        told = (
            (spelled(one.rule.message(found), self._stack_tags), found.resource.urn)
            for found in findings
        )
        for text, urn in dict.fromkeys(told):  # once where several providers share a role
            page = "" if self._page_is_told or not PAGE.is_file() else f"\n{PAGE_IS_AT}{PAGE}"
            self._page_is_told = True
            self._add(response, one, text + page, urn)

    def _add(
        self, response: protocol.AnalyzeResponse, one: _Active, text: str, urn: str = ""
    ) -> None:
        response.diagnostics.add(
            policyName=one.policy.name,
            policyPackName=PACK_NAME,
            policyPackVersion=VERSION,
            description=one.policy.description,
            message=f"{one.policy.description}\n{text}",
            enforcementLevel=one.level,
            urn=urn,
            severity=one.policy.severity,
        )

    def _configure(self, wanted: Mapping[str, protocol.PolicyConfig]) -> None:
        self._session = Session()
        self._page_is_told = False
        self._active: list[_ActiveRule] = []
        self._mending: list[_ActiveRule] = []
        self._mended: dict[str, list[_ActiveRule]] = {}
        self._own: list[_Active] = []
        properties = {name: MessageToDict(config.properties) for name, config in wanted.items()}
        self._of_themes = properties.get(LEVELS.name, {})
        for policy in self._policies:
            rule, level = self._rules.get(policy.name), policy.enforcementLevel
            if policy.name in wanted:
                level = wanted[policy.name].enforcementLevel
            if rule and level == policy.enforcementLevel:  # the file gives it no other by name
                level = level_of(rule, self._of_themes)
            if level == protocol.DISABLED:
                continue
            mends = level == protocol.REMEDIATE
            if mends:  # what is wrong then still stops a deployment
                level = protocol.MANDATORY
            if rule is None:
                level = protocol.ADVISORY if INFORMATION in policy.tags else level
                self._own.append(_Active(policy, level))
                continue
            configuration = parse_configuration(rule, properties.get(rule.name, {}))
            one = _ActiveRule(policy, level, rule, configuration)
            self._active.append(one)
            if mends:
                self._mending.append(one)
