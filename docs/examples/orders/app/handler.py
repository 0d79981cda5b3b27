"""Create, read and delete orders: FastAPI in an ordinary function, by Mangum."""

from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from mangum import Mangum

from . import orders
from .orders import Customer, NewOrder, Order, OrderId

api = FastAPI()
# Made once for each environment; Mangum would run a lifespan in every request.
dynamodb: Any = orders.client("dynamodb")


@api.exception_handler(RequestValidationError)
async def refuse(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Say what is wrong, without what was sent: some of it, such as NaN, could not be sent back."""
    problems = [{name: one[name] for name in ("type", "loc", "msg")} for one in error.errors()]
    return JSONResponse({"detail": problems}, 422)


@api.post("/api/orders/", status_code=201)
def create(new: NewOrder) -> Order:
    """Store an order."""
    order = Order(**new.model_dump())
    dynamodb.put_item(TableName=orders.table(), Item=orders.to_item(order))
    return order


@api.get("/api/orders/{customer}/{order_id}")
def read(customer: Customer, order_id: OrderId) -> Order:
    """Return an order."""
    key = orders.key(customer, order_id)
    found = dynamodb.get_item(TableName=orders.table(), Key=key, ConsistentRead=True)
    if "Item" not in found:
        raise HTTPException(404, "there is no such order")
    return orders.from_item(found["Item"])


@api.delete("/api/orders/{customer}/{order_id}", status_code=204)
def delete(customer: Customer, order_id: OrderId) -> None:
    """Delete an order, or do nothing where there is none."""
    dynamodb.delete_item(TableName=orders.table(), Key=orders.key(customer, order_id))


handler = Mangum(api, lifespan="off")
