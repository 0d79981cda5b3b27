"""A mistake in settings, as data: what is set, what is allowed, and the changes that mend it.

It becomes a line in the words of who reads it: those of a stack's configuration, unless the mistake
is in the arguments of a class (``arguments``) or of ``StreamingService``. Settings are named as
``pulumi config --path`` names them: ``urlCallers[0]``, ``environment.NAME``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NoReturn

import pulumi

_SHOWN_CHARACTERS: Final = 100
"""How much of a wrong value a message repeats."""


@dataclass(frozen=True)
class Set:
    """A change that gives a setting, or a part of one, a value as the shell takes it."""

    path: str
    value: str
    is_text: bool = False
    """Whether a part is text even if it looks like a number."""


class Remove:
    """A change that removes settings, or a part of one."""

    def __init__(self, *paths: str) -> None:
        self.paths = paths


Fix = str | Set | Remove
"""A change, or what else to do, in words for every reader."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with settings.

    Attributes
    ----------
    path
        The setting that is wrong; empty if none is, or several are.
    what
        What is wrong, after the name of that setting.
    allowed
        What is allowed.
    fixes
        Changes, of which each mends it.
    """

    path: str
    what: str
    allowed: str
    fixes: tuple[Fix, ...]


class Words:
    """How a stack's configuration names and changes settings."""

    def name(self, path: str) -> str:
        """Name a setting."""
        return pulumi.Config().full_key(path)

    def set(self, change: Set) -> str:
        """Say how to make a change."""
        type_ = " --type string" if change.is_text else ""
        return f"pulumi config set{_place(change.path, type_)} {change.value}"

    def remove(self, change: Remove) -> str:
        """Say how to make a change."""
        command = "rm" if len(change.paths) == 1 else "rm-all"
        return f"pulumi config {command}{''.join(map(_place, change.paths))}"


class SettingError(pulumi.RunError):
    """A mistake in settings; its text is one line, in the words of who reads it."""

    def __init__(self, mistake: Mistake, words: Words) -> None:
        self.mistake = mistake
        subject = f"{words.name(mistake.path)} " if mistake.path else ""
        fixes = ", or ".join(_in_words(fix, words) for fix in mistake.fixes)
        super().__init__(f"{subject}{mistake.what}. Allowed: {mistake.allowed}. Fix: {fixes}")


def refuse(what: str, *, allowed: str, fix: Fix | tuple[Fix, ...], path: str = "") -> NoReturn:
    """End the program with the one line about a mistake.

    Raises
    ------
    SettingError
        Always.
    """
    fixes = fix if isinstance(fix, tuple) else (fix,)
    raise SettingError(Mistake(path, what, allowed, fixes), Words())


def shortened(value: str) -> str:
    """Quote a value that a person typed, and only its length when it is long."""
    if len(value) > _SHOWN_CHARACTERS:
        return f"a value of {len(value)} characters"
    return repr(value)


def listing(names: Iterable[str]) -> str:
    """Name things in order, for a person to read."""
    return ", ".join(sorted(names))


def _place(path: str, type_: str = "") -> str:
    """Return the options of ``pulumi config`` that name a setting or a part of one."""
    is_part = "[" in path or "." in path
    return f" --path{type_} '{path}'" if is_part else f" {path}"


def _in_words(fix: Fix, words: Words) -> str:
    if isinstance(fix, str):
        return fix
    return words.set(fix) if isinstance(fix, Set) else words.remove(fix)
