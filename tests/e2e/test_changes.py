"""Changes reach the running service as they would reach AWS."""

import re

from tests.e2e.checkout import Checkout
from tests.e2e.streams import open_streams


def bring_up(checkout: Checkout, **knobs: object) -> str:
    checkout.configure(**knobs)
    done = checkout.local("up")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def printed_url(output: str) -> str:
    addresses = set(re.findall(r"http://\S+?/(?=[\s\"]|$)", output))
    assert len(addresses) == 1, addresses
    return addresses.pop()


def test_a_second_up_changes_nothing_and_says_so(own_checkout: Checkout) -> None:
    first = printed_url(bring_up(own_checkout, maxConcurrency=64))

    again = bring_up(own_checkout)

    assert printed_url(again) == first
    assert re.search(r"\d+ unchanged", again)
    assert not re.search(r"\d+ (created|updated|deleted|replaced)", again)


def test_concurrency_changes_the_function_in_place(own_checkout: Checkout) -> None:
    bring_up(own_checkout, maxConcurrency=64)

    output = bring_up(own_checkout, maxConcurrency=2)

    assert re.search(r"1 updated", output)
    assert not re.search(r"\d+ (created|deleted|replaced)", output)
    statuses = [stream.status for stream in open_streams(printed_url(output), 3)]
    assert sorted(statuses) == [200, 200, 429]


def test_new_code_changes_the_response(own_checkout: Checkout) -> None:
    before = printed_url(bring_up(own_checkout, maxConcurrency=64))
    source = next(
        path
        for path in (own_checkout.folder / "app").rglob("*.py")
        if "This is streaming from" in path.read_text()
    )
    source.write_text(source.read_text().replace("This is streaming from", "Changed, from"))

    after = printed_url(bring_up(own_checkout))

    assert after == before
    (stream,) = open_streams(after, 1)
    assert stream.text.endswith("] Changed, from Lambda Managed Instances!")
