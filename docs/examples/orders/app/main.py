"""``GET /api/orders/`` on Lambda Managed Instances: a page, or all orders as JSON lines."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException, Query, Request
from pydantic import BaseModel

from app import draining
from app.middleware import WebAdapterMiddleware
from app.streaming.json_lines import JsonLinesStream

from . import orders
from .cursor import CursorError, Cursors
from .orders import Customer, Order, Status
from .pages import Pages


class OrderPage(BaseModel):
    """A page of orders, and the cursor of the next one."""

    orders: list[Order]
    cursor: str | None


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncGenerator[dict[str, Any]]:
    """Give every request the table, the cursors, and what ends streams at a shutdown."""
    secret = orders.client("secretsmanager").get_secret_value(SecretId=os.environ["CURSOR_SECRET"])
    async with draining.lifespan(application) as state:
        yield {
            **state,
            "query": orders.client("dynamodb").query,
            "cursors": Cursors(secret["SecretString"].encode()),
        }


api = FastAPI(lifespan=lifespan)


@api.get("/health")
async def health() -> str:
    """Tell the web adapter that the server is ready."""
    return "ready"


@api.get("/api/orders/", response_model=OrderPage)
async def list_orders(
    request: Request,
    *,
    customer: Customer,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
    accept: Annotated[str, Header()] = "",
) -> OrderPage | JsonLinesStream:
    """Return a page; to a client that accepts ``application/jsonl``, the orders of all pages."""
    pages = Pages(request.state.query, orders.table(), customer, status)
    cursors: Cursors = request.state.cursors
    try:
        last_id = None if cursor is None else cursors.read(pages.description, cursor)
    except CursorError as error:
        raise HTTPException(400, str(error)) from error
    if JsonLinesStream.media_type in accept:
        return JsonLinesStream(pages.orders(last_id))
    page = await pages.page(limit, last_id)
    following = page.last_id and cursors.make(pages.description, page.last_id)
    return OrderPage(orders=page.orders, cursor=following)


app = WebAdapterMiddleware(api)
