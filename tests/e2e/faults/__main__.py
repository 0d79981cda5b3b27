"""``python -m tests.e2e.faults [NAME ...]``: damage every file that a stack leaves, one at a time.

Each file of ``.local`` and ``.build`` is emptied, halved, replaced by other content, replaced by a
folder, and deleted, while the stack runs; then each process is killed, while the stack is idle and
while an ``up`` is at work. After each fault ``make up`` has to serve again, or to end with an error
of one line, after whose remedy it serves. Names choose files that contain one of them. All of it
takes about an hour.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from testing.checkout import Checkout, Up, answers

Damage = Callable[[Path], object]

DAMAGES: dict[str, Damage] = {
    "emptied": lambda path: path.write_bytes(b""),
    "halved": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "other content": lambda path: path.write_bytes(b'["\xff'),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "deleted": lambda path: path.unlink(),
}
ONE_OF_EACH = ("dependencies-", "/task-roots/", "/history/", "/pulumi/logs/", "/scratch/")
"""Folders whose files are alike: one file of each stands for the others."""


def main() -> None:
    """Try every fault, and exit with 1 when one of them lasts."""
    wanted = sys.argv[1:] or [""]
    lasting: list[str] = []
    with TemporaryDirectory(prefix="lmi-faults-") as folder:
        checkout = Checkout.make(Path(folder) / "checkout")
        try:
            checkout.up()
            for name, fault in (*_damages(checkout), *_kills(checkout)):
                if any(part in name for part in wanted):
                    outcome = _try(checkout, fault)
                    print(f"{name:100} {outcome}", flush=True)
                    lasting += [name] if outcome.startswith("LASTS") else []
        finally:
            checkout.local("down")
    print(f"{len(lasting)} faults last")
    sys.exit(bool(lasting))


def _damages(checkout: Checkout) -> Iterator[tuple[str, Callable[[], object]]]:
    for name in _files(checkout.folder):
        for damage, apply in DAMAGES.items():
            yield f"{name}: {damage}", lambda name=name, apply=apply: _damage(checkout, name, apply)


def _files(folder: Path) -> list[str]:
    found: dict[str, str] = {}
    for top in (".local", ".build"):
        for path in sorted((folder / top).rglob("*")):
            name = path.relative_to(folder).as_posix()
            alike = next((part for part in ONE_OF_EACH if part in f"/{name}"), name)
            if path.is_file() and not path.is_symlink():
                found.setdefault(alike, name)
    return list(found.values())


def _damage(checkout: Checkout, name: str, apply: Damage) -> None:
    """Damage a file; where it has another name by now, one that is like it."""
    path = checkout.folder / name
    if not path.is_file():
        alike = next((part for part in ONE_OF_EACH if part in f"/{name}"), None)
        path = next((each for each in path.parent.parent.rglob("*") if each.is_file()), path)
        if alike is None or not path.is_file():
            return
    # Copies of the checkout share files: the damage is this one's alone.
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    apply(path)


def _kills(checkout: Checkout) -> Iterator[tuple[str, Callable[[], object]]]:
    for part in ("local.serve", "guard", "lambda-adapter", "app.serve"):
        yield f"{part} killed", lambda part=part: _kill(checkout, part)
    for part in ("local.serve", "pulumi", "app.serve", "-m local"):
        for seconds in (0.5, 2, 4, 6, 8):
            yield (
                f"{part} killed after {seconds} s of an up",
                lambda part=part, seconds=seconds: _kill_during_up(checkout, part, seconds),
            )


def _kill(checkout: Checkout, part: str) -> None:
    for process in psutil.process_iter():
        try:
            is_ours = str(checkout.folder) in f"{process.cwd()} {process.cmdline()}"
            if is_ours and part in " ".join(process.cmdline()):
                process.kill()
                return
        except psutil.Error:
            continue


def _kill_during_up(checkout: Checkout, part: str, seconds: float) -> None:
    checkout.configure(timeoutSeconds=100 + int(time.time()) % 100)  # something to do
    with checkout.start("up") as up:
        time.sleep(seconds)
        _kill(checkout, part)
        up.wait()


def _try(checkout: Checkout, fault: Callable[[], object]) -> str:
    """Make a fault, and say how ``make up`` goes on."""
    fault()
    done = checkout.local("up")
    if done.returncode == 0:
        if answers(Up(done.stdout + done.stderr).url):
            return "serves" + (" anew" if "starting over" in done.stderr else "")
        return "LASTS: it does not serve"
    message = done.stderr.strip().splitlines()
    again = checkout.local("up")
    _start_from_nothing(checkout)
    kept = "Traceback" in done.stderr or again.returncode != 0
    return f"{'LASTS' if kept else 'serves at the second time'}: {message[-1] if message else ''}"


def _start_from_nothing(checkout: Checkout) -> None:
    checkout.local("down")
    shutil.rmtree(checkout.folder / ".local", ignore_errors=True)
    checkout.up()


if __name__ == "__main__":
    main()
