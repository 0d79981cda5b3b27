"""The checkpoint of a deployed stack, as the engine leaves it in the workspace."""

import json
from collections.abc import Iterable

from local.workspace import Workspace


def write_checkpoint(
    workspace: Workspace, outputs: dict[str, str], functions: Iterable[object] = ()
) -> None:
    """Write the outputs of the stack and of its functions."""
    resources = [
        {"type": "pulumi:pulumi:Stack", "outputs": outputs},
        *({"type": "aws:lambda/function:Function", "outputs": each} for each in functions),
    ]
    checkpoint = workspace.backend / ".pulumi/stacks/lmi-streaming/local.json"
    checkpoint.parent.mkdir(parents=True)
    (workspace.backend / ".pulumi/meta.yaml").write_text("version: 1\n")
    checkpoint.write_text(json.dumps({"checkpoint": {"latest": {"resources": resources}}}))
