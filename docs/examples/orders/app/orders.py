"""Orders, and how the table keeps them: by customer, and by an id that sorts by time."""

import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import botocore.session
from botocore.config import Config
from pydantic import BaseModel, Field, StringConstraints

Customer = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
OrderId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Status = Literal["open", "shipped"]
Item = Mapping[str, Mapping[str, str]]
"""An item as DynamoDB's API has it: each value by its type."""


class NewOrder(BaseModel):
    """What a customer orders."""

    customer: Customer
    product: Annotated[str, Field(min_length=1, max_length=100)]
    quantity: Annotated[int, Field(ge=1, le=1000)]


class Order(NewOrder):
    """An order as it is stored; later ids sort after earlier ones."""

    order_id: str = Field(
        default_factory=lambda: f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"
    )
    status: Status = "open"


def to_item(order: Order) -> Item:
    """Return an order as the table keeps it."""
    types = {"quantity": "N"}
    return {name: {types.get(name, "S"): str(value)} for name, value in order}


def from_item(item: Item) -> Order:
    """Return the order of an item."""
    return Order.model_validate({name: next(iter(value.values())) for name, value in item.items()})


def key(customer: str, order_id: str) -> Item:
    """Return the key of an order."""
    return {"customer": {"S": customer}, "order_id": {"S": order_id}}


def client(service: str) -> Any:
    """Return a client of an AWS service, which threads may share.

    Each of the threads that FastAPI runs has a connection; botocore keeps 10, and opens and closes
    one for each further call.
    """
    session: Any = botocore.session.Session()
    return session.create_client(service, config=Config(max_pool_connections=40))


def table() -> str:
    """Return the name of the table."""
    return os.environ["TABLE"]
