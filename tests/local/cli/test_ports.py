"""Ports come back after a restart, and give way when another program has them."""

import json
from pathlib import Path

import pytest

from local.dataplane.ports import FrontPorts, PortBook, listen, port_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "ports.json"


def test_a_name_keeps_its_port_across_restarts(path: Path) -> None:
    port = PortBook(path).acquire("endpoint")

    assert PortBook(path).acquire("endpoint") == port
    assert PortBook(path)["endpoint"] == port


def test_a_port_in_use_is_replaced_by_a_new_one(path: Path) -> None:
    with listen() as stranger:
        PortBook(path)["endpoint"] = port_of(stranger)

        port = PortBook(path).acquire("endpoint")

        assert port != port_of(stranger)
    assert PortBook(path)["endpoint"] == port


def test_two_names_have_two_ports(path: Path) -> None:
    book = PortBook(path)

    assert book["endpoint"] != book["provider"]


@pytest.mark.parametrize("damage", ["", "{", '"text"', "[1]"])
def test_a_damaged_file_of_ports_counts_as_empty(path: Path, damage: str) -> None:
    path.parent.mkdir()
    path.write_text(damage)

    assert PortBook(path).get("endpoint") is None
    assert PortBook(path).acquire("endpoint") > 0


def test_a_recreated_front_gets_the_port_of_the_one_before(path: Path) -> None:
    first = FrontPorts(PortBook(path))
    with first.listen("one") as one, first.listen("two") as two:
        ports = [port_of(one), port_of(two)]

    second = FrontPorts(PortBook(path))
    with second.listen("other") as other, second.listen("another") as another:
        assert [port_of(other), port_of(another)] == ports


def test_the_port_of_a_deleted_front_is_for_the_next_one(path: Path) -> None:
    ports = FrontPorts(PortBook(path))
    with ports.listen("two") as two:
        port = port_of(two)
        with ports.listen("one"):
            pass
    ports.forget("two")

    with ports.listen("three") as three:
        assert port_of(three) == port


@pytest.mark.parametrize("port", ["x", 99999, 0, -1, None, True, [1]])
def test_what_is_no_port_is_replaced(path: Path, port: object) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"endpoint": port, "provider": 20123}))

    assert PortBook(path).get("endpoint") is None
    assert PortBook(path).acquire("endpoint") > 0
    assert PortBook(path)["provider"] == 20123
