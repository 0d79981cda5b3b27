"""What the policies of one process remember of an operation.

A rule about the stack is given outputs alone. What the program wrote is known from the inputs that
the engine showed before, one resource after another.
"""

from collections.abc import Iterator, Sequence

from ..graph.stack import Stack
from ..model.resource import CLASSES_OF_TYPE, Finding, Resource
from ..rules.rule import Rule
from .configuration import Configuration, Exemption


class Session:
    """The inputs that the policies saw, and the exemptions that they granted."""

    def __init__(self) -> None:
        self._seen: dict[str, Resource] = {}
        self._granted: dict[tuple[str, str], Exemption] = {}

    def see(self, resource: Resource) -> None:
        """Remember the inputs of a resource."""
        if resource.type in CLASSES_OF_TYPE:
            self._seen[resource.urn] = resource

    def stack(self, resources: Sequence[Resource]) -> Stack:
        """Return the index of an analysis, with the resources that ``--target`` leaves out.

        The engine shows such a resource without inputs, and does not list it among the stack's.
        Rules must not take for missing what the next full update makes.
        """
        inputs = {urn: one.props for urn, one in self._seen.items()}
        others = self._seen.keys() - {resource.urn for resource in resources}
        left_out = [self._seen[urn] for urn in others if not inputs[urn].names()]
        return Stack([*resources, *left_out], inputs)

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

    def exempt(self, resources: Sequence[Resource]) -> Iterator[str]:
        """Yield one sentence about all resources that were left alone, if any was."""
        names = {resource.urn: resource.name for resource in resources}
        granted = sorted(self._granted.items(), key=lambda item: item[0])
        exempt = [
            f"{rule} for {names[urn]}{_until(exemption)} ({exemption.reason})"
            for (rule, urn), exemption in granted
            if urn in names
        ]
        if exempt:
            yield f"Not reported: {'; '.join(exempt)}."


def _until(exemption: Exemption) -> str:
    return f" until {exemption.until}" if exemption.until else ""
