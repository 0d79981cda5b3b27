"""Pages of orders, as DynamoDB's ``Query`` gives them."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from .orders import Item, Order, Status, from_item, key

MAX_QUERIES: Final = 10
"""Most calls for one page: DynamoDB counts items before the filter, so that a page of it may be
empty although more follow."""


@dataclass(frozen=True)
class Page:
    """A page of orders.

    Attributes
    ----------
    orders
        At most as many as were asked for; fewer do not mean that none follow.
    last_id
        The order that the next page begins behind; ``None`` after the last page.
    """

    orders: list[Order]
    last_id: str | None


@dataclass(frozen=True)
class Pages:
    """The orders of a customer, with one status or with any.

    Attributes
    ----------
    query
        DynamoDB's operation ``Query``.
    """

    query: Callable[..., Mapping[str, Any]]
    table: str
    customer: str
    status: Status | None = None

    @property
    def description(self) -> str:
        """What a cursor belongs to."""
        return f"{self.customer} {self.status}"

    async def page(self, limit: int, last_id: str | None = None) -> Page:
        """Return the page behind an order, or the first one."""
        items: list[Item] = []
        for _ in range(MAX_QUERIES):
            request = self._request(limit - len(items), last_id)
            answer = await run_in_threadpool(self.query, **request)
            items += answer["Items"]
            # A key does not say that more follow; only its absence says that none do.
            last_key = answer.get("LastEvaluatedKey")
            last_id = last_key and last_key["order_id"]["S"]
            if last_id is None or len(items) == limit:
                break
        return Page([from_item(item) for item in items], last_id)

    async def orders(self, last_id: str | None = None) -> AsyncGenerator[Order]:
        """Yield the orders of all pages."""
        while True:
            page = await self.page(100, last_id)
            for order in page.orders:
                yield order
            if (last_id := page.last_id) is None:
                return

    def _request(self, limit: int, last_id: str | None) -> dict[str, Any]:
        values = {":customer": {"S": self.customer}}
        request: dict[str, Any] = {
            "TableName": self.table,
            "Limit": limit,
            "KeyConditionExpression": "customer = :customer",
            "ExpressionAttributeValues": values,
        }
        if self.status is not None:
            values[":status"] = {"S": self.status}
            request["FilterExpression"] = "#status = :status"
            request["ExpressionAttributeNames"] = {"#status": "status"}
        if last_id is not None:
            request["ExclusiveStartKey"] = key(self.customer, last_id)
        return request
