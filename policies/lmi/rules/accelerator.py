"""Accelerators, which only aws-native can ask for (rules GPU)."""

from collections.abc import Iterator

from ..facts import limits, sources
from ..facts.instance_types import parse
from ..graph.stack import Stack
from ..model.functions import Function
from .rule import Failure, Finding, rule
from .wording import either

FAMILIES_BY_GB = {
    3: ("g6f", "gr6f"),
    6: ("g6f", "gr6f"),
    12: ("g6f", "gr6f"),
    16: ("g4dn",),
    24: ("g5", "g6"),
    48: ("g6e",),
}
"""Instance families by the memory of their devices, in GB (GPU-01, GPU-05)."""


@rule(
    "gpu-01-known-accelerator-memory",
    why="LMI offers devices of these sizes.",
    fix="Set {acceleratorMemorySize} to 3, 6, 12, 16, 24 or 48.",
    failure=Failure.REFUSED,
    sources=(sources.SAM_ACCELERATOR,),
)
def known_memory(function: Function) -> Iterator[Finding]:
    """The accelerator memory is 3, 6, 12, 16, 24 or 48 GB."""
    size = function.accelerator_gb.or_none()
    if size is not None and size not in FAMILIES_BY_GB:
        yield function.finding(
            field=Function.accelerator_gb,
            value=size,
            allowed=f"{either(list(FAMILIES_BY_GB))} GB",
            fix=function.set_to(Function.accelerator_gb, _next_size(size)),
        )


def _next_size(size: int) -> int:
    return next((known for known in FAMILIES_BY_GB if known >= size), max(FAMILIES_BY_GB))


@rule(
    "gpu-02-accelerator-on-a-provider",
    why="Only Lambda Managed Instances have accelerators.",
    fix="Add {capacityProviderConfig}, or remove {acceleratorConfig}.",
    failure=Failure.REFUSED,
    sources=(sources.SAM_ACCELERATOR,),
)
def on_a_provider(function: Function) -> Iterator[Finding]:
    """A function with an accelerator has a capacity provider."""
    if function.is_accelerated and function.is_managed is False:
        yield function.finding(
            problem="{acceleratorConfig} is set without {capacityProviderConfig}.",
            allowed="accelerators on a capacity provider",
        )


@rule(
    "gpu-03-accelerator-in-an-image",
    why="AWS takes no zip with an accelerator.",
    fix='Set {packageType} to "Image".',
    failure=Failure.REFUSED,
    sources=(sources.SAM_ACCELERATOR,),
)
def as_an_image(function: Function) -> Iterator[Finding]:
    """A function with an accelerator is a container image."""
    if function.is_accelerated and function.package_type.or_default("Zip") == "Zip":
        yield function.finding(
            problem="{acceleratorConfig} is set on a function from a zip.",
            allowed="a container image",
            fix=function.set_to(Function.package_type, "Image").text + ", and build an image",
        )


@rule(
    "gpu-04-accelerator-on-x86",
    why="The instances with accelerators are, and the provider has the same (CP-10).",
    fix="Set architectures to x86_64 on the function and on its capacity provider.",
    failure=Failure.REFUSED,
    sources=(sources.SAM_ACCELERATOR,),
)
def on_x86(function: Function) -> Iterator[Finding]:
    """A function with an accelerator has the architecture x86_64."""
    if function.is_accelerated and function.architecture == "arm64":
        yield function.finding(
            problem=f"{{acceleratorConfig}} is set, and {function.spell(Function.architectures)} "
            "is arm64.",
            allowed="x86_64",
        )


@rule(
    "gpu-05-some-type-has-the-accelerator",
    why="Otherwise the version ends with IncompatibleAcceleratorInstanceTypes.",
    fix="Allow g6f or gr6f up to 12 GB, g4dn for 16, g5 or g6 for 24, g6e for 48.",
    failure=Failure.NEVER_ACTIVE,
    confidence=3,
    sources=(sources.SAM_ACCELERATOR,),
)
def type_with_the_device(stack: Stack) -> Iterator[Finding]:
    """Some allowed instance type has the accelerator that a function asks for."""
    for provider, functions in stack.functions_by_provider().items():
        names = provider.allowed_types.or_none()
        types = [parse(name.or_none() or "") for name in names or ()]
        if not types or None in types:
            continue
        families = {one.family for one in types if one is not None}
        for function in functions:
            wanted = FAMILIES_BY_GB.get(function.accelerator_gb.or_none() or 0)
            if wanted and families.isdisjoint(wanted):
                yield function.finding(
                    problem="No allowed instance type has the accelerator of the function.",
                    allowed=f"types of {either(wanted)} among {{allowedInstanceTypes}}",
                )


@rule(
    "gpu-07-large-storage-with-an-accelerator",
    why="Functions without one have at most 10240 MB, those with one 32768.",
    fix="Set {ephemeralStorage} size to 10240 or less, or add {acceleratorConfig}.",
    failure=Failure.REFUSED,
    sources=(sources.SAM_ACCELERATOR, sources.CREATE_FUNCTION),
)
def storage_of_accelerators(function: Function) -> Iterator[Finding]:
    """Ephemeral storage beyond 10240 MB goes with an accelerator."""
    size = function.storage_mb.or_none()
    if not function.is_managed or not function.is_native or size is None:
        return
    if function.is_accelerated is False and size > limits.MAX_STORAGE_MB:
        yield function.finding(
            problem=f"Ephemeral storage is {size} MB, without {{acceleratorConfig}}.",
            allowed=f"{limits.MAX_STORAGE_MB} MB at most without an accelerator",
            fix=function.set_to(Function.storage_mb, limits.MAX_STORAGE_MB),
        )
