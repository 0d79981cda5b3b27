"""Which files of an application are in the Lambda zip, and where; the standard library only.

``make dev`` lays out edited files by it, without Pulumi's SDK, whose import takes most of a second.
"""

from pathlib import Path
from typing import Final

HANDLER: Final = "run.sh"
"""The script that starts the application's server: the function's handler."""
REQUIREMENTS: Final = "requirements.txt"
BEDROCK_REQUIREMENTS: Final = "requirements-bedrock.txt"
"""In its place where ``bedrockModel`` is set: what else an application then imports."""

_NOT_PACKAGED: Final = (
    *("Dockerfile", "requirements.in", REQUIREMENTS),
    *("requirements-bedrock.in", BEDROCK_REQUIREMENTS),
)


def application_files(app: Path) -> dict[str, Path]:
    """Return the application's files by their path in the zip.

    Parameters
    ----------
    app
        The application's folder.
    """
    files = {path.relative_to(app): path for path in sorted(app.rglob("*")) if path.is_file()}
    return {
        HANDLER if str(place) == HANDLER else f"app/{place.as_posix()}": path
        for place, path in files.items()
        if str(place) not in _NOT_PACKAGED
        and "__pycache__" not in place.parts
        and not any(part.startswith(".") for part in place.parts)
    }
