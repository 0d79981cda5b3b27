"""What the policy pack says of all that a program declared."""

from testing.policies.support import Res
from tests.infra.declared import Program, Resource
from tests.policies.judging import Violation, judge

ALWAYS_EXPLAINED = {
    # Logs are encrypted with AWS's own key unless a stack names its own.
    "gen-08",
    # The services are small; what they cost is an output of the stack.
    "cost-01",
}


def unexplained(declared: Program, explained: set[str]) -> list[Violation]:
    """Judge a program; gives what neither these rules nor those of every stack found."""
    found = judge(*(_as_judged(resource, declared) for resource in declared.resources))
    return [it for it in found if _id(it.policy) not in explained | ALWAYS_EXPLAINED]


def _id(policy: str) -> str:
    return "-".join(policy.split("-")[:2])


def _as_judged(resource: Resource, declared: Program) -> Res:
    names = {other.urn: _unique(other) for other in declared.resources}
    properties = resource.options.get("propertyDependencies", {})
    return Res(
        resource.type,
        _unique(resource),
        resource.inputs,
        resource.outputs,
        {
            property_: [names[urn] for urn in resource.made_from(property_)]
            for property_ in properties
        },
        depends_on=[names[urn] for urn in resource.depends_on if urn in names],
        ignore_changes=tuple(resource.options.get("ignoreChanges", ())),
    )


def _unique(resource: Resource) -> str:
    return f"{resource.type.rpartition(':')[-1]} {resource.name}"
