"""Wheels made on the spot, so that installing real ones needs no network."""

import hashlib
import zipfile
from pathlib import Path


def wheel(index: Path, version: str) -> Path:
    """Make a wheel as real ones are: a module, its stub, a compiled part and a command."""
    info = f"greeting-{version}.dist-info"
    path = index / f"greeting-{version}-py3-none-any.whl"
    files = {
        "greeting/__init__.py": f"VERSION = '{version}'",
        "greeting/__init__.pyi": "VERSION: str",
        "greeting/_fast.pyx": "",
        "greeting/bin/data": "kept, for it is no command",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: greeting\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\ngreet = greeting:main\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, content)
    return path


def require(app: Path, wheel: Path) -> None:
    """Pin an application's only requirement to a wheel."""
    version = wheel.name.split("-")[1]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (app / "requirements.txt").write_text(f"greeting=={version} --hash=sha256:{digest}\n")
