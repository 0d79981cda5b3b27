"""Providers to drive: one before the local AWS, and one that can reach nothing."""

from collections.abc import Generator
from typing import Any

import pytest

from local import provider
from local.dataplane.ports import port_of, reserve_port
from local.endpoint import ServedEndpoint
from local.provider import ProviderServer
from tests.local.lambda_api.account import provide_references
from tests.local.provider.engine import REGION, FakeEngine
from tests.local.provider.samples import code, samples
from tests.local.provider.world import Made, build


@pytest.fixture
def inputs(zip_file: str) -> dict[str, dict[str, Any]]:
    """Return the least inputs of every resource type."""
    return samples(zip_file)


@pytest.fixture(scope="session")
def served(endpoint: ServedEndpoint) -> Generator[ProviderServer]:
    """Serve a provider before the local AWS."""
    provide_references(REGION)
    server = provider.start(endpoint.url)
    yield server
    server.stop()


@pytest.fixture
def engine(served: ProviderServer) -> Generator[FakeEngine]:
    """Attach an engine that deploys the local stack."""
    attached = FakeEngine(served.port)
    yield attached
    attached.close()


@pytest.fixture(scope="module")
def deploying(served: ProviderServer) -> Generator[FakeEngine]:
    """Attach an engine for all tests of a module."""
    attached = FakeEngine(served.port)
    yield attached
    attached.close()


@pytest.fixture(scope="module")
def world(deploying: FakeEngine, zip_file: str) -> Made:
    """Make one resource of every type, which each test leaves as it was."""
    return build(code(zip_file), deploying.deploy)


@pytest.fixture(scope="session")
def unreachable_aws() -> Generator[str]:
    """Return the URL of an endpoint that nobody serves: whoever calls AWS fails."""
    with reserve_port() as closed:
        yield f"http://127.0.0.1:{port_of(closed)}"


@pytest.fixture(scope="session")
def planning(unreachable_aws: str) -> Generator[FakeEngine]:
    """Attach an engine to a provider without an AWS: enough for checks, diffs and previews."""
    server = provider.start(unreachable_aws)
    attached = FakeEngine(server.port)
    yield attached
    attached.close()
    server.stop()
