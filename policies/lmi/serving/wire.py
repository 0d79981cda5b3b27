"""Resources as the engine sends them, read into those of the model."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

import pulumi
from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi_policy import proxy
from pulumi_policy.deserialize import SPECIAL_ARCHIVE_SIG, SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from ..graph.stack import Stack
from ..model.access import UNKNOWN, Props
from ..model.resource import CLASSES_OF_TYPE, Resource

NOT_KNOWN: Final = {
    *(value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_")),
    "[secret]",  # in an offline analysis, of a secret that the engine cannot decrypt
}
"""Texts in place of values that are not known."""

Views: TypeAlias = Mapping[type[Resource | Stack], Resource | Stack]
"""What rules check, by its class: one resource as each of its classes, or the stack."""


def read_resource(message: protocol.AnalyzeRequest | protocol.AnalyzerResource) -> Resource:
    """Return one resource without its links, with its properties where rules look at its type."""
    is_read = message.type in CLASSES_OF_TYPE
    return Resource(
        type=message.type,
        name=message.name,
        urn=message.urn,
        props=Props(read_properties(message.properties) if is_read else {}),
        made_by=message.provider.urn or None,
        ignored=tuple(message.options.ignoreChanges),
    )


def seen_as(resource: Resource) -> Views:
    """Return a resource as each of its classes; as none where nothing is known of it."""
    classes = CLASSES_OF_TYPE.get(resource.type, ()) if resource.props.names() else ()
    return {class_: class_(**vars(resource)) for class_ in classes}


def read_linked(message: protocol.AnalyzerResource) -> Resource:
    """Return one resource of a stack, linked as Pulumi recorded it."""
    made_from = {key: tuple(found.urns) for key, found in message.propertyDependencies.items()}
    return replace(
        read_resource(message), depends_on=tuple(message.dependencies), made_from=made_from or None
    )


def read_properties(properties: Struct) -> dict[str, Any]:
    """Return properties as JSON has them, with ``UNKNOWN`` where a value is not known."""
    return {key: _plain(value) for key, value in properties.fields.items()}


def _plain(value: Value) -> Any:
    """Return a value as JSON has it; NaN and infinity, which JSON has not, stay what they are."""
    match value.WhichOneof("kind"):
        case "struct_value":
            fields = value.struct_value.fields
            return _meaning({key: _plain(one) for key, one in fields.items()})
        case "list_value":
            return [_plain(one) for one in value.list_value.values]
        case "string_value":
            return UNKNOWN if value.string_value in NOT_KNOWN else value.string_value
        case "number_value":
            return value.number_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _meaning(entries: dict[str, Any]) -> Any:
    """Return what an object stands for by its signature, as far as rules look at it.

    The SDK's own reading raises on what it does not know, such as an asset with an empty text.
    """
    signature, path = entries.get(SPECIAL_SIG_KEY), entries.get("path")
    if signature == SPECIAL_SECRET_SIG:
        return entries.get("value", UNKNOWN)
    if signature == SPECIAL_ARCHIVE_SIG and isinstance(path, str):
        return pulumi.FileArchive(path)
    return entries
