"""Which managed runtimes Lambda Managed Instances run, as far as a name tells (FN-02, FN-03)."""

import re
from typing import Final

OLDEST: Final = ("python3.13", "nodejs22.x", "java21", "dotnet8", "provided.al2023")
"""The oldest supported version of each family; newer ones pass."""

_NUMBERED: Final = (
    (r"python3\.(\d{1,4})", 13),
    (r"nodejs(\d{1,4})(?:\.x)?", 22),
    (r"java(\d{1,4})(?:\.al\d+)?", 21),
    (r"dotnet(\d{1,4})", 8),
    (r"provided\.al(\d{1,4})", 2023),
)
_NEVER: Final = r"ruby.*|go1\.x|provided|python2.*|nodejs(\d+\.\d+)?(-edge)?|dotnetcore.*"


_NAMED: Final = r"(python|nodejs|java|dotnet|dotnetcore|ruby|go|provided)[0-9.]*x?(al\d+)?"


def shown(runtime: str) -> str:
    """Return a runtime's name, but no text that is none."""
    return runtime if re.fullmatch(_NAMED, runtime) else "another one"


def support(runtime: str) -> bool | None:
    """Return whether LMI runs a runtime; None where the name tells nothing."""
    if re.fullmatch(_NEVER, runtime):
        return False
    matches = ((re.fullmatch(pattern, runtime), oldest) for pattern, oldest in _NUMBERED)
    return next((int(match[1]) >= oldest for match, oldest in matches if match), None)
