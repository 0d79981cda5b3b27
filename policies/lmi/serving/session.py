"""What the policies of one process tell each other, and what two of them tell the user.

The SDK shows each policy its own configuration only, and stack policies the outputs only. The
policies of a process meet here instead: resource policies leave the inputs they saw, rules leave
the exemptions they granted and the mistakes in their configuration, and the two policies that run
last report them.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

from pulumi_policy import (
    EnforcementLevel,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from ..graph.stack import Stack
from ..model.access import Props
from ..model.classes import CLASSES_OF_TYPE
from ..model.resource import Finding, Resource
from ..rules.rule import Rule
from .configuration import Configuration, Exemption, understand

R = TypeVar("R", bound="Resource")

INFORMATION = "information"
"""Tag of a policy that tells something and stops nothing, at any level of ``all``."""
GUIDE = "https://www.pulumi.com/docs/insights/policy/policy-packs/configuration/"

PAGE = Path(__file__).parents[2] / "rules.md"
"""The page of all rules, beside the pack's code."""
PAGE_IS_AT = "All rules, with their reasons and sources: "
"""How the last line of the first message of an operation begins."""


class Session:
    """The memory of one process of the pack."""

    def __init__(self) -> None:
        self.inputs: dict[str, Props] = {}
        """Properties by URN, as resource policies saw them."""
        self._props: Mapping[str, Any] | None = None
        self._subjects: dict[type[Resource], Resource] = {}
        self._without_inputs: dict[str, PolicyResource] = {}
        self._resources: Sequence[PolicyResource] | None = None
        self._stack: Stack | None = None
        self._raw: dict[str, Mapping[str, Any]] = {}
        self._understood: dict[str, Configuration] = {}
        self._granted: dict[tuple[str, str], Exemption] = {}
        self._page_is_told = False

    def with_page(self, message: str) -> str:
        """Return a message, the first one of an operation with the path of the page of rules."""
        if self._page_is_told or not PAGE.is_file():
            return message
        self._page_is_told = True
        return f"{message}\n{PAGE_IS_AT}{PAGE}"

    def seen_as(self, class_: type[R], args: ResourceValidationArgs) -> R | None:
        """Return a resource as one of its classes, made once for all rules; None if it is not."""
        if self._props is not args.props:
            self._props = args.props
            self._subjects = self._see(args)
        return cast("R | None", self._subjects.get(class_))

    def _see(self, args: ResourceValidationArgs) -> dict[type[Resource], Resource]:
        classes = CLASSES_OF_TYPE.get(args.resource_type, ())
        if not classes:
            return {}
        props = self.inputs[args.urn] = Props(args.props)
        if not props.names():
            self._without_inputs[args.urn] = _placeholder(args)
            return {}
        return {
            class_: class_(type=args.resource_type, name=args.name, urn=args.urn, props=props)
            for class_ in classes
        }

    def stack(self, resources: Sequence[PolicyResource]) -> Stack:
        """Return the index of an analysis, made once for all rules, which share its resources."""
        if self._stack is None or self._resources is not resources:
            self._resources = resources
            listed = {resource.urn for resource in resources}
            missing = (one for urn, one in self._without_inputs.items() if urn not in listed)
            self._stack = Stack([*resources, *missing], self.inputs)
        return self._stack

    def configuration(self, rule: Rule, config: Mapping[str, Any]) -> Configuration:
        """Return a rule's configuration, understood once for as long as it stays the same."""
        if rule.name not in self._understood or self._raw[rule.name] != config:
            self._raw[rule.name] = config
            self._understood[rule.name] = understand(rule, config)
        return self._understood[rule.name]

    def findings(
        self, rule: Rule, configuration: Configuration, subject: Resource | Stack
    ) -> Iterator[Finding]:
        """Yield what is wrong with the program's resources but exempt ones, and note these."""
        for finding in rule.check(subject, *configuration.values):
            found = finding.resource
            if found.is_external:
                continue
            exemption = configuration.exemption_for(found.name, found.urn)
            if exemption is None:
                yield finding
            else:
                self._granted[rule.name, found.urn] = exemption

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
                tags=["lambda-managed-instances", INFORMATION],
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
        names = {resource.urn: resource.name for resource in args.resources}
        granted = sorted(self._granted.items(), key=lambda item: item[0])
        exempt = [
            f"{rule} for {names[urn]}{_until(exemption)} ({exemption.reason})"
            for (rule, urn), exemption in granted
            if urn in names
        ]
        if exempt:
            report(f"Not reported: {'; '.join(exempt)}.", None)

    def _report_mistakes(self, args: StackValidationArgs, report: ReportViolation) -> None:
        self._resources = self._stack = None  # this policy is the last one of an analysis
        self._page_is_told = False
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


def _until(exemption: Exemption) -> str:
    return f" until {exemption.until}" if exemption.until else ""


def _placeholder(args: ResourceValidationArgs) -> PolicyResource:
    """Return a resource of which nothing is known, for one that ``--target`` leaves out.

    The engine shows such a resource without inputs, and does not list it among the stack's. Rules
    must not take for missing what the next full update makes.
    """
    return PolicyResource(
        resource_type=args.resource_type,
        props=args.props,
        urn=args.urn,
        name=args.name,
        opts=args.opts,
        provider=args.provider,
        parent=None,
        dependencies=[],
        property_dependencies={},
    )
