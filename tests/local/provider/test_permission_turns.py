"""Permissions of one function change one after the other, those of two functions side by side."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.account import ACCOUNT_ID
from local.provider.tables import RESOURCES
from tests.local.provider.samples import PERMISSION

SLOW = "slow"


class BusyAws:
    """Takes its time over the statement ``slow``, and notes which statements it was given."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.may_end = threading.Event()
        self.given: list[str] = []

    def call(self, service: str, operation: str, **params: Any) -> None:
        self.given.append(params["StatementId"])
        if params["StatementId"] == SLOW:
            self.began.set()
            assert self.may_end.wait(60)


def add(aws: Any, function: str, statement: str) -> Callable[[], object]:
    inputs = {
        "function": function,
        "action": "lambda:InvokeFunction",
        "principal": ACCOUNT_ID,
        "statementId": statement,
    }
    return lambda: RESOURCES[PERMISSION].create(aws, inputs)


def test_a_function_changes_one_permission_at_a_time() -> None:
    aws = BusyAws()
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT_ID}:function:one"
    with ThreadPoolExecutor() as beside:
        slow = beside.submit(add(aws, "one", SLOW))
        assert aws.began.wait(60)
        waiting = beside.submit(add(aws, arn, "next"))
        beside.submit(add(aws, "two", "of another function")).result()
        assert aws.given == [SLOW, "of another function"]
        aws.may_end.set()
        slow.result()
        waiting.result()
    assert aws.given == [SLOW, "of another function", "next"]
