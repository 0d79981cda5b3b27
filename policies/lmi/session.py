"""What the policies of one process tell each other, and what two of them tell the user.

The SDK shows each policy its own configuration only, and stack policies the outputs only. The
policies of a process meet here instead: resource policies leave the inputs they saw, rules leave
the exemptions they granted and the mistakes in their configuration, and the two policies that run
last report them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import local
from typing import TYPE_CHECKING, Any

from pulumi_policy import EnforcementLevel, Severity, StackValidationPolicy

from .configuration import Configuration, Exemption, understand
from .stack import Stack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_policy import PolicyResource, ReportViolation, StackValidationArgs

    from .access import Props
    from .rule import Rule

GUIDE = "https://www.pulumi.com/docs/insights/policy/policy-packs/configuration/"


@dataclass(slots=True)
class Session:
    """The memory of one process of the pack.

    Attributes
    ----------
    inputs
        Properties by URN, as resource policies saw them.
    """

    inputs: dict[str, Props] = field(default_factory=dict[str, "Props"])
    _analysis: local = field(default_factory=local)
    _raw: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, "Mapping[str, Any]"])
    _understood: dict[str, Configuration] = field(default_factory=dict[str, Configuration])
    _granted: dict[tuple[str, str], Exemption] = field(
        default_factory=dict[tuple[str, str], Exemption]
    )

    def stack(self, place: int, resources: Sequence[PolicyResource]) -> Stack:
        """Return the index of an analysis, made once for all of its rules.

        The SDK runs the policies of an analysis in the pack's order, in one thread: a place that
        is not behind the last one begins another analysis.

        Parameters
        ----------
        place
            Of the rule among all rules.
        resources
            The resources of the analysis.
        """
        analysis = self._analysis
        last: int = getattr(analysis, "place", place)
        if place <= last or analysis.count != len(resources):
            analysis.stack = Stack(resources, self.inputs)
            analysis.count = len(resources)
        analysis.place = place
        return analysis.stack

    def configuration(self, rule: Rule, config: Mapping[str, Any]) -> Configuration:
        """Return a rule's configuration, understood once for as long as it stays the same."""
        if rule.name not in self._understood or self._raw[rule.name] != config:
            self._raw[rule.name] = config
            self._understood[rule.name] = understand(rule, config)
        return self._understood[rule.name]

    def exempts(self, rule: Rule, configuration: Configuration, name: str, urn: str) -> bool:
        """Return whether a resource is exempt from a rule that it breaks, and remember it."""
        exemption = configuration.exemption_for(name, urn)
        if exemption is None:
            return False
        self._granted[rule.name, urn] = exemption
        return True

    def closing_policies(self) -> list[StackValidationPolicy]:
        """Return the policies that have to run after all rules."""
        return [
            StackValidationPolicy(
                name="pack-exemptions-in-force",
                description="An exemption keeps a violation from being reported.",
                validate=self._report_exemptions,
                enforcement_level=EnforcementLevel.ADVISORY,
                display_name="Exemptions in force",
                severity=Severity.LOW,
                tags=["lambda-managed-instances"],
                remediation_steps="Remove the exemption from the policy pack's configuration.",
                url=GUIDE,
            ),
            StackValidationPolicy(
                name="pack-configuration-understood",
                description="The configuration of the policy pack has a mistake.",
                validate=self._report_mistakes,
                enforcement_level=EnforcementLevel.ADVISORY,
                display_name="Configuration understood",
                severity=Severity.MEDIUM,
                tags=["lambda-managed-instances"],
                remediation_steps="Correct the file given with --policy-pack-config.",
                url=GUIDE,
            ),
        ]

    def _report_exemptions(self, args: StackValidationArgs, report: ReportViolation) -> None:
        urns = {resource.urn for resource in args.resources}
        for (rule, urn), exemption in sorted(self._granted.items(), key=lambda item: item[0]):
            if urn in urns:
                until = f", until {exemption.until}" if exemption.until else ""
                report(f"{rule} is not reported here{until}. Reason: {exemption.reason}", urn)

    def _report_mistakes(self, args: StackValidationArgs, report: ReportViolation) -> None:
        self._analysis = local()  # the last policy: nothing of the analysis is needed any more
        for rule, configuration in sorted(self._understood.items()):
            for mistake in configuration.mistakes:
                report(f"{rule}: {mistake}.", None)
            for exemption in configuration.exemptions:
                self._report_idle(rule, exemption, args, report)

    def _report_idle(
        self, rule: str, exemption: Exemption, args: StackValidationArgs, report: ReportViolation
    ) -> None:
        if exemption.is_over:
            report(f'{rule}: the exemption of "{exemption.resource}" has ended.', None)
        elif not any(exemption.covers(found.name, found.urn) for found in args.resources):
            report(f'{rule}: no resource is called "{exemption.resource}".', None)
