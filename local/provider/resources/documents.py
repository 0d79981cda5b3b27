"""JSON documents inside properties, such as policies."""

import json
from typing import Any

from local.provider.values import Value


def same_document(old: Value, new: Value) -> bool:
    """Return whether two JSON texts are equal but for spacing and the order of keys."""
    try:
        return json.loads(str(old)) == json.loads(str(new))
    except json.JSONDecodeError:
        return False


def document_text(document: Any) -> str:
    """Return a document as text, which AWS may return as an object."""
    return document if isinstance(document, str) else json.dumps(document)
