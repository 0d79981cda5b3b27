"""Running services to test against. Each has a copy of the project and ports of its own."""

from collections.abc import Generator

import pytest

from testing.checkout import Checkout

ODD_NAME = "a, 'b' \"c\"\nd"
"""What a path may have that lists of options, quoted texts and lines of a file may not."""


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Generator[Checkout]:
    """Return a copy of the project; what runs in it at the end is taken down."""
    copy = Checkout.make(tmp_path_factory.mktemp("checkout"))
    yield copy
    take_down(copy)


@pytest.fixture(scope="session")
def url(checkout: Checkout) -> str:
    """Bring the service up as it is committed, and give its URL. Tests only read it."""
    return checkout.up().url


@pytest.fixture(scope="module")
def own_checkout(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Checkout]:
    """Return a copy for tests that change or break what runs, in a folder with a difficult path."""
    # What examples are built with, such as npm, has limits of its own.
    is_example = any(map(request.node.get_closest_marker, ("examples", "languages")))
    name = "project" if is_example else ODD_NAME
    copy = Checkout.make(tmp_path_factory.mktemp("own-checkout") / name)
    # It takes as long as the update itself; those of the shared stack have one.
    copy.environment["PULUMI_OPTION_SKIP_PREVIEW"] = "true"
    yield copy
    take_down(copy)


def take_down(copy: Checkout) -> None:
    """Destroy what the tests left: that has to succeed with every option that they used."""
    done = copy.local("down")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def running(own_checkout: Checkout) -> Checkout:
    """Return the own copy with its service up, as an earlier test may have left it."""
    if not own_checkout.serves():
        own_checkout.up()
    return own_checkout
