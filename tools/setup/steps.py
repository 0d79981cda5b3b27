"""The steps of set-up, in order."""

import os
from functools import partial
from pathlib import Path

from tools.setup.bin_folder import BinFolder
from tools.setup.cache import exclusive
from tools.setup.errors import SetupError
from tools.setup.pins import PROJECT
from tools.setup.progress import say
from tools.setup.pulumi import provide_pulumi
from tools.setup.virtualenv import link_to_pack, provide_virtualenv
from tools.setup.web_adapter import provide_web_adapter

_VENV = PROJECT / ".venv"
_TOOLS = PROJECT / ".tools"


def set_up() -> int:
    """Set up the checkout; return the exit code.

    Complete parts are only checked; missing or damaged ones are created.
    """
    try:
        _require_usable(PROJECT)
        _TOOLS.mkdir(exist_ok=True)
        with exclusive(_TOOLS / "set-up.lock", "end in this checkout"):
            say(f"Ready: {', '.join(_provide_all())}.")
    except SetupError as error:
        say(f"error: {error}")
        return 1
    except OSError as error:
        # For example a full disk, or a file of another user.
        say(f"error: {error}; mend that and run `make setup` again")
        return 1
    except KeyboardInterrupt:
        say("\nerror: interrupted; `make setup` goes on from here")
        return 130
    return 0


def _require_usable(project: Path) -> None:
    """Raise where the project's folder cannot stand in ``PATH``, whatever else its path has."""
    if os.pathsep in str(project):
        raise SetupError(
            f"The path of the project's folder, {project}, has a {os.pathsep!r}, which separates "
            "the folders of PATH: its tools would not be found. Move the folder, or rename it."
        )


def _provide_all() -> list[str]:
    """Provide everything; return what is there now, or raise with all that is missing."""
    bin_folder = BinFolder(_TOOLS / "bin")
    done = [f"Python {provide_virtualenv(_VENV)}"]
    link_to_pack(_VENV, PROJECT / "policies")
    reasons: list[str] = []
    for provide in (partial(provide_pulumi, venv_python=_VENV / "bin/python"), provide_web_adapter):
        try:
            done.append(provide(bin_folder))
        except SetupError as error:
            reasons.append(str(error))
    if reasons:
        raise SetupError("\n\nerror: ".join(reasons))
    return done
