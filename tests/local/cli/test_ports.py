"""Ports come back after a restart, and give way when another program has them."""

import json
from pathlib import Path
from unittest.mock import Mock

import pytest

from local.dataplane.ports import PortBook, free_port, listen, port_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "ports.json"


def test_a_name_keeps_its_port_across_restarts(path: Path) -> None:
    port = PortBook(path).acquire("endpoint")

    assert PortBook(path).acquire("endpoint") == port
    assert PortBook(path)["endpoint"] == port


def test_a_port_in_use_is_replaced_by_a_new_one(path: Path) -> None:
    with listen() as stranger:
        path.parent.mkdir()
        path.write_text(json.dumps({"endpoint": port_of(stranger)}))

        port = PortBook(path).acquire("endpoint")

        assert port != port_of(stranger)
    assert PortBook(path)["endpoint"] == port


def test_two_names_have_two_ports_though_nobody_listens_there(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = PortBook(path)
    endpoint, another = book["endpoint"], free_port()  # which are of two ranges
    monkeypatch.setattr("random.sample", Mock(return_value=[endpoint, another]))

    assert book["provider"] == another


@pytest.mark.parametrize("damage", ["", "{", '"text"', "[1]"])
def test_a_damaged_file_of_ports_counts_as_empty(path: Path, damage: str) -> None:
    path.parent.mkdir()
    path.write_text(damage)

    assert PortBook(path).acquire("endpoint") > 0


@pytest.mark.parametrize("port", ["x", 99999, 0, -1, None, True, [1]])
def test_what_is_no_port_is_replaced(path: Path, port: object) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"endpoint": port, "provider": 20123}))

    found = PortBook(path)["endpoint"]
    assert type(found) is int
    assert 0 < found < 65536
    assert PortBook(path)["provider"] == 20123
