"""The package of a function and its search paths (GEN-23 to GEN-25)."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from pulumi_policy.deserialize import SPECIAL_ARCHIVE_SIG, SPECIAL_ASSET_SIG, SPECIAL_SIG_KEY

from testing.policies.support import UNKNOWN, Json, function_inputs
from tests.policies.judging import SILENT, names
from tests.policies.stacks import function

RULES = {"gen-23", "gen-24", "gen-25"}
ZIP, FILES = {"gen-24"}, {"gen-25"}
MAX_ZIP_BYTES, MAX_UNZIPPED_BYTES = 52_428_800, 262_144_000


def archive(path: Path, signature: str = SPECIAL_ARCHIVE_SIG) -> Json:
    """Return a local archive as the engine hands it to policies."""
    return {SPECIAL_SIG_KEY: signature, "path": str(path)}


def told(code: object, **changes: object) -> set[str]:
    return names(function(code=code, **changes)) & RULES


@pytest.mark.parametrize(
    ("size", "rules"),
    [
        pytest.param(1, SILENT, id="small"),
        pytest.param(MAX_ZIP_BYTES - 1, SILENT, id="the largest"),
        pytest.param(MAX_ZIP_BYTES, ZIP, id="one byte more"),
    ],
)
def test_zips(tmp_path: Path, size: int, rules: set[str]) -> None:
    path = zip_of(tmp_path, size)
    assert told(archive(path)) == rules
    assert told(archive(path), capacityProviderConfig=None, publish=None) == SILENT


def zip_of(folder: Path, size: int) -> Path:
    """Write a zip of exactly so many bytes at least, of which most are nothing before it."""
    path = folder / "package.zip"
    with ZipFile(path, "w") as package:
        package.writestr("app.py", "")
    content = path.read_bytes()
    with path.open("wb") as file:
        file.seek(max(0, size - len(content)))
        file.write(content)
    return path


@pytest.mark.parametrize(
    ("size", "rules"),
    [(MAX_UNZIPPED_BYTES - 1, SILENT), (MAX_UNZIPPED_BYTES, FILES)],
    ids=["the most", "one byte more"],
)
def test_files(tmp_path: Path, size: int, rules: set[str]) -> None:
    content = tmp_path / "content"
    (content / "package").mkdir(parents=True)
    for name, part in (("a", size // 2), ("package/b", size - size // 2)):
        with (content / name).open("wb") as file:
            file.truncate(part)
    assert told(archive(content)) == rules
    packed = tmp_path / "package.zip"
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=1) as package:
        for name in ("a", "package/b"):
            package.write(content / name, name)
    assert told(archive(packed)) == rules


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(UNKNOWN, id="unknown"),
        pytest.param(None, id="none, as with s3_bucket"),
        pytest.param({SPECIAL_SIG_KEY: SPECIAL_ARCHIVE_SIG, "uri": "s3://a/b.zip"}, id="remote"),
        pytest.param({SPECIAL_SIG_KEY: SPECIAL_ARCHIVE_SIG, "assets": {}}, id="made of assets"),
        pytest.param("package.zip", id="a text"),
    ],
)
def test_what_is_no_local_archive_is_not_judged(code: object) -> None:
    assert told(code) == SILENT


def test_a_path_from_the_programs_folder_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pack runs in a folder of its own, where the same path would be another file."""
    monkeypatch.chdir(tmp_path)
    assert told(archive(zip_of(Path(), MAX_ZIP_BYTES))) == SILENT


def test_what_cannot_be_read_is_not_judged(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(b"PK\x03\x04")
    for path in (damaged, tmp_path / "missing.zip", tmp_path / "app.tar.gz"):
        assert told(archive(path)) == SILENT
    assert told(archive(damaged, SPECIAL_ASSET_SIG)) == SILENT


@pytest.mark.parametrize(
    ("variables", "rules"),
    [
        ({"PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin"}, SILENT),
        ({"PATH": "/opt/bin:/usr/bin"}, {"gen-23"}),  # no Python there
        ({"PATH": "$PATH:/opt/bin:/var/lang/bin:/usr/bin"}, {"gen-23"}),  # taken as it stands
        ({"PATH": UNKNOWN}, SILENT),
        ({"PATH": ""}, SILENT),
        ({"PYTHONPATH": "/opt/python:/var/runtime"}, SILENT),
        ({"PYTHONPATH": "/var/task/lib"}, {"gen-23"}),
        ({"PYTHONPATH": "${PYTHONPATH}:/var/runtime"}, {"gen-23"}),
        ({"LD_PRELOAD": "/opt/lib/jemalloc.so"}, {"gen-23"}),
        ({"LD_PRELOAD": UNKNOWN}, {"gen-23"}),
        ({"LD_PRELOAD": ""}, SILENT),
        ({"MY_PATH": "/opt/bin"}, SILENT),
    ],
)
def test_search_paths(variables: Json, rules: set[str]) -> None:
    good = function_inputs()["environment"]["variables"]
    environment = {"variables": {**good, **variables}}
    assert names(function(environment=environment)) & RULES == rules
    ordinary = function(environment=environment, capacityProviderConfig=None)
    assert names(ordinary) & RULES == SILENT


def test_an_image_has_search_paths_of_its_own() -> None:
    environment = {"variables": {"PATH": "/app/bin", "PYTHONPATH": "/app"}}
    image = function(packageType="Image", environment=environment, layers=None)
    assert names(image) & RULES == SILENT
