"""The steps of set-up, in order."""

import os
from collections.abc import Callable
from pathlib import Path

from tools.setup.bin_folder import BinFolder
from tools.setup.cache import ToolCache, exclusive
from tools.setup.errors import SetupError
from tools.setup.pins import PROJECT
from tools.setup.progress import Progress
from tools.setup.pulumi import provide_pulumi
from tools.setup.virtualenv import link_to_pack, provide_virtualenv
from tools.setup.web_adapter import provide_web_adapter

_VENV = PROJECT / ".venv"
_TOOLS = PROJECT / ".tools"


def set_up() -> int:
    """Set up the checkout; return the exit code.

    Complete parts are only checked; missing or damaged ones are created.
    """
    progress = Progress()
    try:
        _require_usable(PROJECT)
        _TOOLS.mkdir(exist_ok=True)
        with exclusive(_TOOLS / "set-up.lock", "end in this checkout", progress):
            progress.say(f"Ready: {', '.join(_provide_all(progress))}.")
    except SetupError as error:
        progress.say(f"error: {error}")
        return 1
    except OSError as error:
        # For example a full disk, or a file of another user.
        progress.say(f"error: {error}; mend that and run `make setup` again")
        return 1
    except KeyboardInterrupt:
        progress.say("\nerror: interrupted; `make setup` goes on from here")
        return 130
    return 0


def _require_usable(project: Path) -> None:
    """Raise where the project's folder cannot stand in ``PATH``, whatever else its path has."""
    if os.pathsep in str(project):
        raise SetupError(
            f"The path of the project's folder, {project}, has a {os.pathsep!r}, which separates "
            "the folders of PATH: its tools would not be found. Move the folder, or rename it."
        )


def _provide_all(progress: Progress) -> list[str]:
    environment = dict(os.environ)
    cache = ToolCache.of_user(environment)
    bin_folder = BinFolder(_TOOLS / "bin")
    python = provide_virtualenv(_VENV, cache, environment, progress)
    link_to_pack(_VENV, PROJECT / "policies")
    return [
        f"Python {python}",
        *_all_or_every_reason(
            lambda: provide_pulumi(
                bin_folder, _VENV / "bin" / "python", cache, environment, progress
            ),
            lambda: provide_web_adapter(bin_folder, cache, environment, progress),
        ),
    ]


def _all_or_every_reason(*provide: Callable[[], str]) -> list[str]:
    """Provide independent tools, and report everything that is missing in one error."""
    done: list[str] = []
    reasons: list[str] = []
    for step in provide:
        try:
            done.append(step())
        except SetupError as error:
            reasons.append(str(error))
    if reasons:
        raise SetupError("\n\nerror: ".join(reasons))
    return done
