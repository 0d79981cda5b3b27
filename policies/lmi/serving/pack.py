"""What the engine is told of each policy: one for each rule, and three that the pack adds."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from pulumi.runtime.proto import analyzer_pb2 as protocol

from ..model.spelling import spelled
from ..rules.rule import Rule
from .configuration import schema_of
from .levels import LEVELS_SCHEMA

PACK_NAME: Final = "lambda-managed-instances"
CONTROLS: Final = (
    "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html"
)
INFORMATION: Final = "information"
"""Tag of a policy that tells something and stops nothing, at any level of ``all``."""
PAGE: Final = Path(__file__).parents[2] / "rules.md"
"""The page of all rules, beside the pack's code."""
PAGE_IS_AT: Final = "All rules, with their reasons and sources: "
"""How the last line of the first message of an operation begins."""


def policy_of(rule: Rule) -> protocol.PolicyInfo:
    """Return what people are shown of a rule."""
    is_of_stack = rule.subject is None
    return protocol.PolicyInfo(
        name=rule.name,
        displayName=f"{rule.id}: {rule.title}",
        description=rule.title,
        enforcementLevel=protocol.EnforcementLevel.Value(rule.level.name),
        policy_type=protocol.POLICY_TYPE_STACK if is_of_stack else protocol.POLICY_TYPE_RESOURCE,
        severity=protocol.PolicySeverity.Value(f"POLICY_SEVERITY_{rule.severity.name}"),
        framework=_framework(rule.equivalents),
        configSchema=schema_of(rule.settings),
        tags=[PACK_NAME, *rule.tags, *rule.equivalents],
        remediation_steps=spelled(rule.fix),
        url=rule.sources[0],
    )


def _framework(equivalents: Iterable[str]) -> protocol.PolicyComplianceFramework | None:
    """Return the control of AWS's Security Hub that a rule serves."""
    controls = [one.partition(":")[2] for one in equivalents if one.startswith("securityhub:")]
    if not controls:
        return None
    return protocol.PolicyComplianceFramework(
        name="AWS Security Hub CSPM", reference=controls[0], specification=CONTROLS
    )


_of_the_pack = partial(
    protocol.PolicyInfo,
    enforcementLevel=protocol.ADVISORY,
    policy_type=protocol.POLICY_TYPE_STACK,
    severity=protocol.POLICY_SEVERITY_LOW,
    tags=[PACK_NAME, INFORMATION],
    remediation_steps="Correct the file given with --policy-pack-config.",
    url="https://www.pulumi.com/docs/insights/policy/policy-packs/configuration/",
)

LEVELS: Final = _of_the_pack(
    name="pack-levels",
    displayName="Levels by theme",
    description="The levels of themes and rules are about rules that exist.",
    configSchema=LEVELS_SCHEMA,
)
IN_FORCE: Final = _of_the_pack(
    name="pack-exemptions-in-force",
    displayName="Exemptions in force",
    description="An exemption keeps a violation from being reported.",
    remediation_steps="Remove the exemption from the policy pack's configuration.",
)
UNDERSTOOD: Final = _of_the_pack(
    name="pack-configuration-understood",
    displayName="Configuration understood",
    description="The configuration of the policy pack has a mistake.",
    severity=protocol.POLICY_SEVERITY_MEDIUM,
    tags=[PACK_NAME],
)


def policies(rules: Iterable[Rule]) -> list[protocol.PolicyInfo]:
    """Return the policy of each rule, then those that report what the rules left to tell."""
    return [*map(policy_of, rules), LEVELS, IN_FORCE, UNDERSTOOD]
