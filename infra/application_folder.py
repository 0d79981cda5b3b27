"""What a folder with an application needs, and how large what is built of it may be."""

import json
import os
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Final, cast

from .limits import MAX_UNZIPPED_BYTES, MAX_ZIP_BYTES
from .settings import Runtime
from .settings.mistakes import Lock, Set, refuse
from .target import is_python
from .zip_layout import BEDROCK_REQUIREMENTS, HANDLER, REQUIREMENTS

_LAYER_PATH: Final = "/opt/python"
_NODE_PACKAGE: Final = "package.json"
_PAGE: Final = "docs/your-application.md"
_COMMENT: Final = re.compile(r"(^|\s)#.*", re.MULTILINE)
_REQUIREMENT: Final = re.compile(r"[A-Za-z0-9][\w.-]*")
_MIB: Final = 1024 * 1024
_NAMED: Final = 5


def refuse_unusable(app: Path, runtime: Runtime) -> None:
    """Refuse a folder that no function can be made of."""
    needed = (HANDLER, REQUIREMENTS) if is_python(runtime) else (HANDLER, _NODE_PACKAGE)
    if not app.is_dir():
        refuse(
            f"the application's folder {app} does not exist",
            allowed=f"a folder with {' and '.join(needed)} ({_PAGE})",
            fix=Set("appFolder", "FOLDER"),
        )
    home, program = Path(os.environ.get("HOME", "/")).resolve(), Path.cwd()
    if app in (home, program, *program.parents):
        refuse(
            f"the application's folder is {app}, of which everything would be packaged, and the "
            f"{'home folder' if app == home else 'program'} is there",
            allowed=f"a folder that has the application alone ({_PAGE})",
            fix=("move the application into a folder of its own", Set("appFolder", "FOLDER")),
        )
    for name in needed:
        if not (app / name).is_file():
            refuse(
                f"the folder {app} has no {name}",
                allowed=f"an application's folder for {runtime}, with {' and '.join(needed)} "
                f"({_PAGE})",
                fix=("add the file", Set("appFolder", "FOLDER"), Set("runtime", "RUNTIME")),
            )
    _check_start_script(app / HANDLER)
    if is_python(runtime):
        for requirements in filter(Path.is_file, (app / REQUIREMENTS, app / BEDROCK_REQUIREMENTS)):
            _check_requirements(requirements)
    else:
        _check_node_modules(app)


def refuse_without_layer(app: Path) -> None:
    """Refuse a start script that does not put the dependencies of a layer on the path."""
    if _LAYER_PATH not in (app / HANDLER).read_text(errors="replace"):
        refuse(
            f"dependencies is layer, and {app / HANDLER} does not name {_LAYER_PATH}, where they "
            "are then",
            allowed=f"a start script that puts {_LAYER_PATH} on the path",
            fix=f"add the line: export PYTHONPATH={_LAYER_PATH}",
        )


def refuse_oversize(app: Path, *archives: Path) -> None:
    """Refuse zips of an application's folder that Lambda would not take together."""
    sizes: dict[str, int] = {}
    for archive in archives:
        with zipfile.ZipFile(archive) as built:
            sizes |= {entry.filename: entry.file_size for entry in built.infolist()}
    zipped = max(archive.stat().st_size for archive in archives)
    unzipped = sum(sizes.values())
    if zipped <= MAX_ZIP_BYTES and unzipped <= MAX_UNZIPPED_BYTES:
        return
    packages: Counter[str] = Counter()
    for name, size in sizes.items():
        packages[_package(name)] += size
    largest = ", ".join(f"{name} {_mib(size)}" for name, size in packages.most_common(_NAMED))
    refuse(
        f"the Lambda zip has {_mib(zipped)}, and {_mib(unzipped)} unzipped; the largest packages "
        f"are {largest}",
        allowed=f"{_mib(MAX_ZIP_BYTES)}, and {_mib(MAX_UNZIPPED_BYTES)} unzipped",
        fix=(
            f"remove what the function does not need from {app}",
            Lock("shorten its requirements.in", app, REQUIREMENTS),
        ),
    )


def _check_node_modules(app: Path) -> None:
    problem = ""
    try:
        package = json.loads((app / _NODE_PACKAGE).read_text())
    except ValueError as error:
        package, problem = None, f": {error}"
    if not isinstance(package, dict):
        refuse(
            f"{app / _NODE_PACKAGE} is no JSON object{problem}",
            allowed="the file that npm init writes",
            fix="mend the file",
        )
    if (
        cast("dict[str, object]", package).get("dependencies")
        and not (app / "node_modules").is_dir()
    ):
        refuse(
            f"{app / _NODE_PACKAGE} has dependencies, and {app} no node_modules",
            allowed="a folder whose packages are installed",
            fix=f"npm --prefix '{app}' ci --omit=dev",
        )


def _check_start_script(script: Path) -> None:
    content = script.read_bytes()
    if not content.startswith(b"#!"):
        refuse(
            f"{script} does not begin with #!, so no interpreter runs it",
            allowed="a script whose first line names its interpreter",
            fix="make #!/bin/sh its first line",
        )
    if b"\r" in content:
        refuse(
            f"{script} has line ends of Windows (CRLF), which Linux takes as part of each line",
            allowed="line ends of Linux (LF)",
            fix=f"sed -i 's/\\r$//' '{script}', and a line '*.sh text eol=lf' in .gitattributes",
        )


def _check_requirements(requirements: Path) -> None:
    written = requirements.read_text(errors="replace")
    text = _COMMENT.sub("", written.replace("\\\n", " "))
    hashed = {
        name[0]: "--hash=" in line
        for line in text.splitlines()
        if (name := _REQUIREMENT.match(line.strip()))
    }
    unhashed = [name for name, is_hashed in hashed.items() if not is_hashed]
    if unhashed:
        refuse(
            f"{requirements} has {len(unhashed)} of {len(hashed)} requirements without a hash, the "
            f"first of them {unhashed[0]}",
            allowed="requirements that all have a version and hashes",
            fix=Lock(
                f"list what the application imports in {requirements.stem}.in",
                requirements.parent,
                requirements.name,
            ),
        )


def _package(name: str) -> str:
    """Return the package that a file belongs to; one of Node.js begins with ``node_modules``."""
    before, folder, after = name.removeprefix("python/").partition("node_modules/")
    return f"{folder}{after.split('/')[0]}" if folder else before.split("/")[0]


def _mib(size: int) -> str:
    return f"{size / _MIB:.1f} MB"
