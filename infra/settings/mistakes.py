"""A mistake in settings, as data: what is set, what is allowed, and the changes that mend it.

It becomes a line in the words of who reads it (``worded``): those of a program in Python, of a
stack's configuration, or of ``StreamingService`` in any language. Settings are named as
``pulumi config --path`` names them: ``urlCallers[0]``, ``environment.NAME``.

All that reads or checks what a person has set raises ``SettingError``, so docstrings name that
error only where its cause is not plain from what a function does.
"""

import difflib
import re
from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import pulumi

_SHOWN_CHARACTERS: Final = 100
"""How much of a wrong value a message repeats."""
_PATH: Final = re.compile(r'(?P<key>\w+)(?:\[(?P<index>\d+)\])?(?:\.(?P<name>\w+)|\["(.*)"\])?')
"""A setting, an item of it, a value in it, or a field of an item."""


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


@dataclass(frozen=True)
class Lock:
    """A change of the requirements of an application in a folder, which then needs new hashes."""

    change: str
    folder: Path
    file: str
    """Name of the file with the hashes."""


Fix = str | Set | Remove | Lock
"""A change, or what else to do, in words for every reader."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with settings."""

    path: str  # the setting that is wrong; empty if none is, or several are
    what: str  # what is wrong, after the name of that setting
    allowed: str  # what is allowed
    fixes: tuple[Fix, ...]  # changes, of which each mends it


class Words:
    """How a reader names and changes settings: as the properties of a resource in any language."""

    def name(self, path: str) -> str:
        """Name a setting."""
        return path

    def change(self, fix: Fix) -> str:
        """Say how to make a change."""
        match fix:
            case Set():
                return f"set {fix.path} to {fix.value}"
            case Remove():
                return f"leave out {', '.join(map(self.name, fix.paths))}"
            case Lock():
                locked = fix.folder / fix.file
                return (
                    f"{fix.change}, then uv pip compile --universal --generate-hashes "
                    f"'{locked.with_suffix('.in')}' -o '{locked}'"
                )
            case str():
                return fix


class ConfigurationWords(Words):
    """How a stack's configuration names and changes settings."""

    def name(self, path: str) -> str:
        """Name a setting."""
        return pulumi.Config().full_key(path)

    def change(self, fix: Fix) -> str:
        """Say how to make a change."""
        match fix:
            case Set():
                # Pulumi takes an ARN for a secret that somebody forgot to mark.
                type_ = " --plaintext" if fix.value.startswith("arn:") else " --type string"
                place = _place(fix.path, type_ if fix.is_text else "")
                return f"pulumi config set{place} {fix.value}"
            case Remove():
                command = "rm" if len(fix.paths) == 1 else "rm-all"
                return f"pulumi config {command}{''.join(map(_place, fix.paths))}"
            case Lock():
                return f"{fix.change}, then make lock FOLDER='{fix.folder}'"
            case str():
                return fix


class ArgumentWords(Words):
    """How a program in Python names and changes arguments of a class, or of a function."""

    def __init__(self, owner: str = "") -> None:
        self._owner = owner

    def name(self, path: str) -> str:
        """Name a setting."""
        argument = _argument(path)
        return f"{self._owner}.{argument}" if self._owner else argument

    def change(self, fix: Fix) -> str:
        """Say how to make a change."""
        match fix:
            case Set():
                key, index, name = _parts(fix.path)
                value = _quoted(fix)
                if index and name:
                    return f"Schedule({name}={value})"
                if index:
                    value = f"[{'..., ' * (index != '0')}{value}]"
                return self._passed(key, f"{{{name!r}: {value}}}" if name else value)
            case Remove() if (parts := _parts(fix.paths[0])) and any(parts[1:]):
                key, index, name = parts
                return f"{self._passed(key, '...')} without {name or f'item {index}'}"
            case _:
                return super().change(fix)

    def _passed(self, key: str, value: str) -> str:
        argument = f"{_argument(key)}={value}"
        return f"{self._owner}({argument})" if self._owner else argument


class SettingError(pulumi.RunError):
    """A mistake in settings; its text is one line, in the words of who reads it."""

    def __init__(self, mistake: Mistake, words: Words) -> None:
        self.mistake = mistake
        subject = f"{words.name(mistake.path)} " if mistake.path else ""
        fixes = ", or ".join(map(words.change, mistake.fixes))
        super().__init__(f"{subject}{mistake.what}. Allowed: {mistake.allowed}. Fix: {fixes}")


def refuse(what: str, *, allowed: str, fix: Fix | tuple[Fix, ...], path: str = "") -> NoReturn:
    """End the program with the one line about a mistake.

    Raises
    ------
    SettingError
        Always.
    """
    fixes = fix if isinstance(fix, tuple) else (fix,)
    raise SettingError(Mistake(path, what, allowed, fixes), ArgumentWords())


@contextmanager
def worded(words: Words) -> Generator[None]:
    """Put a mistake into the words of a reader: raise ``SettingError`` again, in these words."""
    try:
        yield
    except SettingError as error:
        raise SettingError(error.mistake, words) from None


def shortened(value: str) -> str:
    """Quote a value that a person typed, and only its length when it is long."""
    if len(value) > _SHOWN_CHARACTERS:
        return f"a value of {len(value)} characters"
    return repr(value)


def listing(names: Iterable[str]) -> str:
    """Name things in order, for a person to read."""
    return ", ".join(sorted(names))


def nearest(name: str, known: Collection[str]) -> str:
    """Say what is allowed in place of a name that is unknown."""
    found = difflib.get_close_matches(name, known, n=1)
    return f"{found[0]}, which is nearest" if found else listing(known)


def _place(path: str, type_: str = "") -> str:
    """Return the options of ``pulumi config`` that name a setting or a part of one."""
    is_part = "[" in path or "." in path
    return f" --path{type_} '{path}'" if is_part else f" {path}"


def _parts(path: str) -> Sequence[str]:
    """Split a path into the argument, the index of an item, and the name of a value."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise ValueError(path)
    key, index, name, quoted = found.groups("")
    return key, index, name or quoted


def _quoted(change: Set) -> str:
    """Return the value of a change as Python writes it."""
    is_number = change.value.isdigit() or change.value == "NUMBER"
    return change.value if is_number and not change.is_text else repr(change.value.strip("'"))


def _argument(path: str) -> str:
    """Return the argument of a setting; one is not named as its setting."""
    return "app" if path == "appFolder" else snake_case(path)


def snake_case(key: str) -> str:
    """Return a key as Python spells it."""
    return re.sub("(?=[A-Z])", "_", key).lower()
