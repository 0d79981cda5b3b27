"""Instance types that a provider allows or excludes, and accelerators (rules CP, GPU)."""

from collections.abc import Iterator

from ..facts import limits, sources
from ..facts.instance_types import TOO_SMALL, InstanceType, parse
from ..graph.stack import Stack
from ..model.capacity_provider import CapacityProvider
from ..model.functions import Function
from .checks import either, entries_matching
from .rule import Finding, Setting, likely_refused, never_active, refused, unwise

PATTERN = r"[a-zA-Z0-9.*-]{1,30}"


@refused(
    "cp-11-allowed-or-excluded-types",
    why="AWS takes one of the two lists.",
    fix="Remove {allowedInstanceTypes} or {excludedInstanceTypes}.",
    sources=(sources.CAPACITY_PROVIDERS, sources.BLOG),
)
def one_list_only(provider: CapacityProvider) -> Iterator[Finding]:
    """Instance types are either allowed or excluded."""
    if provider.allowed_types.or_none() and provider.excluded_types.or_none():
        yield provider.finding("Both {allowedInstanceTypes} and {excludedInstanceTypes} are set.")


@refused(
    "cp-12-names-of-instance-types",
    why="The API refuses longer lists and names of another form.",
    fix="Use names such as m7g.large, or wildcards such as m7g.*.",
    sources=(sources.INSTANCE_REQUIREMENTS,),
)
def names_of_types(provider: CapacityProvider) -> Iterator[Finding]:
    """Lists of instance types hold at most 400 names."""
    for field in (CapacityProvider.allowed_types, CapacityProvider.excluded_types):
        most = limits.MAX_INSTANCE_TYPES
        yield from entries_matching(provider, field, (0, most), PATTERN, "names of types")


@unwise(
    "cp-13-enough-instance-types",
    why="The fewer types are allowed, the sooner a zone has none of them left.",
    fix="Leave {allowedInstanceTypes} out, or list several types.",
    sources=(sources.BEST_PRACTICES, sources.CAPACITY_PROVIDERS),
    settings=(
        Setting(
            "leastInstanceTypes",
            "Least number of allowed instance types.",
            default=3,
            maximum=limits.MAX_INSTANCE_TYPES,
        ),
    ),
)
def enough_choice(provider: CapacityProvider, least: int) -> Iterator[Finding]:
    """A capacity provider may choose among several instance types."""
    names = provider.allowed_types.or_none()
    if not names or len(names) >= least or any("*" in (n.or_none() or "*") for n in names):
        return
    yield provider.finding(
        f"{{allowedInstanceTypes}} has {len(names)} entries.",
        allowed=f"none, or at least {least} of more than one size or family",
    )


@refused(
    "cp-14-c-m-and-r-instances",
    why="LMI offers c, m and r instances, and some g instances for accelerators.",
    fix="Remove these types, or use their c, m or r counterparts.",
    confidence=2,
    sources=(sources.BLOG, sources.SKILL),
)
def offered_families(provider: CapacityProvider) -> Iterator[Finding]:
    """Allowed instance types are of the families that LMI offers."""
    wrong = [one for one in types_allowed_by(provider) if one and not one.is_offered]
    if wrong:
        yield provider.finding(
            f"{{allowedInstanceTypes}} has {_names(wrong)}, which LMI does not offer.",
            allowed="families c, m and r (g with accelerators), no metal sizes",
        )


@likely_refused(
    "cp-15-smallest-instance-sizes",
    why="LMI starts at large; a c instance of that size hardly holds one environment.",
    fix="Use large and up for m and r, xlarge and up for c.",
    confidence=2,
    sources=(sources.BLOG, sources.SKILL),
)
def large_enough(provider: CapacityProvider) -> Iterator[Finding]:
    """Allowed instance types are large enough for LMI."""
    offered = [one for one in types_allowed_by(provider) if one and one.is_offered]
    small = [
        one
        for one in offered
        if one.size in TOO_SMALL or (one.letters == "c" and one.size == "large")
    ]
    if small:
        yield provider.finding(
            f"{{allowedInstanceTypes}} has {_names(small)}.",
            allowed="m and r from large, c from xlarge (AWS's pages differ about c large)",
        )


@refused(
    "cp-16-types-of-the-architecture",
    why="A g after the generation means Graviton, arm64; all others are x86_64.",
    fix="Use types of the provider's architecture.",
    confidence=3,
    sources=(sources.INSTANCE_REQUIREMENTS,),
)
def types_of_the_architecture(provider: CapacityProvider) -> Iterator[Finding]:
    """Allowed instance types have the provider's architecture."""
    architecture = provider.architecture
    types = types_allowed_by(provider)
    wrong = [one for one in types if one and one.architecture != architecture]
    if architecture in CapacityProvider.ARCHITECTURES and wrong:
        problem = f"architectures is {architecture}, and allowed types are {_names(wrong)}."
        yield provider.finding(problem)


