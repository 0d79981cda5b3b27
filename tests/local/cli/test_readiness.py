"""Waiting ends when there is nothing left to wait for."""

import pytest

from local.cli.terminal import LocalError
from local.cli.up import wait_until_serving
from local.dataplane.ports import port_of, reserve_port

ALIAS_ARN = "arn:aws:lambda:us-east-1:123456789012:function:demo:live"


def test_a_local_aws_that_has_ended_is_not_waited_for() -> None:
    with reserve_port() as closed, pytest.raises(LocalError, match="no longer answers"):
        gone = f"http://127.0.0.1:{port_of(closed)}"
        wait_until_serving(gone, ALIAS_ARN, gone)
