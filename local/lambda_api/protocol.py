"""Lambda's HTTP protocol, through moto's parsers and serializers.

moto maps a request to its operation, parses its input and serializes its answer by botocore's
model of Lambda. Its classes have few types, so this file is the only one that uses them.
"""

import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, cast

from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]
from moto.core.eventstream import EventStream, EventStreamEncoder
from moto.core.loaders import create_loader
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import RestJSONParser
from moto.core.request import Request
from moto.core.routing import ServiceOperationRouter
from moto.core.serialize import EventStreamJSONSerializer, RestJSONSerializer, SerializationContext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from local.lambda_api import errors

Members = dict[str, Any]
"""Members of a structure of the API, by their names in the service model."""

MAX_REQUEST_BYTES = 70_167_211

JSON_TYPES: dict[str, tuple[type, ...]] = {
    "blob": (str,),
    "boolean": (bool,),
    "double": (int, float),
    "integer": (int,),
    "list": (list,),
    "long": (int,),
    "map": (dict,),
    "string": (str,),
    "structure": (dict,),
    "timestamp": (str, int, float),
}


class Shape(Protocol):
    """The service model's description of one value; the attributes below exist where they can.

    The metadata are ``min``, ``max``, ``pattern``, ``enum`` and ``sensitive``, where the model sets
    them; the serialization has a ``location``, if the value is not in the body.
    """

    type_name: str
    metadata: Mapping[str, Any]
    serialization: Mapping[str, Any]
    members: "Mapping[str, Shape]"
    required_members: Sequence[str]
    member: "Shape"
    key: "Shape"
    value: "Shape"


def without(members: Members, *names: str) -> Members:
    """Return the members but for those with some names."""
    return {name: value for name, value in members.items() if name not in names}


@dataclass(frozen=True)
class Call:
    """A parsed request: the operation, as moto has it, and its input with the input's shape."""

    operation: str
    model: OperationModel
    input_shape: Shape | None
    members: Members


def read(request: Request) -> Call:
    """Return the operation of a request and its input, or refuse what Lambda cannot read."""
    try:
        model, uri_parameters = _router().match(request)
    except NotFound:
        message = f"Lambda has no operation {request.method} {request.path}."
        raise errors.unknown_operation(message) from None
    found = cast("Any", model)
    if (request.content_length or 0) >= MAX_REQUEST_BYTES:
        raise errors.request_too_large(
            f"Request must be smaller than {MAX_REQUEST_BYTES} bytes for the {found.name} operation"
        )
    members = _StrictParser(model).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": uri_parameters,
        }
    )
    return Call(found.name, model, found.input_shape, members)


def write(call: Call | None, result: Members | errors.AwsError, request_id: str) -> Response:
    """Return the answer to a call, if it could be read: the operation's output, or its error."""
    model = call.model if call else OperationModel(cast("Any", {}), _lambda_model())
    if not isinstance(result, errors.AwsError) and "EventStream" in result:
        return _event_stream(model, result, request_id)
    answer = RestJSONSerializer(model, SerializationContext(request_id)).serialize(result)
    headers = {**answer["headers"], "x-amzn-RequestId": request_id}
    status = answer["status_code"]
    if not isinstance(result, errors.AwsError):
        status = result.get("StatusCode", status)  # moto's serializer leaves it out
    return Response(answer["body"], status=status, headers=headers)


def _event_stream(model: OperationModel, result: Members, request_id: str) -> Response:
    """Return an answer that sends each event as soon as there is one; moto's would collect them."""
    encoder = EventStreamEncoder()
    shape = cast("Any", model).output_shape
    messages = EventStream(result, shape, EventStreamJSONSerializer(model))
    return Response(
        (encoder.encode_event(message) for message in messages),
        status=result["StatusCode"],
        headers={
            "Content-Type": "application/vnd.amazon.eventstream",
            "X-Amz-Executed-Version": result["ExecutedVersion"],
            "x-amzn-RequestId": request_id,
        },
    )


def operations_by_method() -> dict[str, str]:
    """Return Lambda's operations by boto3's names of them, such as ``create_alias``."""
    return {xform_name(name): name for name in cast("Any", _lambda_model()).operation_names}


@cache
def _router() -> ServiceOperationRouter:
    return ServiceOperationRouter(_lambda_model())


@cache
def _lambda_model() -> ServiceModel:
    """Return botocore's model of Lambda, with the errors that it does not list added."""
    loader = cast("Any", create_loader())
    description: Members = dict(loader.load_service_model("lambda", "service-2"))
    unlisted = {
        code: {
            "type": "structure",
            "members": {"Type": {"shape": "String"}, "message": {"shape": "String"}},
            "error": {"httpStatusCode": status},
            "exception": True,
        }
        for code, status in errors.UNLISTED_ERRORS.items()
    }
    description["shapes"] = {**description["shapes"], **unlisted}
    return ServiceModel(description, "lambda")


class _StrictParser(RestJSONParser):
    """Raises for JSON of the wrong type, which moto would convert or fail on."""

    def _initial_body_parse(self, body_contents: bytes) -> Any:
        if not body_contents:
            return {}
        try:
            return json.loads(body_contents)
        except ValueError:
            raise errors.serialization("The request's body is not JSON.") from None

    def _parse_shape(self, shape: Shape, node: Any) -> Any:
        is_right = isinstance(node, JSON_TYPES[shape.type_name]) and (
            isinstance(node, bool) == (shape.type_name == "boolean")
        )
        if "location" not in shape.serialization and not is_right:
            raise errors.serialization(
                f"{_json_type(node)} can not be converted to {shape.type_name}"
            )
        try:
            return cast("Any", super())._parse_shape(shape, node)
        except (ValueError, binascii.Error):
            raise errors.serialization(
                f"{node!r} can not be converted to {shape.type_name}"
            ) from None


def _json_type(node: Any) -> str:
    for kind, name in ((bool, "BOOLEAN"), (str, "STRING"), (list, "LIST"), (dict, "STRUCTURE")):
        if isinstance(node, kind):
            return f"{name}_VALUE"
    return "NULL_VALUE" if node is None else "NUMBER_VALUE"


def page(request: Members, key: str, items: Sequence[Members], default: int = 50) -> Members:
    """Return one page of a list, as the output's member ``key``."""
    marker: str = request.get("Marker") or "0"
    if not marker.isdecimal():
        raise errors.invalid_parameter("Invalid pagination token.")
    start = int(marker)
    end = start + int(request.get("MaxItems") or default)
    shown: Members = {key: list(items[start:end])}
    if end < len(items):
        shown["NextMarker"] = str(end)
    return shown
