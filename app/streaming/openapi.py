"""What OpenAPI says of a stream: the ``responses`` of a route.

The items are described by ``itemSchema``, which OpenAPI 3.2 has for sequences of items
(https://spec.openapis.org/oas/v3.2.0.html#media-type-object), and FastAPI writes for its own
streams.
"""

from typing import Any, Final, cast

from pydantic import TypeAdapter

Schema = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]

_REF_PREFIX: Final = "#/$defs/"


def responses(media_type: str, description: str, *items: Schema) -> Responses:
    """Return the ``responses`` of a route that streams with status 200.

    The description says how the stream ends. ``items`` are the schemas of the items, one for each
    type of item, none for a stream of text.
    """
    content: Schema = {"itemSchema": {"anyOf": list(items)}} if items else {}
    return {200: {"description": description, "content": {media_type: content}}}


def schema_of(item_type: Any) -> Schema:
    """Return the JSON schema of a type that pydantic knows, complete in itself.

    Where a type holds itself, the inner schema takes anything.
    """
    schema = TypeAdapter(item_type).json_schema(mode="serialization")
    definitions = schema.pop("$defs", {})
    return cast("Schema", _inlined(schema, definitions))


def _inlined(part: Any, definitions: Schema) -> Any:
    if isinstance(part, list):
        return [_inlined(one, definitions) for one in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    fields = cast("Schema", part)
    if "$ref" in fields:
        name = str(fields["$ref"]).removeprefix(_REF_PREFIX)
        others = {key: value for key, value in definitions.items() if key != name}
        return _inlined(definitions.get(name, {}), others)
    return {key: _inlined(value, definitions) for key, value in fields.items()}
