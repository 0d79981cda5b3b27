"""Log lines: one JSON object each, in the form that Lambda filters and joins by."""

import asyncio
import json
import logging
import math
import uuid
from datetime import datetime
from typing import Any

import httpx
import pytest

from app import message
from app.logs import JsonFormatter
from app.main import create_app
from app.request_context import RequestContext, current
from tests.app.requests import TRACE_ID, from_adapter


def line(record: logging.LogRecord) -> dict[str, Any]:
    formatted = JsonFormatter().format(record)
    assert "\n" not in formatted
    return json.loads(formatted, parse_constant=pytest.fail)


def record(level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("app", level, __file__, 1, "%s\nand more", ("text",), None)
    made.__dict__.update(extra)
    return made


def test_a_line_has_an_rfc_3339_time() -> None:
    timestamp = line(record())["timestamp"]

    assert timestamp.endswith("Z")
    assert datetime.fromisoformat(timestamp).timestamp() == pytest.approx(  # pyright: ignore[reportUnknownMemberType]
        record().created, abs=60
    )


@pytest.mark.parametrize(
    ("level", "name"),
    [
        (logging.DEBUG, "DEBUG"),
        (logging.INFO, "INFO"),
        (logging.WARNING, "WARN"),
        (logging.ERROR, "ERROR"),
        (logging.CRITICAL, "FATAL"),
    ],
)
def test_levels_are_those_that_lambda_knows(level: int, name: str) -> None:
    assert line(record(level))["level"] == name


def test_a_line_outside_a_request_has_no_request_id() -> None:
    assert "requestId" not in line(record())


def test_a_line_within_a_request_carries_its_id_and_its_fields() -> None:
    token = current.set(RequestContext("the-id"))
    try:
        logged = line(record(fields={"status": 200, "place": uuid.UUID(int=0)}))
    finally:
        current.reset(token)

    assert logged["requestId"] == "the-id"
    assert logged["message"] == "text\nand more"
    assert logged["status"] == 200
    assert logged["place"] == "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("tracing_header", "trace_id"),
    [
        (f"Root={TRACE_ID};Parent=53995c3f42cd8ad8;Sampled=1", TRACE_ID),
        (f"Self=1-67891234-12456789abcdef012345678;Root={TRACE_ID}", TRACE_ID),
        (f"Root={TRACE_ID.upper()[:-1]}", None),
        ("Sampled=0", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_a_line_within_a_request_carries_its_trace_id(
    tracing_header: object, trace_id: str | None
) -> None:
    headers = from_adapter("a1b2c3d4-e5f6-4789-8abc-def012345678", tracing_header=tracing_header)
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    token = current.set(RequestContext.from_headers(pairs))
    try:
        logged = line(record())
    finally:
        current.reset(token)

    assert logged["requestId"] == "a1b2c3d4-e5f6-4789-8abc-def012345678"
    assert logged.get("xrayTraceId") == trace_id


@pytest.mark.anyio
async def test_interleaved_requests_do_not_mix_up_their_lines(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message, "SECONDS_BETWEEN_CHARACTERS", 0)
    caplog.set_level(logging.INFO, logger="app")
    caplog.handler.setFormatter(JsonFormatter())
    ids = [str(uuid.uuid4()) for _ in range(64)]
    transport = httpx.ASGITransport(create_app())

    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        responses = await asyncio.gather(
            *(client.get("/", headers=from_adapter(request_id)) for request_id in ids)
        )

    logged = [json.loads(text) for text in caplog.text.splitlines()]
    assert [response.text[1:9] for response in responses] == [id_[:8] for id_ in ids]
    assert sorted(entry["requestId"] for entry in logged) == sorted(ids)
    assert {entry["xrayTraceId"] for entry in logged} == {TRACE_ID}
    assert all(entry["status"] == 200 and entry["path"] == "/" for entry in logged)


@pytest.mark.parametrize("fields", ["text", 7, ["a"], None])
def test_fields_that_are_no_mapping_lose_no_line(fields: object) -> None:
    assert line(record(fields=fields))["fields"] == fields


class WithoutText:
    def __str__(self) -> str:
        raise LookupError


def nested() -> list[object]:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    return value


HOLDS_ITSELF: list[object] = []
HOLDS_ITSELF.append(HOLDS_ITSELF)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        ({"deep": [math.nan]}, "{'deep': [nan]}"),
        (HOLDS_ITSELF, "[[...]]"),
        ({("a", 1): 2}, "{('a', 1): 2}"),
        (WithoutText(), "<WithoutText without a text>"),
        (nested(), "<list without a text>"),
        (10**5000, "<int without a text>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_without_json_is_text_and_leaves_the_others_what_they_are(
    value: object, text: str
) -> None:
    logged = line(record(fields={"value": value, "status": 200, ("a", 1): [0.5, None]}))

    assert logged["value"] == text
    assert logged["status"] == 200
    assert logged["('a', 1)"] == [0.5, None]


def test_a_field_takes_the_place_of_nothing_that_lambda_reads() -> None:
    logged = line(record(fields={"level": "gold", "message": 1, "status": 200}))

    assert (logged["level"], logged["message"]) == ("INFO", "text\nand more")
    assert (logged["fields.level"], logged["fields.message"]) == ("gold", 1)
    assert logged["status"] == 200


def test_a_stack_that_is_asked_for_is_logged() -> None:
    assert line(record(stack_info="Stack:\n  f"))["stack"] == "Stack:\n  f"
