"""Accelerators, which only aws-native can ask for (rules GPU)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_policy import EnforcementLevel

from ..facts.instance_types import parse
from ..facts.limits import MAX_STORAGE_MB
from ..facts.sources import CREATE_FUNCTION, SAM_ACCELERATOR
from ..model.functions import Function
from .rule import Failure, Finding, ResourceRule, StackRule
from .wording import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph.stack import Stack

FAMILIES_BY_GB = {
    3: ("g6f", "gr6f"),
    6: ("g6f", "gr6f"),
    12: ("g6f", "gr6f"),
    16: ("g4dn",),
    24: ("g5", "g6"),
    48: ("g6e",),
}
"""Instance families by the memory of their devices, in GB (GPU-01, GPU-05)."""


def _known_memory(function: Function) -> Iterator[Finding]:
    size = function.accelerator_gb.or_none()
    if size is not None and size not in FAMILIES_BY_GB:
        yield Finding(
            problem=f"{function.spell(Function.accelerator_gb)} is {size}.",
            allowed=f"{either(list(FAMILIES_BY_GB))} GB",
            fix=function.set_to(Function.accelerator_gb, _next_size(size)),
        )


def _next_size(size: int) -> int:
    return next((known for known in FAMILIES_BY_GB if known >= size), max(FAMILIES_BY_GB))


GPU_01 = ResourceRule(
    id="GPU-01",
    name="gpu-01-known-accelerator-memory",
    title="The accelerator memory is 3, 6, 12, 16, 24 or 48 GB.",
    why="LMI offers devices of these sizes.",
    fix="Set accelerator_memory_size to 3, 6, 12, 16, 24 or 48.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(SAM_ACCELERATOR,),
    subject=Function,
    check=_known_memory,
)


def _on_a_provider(function: Function) -> Iterator[Finding]:
    if function.is_accelerated and function.is_managed is False:
        yield Finding(
            problem="accelerator_config is set without capacity_provider_config.",
            allowed="accelerators on a capacity provider",
            fix="add capacity_provider_config, or remove accelerator_config",
        )


GPU_02 = ResourceRule(
    id="GPU-02",
    name="gpu-02-accelerator-on-a-provider",
    title="A function with an accelerator has a capacity provider.",
    why="Only Lambda Managed Instances have accelerators.",
    fix="Add capacity_provider_config.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(SAM_ACCELERATOR,),
    subject=Function,
    check=_on_a_provider,
)


def _as_an_image(function: Function) -> Iterator[Finding]:
    if function.is_accelerated and function.package_type.or_default("Zip") == "Zip":
        yield Finding(
            problem="accelerator_config is set on a function from a zip.",
            allowed="a container image",
            fix=function.set_to(Function.package_type, '"Image"') + ", and build an image",
        )


GPU_03 = ResourceRule(
    id="GPU-03",
    name="gpu-03-accelerator-in-an-image",
    title="A function with an accelerator is a container image.",
    why="AWS takes no zip with an accelerator.",
    fix='Set package_type to "Image".',
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(SAM_ACCELERATOR,),
    subject=Function,
    check=_as_an_image,
)


def _on_x86(function: Function) -> Iterator[Finding]:
    if function.is_accelerated and function.architecture == "arm64":
        yield Finding(
            problem=f"accelerator_config is set, and {function.spell(Function.architectures)} "
            "is arm64.",
            allowed="x86_64",
            fix='set architectures=["x86_64"], here and on the capacity provider',
        )


GPU_04 = ResourceRule(
    id="GPU-04",
    name="gpu-04-accelerator-on-x86",
    title="A function with an accelerator has the architecture x86_64.",
    why="The instances with accelerators are, and the provider has the same (CP-10).",
    fix="Set architectures to x86_64 on the function and on its capacity provider.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(SAM_ACCELERATOR,),
    subject=Function,
    check=_on_x86,
)


def _type_with_the_device(stack: Stack) -> Iterator[Finding]:
    for provider, functions in stack.functions_by_provider().items():
        names = provider.allowed_types.or_none()
        types = [parse(name.or_none() or "") for name in names or ()]
        if not types or None in types:
            continue
        families = {one.family for one in types if one is not None}
        for function in functions:
            wanted = FAMILIES_BY_GB.get(function.accelerator_gb.or_none() or 0)
            if wanted and families.isdisjoint(wanted):
                yield Finding(
                    problem="No allowed instance type has the accelerator of the function.",
                    allowed=f"types of {either(wanted)} among allowed_instance_types",
                    fix=f"allow instance types of {either(wanted)}",
                    resource=function,
                )


GPU_05 = StackRule(
    id="GPU-05",
    name="gpu-05-some-type-has-the-accelerator",
    title="Some allowed instance type has the accelerator that a function asks for.",
    why="Otherwise the version ends with IncompatibleAcceleratorInstanceTypes.",
    fix="Allow g6f or gr6f up to 12 GB, g4dn for 16, g5 or g6 for 24, g6e for 48.",
    failure=Failure.NEVER_ACTIVE,
    confidence=3,
    level=EnforcementLevel.ADVISORY,
    sources=(SAM_ACCELERATOR,),
    check=_type_with_the_device,
)


def _storage_of_accelerators(function: Function) -> Iterator[Finding]:
    size = function.storage_mb.or_none()
    if not function.is_managed or not function.is_native or size is None:
        return
    if function.is_accelerated is False and size > MAX_STORAGE_MB:
        yield Finding(
            problem=f"Ephemeral storage is {size} MB, without accelerator_config.",
            allowed=f"{MAX_STORAGE_MB} MB at most without an accelerator",
            fix=function.set_to(Function.storage_mb, MAX_STORAGE_MB),
        )


GPU_07 = ResourceRule(
    id="GPU-07",
    name="gpu-07-large-storage-with-an-accelerator",
    title="Ephemeral storage beyond 10240 MB goes with an accelerator.",
    why="Functions without one have at most 10240 MB, those with one 32768.",
    fix="Set ephemeral_storage size to 10240 or less, or add accelerator_config.",
    failure=Failure.REFUSED,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(SAM_ACCELERATOR, CREATE_FUNCTION),
    subject=Function,
    check=_storage_of_accelerators,
)


RULES = (GPU_01, GPU_02, GPU_03, GPU_04, GPU_05, GPU_07)
