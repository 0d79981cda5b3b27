"""The head of a response is found wherever chunks begin and end, and nothing else is one."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from local.dataplane.failures import MalformedResponseError
from local.dataplane.prelude import RAW_HEAD, PreludeParser, ResponseHead, parse_buffered

JSON = ("content-type", "application/json")
HEAD = ResponseHead(
    201,
    (
        ("content-type", "text/plain"),
        ("x-own", "1"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    ),
)
PRELUDE = (
    b'{"statusCode":201,"headers":{"Content-Type":"text/plain","x-own":"1"},'
    b'"cookies":["a=1","b=2"]}'
)
END = bytes(8)


@given(
    payload=st.binary(max_size=40),
    cuts=st.lists(st.integers(0, len(PRELUDE) + 48), max_size=8),
)
def test_the_split_does_not_depend_on_the_chunks(payload: bytes, cuts: list[int]) -> None:
    stream = PRELUDE + END + payload
    bounds = [0, *sorted(cuts), len(stream)]
    parser = PreludeParser()
    received = b"".join(parser.feed(stream[begin:end]) for begin, end in pairwise(bounds))
    assert parser.head == HEAD
    assert received == payload


def test_there_is_no_head_before_the_eighth_nul() -> None:
    parser = PreludeParser()
    assert parser.feed(PRELUDE + END[1:]) == b""
    assert parser.head is None
    assert parser.feed(b"\0" + b"payload") == b"payload"
    assert parser.head == HEAD


def test_an_empty_prelude_object_is_a_200() -> None:
    parser = PreludeParser()
    parser.feed(b"{}" + END)
    assert parser.head == ResponseHead(200)


def test_a_stream_without_prelude_is_all_payload() -> None:
    parser = PreludeParser(head=RAW_HEAD)
    assert parser.feed(b"{}" + END) == b"{}" + END


@pytest.mark.parametrize(
    "prelude",
    [
        pytest.param(b"<html>", id="not JSON"),
        pytest.param(b"[]", id="not an object"),
        pytest.param(b'{"statusCode":"200"}', id="status is text"),
        pytest.param(b'{"statusCode":199}', id="status below 200"),
        pytest.param(b'{"statusCode":600}', id="status above 599"),
        pytest.param(b"[" * 16 * 1024, id="nested too deep"),
        pytest.param(b'{"headers":["a"]}', id="headers are a list"),
        pytest.param(b'{"headers":{"a b":"c"}}', id="a space in a header's name"),
        pytest.param(b'{"headers":{"a":"b\\r\\nc"}}', id="a line end in a header"),
        pytest.param(b'{"headers":{"a":{}}}', id="a header is an object"),
        pytest.param(b'{"headers":{"Content-Length":"-1"}}', id="a negative length"),
        pytest.param(b'{"headers":{"content-length":"many"}}', id="a length that is no number"),
        pytest.param(b'{"cookies":"a=1"}', id="cookies are text"),
        pytest.param(b'{"multiValueHeaders":["a"]}', id="multiple values are a list"),
        pytest.param(b'{"multiValueHeaders":{"a":"b"}}', id="multiple values of a header are text"),
        pytest.param(b'{"headers":{"a":"' + b"b" * 16 * 1024 + b'"}}', id="above 16 KB"),
    ],
)
def test_a_malformed_prelude_is_refused(prelude: bytes) -> None:
    with pytest.raises(MalformedResponseError):
        PreludeParser("1.0").feed(prelude + END)


def test_a_prelude_ends_within_16_kilobytes_even_in_pieces() -> None:
    parser = PreludeParser()
    with pytest.raises(MalformedResponseError, match="16384"):
        for _ in range(17):
            parser.feed(b"x" * 1024)


@pytest.mark.parametrize(
    ("document", "head", "body"),
    [
        pytest.param(
            {"statusCode": 404, "headers": {"x-a": "a", "X-A": "b"}, "body": "gone"},
            ResponseHead(404, (JSON, ("x-a", "b"))),
            b"gone",
            id="text",
        ),
        pytest.param(
            {"statusCode": 200, "body": "AP8=", "isBase64Encoded": True, "cookies": ["a=1"]},
            ResponseHead(200, (JSON, ("set-cookie", "a=1"))),
            b"\x00\xff",
            id="base64",
        ),
        pytest.param(
            {
                "statusCode": 200,
                "multiValueHeaders": {"Content-Type": ["text/plain"], "X-A": ["b", "c"]},
                "body": "several",
            },
            ResponseHead(200, (("content-type", "text/plain"), ("x-a", "b"), ("x-a", "c"))),
            b"several",
            id="multiple values",
        ),
        pytest.param({"statusCode": 204}, ResponseHead(204), b"", id="no body"),
        pytest.param(
            {"any": "thing"},
            ResponseHead(200, (JSON,)),
            b'{"any": "thing"}',
            id="inferred",
        ),
    ],
)
def test_a_buffered_response_is_payload_format_1_or_2(
    document: dict[str, object], head: ResponseHead, body: bytes
) -> None:
    payload_format = "1.0" if "multiValueHeaders" in document else "2.0"
    assert parse_buffered(json.dumps(document).encode(), payload_format) == (head, body)


def test_half_of_a_surrogate_pair_becomes_a_question_mark() -> None:
    _, body = parse_buffered(b'{"statusCode":200,"body":"cut \\ud83d"}')
    assert body == b"cut ?"


DEEP = b"[" * 500_000


@pytest.mark.parametrize(
    "payload", [b'{"any": "thing"}', b'"text"', b"[]", b"text", b"{", b"\xff", DEEP]
)
def test_only_payload_format_2_infers_a_response(payload: bytes) -> None:
    assert parse_buffered(payload)[1] == payload
    with pytest.raises(MalformedResponseError, match="not a JSON object with a statusCode"):
        parse_buffered(payload, "1.0")


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b'{"statusCode":200,"body":1}', id="body is a number"),
        pytest.param(b'{"statusCode":200,"body":"?","isBase64Encoded":true}', id="not base64"),
    ],
)
def test_a_malformed_buffered_response_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedResponseError):
        parse_buffered(payload)
