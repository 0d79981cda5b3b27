"""Ports for servers in other processes are kept until these listen."""

import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import Mock

import pytest

from local.dataplane.ports import LOOPBACK, PortBook, listen, port_of, reserve_port


def test_a_reserved_port_is_chosen_for_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with reserve_port() as reservation:
        port = port_of(reservation)
        monkeypatch.setattr("random.sample", Mock(return_value=[port]))

        with reserve_port() as another, listen() as listener:
            assert port not in {port_of(another), port_of(listener)}


def test_what_is_reserved_is_never_the_port_that_a_name_had_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = PortBook(tmp_path / "ports.json")
    before = book.acquire("url-1")

    def prefer(ports: Sequence[int], _: int) -> Sequence[int]:
        return [before] if before in ports else ports[:9]

    monkeypatch.setattr("random.sample", prefer)

    with reserve_port() as reservation, book.listen("url-1") as listener:
        assert port_of(listener) == before
        assert port_of(reservation) != before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the reservation ends before that")
def test_a_server_listens_on_a_reserved_port() -> None:
    with reserve_port() as reservation:
        address = (LOOPBACK, port_of(reservation))
        with socket.create_server(address), socket.create_connection(address) as connection:
            assert connection.getpeername() == address
