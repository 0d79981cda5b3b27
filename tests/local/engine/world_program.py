"""A Pulumi program that declares one resource of every type, without the SDK of ``aws``.

Its setting ``changes`` has inputs, by type, that are to differ from those of the world.
"""

from typing import Any

import pulumi

from local.provider.tables import RESOURCES
from tests.local.provider.world import WORLD, logical_name


class Declared:
    """The part of the world that is declared: a source of outputs."""

    def __init__(self) -> None:
        self._resources: dict[str, pulumi.CustomResource] = {}

    @property
    def code(self) -> pulumi.FileArchive:
        """The function's zip."""
        return pulumi.FileArchive(pulumi.Config().require("zip"))

    def __call__(self, pulumi_type: str, output: str = "id") -> Any:
        """Return an output of the resource of a type."""
        resource = self._resources[pulumi_type]
        return resource.id if output == "id" else getattr(resource, output)

    def text(self, *parts: Any) -> pulumi.Output[str]:
        """Join outputs and texts."""
        return pulumi.Output.concat(*parts)

    def declare(self, pulumi_type: str, inputs: dict[str, Any]) -> None:
        """Declare a resource, with every output that its type has."""
        outputs = dict.fromkeys(RESOURCES[pulumi_type].properties)
        self._resources[pulumi_type] = pulumi.CustomResource(
            pulumi_type, logical_name(pulumi_type), {**outputs, **inputs}
        )


def urn(pulumi_type: str) -> str:
    """Name the resource of a type as the engine does."""
    return f"urn:pulumi:local::world::{pulumi_type}::{logical_name(pulumi_type)}"


def declare_world() -> None:
    """Declare all of it."""
    changes: dict[str, dict[str, Any]] = pulumi.Config().get_object("changes") or {}
    declared = Declared()
    for pulumi_type, recipe in WORLD.items():
        declared.declare(pulumi_type, {**recipe(declared), **changes.get(pulumi_type, {})})
