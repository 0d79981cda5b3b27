"""A Pulumi program that declares one resource of every type, without the SDK of ``aws``.

Its setting ``changes`` has inputs, by type, that are to differ from those of the world.
"""

from typing import Any

import pulumi

from local.provider.registry import RESOURCES
from tests.local.provider.world import WORLD, logical_name


class Declared:
    """The part of the world that is declared: a source of outputs."""

    def __init__(self) -> None:
        self._resources: dict[str, pulumi.CustomResource] = {}

    @property
    def code(self) -> pulumi.FileArchive:
        """The function's zip."""
        return pulumi.FileArchive(pulumi.Config().require("zip"))

    def __call__(self, kind: str, output: str = "id") -> Any:
        """Return an output of the resource of a type."""
        resource = self._resources[kind]
        return resource.id if output == "id" else getattr(resource, output)

    def text(self, *parts: Any) -> pulumi.Output[str]:
        """Join outputs and texts."""
        return pulumi.Output.concat(*parts)

    def declare(self, kind: str, inputs: dict[str, Any]) -> None:
        """Declare a resource, with every output that its type has."""
        outputs = dict.fromkeys(RESOURCES[kind].properties)
        self._resources[kind] = pulumi.CustomResource(
            kind, logical_name(kind), {**outputs, **inputs}
        )


def urn(kind: str) -> str:
    """Name the resource of a type as the engine does."""
    return f"urn:pulumi:local::world::{kind}::{logical_name(kind)}"


def declare_world() -> None:
    """Declare all of it."""
    changes: dict[str, dict[str, Any]] = pulumi.Config().get_object("changes") or {}
    declared = Declared()
    for kind, recipe in WORLD.items():
        declared.declare(kind, {**recipe(declared), **changes.get(kind, {})})
