"""How a message names properties: as the language of the user's program writes them.

The texts of rules are templates. A property stands there in braces by its name in Pulumi's schema,
``{memorySize}``, and so do ``{true}`` and ``{false}``. Python programs are shown ``memory_size``
and ``True``, all others what the schema has, as in Pulumi's previews and documentation.
"""

import re
from collections.abc import Mapping
from typing import Final

RUNTIME_TAG: Final = "pulumi:runtime"
"""Tag of a stack that tells the language of its program; Pulumi Cloud sets it by itself."""

AS_IN_PYTHON: Final = ("", "python", "hcl")
"""Languages that write names as Python does; of an untagged stack nothing is known."""

PLACEHOLDER: Final = re.compile(r"\{([a-zA-Z]+)\}")


def spelled(text: str, tags: Mapping[str, str] | None = None) -> str:
    """Return a template in the spelling of the stack's language, which its tags tell."""
    as_in_python = (tags or {}).get(RUNTIME_TAG, "") in AS_IN_PYTHON
    return PLACEHOLDER.sub(lambda name: _in_python(name[1]) if as_in_python else name[1], text)


def _in_python(name: str) -> str:
    """Return a property's Python name, by the rule of Pulumi's code generator, or a literal."""
    if name in ("true", "false"):
        return name.capitalize()
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
