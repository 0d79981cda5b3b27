"""Keys of capacity providers (rule IAM-10)."""

from collections.abc import Iterator

from ..facts import sources
from ..graph.stack import Stack
from ..model.capacity_provider import CapacityProvider
from ..model.general import Key
from .rule import Failure, Finding, rule


@rule(
    "iam-10-key-encrypts-volumes",
    why="It encrypts the instances' EBS volumes, which other keys cannot.",
    fix="Give the capacity provider an enabled, symmetric key, or none.",
    failure=Failure.NEVER_ACTIVE,
    confidence=4,
    sources=(sources.CAPACITY_PROVIDERS,),
)
def key_encrypts_volumes(stack: Stack) -> Iterator[Finding]:
    """The KMS key of a capacity provider is enabled and symmetric."""
    for provider in stack.all(CapacityProvider):
        for key in stack.links(provider, CapacityProvider.kms_key, Key).found:
            if key.is_enabled.or_none() is False:
                problem = f"{key.spell(Key.is_enabled)} is {{false}}."
            elif key.spec.or_default("SYMMETRIC_DEFAULT") not in (None, "SYMMETRIC_DEFAULT"):
                problem = f"{key.spell(Key.spec)} is none that encrypts volumes."
            else:
                continue
            yield key.finding(problem=problem, allowed="an enabled key with SYMMETRIC_DEFAULT")
