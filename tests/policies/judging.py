"""Runs the pack's server over resources that a test writes down, in the process of the test.

``judge`` plays one operation of the engine: every resource's inputs, then all resources together.
Properties travel as on the wire: a protobuf struct makes every number a float.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as protocol

from policies.lmi.model.resource import Resource
from policies.lmi.rules import RULES
from policies.lmi.serving.pack import policies
from policies.lmi.serving.server import Analyzer
from policies.lmi.serving.wire import read_linked, read_properties
from testing.policies.served import of_resource, of_stack
from testing.policies.support import Json, Res

LEVEL = "enforcementLevel"

ANALYZER = Analyzer(RULES)
"""The pack's server, which a configuration makes as new."""
CONTEXT: Any = None
"""No call of the server looks at its context."""
DEFAULTS = {policy.name: policy.enforcementLevel for policy in policies(RULES)}
"""Levels of all policies that no configuration names."""

SILENT: set[str] = set()
"""What ``names`` returns where no rule has anything to say."""


@dataclass(frozen=True)
class Violation:
    """What a policy reported, and where."""

    policy: str
    resource: str
    message: str


def judge(
    *resources: Res, config: Mapping[str, Json] | None = None, by: tuple[str, ...] = ("",)
) -> list[Violation]:
    """Return what the pack reports about a stack; what is off has to be turned on.

    Parameters
    ----------
    by
        The policies that judge: those whose names begin so; by default all.
    """
    entries = {
        name: (config or {}).get(name, {}) if name.startswith(by) else {LEVEL: "disabled"}
        for name in DEFAULTS
    }
    wanted = {name: policy_config(name, entry) for name, entry in entries.items() if entry}
    ANALYZER.Configure(protocol.ConfigureAnalyzerRequest(policyConfig=wanted), CONTEXT)
    answers = [ANALYZER.Analyze(of_resource(resource), CONTEXT) for resource in resources]
    answers.append(ANALYZER.AnalyzeStack(of_stack(resources), CONTEXT))
    return [_violation(found) for answer in answers for found in answer.diagnostics]


def names(*resources: Res, config: Mapping[str, Json] | None = None) -> set[str]:
    """Return the catalogue ids, lower case, of the rules that the whole pack reports."""
    return {"-".join(found.policy.split("-")[:2]) for found in judge(*resources, config=config)}


def turned_on(policy: str) -> dict[str, Json]:
    """Return a configuration that turns on a policy which is off by default."""
    return {policy: {LEVEL: "advisory"}}


def message(policy: str, *resources: Res) -> str:
    """Return the one message that a policy reports about a stack."""
    (found,) = judge(*resources, by=(policy,))
    return found.message


def resources_of(*resources: Res) -> list[Resource]:
    """Return resources as the index of a stack takes them."""
    return [read_linked(one) for one in of_stack(resources).resources]


def on_the_wire(props: Json) -> Json:
    """Return properties as they reach a rule: through protobuf."""
    struct = Struct()
    struct.update(props)
    return read_properties(struct)


def policy_config(policy: str, entry: Json) -> protocol.PolicyConfig:
    """Return what the engine makes of a policy's entry in the file of the configuration."""
    level, struct = entry.get(LEVEL), Struct()
    struct.update({name: value for name, value in entry.items() if name != LEVEL})
    return protocol.PolicyConfig(
        enforcementLevel=protocol.EnforcementLevel.Value(level.upper())
        if level
        else DEFAULTS[policy],
        properties=struct,
    )


def _violation(found: protocol.AnalyzeDiagnostic) -> Violation:
    message = found.message.removeprefix(f"{found.description}\n")
    return Violation(found.policyName, found.urn.rpartition("::")[2], message)
