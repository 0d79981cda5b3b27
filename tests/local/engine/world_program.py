"""A Pulumi program that declares one resource of every type."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.provider.tables import RESOURCES
from tests.local.provider.world import WORLD, logical_name


@dataclass(frozen=True)
class _Written:
    """A source of references, which ``program.py`` reads.

    Attributes
    ----------
    zip_file
        The function's zip.
    """

    zip_file: str

    @property
    def code(self) -> dict[str, str]:
        return {"archive": self.zip_file}

    def __call__(self, pulumi_type: str, output: str = "id") -> dict[str, str]:
        return {"output": output, "of": pulumi_type}

    def text(self, *parts: Any) -> dict[str, Any]:
        return {"joined": parts}


def urn(pulumi_type: str) -> str:
    """Name the resource of a type as the engine does."""
    return f"urn:pulumi:local::world::{pulumi_type}::{logical_name(pulumi_type)}"


def write_world(
    project: Path, zip_file: str, changes: Mapping[str, Mapping[str, object]] | None = None
) -> None:
    """Write the program into a folder; some inputs, by type, may differ from those of the world."""
    shutil.copy(Path(__file__).with_name("program.py"), project / "__main__.py")
    source = _Written(zip_file)
    listed = [
        {
            "type": pulumi_type,
            "name": logical_name(pulumi_type),
            "inputs": {**recipe(source), **(changes or {}).get(pulumi_type, {})},
            "outputs": list(RESOURCES[pulumi_type].properties),
        }
        for pulumi_type, recipe in WORLD.items()
    ]
    (project / "resources.json").write_text(json.dumps(listed))
