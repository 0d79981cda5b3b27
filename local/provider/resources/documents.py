"""JSON documents inside properties, such as policies."""

import json
from functools import partial
from typing import Any

from local.provider import schema
from local.provider.validators import json_document
from local.provider.values import Value


def same_document(old: Value, new: Value) -> bool:
    """Return whether two JSON texts are equal but for spacing and the order of keys."""
    try:
        return json.loads(str(old)) == json.loads(str(new))
    except json.JSONDecodeError:
        return False


def document_text(value: Any) -> str:
    """Return a document as text, which boto3 may have parsed."""
    return value if isinstance(value, str) else json.dumps(value)


document = partial(schema.string, same=same_document, validators=(json_document,))
