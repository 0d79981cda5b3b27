"""The head of a function's HTTP response, in each format that a function may use."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

from local.dataplane.failures import MalformedResponseError

PayloadFormat = Literal["1.0", "2.0"]
"""Format of a front's events and of the function's responses; that of a REST API is 1.0."""

_SEPARATOR = bytes(8)
_MAX_PRELUDE_BYTES = 16 * 1024
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True)
class ResponseHead:
    """Status (200 to 599) and headers of a function's HTTP response.

    Names of headers are in lower case; a cookie is a header ``set-cookie``.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()


class PreludeParser:
    """Splits a streamed response into its prelude and its payload.

    Source: docs/facts/web-adapter.md#streamed-response.

    The prelude is a JSON object, followed by eight NUL bytes. Chunks may begin and end anywhere.
    The head is ``None`` until the prelude is complete; a response without a prelude has one from
    the start.
    """

    def __init__(
        self, payload_format: PayloadFormat = "2.0", head: ResponseHead | None = None
    ) -> None:
        self.head = head
        self._payload_format: PayloadFormat = payload_format
        self._prelude = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        """Parse the next chunk and return the payload in it.

        Raise ``MalformedResponseError`` when the prelude is malformed, or longer than 16 KB.
        """
        if self.head is not None:
            return chunk
        searched = max(0, len(self._prelude) - len(_SEPARATOR) + 1)
        self._prelude += chunk
        end = self._prelude.find(_SEPARATOR, searched)
        if end > _MAX_PRELUDE_BYTES or (end < 0 and len(self._prelude) > _MAX_PRELUDE_BYTES + 8):
            raise MalformedResponseError(f"the prelude has more than {_MAX_PRELUDE_BYTES} bytes")
        if end < 0:
            return b""
        try:
            document: object = json.loads(self._prelude[:end])
        except (ValueError, RecursionError) as error:
            raise MalformedResponseError("the prelude is not JSON") from error
        if not isinstance(document, dict):
            raise MalformedResponseError("the prelude is not a JSON object")
        self.head = _head(cast("dict[str, object]", document), self._payload_format)
        return bytes(self._prelude[end + len(_SEPARATOR) :])


RAW_HEAD: Final = ResponseHead(200, (("content-type", "application/octet-stream"),))
"""The head of a streamed response that has no prelude."""


def parse_buffered(
    payload: bytes, payload_format: PayloadFormat = "2.0", default_type: str = "application/json"
) -> tuple[ResponseHead, bytes]:
    """Read a buffered response; raise ``MalformedResponseError`` if it is not of the format.

    In format 2.0, what has no ``statusCode`` is the body itself, JSON or not
    (docs/facts/fronts.md#http-details).
    """
    try:
        document: object = json.loads(payload)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or "statusCode" not in document:
        if payload_format == "1.0":
            raise MalformedResponseError("the response is not a JSON object with a statusCode")
        return ResponseHead(200, (("content-type", "application/json"),)), payload
    members = cast("dict[str, object]", document)
    return _head(members, payload_format, default_type), _body(members)


def _head(
    members: dict[str, object],
    payload_format: PayloadFormat,
    default_type: str = "application/json",
) -> ResponseHead:
    status = members.get("statusCode", 200)
    headers: object = members.get("headers") or {}
    cookies: object = members.get("cookies") or []
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise MalformedResponseError(f"statusCode is {status!r}, not a number from 200 to 599")
    if not isinstance(headers, dict) or not isinstance(cookies, list):
        raise MalformedResponseError("headers is not an object, or cookies is not a list")
    # In the object ``headers`` a name stands for one header, however it is spelled.
    named = {
        _header_name(name): _header_text(name, value)
        for name, value in cast("dict[str, object]", headers).items()
    }
    multiple = _multiple(members) if payload_format == "1.0" else ()
    fields = [*dict.fromkeys([*named.items(), *multiple])]  # what stands in both is sent once
    if "body" in members and all(name != "content-type" for name, _ in fields):
        fields.insert(0, ("content-type", default_type))
    sent = cast("list[object]", cookies)
    fields += [("set-cookie", _header_text("set-cookie", cookie)) for cookie in sent]
    return ResponseHead(status, tuple(fields))


def _multiple(members: dict[str, object]) -> Iterator[tuple[str, str]]:
    given: object = members.get("multiValueHeaders") or {}
    if not isinstance(given, dict):
        raise MalformedResponseError("multiValueHeaders is not an object")
    for name, values in cast("dict[str, object]", given).items():
        if not isinstance(values, list):
            raise MalformedResponseError(f"the values of {name} in multiValueHeaders are no list")
        for value in cast("list[object]", values):
            yield _header_name(name), _header_text(name, value)


def _header_name(name: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise MalformedResponseError(f"a header's name is {name!r}, which HTTP cannot carry")
    return name.lower()


def _header_text(name: str, value: object) -> str:
    if not isinstance(value, str | int | float):
        raise MalformedResponseError(f"the header {name} is {value!r}, not text")
    text = str(value)
    is_length = name.lower() == "content-length"
    if not _HEADER_VALUE.fullmatch(text) or (is_length and not text.isdecimal()):
        raise MalformedResponseError(f"the header {name} is {text!r}, which HTTP cannot carry")
    return text


def _body(members: dict[str, object]) -> bytes:
    body = members.get("body") or ""
    if not isinstance(body, str):
        raise MalformedResponseError("the body is not text")
    if not members.get("isBase64Encoded"):
        return body.encode(errors="replace")  # half of a surrogate pair
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise MalformedResponseError(
            "the body is not base64, as isBase64Encoded promises"
        ) from error
