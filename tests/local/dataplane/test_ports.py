"""Ports for servers in other processes are kept until these listen."""

import socket
import sys

import pytest

from local.dataplane.ports import LOOPBACK, listen, port_of, reserve_port


def test_a_reserved_port_is_chosen_for_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with reserve_port() as reservation:
        port = port_of(reservation)
        monkeypatch.setattr("local.dataplane.ports._CANDIDATES", [port])
        monkeypatch.setattr("local.dataplane.ports._ATTEMPTS", 1)

        with reserve_port() as another, listen() as listener:
            assert port not in {port_of(another), port_of(listener)}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the reservation ends before that")
def test_a_server_listens_on_a_reserved_port() -> None:
    with reserve_port() as reservation:
        address = (LOOPBACK, port_of(reservation))
        with socket.create_server(address), socket.create_connection(address) as connection:
            assert connection.getpeername() == address
