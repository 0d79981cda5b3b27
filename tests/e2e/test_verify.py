"""``make verify`` checks the local stack as it would check one on AWS."""

import sys

from testing.checkout import Checkout


def test_the_local_stack_passes_every_check(checkout: Checkout, url: str) -> None:
    done = checkout.run([sys.executable, "-m", "tools.verify", "local", "--saturate"])

    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[:2] for line in lines[:-1]] == [
        [check, "ok"]
        for check in (
            *("alias", "invoke", "stream", "ids", "log", "report", "metric", "trace", "slots"),
        )
    ], done.stdout + done.stderr
    assert done.returncode == 0
