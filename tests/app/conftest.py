"""The application's tests: in process where that is enough, else as Lambda would start it."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, which uvicorn and the adapter leave no choice of."""
    return "asyncio"
