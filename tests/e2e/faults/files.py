"""Faults of files: each that a stack, a package or set-up leaves is damaged in turn."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from testing.checkout import Checkout
from tests.e2e.faults.outcome import LASTS, SKIP, Fault

Damage = Callable[[Path], object]

DAMAGES: dict[str, Damage] = {
    "emptied": lambda path: path.write_bytes(b""),
    "halved": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "other content": lambda path: path.write_bytes(b'["\xff'),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "deleted": lambda path: path.unlink(),
}
OWNER = 65534
"""Nobody, on every system."""
ORDINARY_USER = (
    *("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner,-chown"),
    *("--inh-caps", "-dac_override,-dac_read_search,-fowner,-chown"),
)
"""Runs a command of root's without the rights to the files of others."""
ONE_OF_EACH = ("dependencies-", "/task-roots/", "/history/", "/pulumi/logs/", "/scratch/")
"""Folders whose files are alike: one file of each stands for the others."""
_COMPILER = """#!/bin/sh
# Stands for a compiler: "builds" what was built before, into the folder of the option.
while [ "$1" != {option} ]; do shift; done
cp -R {built} "$2"
"""


def faults(checkout: Checkout) -> Iterator[Fault]:
    """Yield the faults of the files of a stack that is up."""
    names = _files(checkout.folder, (".local", ".build"))
    for name in names:
        for damage, apply in DAMAGES.items():
            yield Fault(
                f"{name}: {damage}",
                lambda name=name, apply=apply: _damage(checkout, name, apply),
            )
        yield Fault(
            f"{name}: of another owner",
            lambda name=name: _give_away(checkout, name),
            lambda name=name: _take_back(checkout),
            ORDINARY_USER,
        )


def faults_of_tools(checkout: Checkout) -> Iterator[Fault]:
    """Yield the faults of ``.tools`` and of the cache, of which the checkout gets its own."""
    cache = checkout.folder.parent / "cache"
    compilers = checkout.folder.parent / "compilers"
    _own_tools(checkout, cache, compilers)
    variables = checkout.environment | {
        "XDG_CACHE_HOME": str(cache),
        "PATH": f"{compilers}{os.pathsep}{checkout.environment['PATH']}",
        "https_proxy": "http://127.0.0.1:9",  # nothing listens there: no download
    }
    set_up = partial(
        checkout.run, ["python3", "-m", "tools.setup"], checkout.environment | variables
    )
    assert set_up().returncode == 0
    whole = _contents(checkout.folder / ".tools/bin")
    for folder in (checkout.folder / ".tools", cache):
        for name in _files(folder, (".",)):
            for damage, apply in DAMAGES.items():
                yield Fault(
                    f"{folder.name}/{name}: {damage}",
                    lambda path=folder / name, apply=apply: _mended_by(set_up, path, apply, whole),
                    is_of_the_stack=False,
                )


def _own_tools(checkout: Checkout, cache: Path, compilers: Path) -> None:
    """Replace the link to the original's tools by copies, and compilers by copying."""
    shared = (checkout.folder / ".tools").resolve()
    (checkout.folder / ".tools").unlink()
    own = shutil.ignore_patterns("bytecode")  # thousands of files, which set-up does not read
    shutil.copytree(shared, checkout.folder / ".tools", symlinks=True, ignore=own)
    users = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lmi-streaming"
    built = compilers / "built"
    for pattern in ("pulumi-[0-9]*", "lambda-adapter-*"):
        for folder in users.glob(pattern):
            shutil.copytree(folder, cache / "lmi-streaming" / folder.name)
            shutil.copytree(folder, built / folder.name.partition("-")[0])
    for name, option, what in (
        ("go", "-o", built / "pulumi/pulumi"),
        ("cargo", "--root", f"{built / 'lambda'}/."),
    ):
        script = compilers / name
        script.write_text(_COMPILER.format(option=option, built=what))
        script.chmod(0o755)


def _mended_by(
    set_up: Callable[[], subprocess.CompletedProcess[str]],
    path: Path,
    apply: Damage,
    whole: dict[Path, bytes],
) -> str:
    """Damage a file, and run set-up, after which all tools have to be what they were."""
    _apply(path, apply)
    done = set_up()
    if done.returncode == 0 and path.is_dir():  # set-up reads no such file
        path.rmdir()
        path.touch()
    message = ""
    if done.returncode != 0 and str(path) in done.stderr:
        message = f" at the second time: {done.stderr.strip()}"
        shutil.rmtree(path)
        done = set_up()
    if done.returncode != 0 or "Traceback" in done.stderr:
        return f"{LASTS}{done.stderr.strip()}"
    if any(not tool.is_file() or tool.read_bytes() != bytes_ for tool, bytes_ in whole.items()):
        return f"{LASTS}set-up says that it is ready"
    return f"ready{' after a build' if 'building' in done.stderr else ''}{message}"


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.iterdir())}


def _files(folder: Path, tops: tuple[str, ...]) -> list[str]:
    found: dict[str, str] = {}
    for top in tops:
        for path in sorted((folder / top).rglob("*")):
            name = path.relative_to(folder).as_posix()
            alike = next((part for part in ONE_OF_EACH if part in f"/{name}"), name)
            if path.is_file() and not path.is_symlink():
                found.setdefault(alike, name)
    return list(found.values())


def _damage(checkout: Checkout, name: str, apply: Damage) -> str | None:
    path = _like(checkout, name)
    if path is None:
        return f"{SKIP}there is no such file now"
    _apply(path, apply)
    return None


def _apply(path: Path, apply: Damage) -> None:
    """Damage a file that others may share or run: to a copy in its place."""
    copy = path.with_name(f".{path.name}.copy")
    shutil.copy2(path, copy)
    copy.replace(path)
    apply(path)


def _give_away(checkout: Checkout, name: str) -> str | None:
    path = _like(checkout, name)
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return f"{SKIP}only root can give files away, and setpriv take root's rights away"
    if path is None:
        return f"{SKIP}there is no such file now"
    _apply(path, lambda path: (path.chmod(0o600), os.chown(path, OWNER, OWNER)))
    return None


def _take_back(checkout: Checkout) -> None:
    subprocess.run(["chown", "-R", str(os.geteuid()), checkout.folder / ".local"], check=True)
    subprocess.run(["chown", "-R", str(os.geteuid()), checkout.folder / ".build"], check=True)


def _like(checkout: Checkout, name: str) -> Path | None:
    """Return the file; where it has another name by now, one that is like it."""
    path = checkout.folder / name
    if path.is_file():
        return path
    alike = next((part for part in ONE_OF_EACH if part in f"/{name}"), None)
    others = (each for each in path.parent.parent.rglob("*") if each.is_file())
    return next(others, None) if alike else None
