"""Functions in Node.js: the web adapter starts their server, by a Node.js of the right version."""

import zipfile
from pathlib import Path

import httpx
import pytest

from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.harness import deploy, deployment, settled_status

SERVER = """
const http = require("node:http");
http.createServer((request, response) => {
  response.write(`${process.version}\\n`);
  setTimeout(() => response.end("two\\n"), 10);
}).listen(process.env.AWS_LWA_PORT, "127.0.0.1");
"""


@pytest.fixture
def node_zip(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "function.zip", "w") as archive:
        script = zipfile.ZipInfo("run.sh")
        script.external_attr = 0o755 << 16
        archive.writestr(script, "#!/bin/sh\nexec node app/server.js\n")
        archive.writestr("app/server.js", SERVER)
    return tmp_path / "function.zip"


def test_a_server_streams_by_the_runtimes_version(plane: LocalDataPlane, node_zip: Path) -> None:
    url = deploy(plane, deployment(node_zip, runtime="nodejs24.x"))

    version, second = httpx.get(url).text.splitlines()

    assert version.startswith("v24.")
    assert second == "two"


def test_a_version_that_is_not_here_is_one_line(plane: LocalDataPlane, node_zip: Path) -> None:
    plane.deploy(deployment(node_zip, runtime="nodejs21.x"), 1)

    status = settled_status(plane)

    assert (status.state, status.reason_code) == ("Failed", "InvalidRuntime")
    assert status.reason == (
        "The runtime is nodejs21.x, and this machine has no Node.js of that version: put its node "
        "first on the PATH and start the local AWS again, or choose a runtime that is here."
    )
