"""What functions get of requests, from each front.

Source: docs/facts/fronts.md#http-details.
"""

import pytest

from tests.local.dataplane.served_front import FrontName, raw, serving

pytestmark = pytest.mark.anyio


async def test_an_http_api_sends_payload_format_1_if_the_integration_asks_for_it() -> None:
    sent = [("X-Twice", "1"), ("X-Twice", "2"), ("cookie", "a=1; b=2"), ("x-forwarded-for", "::1")]
    async with serving("HTTP", payload_format="1.0") as served:
        await served.http.post("/a%20b?x=1&x=2", headers=sent, content=b"\xff")

    (event,) = served.events
    headers, context = event.pop("headers"), event.pop("requestContext")
    multiple: dict[str, list[str]] = event.pop("multiValueHeaders")
    assert event == {
        "version": "1.0",
        "resource": "/{proxy+}",
        "path": "/a%20b",
        "httpMethod": "POST",
        "queryStringParameters": {"x": "2"},
        "multiValueQueryStringParameters": {"x": ["1", "2"]},
        "pathParameters": {"proxy": "a b"},
        "stageVariables": None,
        "body": "/w==",
        "isBase64Encoded": True,
    }
    assert headers.items() >= {"X-Twice": "2", "cookie": "a=1; b=2"}.items()
    assert multiple["X-Twice"] == ["1", "2"]
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert (context["resourcePath"], context["path"]) == ("/{proxy+}", "/a b")
    assert (context["httpMethod"], context["stage"]) == ("POST", "$default")
    assert context["identity"]["sourceIp"] == "127.0.0.1"


async def test_payload_format_1_has_no_body_where_there_is_none() -> None:
    async with serving("HTTP", payload_format="1.0") as served:
        await served.http.get("/")

    (event,) = served.events
    assert (event["body"], event["isBase64Encoded"]) == (None, False)
    assert event["queryStringParameters"] is None


async def test_a_function_url_decodes_the_path_in_the_context_alone() -> None:
    async with serving("URL") as served:
        await served.http.get("/a%20b")

    (event,) = served.events
    assert event["rawPath"] == "/a%20b"
    assert event["requestContext"]["http"]["path"] == "/a b"


async def test_a_rest_api_decodes_no_path() -> None:
    async with serving("REST") as served:
        await served.http.get("/a%20b")

    (event,) = served.events
    assert event["path"] == "/a%20b"
    assert event["pathParameters"] == {"proxy": "a%20b"}
    assert event["requestContext"]["path"] == "/live/a%20b"


async def test_an_http_api_decodes_the_path_twice_and_cuts_it_off_in_between() -> None:
    paths = {
        "space%20value": "space value",
        "question%3Fvalue": "question",
        "hash%23value": "hash#value",
        "slash%2Fvalue": "slash/value",
        "%CE%BB": "λ",
        "literal%252Fvalue": "literal/value",
        "literal%253Fvalue": "literal?value",
        "literal%2525value": "literal%value",
    }
    async with serving("HTTP") as served:
        for path in paths:
            await served.http.get(f"/{path}?q=%20")
        refused = await served.http.get("/percent%25done")

    assert refused.status_code == 400
    for event, path in zip(served.events, paths.values(), strict=True):
        assert event["rawPath"] == event["requestContext"]["http"]["path"] == f"/{path}"
        assert event["pathParameters"] == {"proxy": path}
        assert event["rawQueryString"] == "q=%20"


async def test_a_rest_api_spells_headers_as_the_caller_and_drops_the_length() -> None:
    async with serving("REST") as served:
        await raw(
            served.port,
            b"POST /live/ HTTP/1.1\r\nHost: a\r\nx-OWN: 1\r\nx-forwarded-for: b\r\n"
            b"content-length: 1\r\nConnection: close\r\n\r\n1",
        )

    (event,) = served.events
    names = {"Host", "x-OWN", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"}
    assert set(event["headers"]) == set(event["multiValueHeaders"]) == names | {"X-Amzn-Trace-Id"}


@pytest.mark.parametrize(("front", "has_header"), [("URL", True), ("HTTP", False)])
async def test_only_a_function_url_leaves_the_cookies_in_the_headers_too(
    front: FrontName, *, has_header: bool
) -> None:
    async with serving(front) as served:
        await served.http.get("/", headers={"cookie": "a=1; b=2"})

    (event,) = served.events
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"].get("cookie") == ("a=1; b=2" if has_header else None)


async def test_trailers_of_a_request_are_no_headers() -> None:
    async with serving("URL") as served:
        answer = await raw(
            served.port,
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: Host\r\n"
            b"Connection: close\r\n\r\n1\r\nx\r\n0\r\nHost: b\r\nX-Late: 1\r\n\r\n",
        )

    assert answer.startswith(b"HTTP/1.1 200 ")
    (event,) = served.events
    assert event["headers"]["host"] == "a"
    assert "x-late" not in event["headers"]


@pytest.mark.parametrize("hosts", [b"", b"Host: \r\n", b"Host: a\r\nHost: b\r\n"])
async def test_a_request_without_one_host_is_refused(hosts: bytes) -> None:
    async with serving("URL") as served:
        answer = await raw(
            served.port, b"GET / HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n"
        )

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert served.events == []


@pytest.mark.parametrize("target", [b"OPTIONS *", "GET /é".encode(), "GET /?é".encode()])
async def test_a_request_for_no_path_is_refused(target: bytes) -> None:
    async with serving("URL") as served:
        head = target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        answer = await raw(served.port, head)

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
