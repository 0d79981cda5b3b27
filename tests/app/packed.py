"""The application as a zip that the data plane of the local AWS runs."""

import shlex
import shutil
import sys
import zipfile
from pathlib import Path

from tests.app.server import APP


def packed(folder: Path, main: Path) -> Path:
    """Pack the application; its dependencies stay in this environment.

    Parameters
    ----------
    folder
        An empty folder for the zip.
    main
        A module in place of the sample's ``main.py``.
    """
    shutil.copytree(APP, folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(main, folder / "app/main.py")
    script = (APP / "run.sh").read_text().replace("python3", shlex.quote(sys.executable))
    with zipfile.ZipFile(folder / "function.zip", "w") as archive:
        member = zipfile.ZipInfo("run.sh")
        member.external_attr = 0o755 << 16
        archive.writestr(member, script)
        for path in sorted((folder / "app").rglob("*")):
            archive.write(path, path.relative_to(folder))
    return folder / "function.zip"
