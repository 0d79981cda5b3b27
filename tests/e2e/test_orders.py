"""The example of orders, brought up on the local AWS and used by an HTTP client."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import botocore.session
import httpx
import pytest

from testing.checkout import Checkout
from tests.e2e.test_examples import wait_until_it_answers

pytestmark = pytest.mark.examples

EXAMPLE = "docs/examples/orders"
ORDERS = 10_000
LINES = {"accept": "application/jsonl"}


@dataclass
class Api:
    """The deployed example.

    Attributes
    ----------
    url
        Address of all orders, which ends in a slash.
    dynamodb
        A client of the table's account.
    """

    url: str
    table: str
    dynamodb: Any

    def store(self, customer: str, numbers: range) -> None:
        """Write orders straight into the table, 25 at a time."""
        batches = [numbers[first : first + 25] for first in range(0, len(numbers), 25)]
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(self._store_batch, [customer] * len(batches), batches))

    def _store_batch(self, customer: str, numbers: range) -> None:
        puts = [{"PutRequest": {"Item": self._item(customer, number)}} for number in numbers]
        self.dynamodb.batch_write_item(RequestItems={self.table: puts})

    def _item(self, customer: str, number: int) -> dict[str, Any]:
        return {
            "customer": {"S": customer},
            "order_id": {"S": order_id(number)},
            "product": {"S": "lamp"},
            "quantity": {"N": "1"},
            "status": {"S": "shipped" if number % 2 else "open"},
        }

    def get(self, **query: object) -> httpx.Response:
        """Ask for a page."""
        values = {name: str(value) for name, value in query.items()}
        return httpx.get(self.url, params=values, trust_env=False, timeout=60)


def order_id(number: int) -> str:
    return f"{number:08d}"


@pytest.fixture(scope="module")
def api(own_checkout: Checkout) -> Api:
    """Bring the example up as its README says."""
    there = ("--cwd", str(own_checkout.folder / EXAMPLE))
    (own_checkout.folder / EXAMPLE / ".venv").symlink_to(own_checkout.folder / ".venv")
    assert own_checkout.pulumi(*there, "stack", "select", "--create", "local").returncode == 0
    pack = ("--policy-pack", "../../../policies", "--policy-pack-config", "policies.json")
    up = own_checkout.pulumi(*there, "up", "--stack", "local", "--yes", *pack)
    assert up.returncode == 0, up.stdout + up.stderr
    outputs = json.loads(own_checkout.pulumi(*there, "stack", "output", "--json").stdout)
    wait_until_it_answers(f"{outputs['url']}?customer=nobody")
    exported = own_checkout.exported
    session: Any = botocore.session.Session()
    dynamodb = session.create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=exported["AWS_ENDPOINT_URL"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    return Api(**outputs, dynamodb=dynamodb)


@pytest.fixture(scope="module")
def full(api: Api) -> Api:
    """Store all orders of the customer ``acme``."""
    api.store("acme", range(ORDERS))
    return api


def test_ten_thousand_orders_are_on_exactly_one_page_each(full: Api) -> None:
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = full.get(customer="acme", limit=100, **cursor).json()
        found += [order["order_id"] for order in page["orders"]]
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}

    assert found == [order_id(number) for number in range(ORDERS)]


def test_the_lines_of_all_pages_arrive_one_after_another_and_say_that_they_are_whole(
    full: Api,
) -> None:
    query = {"customer": "acme"}
    with httpx.stream("GET", full.url, params=query, headers=LINES, trust_env=False) as response:
        chunks = list(response.iter_bytes())

    *orders, last = [json.loads(line) for line in b"".join(chunks).splitlines()]
    assert [order["order_id"] for order in orders] == [order_id(n) for n in range(ORDERS)]
    assert last == {"completion": "complete"}
    assert len(chunks) > 10


def test_a_cursor_survives_what_is_written_between_two_pages(api: Api) -> None:
    api.store("between", range(10, 20))
    first = api.get(customer="between", limit=5).json()

    api.store("between", range(5))  # before the cursor
    api.store("between", range(20, 25))  # behind it
    # The very order that the cursor is behind.
    last = first["orders"][-1]["order_id"]
    httpx.delete(f"{api.url}between/{last}", trust_env=False)
    second = api.get(customer="between", limit=100, cursor=first["cursor"]).json()

    assert [order["order_id"] for order in second["orders"]] == [
        order_id(number) for number in range(15, 25)
    ]
    assert second["cursor"] is None


def test_a_filter_finds_the_same_orders_on_pages_of_any_size(api: Api) -> None:
    api.store("filtered", range(60))
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.get(customer="filtered", status="shipped", limit=7, **cursor).json()
        found += [order["order_id"] for order in page["orders"]]
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}

    assert found == [order_id(number) for number in range(1, 60, 2)]


@pytest.mark.parametrize("query", [{"customer": "other"}, {"customer": "mine", "status": "open"}])
def test_the_cursor_of_another_query_is_refused(api: Api, query: dict[str, str]) -> None:
    api.store("mine", range(2))
    cursor = api.get(customer="mine", limit=1).json()["cursor"]

    refused = api.get(**query, cursor=cursor)

    assert refused.status_code == 400
    assert refused.json() == {"detail": "the cursor does not belong to this query"}


@pytest.mark.parametrize("cursor", ["", "forged"])
def test_a_cursor_that_was_made_elsewhere_is_refused(api: Api, cursor: str) -> None:
    assert api.get(customer="acme", cursor=cursor).status_code == 400


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_1_to_100_orders(api: Api, limit: int) -> None:
    assert api.get(customer="acme", limit=limit).status_code == 422


def test_an_order_is_created_listed_read_and_deleted(api: Api) -> None:
    new = {"customer": "new", "product": "chair", "quantity": 4}
    created = httpx.post(api.url, json=new, trust_env=False, timeout=30)
    order = created.json()
    address = f"{api.url}new/{order['order_id']}"

    assert created.status_code == 201
    assert api.get(customer="new").json() == {"orders": [order], "cursor": None}
    assert httpx.get(address, trust_env=False).json() == order | new
    assert httpx.delete(address, trust_env=False).status_code == 204
    assert httpx.get(address, trust_env=False).status_code == 404
