"""Property values: plain Python values, unknowns and assets, and how the engine sends them.

docs/facts/pulumi.md#provider-protocol has the engine's signatures for special values;
``pulumi.runtime.rpc`` is where they come from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc

Value: TypeAlias = (
    "bool | int | float | str | Unknown | Asset | list[Value] | dict[str, Value] | None"
)
Props: TypeAlias = Mapping[str, Any]
"""Properties of a resource, by their camelCase names, where their shapes are known."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # the mark of a secret, not one
_ASSETS = {"c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"}
DEFAULTS = "__defaults"


class Unknown(Enum):
    """The type of ``UNKNOWN``, a value that is not known before the deployment."""

    UNKNOWN = auto()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True)
class Asset:
    """An asset or archive, as the engine describes it.

    The description (its magic signature, ``hash``, and ``path``, ``text``, ``uri`` or ``assets``)
    is kept whole, so that what comes in can go out again.
    """

    description: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """The engine's digest of the content; equal content has equal digests."""
        return str(self.description.get("hash", ""))

    @property
    def path(self) -> str | None:
        """Path of the file; ``None`` for content that is not a single file."""
        return self.description.get("path")

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return Path(str(self.path)).read_bytes()


def has_unknown(value: Value) -> bool:
    """Return whether any part of a value is unknown."""
    return _contains(value, lambda part: part is UNKNOWN)


def _contains(value: Any, is_wanted: Callable[[Any], bool]) -> bool:
    parts: list[Any] = []
    match value:
        case dict():
            parts = [*cast("Props", value).values()]
        case list():
            parts = cast("list[Any]", value)
        case _:
            pass
    return is_wanted(value) or any(_contains(part, is_wanted) for part in parts)


def decode(struct: Struct) -> dict[str, Value]:
    """Decode the properties of a request, without nulls and lists of nested defaults."""
    raw = MessageToDict(struct)
    return {key: _decoded(value) for key, value in raw.items() if value is not None}


def secrets_of(struct: Struct) -> set[str]:
    """Return the properties of a request that contain a secret, or are derived from one."""
    secrets = {key for key, value in MessageToDict(struct).items() if _contains(value, _is_secret)}
    return secrets | {"tagsAll"} if "tags" in secrets else secrets


def encode(values: Mapping[str, Value], given: Struct | None = None) -> Struct:
    """Encode properties for a response; what is secret in the request stays secret."""
    secrets = set[str]() if given is None else secrets_of(given)
    struct = Struct()
    struct.update(
        {
            key: {_SIGNATURE: _SECRET, "value": encoded} if key in secrets else encoded
            for key, value in values.items()
            if (encoded := _encoded(value)) is not None
        }
    )
    return struct


def _decoded(raw: Any) -> Value:
    match raw:
        case rpc.UNKNOWN:
            return UNKNOWN
        case float() if raw.is_integer():
            return int(raw)
        case list():
            return [_decoded(item) for item in cast("list[Any]", raw)]
        case dict():
            return _decoded_object(cast("dict[str, Any]", raw))
        case _:
            return raw


def _decoded_object(raw: dict[str, Any]) -> Value:
    signature = raw.get(_SIGNATURE)
    if signature == _SECRET:
        return _decoded(raw["value"])
    if signature in _ASSETS:
        return Asset(raw)
    return {
        key: _decoded(value) for key, value in raw.items() if value is not None and key != DEFAULTS
    }


def _is_secret(raw: Any) -> bool:
    return isinstance(raw, dict) and cast("Props", raw).get(_SIGNATURE) == _SECRET


def _encoded(value: Value) -> Any:
    match value:
        case Asset():
            return value.description
        case list():
            return [_encoded(item) for item in value]
        case dict():
            return {key: _encoded(item) for key, item in value.items()}
        case _:
            return rpc.UNKNOWN if value is UNKNOWN else value