def types_allowed_by(provider: CapacityProvider) -> list[InstanceType | None]:
    """Return the types that a provider allows; None for each that is not known or tells no size."""
    return [parse(name.or_none() or "") for name in provider.allowed_types.or_none() or ()]


def _names(types: list[InstanceType]) -> str:
    return either([f"{one.family}.{one.size}" for one in types[:3]]).replace(" or ", " and ")


FAMILIES_BY_GB = {
    3: ("g6f", "gr6f"),
    6: ("g6f", "gr6f"),
    12: ("g6f", "gr6f"),
    16: ("g4dn",),
    24: ("g5", "g6"),
    48: ("g6e",),
}
"""Instance families by the memory of their devices, in GB (GPU-01, GPU-05)."""


@refused(
    "gpu-01-known-accelerator-memory",
    why="LMI offers devices of these sizes.",
    fix="Set {acceleratorMemorySize} to 3, 6, 12, 16, 24 or 48.",
    sources=(sources.SAM_ACCELERATOR,),
)
def known_memory(function: Function) -> Iterator[Finding]:
    """The accelerator memory is 3, 6, 12, 16, 24 or 48 GB."""
    size = function.accelerator_gb.or_none()
    if size is not None and size not in FAMILIES_BY_GB:
        yield function.finding(
            field=Function.accelerator_gb,
            value=size,
            fix=function.set_to(
                Function.accelerator_gb,
                min((one for one in FAMILIES_BY_GB if one >= size), default=max(FAMILIES_BY_GB)),
            ),
        )


@refused(
    "gpu-02-accelerator-on-a-provider",
    why="Only Lambda Managed Instances have accelerators.",
    fix="Add {capacityProviderConfig}, or remove {acceleratorConfig}.",
    sources=(sources.SAM_ACCELERATOR,),
)
def on_a_provider(function: Function) -> Iterator[Finding]:
    """A function with an accelerator has a capacity provider."""
    if function.is_accelerated and function.is_managed is False:
        yield function.finding("{acceleratorConfig} is set without {capacityProviderConfig}.")


@refused(
    "gpu-03-accelerator-in-an-image",
    why="AWS takes no zip with an accelerator.",
    fix='Set {packageType} to "Image".',
    sources=(sources.SAM_ACCELERATOR,),
)
def as_an_image(function: Function) -> Iterator[Finding]:
    """A function with an accelerator is a container image."""
    if function.is_accelerated and function.package_type.or_default("Zip") == "Zip":
        yield function.finding(
            "{acceleratorConfig} is set on a function from a zip.",
            fix=function.set_to(Function.package_type, "Image").text + ", and build an image",
        )


@refused(
    "gpu-04-accelerator-on-x86",
    why="The instances with accelerators are, and the provider has the same (CP-10).",
    fix="Set architectures to x86_64 on the function and on its capacity provider.",
    sources=(sources.SAM_ACCELERATOR,),
)
def on_x86(function: Function) -> Iterator[Finding]:
    """A function with an accelerator has the architecture x86_64."""
    if function.is_accelerated and function.architecture == "arm64":
        yield function.finding("{acceleratorConfig} is set, and {architectures} is arm64.")


@never_active(
    "gpu-05-some-type-has-the-accelerator",
    why="Otherwise the version ends with IncompatibleAcceleratorInstanceTypes.",
    fix="Allow g6f or gr6f up to 12 GB, g4dn for 16, g5 or g6 for 24, g6e for 48.",
    confidence=3,
    sources=(sources.SAM_ACCELERATOR,),
)
def type_with_the_device(stack: Stack) -> Iterator[Finding]:
    """Some allowed instance type has the accelerator that a function asks for."""
    for provider, functions in stack.functions_by_provider.items():
        families = {one and one.family for one in types_allowed_by(provider)}
        if not families or None in families:
            continue
        for function in functions:
            wanted = FAMILIES_BY_GB.get(function.accelerator_gb.or_none() or 0)
            if wanted and families.isdisjoint(wanted):
                yield function.finding(
                    "No allowed instance type has the accelerator of the function.",
                    allowed=f"types of {either(wanted)} among {{allowedInstanceTypes}}",
                )


@refused(
    "gpu-07-large-storage-with-an-accelerator",
    why="Functions without one have at most 10240 MB, those with one 32768.",
    fix="Set {ephemeralStorage} size to 10240 or less, or add {acceleratorConfig}.",
    sources=(sources.SAM_ACCELERATOR, sources.CREATE_FUNCTION),
)
def storage_of_accelerators(function: Function) -> Iterator[Finding]:
    """Ephemeral storage beyond 10240 MB goes with an accelerator."""
    size = function.storage_mb.or_none()
    if not function.is_managed or not function.is_native or size is None:
        return
    if function.is_accelerated is False and size > limits.MAX_STORAGE_MB:
        yield function.finding(
            f"Ephemeral storage is {size} MB, without {{acceleratorConfig}}.",
            fix=function.set_to(Function.storage_mb, limits.MAX_STORAGE_MB),
        )
