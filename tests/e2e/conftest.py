"""Running services to test against. Each has a copy of the project and ports of its own."""

from collections.abc import Generator

import pytest

from tests.e2e.checkout import Checkout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Generator[Checkout]:
    """Give a copy of the project; what runs in it at the end is taken down."""
    copy = Checkout.make(tmp_path_factory.mktemp("checkout"))
    yield copy
    copy.local("down")


@pytest.fixture(scope="session")
def url(checkout: Checkout) -> str:
    """Bring the service up as it is committed, and give its URL. Tests only read it."""
    done = checkout.local("up")
    assert done.returncode == 0, done.stdout + done.stderr
    return checkout.pulumi("stack", "output", "url", "--stack", "local").stdout.strip()


@pytest.fixture(scope="module")
def own_checkout(tmp_path_factory: pytest.TempPathFactory) -> Generator[Checkout]:
    """Give a copy for tests that change things: each sets what it needs before its `up`."""
    copy = Checkout.make(tmp_path_factory.mktemp("own-checkout"))
    yield copy
    copy.local("down")
