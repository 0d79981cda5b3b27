"""The wire: secrets, unknowns and assets, as the engine writes them."""

from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from local.provider.values import UNKNOWN, Asset, decode, encode, secrets_of
from tests.local.provider.engine import FakeEngine
from tests.local.provider.samples import FUNCTION, LOG_GROUP

SIGNATURE = "4dabf18193072939515e22adb298388d"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": value}


def archive(path: str) -> dict[str, Any]:
    return {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "hash": "abc", "path": path}


def struct(**values: Any) -> Struct:
    message = Struct()
    message.update(values)
    return message


def test_values_are_decoded_to_plain_python() -> None:
    decoded = decode(struct(a=1, b=1.5, c=UNKNOWN_TEXT, d=None, e=[True, {"f": "g"}]))
    assert decoded == {"a": 1, "b": 1.5, "c": UNKNOWN, "e": [True, {"f": "g"}]}
    assert isinstance(decoded["a"], int)


def test_the_lists_of_nested_defaults_are_not_decoded() -> None:
    decoded = decode(struct(__defaults=["a"], a=1, b={"__defaults": [], "c": 2}))
    assert decoded == {"__defaults": ["a"], "a": 1, "b": {"c": 2}}


def test_a_value_that_contains_a_secret_is_encoded_as_secret() -> None:
    given = struct(a=secret("s"), b={"c": [secret(1)]}, d="open")
    decoded = decode(given)
    assert decoded == {"a": "s", "b": {"c": [1]}, "d": "open"}
    written = MessageToDict(encode(decoded, given))
    assert written == {"a": secret("s"), "b": secret({"c": [1]}), "d": "open"}


def test_an_archive_is_encoded_as_it_was_decoded() -> None:
    decoded = decode(struct(code=archive("function.zip")))
    code = decoded["code"]
    assert isinstance(code, Asset)
    assert (code.hash, code.path) == ("abc", "function.zip")
    assert MessageToDict(encode(decoded)) == {"code": archive("function.zip")}


def test_an_unknown_is_encoded_as_the_unknown_string() -> None:
    assert MessageToDict(encode({"a": UNKNOWN, "b": [UNKNOWN]})) == {
        "a": UNKNOWN_TEXT,
        "b": [UNKNOWN_TEXT],
    }


def test_a_checked_secret_stays_secret(
    planning: FakeEngine, inputs: dict[str, dict[str, Any]]
) -> None:
    news = encode({**inputs[FUNCTION], "environment": {"variables": {"KEY": "s"}}})
    news.update({"environment": {"variables": {"KEY": secret("s")}}})
    checked = planning.check_on_the_wire(FUNCTION, news)
    assert secrets_of(checked) == {"environment"}
    assert decode(checked)["environment"] == {"variables": {"KEY": "s"}}


def test_secret_tags_are_secret_among_all_tags(planning: FakeEngine) -> None:
    checked = planning.check_on_the_wire(LOG_GROUP, struct(tags={"a": secret("s")}))
    assert secrets_of(checked) == {"tags", "tagsAll"}
