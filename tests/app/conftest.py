"""The application's tests: in process where that is enough, else as Lambda would start it."""

import pytest

from tests.app.client import Client


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, which uvicorn and the adapter leave no choice of."""
    return "asyncio"


@pytest.fixture
async def client() -> Client:
    """Return a client that reads to the end."""
    return Client()
