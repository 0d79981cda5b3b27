"""Which files of an application are in the Lambda zip, and where; the standard library only.

``make dev`` lays out edited files by it, without Pulumi's SDK, whose import takes most of a second.
"""

import os
from pathlib import Path
from typing import Final

HANDLER: Final = "run.sh"
"""The script that starts the application's server: the function's handler."""
REQUIREMENTS: Final = "requirements.txt"
BEDROCK_REQUIREMENTS: Final = "requirements-bedrock.txt"
"""In its place where ``bedrockModel`` is set: what else an application then imports."""

_NOT_PACKAGED: Final = (
    "Dockerfile", "requirements.in", REQUIREMENTS,
    "requirements-bedrock.in", BEDROCK_REQUIREMENTS,
)  # fmt: skip


def application_files(app: Path) -> dict[str, Path]:
    """Return the application's files by their path in the zip.

    Hidden files, bytecode and virtual environments stay out, and their folders are not looked
    through: ``make dev`` does this several times a second.
    """
    files: dict[str, Path] = {}
    for folder, folders, names in os.walk(app):
        place = Path(folder).relative_to(app).as_posix()
        if place != "." and "pyvenv.cfg" in names:
            folders.clear()
            continue
        folders[:] = filter(_is_packaged, folders)
        within = "" if place == "." else f"{place}/"
        files |= {f"{within}{name}": Path(folder, name) for name in filter(_is_packaged, names)}
    return {
        HANDLER if place == HANDLER else f"app/{place}": path
        for place, path in sorted(files.items())
        if place not in _NOT_PACKAGED and path.is_file()
    }


def _is_packaged(name: str) -> bool:
    return name != "__pycache__" and not name.startswith(".")
