"""The example of orders: where DynamoDB is stricter than moto, and what a cursor admits."""

import asyncio
import base64
import importlib
import json
import sys
import types
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
from anyio import to_thread

from policies.lmi.check_config import mistakes_in

EXAMPLE = Path(__file__).parents[2] / "docs/examples/orders"
QUERY = "acme None"


@pytest.fixture(scope="module")
def application() -> Generator[Any]:
    """Import the example's application under a name of its own."""
    package = types.ModuleType("orders_example")
    package.__path__ = [str(EXAMPLE / "app")]
    sys.modules[package.__name__] = package

    def imported(name: str) -> types.ModuleType:
        return importlib.import_module(f"{package.__name__}.{name}")

    yield imported
    for name in [name for name in sys.modules if name.startswith(package.__name__)]:
        del sys.modules[name]


class Table:
    """Answers ``Query`` as DynamoDB does: with a key after each full page, even the last one.

    Parameters
    ----------
    statuses
        Status of each order, in the order of their ids.
    """

    def __init__(self, statuses: list[str]) -> None:
        self._statuses = statuses
        self.limits: list[int] = []

    def query(self, **request: Any) -> Mapping[str, Any]:
        self.limits.append(request["Limit"])
        start = int(request.get("ExclusiveStartKey", {"order_id": {"S": "-1"}})["order_id"]["S"])
        numbers = range(len(self._statuses))[start + 1 :][: request["Limit"]]
        wanted = request["ExpressionAttributeValues"].get(":status")
        answer: dict[str, Any] = {
            "Items": [
                self._item(number)
                for number in numbers
                if wanted in (None, {"S": self._statuses[number]})
            ]
        }
        if len(numbers) == request["Limit"]:
            answer["LastEvaluatedKey"] = {"customer": {"S": "acme"}, "order_id": id_of(numbers[-1])}
        return answer

    def _item(self, number: int) -> dict[str, Any]:
        return {
            "customer": {"S": "acme"},
            "order_id": id_of(number),
            "product": {"S": "lamp"},
            "quantity": {"N": "1"},
            "status": {"S": self._statuses[number]},
        }


def id_of(number: int) -> dict[str, str]:
    return {"S": f"{number:04d}"}


def pages_of(application: Any, table: Table, status: str | None, limit: int) -> list[list[int]]:
    """Read page after page; gives the numbers of the orders on each."""
    pages = application("pages").Pages(table.query, "orders", "acme", status)

    async def read() -> list[list[int]]:
        found: list[list[int]] = []
        last_id = None
        while True:
            page = await pages.page(limit, last_id)
            found.append([int(order.order_id) for order in page.orders])
            if (last_id := page.last_id) is None:
                return found

    return asyncio.run(read())


def test_an_exactly_full_last_page_is_followed_by_an_empty_one(application: Any) -> None:
    table = Table(["open"] * 4)

    assert pages_of(application, table, None, 2) == [[0, 1], [2, 3], []]


def test_empty_pages_with_a_key_are_read_over(application: Any) -> None:
    table = Table(["open"] * 7 + ["shipped"] * 2)

    assert pages_of(application, table, "shipped", 2) == [[7, 8], []]


def test_a_page_that_finds_nothing_in_many_queries_is_short_and_others_follow(
    application: Any,
) -> None:
    most = application("pages").MAX_QUERIES
    table = Table(["open"] * (most + 1) + ["shipped"])

    assert pages_of(application, table, "shipped", 1) == [[], [most + 1], []]


def test_all_orders_are_read_in_pages_of_100(application: Any) -> None:
    table = Table(["open"] * 200)
    pages = application("pages").Pages(table.query, "orders", "acme")

    async def read() -> list[int]:
        return [int(order.order_id) async for order in pages.orders()]

    assert asyncio.run(read()) == list(range(200))
    assert table.limits == [100, 100, 100]


@pytest.fixture
def clock() -> list[float]:
    return [1_000_000.0]


@pytest.fixture
def cursors(application: Any, clock: list[float]) -> Any:
    return application("cursor").Cursors(b"secret", lambda: clock[0])


def test_a_cursor_is_read_for_an_hour(application: Any, cursors: Any, clock: list[float]) -> None:
    cursor = cursors.make(QUERY, "0042")
    clock[0] += 3599

    assert cursors.read(QUERY, cursor) == "0042"
    clock[0] += 1
    with pytest.raises(application("cursor").CursorError, match="has expired"):
        cursors.read(QUERY, cursor)


def test_a_cursor_of_another_query_or_key_or_content_is_refused(
    application: Any, cursors: Any
) -> None:
    module = application("cursor")
    cursor = cursors.make(QUERY, "0042")
    signed = base64.urlsafe_b64decode(cursor)
    extended = signed[:32] + json.dumps([9_999_999_999, "0042"]).encode()
    refused = {
        "another query": ("other None", cursor),
        "another key": (QUERY, module.Cursors(b"guessed").make(QUERY, "0042")),
        "a later expiry": (QUERY, base64.urlsafe_b64encode(extended).decode()),
        "cut off": (QUERY, cursor[:40]),
        "no base64": (QUERY, "no cursor"),
        "not ASCII": (QUERY, "\u00e9"),
        "empty": (QUERY, ""),
    }
    for case, (query, given) in refused.items():
        with pytest.raises(module.CursorError):
            pytest.fail(f"{case} was read: {cursors.read(query, given)}")


@pytest.fixture
def on_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    # Mangum makes an event loop that nobody closes.
    monkeypatch.setitem(sys.modules, "mangum", types.SimpleNamespace(Mangum=Mock()))


@pytest.mark.usefixtures("on_lambda")
@pytest.mark.parametrize("value", ["NaN", "-Infinity", r'"\ud800"', "[[]]"])
def test_a_value_that_could_not_be_sent_back_is_the_callers_mistake(
    application: Any, value: str
) -> None:
    api = application("handler").api
    order = f'{{"customer": "acme", "product": {value}, "quantity": {value}}}'
    headers = {"content-type": "application/json"}

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(api)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.post("/api/orders/", content=order, headers=headers)

    response = asyncio.run(send())
    assert response.status_code == 422
    assert {problem["loc"][1] for problem in response.json()["detail"]} == {"product", "quantity"}


@pytest.mark.usefixtures("on_lambda")
def test_a_client_keeps_a_connection_for_each_thread(application: Any) -> None:
    client = application("orders").client("dynamodb")

    async def threads() -> float:
        return to_thread.current_default_thread_limiter().total_tokens

    assert client.meta.config.max_pool_connections == asyncio.run(threads())


def test_its_exemptions_are_of_rules_that_exist() -> None:
    assert mistakes_in(json.loads((EXAMPLE / "policies.json").read_text())) == []
