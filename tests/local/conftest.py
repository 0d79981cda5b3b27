"""A served endpoint of the local AWS, with nothing behind its Lambda API."""

import itertools
import zipfile
from collections.abc import Generator

import pytest

from local import memory
from local.endpoint import Endpoint, ServedEndpoint, serve_endpoint
from tests.local.fake_data_plane import FakeDataPlane

# As the process of the local AWS does first.
memory.share_models()


@pytest.fixture(scope="session")
def data_plane() -> FakeDataPlane:
    return FakeDataPlane()


@pytest.fixture(scope="session")
def endpoint(
    data_plane: FakeDataPlane, tmp_path_factory: pytest.TempPathFactory
) -> Generator[ServedEndpoint]:
    """Serve one endpoint for all tests; each test has names or a region of its own.

    On its clock each request comes a second after the one before, so that changes are applied.
    """
    clock = itertools.count().__next__
    app = Endpoint(data_plane, tmp_path_factory.mktemp("code"), clock=clock)
    served = serve_endpoint(app)
    yield served
    served.stop()


@pytest.fixture(scope="session")
def zip_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of a ready zip."""
    path = tmp_path_factory.mktemp("zip") / "function.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("run.sh", "exec uvicorn app.main:app")
    return str(path)
