"""What each front renames, drops and refuses; a row a test.

Source: docs/facts/fronts.md#http-details.
"""

import httpx
import pytest

from local.dataplane.fronts import RestStage
from local.dataplane.prelude import PayloadFormat, ResponseHead
from tests.local.dataplane.served_front import EVERY_FRONT, FrontName, raw, serving

pytestmark = pytest.mark.anyio

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
    async with serving(front, ResponseHead(200, ((header, value),))) as served:
        headers = (await served.http.get("/")).headers

    assert headers[f"x-amzn-remapped-{header}"] == value
    assert headers.get(header) != "own"


@pytest.mark.parametrize(("front", "header"), rows(DROPPED))
async def test_response_headers_that_are_dropped(front: FrontName, header: str) -> None:
    async with serving(front, ResponseHead(200, ((header, "own"),))) as served:
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
    async with serving("REST", ResponseHead(200, (("content-length", "4"),))) as served:
        headers = (await served.http.get("/")).headers

    assert headers["content-length"] == "4"
    assert "x-amzn-remapped-content-length" not in headers


@pytest.mark.parametrize("length", ["3", "5"])
async def test_a_stream_that_breaks_its_own_content_length_is_logged_with_the_reason(
    length: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving("REST", ResponseHead(200, (("content-length", length),))) as served:
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


@pytest.mark.parametrize(
    ("front", "content_type"),
    [
        ("URL", "application/json"),
        ("REST", "application/json"),
        ("HTTP", "text/plain; charset=utf-8"),
    ],
)
async def test_the_content_type_of_a_document_that_names_none(
    front: FrontName, content_type: str
) -> None:
    async with serving(front, b'{"statusCode": 200, "body": "body"}') as served:
        headers = (await served.http.get("/")).headers

    assert headers["content-type"] == content_type


@pytest.mark.parametrize("front", EVERY_FRONT)
async def test_the_source_is_the_address_of_the_connection(front: FrontName) -> None:
    async with serving(front) as served:
        await served.http.get("/", headers={"x-forwarded-for": "192.0.2.1"})

    (event,) = served.events
    context = event["requestContext"]
    source = context["identity"] if front == "REST" else context["http"]
    assert source["sourceIp"] == "127.0.0.1"
    name = "X-Forwarded-For" if front == "REST" else "x-forwarded-for"
    forwarded = "192.0.2.1, 127.0.0.1" if front == "REST" else "127.0.0.1"
    assert event["headers"][name] == forwarded


@pytest.mark.parametrize("front", EVERY_FRONT)
@pytest.mark.parametrize("method", ["TRACE", "LINK", "PROPFIND"])
async def test_methods_that_no_front_has(front: FrontName, method: str) -> None:
    async with serving(front) as served:
        response = await served.http.request(method, "/")

    assert response.status_code == 405
    assert served.events == []


@pytest.mark.parametrize(("version", "status"), [("2.0", 505), ("0.9", 505), ("1.0", 200)])
async def test_versions_of_http_that_no_front_speaks(version: str, status: int) -> None:
    async with serving("URL") as served:
        answer = await raw(
            served.port,
            f"GET / HTTP/{version}\r\nHost: a\r\nConnection: close\r\n\r\n".encode(),
        )

    assert f" {status} ".encode() in answer.splitlines()[0]
    assert len(served.events) == (status == 200)


@pytest.mark.parametrize("front", EVERY_FRONT)
async def test_the_host_names_the_domain(front: FrontName) -> None:
    host = "abc.lambda-url.eu-west-1.on.aws"
    async with serving(front) as served:
        await served.http.get("/", headers={"host": host})

    (event,) = served.events
    assert event["requestContext"]["domainName"] == host


@pytest.mark.parametrize("character", ["|", "{", "}"])
async def test_a_rest_api_wants_characters_of_a_query_encoded(character: str) -> None:
    async with serving("REST") as served:
        answer = await raw(
            served.port,
            f"GET /live/?q={character} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode(),
        )
        encoded = await served.http.get("/", params={"q": character})

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert encoded.status_code == 200


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


async def test_a_rest_api_ends_a_stream_that_is_silent_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert RestStage.most_silent_seconds == 300
    monkeypatch.setattr(RestStage, "most_silent_seconds", 0.05)
    async with serving("REST", ends=False) as served:
        with pytest.raises(httpx.RemoteProtocolError):
            await served.http.get("/")
