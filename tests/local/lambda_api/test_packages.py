"""Deployed archives are stored once, and whole."""

import io
import zipfile
from pathlib import Path

from local.lambda_api.state import store_package


def test_an_archive_that_was_damaged_is_whole_when_it_is_deployed_again(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("run.sh", "#!/bin/sh\n")
    folder = tmp_path / "code"
    package = store_package(folder, {"ZipFile": content.getvalue()})
    package.path.write_bytes(b"")

    again = store_package(folder, {"ZipFile": content.getvalue()})

    assert again == package
    assert package.path.read_bytes() == content.getvalue()
    assert list((tmp_path / "code").iterdir()) == [package.path]
