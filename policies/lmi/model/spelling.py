"""How a message names properties: as the language of the user's program writes them.

Rules write as Python does. Every other language is shown the names of Pulumi's own schema, which
its previews and its documentation show too.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from .classes import RESOURCE_CLASSES
from .resource import Resource

RUNTIME_TAG: Final = "pulumi:runtime"
"""Tag of a stack that tells the language of its program; Pulumi Cloud sets it by itself."""

AS_IN_PYTHON: Final = ("", "python", "hcl")
"""Languages that write names as Python does; of an untagged stack nothing is known."""

NO_FIELDS: Final[Mapping[str, str]] = {
    "depends_on": "dependsOn",
    "ignore_changes": "ignoreChanges",
    "invoke_arn": "invokeArn",
    "predefined_metric_type": "predefinedMetricType",
    "qualified_arn": "qualifiedArn",
    "response_streaming_invoke_arn": "responseStreamingInvokeArn",
}
"""Options of resources, members of what a field reads as a whole, and outputs."""

LITERALS: Final[Mapping[str, str]] = {"True": "true", "False": "false"}

_WORD: Final = re.compile(r"\b(?:[a-z]+(?:_[a-z]+)+|True|False)\b")


def spelled(text: str, tags: Mapping[str, str]) -> str:
    """Return a message in the spelling of the stack's language.

    Parameters
    ----------
    text
        As a rule writes it.
    tags
        Tags of the stack.
    """
    if tags.get(RUNTIME_TAG, "") in AS_IN_PYTHON:
        return text
    return _WORD.sub(lambda word: SCHEMA_NAMES.get(word.group(), word.group()), text)


def _properties(class_: type[Resource]) -> Iterator[tuple[str, str]]:
    for field in class_.fields():
        yield from field.spellings()


SCHEMA_NAMES: Final[Mapping[str, str]] = {
    **NO_FIELDS,
    **LITERALS,
    **{in_python: name for class_ in RESOURCE_CLASSES for in_python, name in _properties(class_)},
}
"""What other languages write, by what Python writes; what is no such word stays as it is."""
