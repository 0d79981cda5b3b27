"""Properties of the function itself (catalogue section 5, FN)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_policy import EnforcementLevel

from ..kinds import Function
from ..rule import Failure, Finding, ResourceRule
from ..sources import BLOG, CAPACITY_PROVIDERS, SAM_FUNCTION

if TYPE_CHECKING:
    from collections.abc import Iterator


def _no_network_of_its_own(function: Function) -> Iterator[Finding]:
    if not function.is_managed:
        return
    fields = (Function.subnet_ids, Function.security_group_ids)
    names = [function.spell(field) for field in fields if field.of(function).or_none()]
    if names:
        yield Finding(
            problem=f"vpc_config has {' and '.join(names)}.",
            allowed="no vpc_config, or an empty one",
            fix="remove vpc_config from the function, and set it on the capacity provider",
        )


FN_05 = ResourceRule(
    id="FN-05",
    name="fn-05-no-function-vpc-config",
    title="A function on Lambda Managed Instances has no vpc_config of its own.",
    why="The network comes from the capacity provider; the two configurations exclude each other.",
    fix="Remove vpc_config from the function, and set it on the capacity provider.",
    failure=Failure.REFUSED,
    confidence=2,
    level=EnforcementLevel.MANDATORY,
    sources=(SAM_FUNCTION, BLOG, CAPACITY_PROVIDERS),
    subject=Function,
    check=_no_network_of_its_own,
)


RULES = (FN_05,)
