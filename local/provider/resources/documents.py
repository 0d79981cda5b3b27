"""JSON documents inside properties, such as policies."""

import json
from typing import Any

from local.provider.values import Value


def same_document(old: Value, new: Value) -> bool:
    """Return whether two JSON texts say the same, whatever their spacing and order of keys."""
    try:
        return json.loads(str(old)) == json.loads(str(new))
    except json.JSONDecodeError:
        return False


def document_text(document: Any) -> str:
    """Spell a document that AWS gave back as an object or as text."""
    return document if isinstance(document, str) else json.dumps(document)
