"""The Lambda zip: ``run.sh``, the folder ``app`` and its dependencies.

It is built once and reused as long as its inputs are the same: the requirements, the application's
files, the target and the code of this module. A file beside the zip has a digest of them, and one
of the zip. The dependencies are kept there too, so that a change of the application only creates
the zip again. Equal files give equal bytes: entries are sorted and have a fixed time. A zip or a
folder of dependencies that was damaged since is made again.
"""

import fcntl
import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import Final, NamedTuple

import pulumi

from . import wheels, zip_layout
from .application_folder import refuse_oversize, refuse_unusable, refuse_without_layer
from .settings.checked import refuse_unfit
from .settings.mistakes import Lock, refuse
from .target import ROOT, Target, is_python
from .zip_layout import BEDROCK_REQUIREMENTS, HANDLER, REQUIREMENTS, application_files

__all__ = ["ROOT", "Package", "Target", "build", "build_parts"]

_PACKAGING_CODE: Final = (Path(__file__), Path(wheels.__file__), Path(zip_layout.__file__))
_INSTALLER_RECORDS: Final = (
    "RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json",
)  # fmt: skip
_SOURCE_SUFFIXES: Final = (".pyc", ".pyi", ".pyx", ".pxd", ".c", ".h")
_LAYER_FOLDER: Final = "python"
"""Lambda's runtimes look for packages of layers in ``/opt/python``; under the web adapter, which
takes the place of the runtime, ``run.sh`` does."""
_LISTING: Final = ".files"
"""File in the folder of the dependencies that lists the others. The zip leaves it out."""
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644
_EXECUTABLE_MODE: Final = 0o100755


class Package(NamedTuple):
    """What a function is made of."""

    archive: Path
    """Absolute path of the Lambda zip."""
    layer: Path | None = None
    """Absolute path of the zip of a layer with the dependencies; ``None`` where the Lambda zip has
    them."""


def build(
    target: Target,
    app: Path | str = "app",
    into: Path | str | None = None,
    *,
    for_bedrock: bool = False,
) -> Path:
    """Return the zip of the application, and build it first where its inputs have changed.

    Parameters
    ----------
    target
        What to build for.
    app
        The application's folder, with ``run.sh`` and, for Python, ``requirements.txt``. By default
        ``app`` in the program's folder, which the engine makes the working directory.
    into
        Folder for the builds, with a folder for each application and target, by their
        names. By default ``.build`` beside the application.
    for_bedrock
        Whether ``requirements-bedrock.txt`` takes the place of ``requirements.txt``, where the
        application has it.

    Returns
    -------
    Path
        Absolute path of the zip.

    Raises
    ------
    pulumi.RunError
        When the folder is unusable, the dependencies cannot be installed, or the zip is larger
        than Lambda takes.
    """
    return build_parts(target, app, into, for_bedrock=for_bedrock).archive


def build_parts(
    target: Target,
    app: Path | str = "app",
    into: Path | str | None = None,
    *,
    for_bedrock: bool = False,
    with_layer: bool = False,
) -> Package:
    """Do the same as ``build``, and return the dependencies in the zip of a layer if asked to."""
    refuse_unfit(target, Target, "target is ", "Target.choose('function', 'arm64')")
    refuse_unfit(app, Path | str, "app is ", "app='FOLDER'")
    app = Path(app).resolve()
    folder = Path(into or app.parent / ".build").resolve() / f"{app.name}-{target.name}"
    try:
        refuse_unusable(app, target.runtime)
        return _packaged(target, app, folder, for_bedrock=for_bedrock, with_layer=with_layer)
    except OSError as error:
        refuse(
            f"the Lambda zip of {app} cannot be built: {error}",
            allowed=f"files in {app} that you may read, and a folder {folder} that you may write",
            fix=f"make them yours (sudo chown -R \"$USER\" '{app}' '{folder.parent}'), or free "
            "space on the disk",
        )


def _packaged(
    target: Target, app: Path, folder: Path, *, for_bedrock: bool, with_layer: bool
) -> Package:
    requirements = _requirements(target, app, for_bedrock=for_bedrock)
    digest = _digest([target.name], filter(None, [requirements, *_PACKAGING_CODE]))

    def dependencies() -> dict[str, Path]:
        if requirements is None:
            return {}
        return _needed(_installed(target, requirements, folder / f"dependencies-{digest}"))

    application = application_files(app)
    if not with_layer:
        inputs = _digest([digest, *application], application.values())
        bundle = _built(folder / "function.zip", inputs, lambda: {**dependencies(), **application})
        refuse_oversize(app, bundle)
        return Package(bundle)
    refuse_without_layer(app)
    inputs = _digest(application, [*application.values(), *_PACKAGING_CODE])
    archive = _built(folder / "application.zip", inputs, lambda: application)
    layer = _built(
        folder / "layer.zip",
        digest,
        lambda: {f"{_LAYER_FOLDER}/{place}": path for place, path in dependencies().items()},
    )
    refuse_oversize(app, archive, layer)
    return Package(archive, layer)


