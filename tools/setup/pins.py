"""Pinned versions, read from the requirement files and go.mod."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
REQUIREMENTS = (PROJECT / "requirements.txt", PROJECT / "requirements-dev.txt")
GO_MODULE = PROJECT / "tools" / "offline"


def requirement(name: str) -> str:
    """Return the pinned requirement of a package with its hashes, in pip's format."""
    pins = REQUIREMENTS[0].read_text()
    return _match(rf"^{re.escape(name)}==.*(?:\n +--hash=.*)*", pins).group()


def requirement_version(name: str) -> str:
    """Return the version that a package is pinned to."""
    return requirement(name).split("==")[1].split()[0]


def go_module_version(path: str) -> str:
    """Return the version, without its ``v``, that tools/offline/go.mod requires of a module."""
    pins = (GO_MODULE / "go.mod").read_text()
    return _match(rf"^\s*{re.escape(path)} v(\S+)", pins).group(1)


def version_numbers(text: str) -> tuple[int, ...]:
    """Return the first three numbers of a text, as a version that can be compared."""
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def _match(pattern: str, text: str) -> re.Match[str]:
    match = re.search(pattern, text, re.MULTILINE)
    if not match:
        raise LookupError(pattern)
    return match
