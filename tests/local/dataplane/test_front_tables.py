"""What each front renames, drops and refuses; a row a test.

Source: docs/facts/fronts.md#http-details.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import pytest

from local.dataplane.fronts import ApiStage, FunctionUrl, RestStage, stage_of
from local.dataplane.http_server import LoopbackServer
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import ApiRoute, ApiTarget, UrlRoute
from local.dataplane.ports import listen, port_of
from local.dataplane.prelude import PayloadFormat, PreludeParser, ResponseHead

pytestmark = pytest.mark.anyio

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:streamer:live"
FrontName = Literal["URL", "REST", "HTTP"]
EVERY_FRONT: tuple[FrontName, ...] = ("URL", "REST", "HTTP")
PLAIN = ResponseHead(200, {"content-type": "text/plain"})


@dataclass
class Served:
    """A served front, with the events that its function got.

    Attributes
    ----------
    ended
        Set to let the function end its response.
    """

    http: httpx.AsyncClient
    port: int
    ended: asyncio.Event
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@asynccontextmanager
async def serving(
    name: FrontName,
    head: ResponseHead | bytes = PLAIN,
    *,
    ends: bool = True,
    payload_format: PayloadFormat = "2.0",
) -> AsyncGenerator[Served]:
    """Serve a front of a function that answers with a head, or a prelude, and ``body``."""
    answers: list[asyncio.Task[None]] = []

    async def answer(invocation: Invocation) -> None:
        parser = PreludeParser(invocation.request.payload_format or "2.0")
        if isinstance(head, bytes):
            parser.feed(head + bytes(8))
        else:
            parser.head = head
        assert parser.head is not None
        invocation.respond(parser.head)
        await invocation.write(b"body")
        await served.ended.wait()
        invocation.finish()

    def invoke(_name: str, _version: str, request: InvocationRequest) -> Invocation:
        invocation = Invocation(request, ARN, 60, lambda _: None)
        served.events.append(json.loads(request.event))
        answers.append(asyncio.create_task(answer(invocation)))
        return invocation

    front: FunctionUrl | ApiStage
    if name == "URL":
        url = UrlRoute(
            url_id="url",
            function_arn=ARN,
            auth_type="NONE",
            streams=True,
            version=lambda: "1",
        )
        front, base = FunctionUrl(url, invoke), ""
    else:
        target = ApiTarget(
            resource="/{proxy+}" if name == "REST" else "ANY /{proxy+}",
            path_parameters={},
            auth_type="NONE",
            function_arn=ARN,
            version=lambda: "1",
            streams=name == "REST",
            timeout_seconds=60,
            payload_format=payload_format,
        )
        stage = "live" if name == "REST" else "$default"
        api = ApiRoute(api_id="abc", stage=stage, kind=name, target=lambda _method, _path: target)
        front, base = stage_of(api, invoke), api.base_path
    listener = listen()
    server = LoopbackServer(front, listener)
    server.start()
    port = port_of(listener)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}{base}", timeout=30) as http:
        served = Served(http, port, asyncio.Event())
        if ends:
            served.ended.set()
        yield served
        served.ended.set()
    await server.stop()


REMAPPED: dict[FrontName, str] = {
    "URL": "connection content-length date www-authenticate",
    "REST": "authorization connection content-md5 date max-forwards server user-agent"
    " www-authenticate",
    "HTTP": "connection content-length date",
}
DROPPED: dict[FrontName, str] = {
    "URL": "transfer-encoding",
    "REST": "expect host proxy-authenticate te trailer transfer-encoding upgrade via",
    "HTTP": "transfer-encoding",
}
REQUEST_DROPPED: dict[FrontName, str] = {
    "URL": "connection te trailer upgrade keep-alive",
    "REST": "connection content-md5 expect max-forwards proxy-authenticate server te trailer"
    " upgrade www-authenticate",
    "HTTP": "connection te trailer upgrade keep-alive",
}


def rows(table: dict[FrontName, str]) -> list[tuple[FrontName, str]]:
    return [(front, header) for front, headers in table.items() for header in headers.split()]


@pytest.mark.parametrize(("front", "header"), rows(REMAPPED))
async def test_response_headers_that_are_renamed(front: FrontName, header: str) -> None:
    value = "4" if header == "content-length" else "own"
    async with serving(front, ResponseHead(200, {header: value})) as served:
        headers = (await served.http.get("/")).headers

    assert headers[f"x-amzn-remapped-{header}"] == value
    assert headers.get(header) != "own"


@pytest.mark.parametrize(("front", "header"), rows(DROPPED))
async def test_response_headers_that_are_dropped(front: FrontName, header: str) -> None:
    async with serving(front, ResponseHead(200, {header: "own"})) as served:
        headers = (await served.http.get("/")).headers

    assert f"x-amzn-remapped-{header}" not in headers
    assert headers.get(header) != "own"


@pytest.mark.parametrize(("front", "header"), rows(REQUEST_DROPPED))
async def test_request_headers_that_do_not_reach_the_function(
    front: FrontName, header: str
) -> None:
    async with serving(front) as served:
        await served.http.get("/", headers={header: "own", "x-own": "kept"})

    (event,) = served.events
    assert header not in event["headers"]
    assert event["headers"]["x-own"] == "kept"


async def test_a_rest_api_passes_the_content_length_of_a_stream() -> None:
    async with serving("REST", ResponseHead(200, {"content-length": "4"})) as served:
        headers = (await served.http.get("/")).headers

    assert headers["content-length"] == "4"
    assert "x-amzn-remapped-content-length" not in headers


@pytest.mark.parametrize("length", ["3", "5"])
async def test_a_stream_that_breaks_its_own_content_length_is_logged_with_the_reason(
    length: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving("REST", ResponseHead(200, {"content-length": length})) as served:
        with pytest.raises(httpx.RemoteProtocolError):
            await served.http.get("/")

    (record,) = caplog.records
    assert "than Content-Length" in record.message
    assert record.exc_info is None


@pytest.mark.parametrize(
    ("front", "payload_format", "values"),
    [
        ("REST", "2.0", ["a", "b"]),
        ("HTTP", "1.0", ["a", "b"]),
        ("HTTP", "2.0", []),
        ("URL", "2.0", []),
    ],
)
async def test_multi_value_headers_are_those_of_payload_format_1(
    front: FrontName, payload_format: PayloadFormat, values: list[str]
) -> None:
    prelude = b'{"multiValueHeaders": {"x-own": ["a", "b"]}}'
    async with serving(front, prelude, payload_format=payload_format) as served:
        headers = (await served.http.get("/")).headers

    assert headers.get_list("x-own") == values


async def test_an_http_api_sends_payload_format_1_if_the_integration_asks_for_it() -> None:
    sent = [("x-twice", "1"), ("x-twice", "2"), ("cookie", "a=1; b=2"), ("x-forwarded-for", "::1")]
    async with serving("HTTP", payload_format="1.0") as served:
        await served.http.post("/a%20b?x=1&x=2", headers=sent, content=b"\xff")

    (event,) = served.events
    headers, context = event.pop("headers"), event.pop("requestContext")
    multiple: dict[str, list[str]] = event.pop("multiValueHeaders")
    assert event == {
        "version": "1.0",
        "resource": "/{proxy+}",
        "path": "/a b",
        "httpMethod": "POST",
        "queryStringParameters": {"x": "2"},
        "multiValueQueryStringParameters": {"x": ["1", "2"]},
        "pathParameters": None,
        "stageVariables": None,
        "body": "/w==",
        "isBase64Encoded": True,
    }
    assert headers.items() >= {"x-twice": "2", "cookie": "a=1; b=2"}.items()
    assert multiple["x-twice"] == ["1", "2"]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert context["resourcePath"] == "/{proxy+}"
    assert (context["httpMethod"], context["stage"]) == ("POST", "$default")
    assert context["identity"]["sourceIp"] == "127.0.0.1"


async def test_payload_format_1_has_no_body_where_there_is_none() -> None:
    async with serving("HTTP", payload_format="1.0") as served:
        await served.http.get("/")

    (event,) = served.events
    assert (event["body"], event["isBase64Encoded"]) == (None, False)
    assert event["queryStringParameters"] is None


@pytest.mark.parametrize(
    ("front", "path"), [("URL", "/a%20b"), ("REST", "/a%20b"), ("HTTP", "/a b")]
)
async def test_only_an_http_api_decodes_the_path(front: FrontName, path: str) -> None:
    async with serving(front) as served:
        await served.http.get("/a%20b")

    (event,) = served.events
    assert event["path" if front == "REST" else "rawPath"] == path


@pytest.mark.parametrize("front", EVERY_FRONT)
async def test_the_source_is_the_address_of_the_connection(front: FrontName) -> None:
    async with serving(front) as served:
        await served.http.get("/", headers={"x-forwarded-for": "192.0.2.1"})

    (event,) = served.events
    context = event["requestContext"]
    source = context["identity"] if front == "REST" else context["http"]
    assert source["sourceIp"] == "127.0.0.1"
    forwarded = "192.0.2.1, 127.0.0.1" if front == "REST" else "127.0.0.1"
    assert event["headers"]["x-forwarded-for"] == forwarded


@pytest.mark.parametrize("front", EVERY_FRONT)
@pytest.mark.parametrize("method", ["TRACE", "LINK", "PROPFIND"])
async def test_methods_that_no_front_has(front: FrontName, method: str) -> None:
    async with serving(front) as served:
        response = await served.http.request(method, "/")

    assert response.status_code == 405
    assert served.events == []


@pytest.mark.parametrize("front", EVERY_FRONT)
async def test_the_host_names_the_domain(front: FrontName) -> None:
    host = "abc.lambda-url.eu-west-1.on.aws"
    async with serving(front) as served:
        await served.http.get("/", headers={"host": host})

    (event,) = served.events
    assert event["requestContext"]["domainName"] == host


@pytest.mark.parametrize(
    ("front", "query", "header", "status"),
    [
        ("REST", 10_200, 0, 200),
        ("REST", 10_240, 0, 414),
        ("REST", 0, 20_000, 200),
        ("REST", 0, 20_480, 431),
        ("URL", 10_240, 20_480, 200),
        ("HTTP", 5_000, 5_000, 200),
        ("HTTP", 5_000, 5_240, 431),
        ("HTTP", 10_240, 0, 431),
    ],
)
async def test_apis_bound_the_url_and_the_headers(
    front: FrontName, query: int, header: int, status: int
) -> None:
    async with serving(front) as served:
        response = await served.http.get(f"/?{'q' * query}", headers={"x-own": "h" * header})

    assert response.status_code == status
    assert len(served.events) == (status == 200)


async def raw(port: int, request: bytes) -> bytes:
    """Send bytes, and return what is answered until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("hosts", [b"", b"Host: \r\n", b"Host: a\r\nHost: b\r\n"])
async def test_a_request_without_one_host_is_refused(hosts: bytes) -> None:
    async with serving("URL") as served:
        answer = await raw(
            served.port, b"GET / HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n"
        )

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert served.events == []


async def test_a_client_of_http_1_0_gets_no_chunks() -> None:
    async with serving("URL") as served:
        answer = await raw(served.port, b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == b"body"
    assert b"content-length: 4" in head
    assert b"chunked" not in head
    assert served.events[0]["requestContext"]["http"]["protocol"] == "HTTP/1.0"


async def test_a_rest_api_ends_a_stream_that_is_silent_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert RestStage.most_silent_seconds == 300
    monkeypatch.setattr(RestStage, "most_silent_seconds", 0.05)
    async with serving("REST", ends=False) as served:
        with pytest.raises(httpx.RemoteProtocolError):
            await served.http.get("/")