def _requirements(target: Target, app: Path, *, for_bedrock: bool) -> Path | None:
    """Return the file of the dependencies that are installed; ``None`` where none are."""
    if not is_python(target.runtime):
        return None
    further = app / BEDROCK_REQUIREMENTS
    return further if for_bedrock and further.is_file() else app / REQUIREMENTS


def _built(archive: Path, inputs: str, files: Callable[[], dict[str, Path]]) -> Path:
    """Return an archive, and write it first unless it is one of these inputs."""
    if _is_built(archive, inputs):
        return archive
    archive.parent.mkdir(parents=True, exist_ok=True)
    # The lock ends with its process.
    with (archive.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Another run may have built it while this one waited.
        if not _is_built(archive, inputs):
            pulumi.log.info(f"Packaging {archive.parent.name}: {archive.name}")
            _write(archive, files(), inputs)
    return archive


def _digest(names: Iterable[str], files: Iterable[Path]) -> str:
    digest = hashlib.sha256("\n".join(names).encode())
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _is_built(archive: Path, inputs: str) -> bool:
    """Return whether an archive is one of these inputs, and as it was written."""
    try:
        return _record_file(archive).read_text() == _record(archive, inputs)
    except (OSError, ValueError):
        return False


def _record_file(archive: Path) -> Path:
    return archive.with_suffix(".sha256")


def _record(archive: Path, inputs: str) -> str:
    with archive.open("rb") as file:
        return f"{inputs} {hashlib.file_digest(file, 'sha256').hexdigest()}"


def _installed(target: Target, requirements: Path, folder: Path) -> Path:
    """Return the folder with the dependencies, and delete those of earlier builds."""
    listing = folder / _LISTING
    if listing.is_file() and listing.read_bytes() == _listed(folder):
        return folder
    for outdated in folder.parent.glob("dependencies-*"):
        _delete(outdated)
    app, unfinished = requirements.parent, folder.with_suffix(".unfinished")
    try:
        wheels.install(requirements, unfinished, target.platform, target.interpreter)
    except wheels.InstallError as error:
        refuse(
            f"The Lambda zip cannot be built: the wheels of {app.name}/{requirements.name} for "
            f"{target.name} could not be installed. {str(error).removesuffix('.')}",
            allowed="packages with wheels for that platform, from an index that is reached",
            fix=Lock(f"choose such versions in {requirements.stem}.in", app, requirements.name),
        )
    (unfinished / _LISTING).write_bytes(_listed(unfinished))
    return unfinished.rename(folder)


def _listed(folder: Path) -> bytes:
    """Return the files of a folder with their sizes, which an emptied or halved file changes."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != _LISTING]
    lines = (f"{path.relative_to(folder).as_posix()} {path.stat().st_size}" for path in files)
    return "\n".join(sorted(lines)).encode()


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _needed(installed: Path) -> dict[str, Path]:
    """Return the files of the dependencies that a function needs, by their path in the zip."""
    files = {path.relative_to(installed): path for path in installed.rglob("*") if path.is_file()}
    return {place.as_posix(): path for place, path in files.items() if _is_needed(place)}


def _is_needed(place: PurePath) -> bool:
    is_command = place.parts[0] == "bin"
    is_leftover = place.name.startswith(".") or "__pycache__" in place.parts
    is_record = place.parent.suffix == ".dist-info" and place.name in _INSTALLER_RECORDS
    is_source = place.suffix in _SOURCE_SUFFIXES
    return not (is_command or is_leftover or is_record or is_source)


def _write(archive: Path, files: dict[str, Path], inputs: str) -> None:
    """Write a zip whose bytes depend on the files alone."""
    unfinished = archive.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as zipped:
        for place, path in sorted(files.items()):
            entry = zipfile.ZipInfo(place, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (_EXECUTABLE_MODE if place == HANDLER else _MODE) << 16
            zipped.writestr(entry, path.read_bytes())
    if archive.is_dir():
        shutil.rmtree(archive)
    # Deleted first: copies of a checkout may share its file.
    _delete(_record_file(archive))
    _record_file(archive).write_text(_record(unfinished, inputs))
    unfinished.replace(archive)
