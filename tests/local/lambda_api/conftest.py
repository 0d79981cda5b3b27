"""A region of its own for every test, and an account's usual resources in it."""

import itertools
import string
from typing import Any

import pytest

from local.endpoint import ServedEndpoint
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.lambda_api.account import (
    capacity_provider,
    client,
    function,
    managed,
    provide_references,
)

_regions = (
    f"eu-{''.join(letters)}-1" for letters in itertools.product(string.ascii_lowercase, repeat=3)
)


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a Region of the test's own, which moto has to take although AWS has none."""
    monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
    return next(_regions)


@pytest.fixture
def aws(endpoint: ServedEndpoint, data_plane: FakeDataPlane, region: str) -> Any:
    """Return a Lambda client of a region without functions; the data plane is as empty."""
    data_plane.forget()
    provide_references(region)
    return client("lambda", endpoint.url, region)


@pytest.fixture
def pool(aws: Any) -> str:
    """Create a capacity provider and give its ARN."""
    created = aws.create_capacity_provider(**capacity_provider())
    return created["CapacityProvider"]["CapacityProviderArn"]


@pytest.fixture
def managed_function(aws: Any, pool: str) -> str:
    """Create a function on managed instances, unpublished, and give its name."""
    aws.create_function(**function(MemorySize=2048, CapacityProviderConfig=managed(pool)))
    return "hello"


@pytest.fixture
def published(aws: Any, managed_function: str) -> str:
    """Publish the function to ``$LATEST.PUBLISHED``, with the alias ``live``, and give its name."""
    aws.publish_version(FunctionName=managed_function, PublishTo="LATEST_PUBLISHED")
    aws.create_alias(
        FunctionName=managed_function, Name="live", FunctionVersion="$LATEST.PUBLISHED"
    )
    return managed_function
