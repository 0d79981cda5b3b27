"""Remedies: what a finding proposes, written into the inputs of a resource.

The engine replaces all inputs by those that a remedy returns. Secrets have to come back in their
wrapping, and unknowns as they came, so the protocol's own structure is edited, one value at a time;
the SDK's classes would unwrap the first.
"""

from collections.abc import Iterable
from typing import Any, Final

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime.proto.analyzer_pb2 import AnalyzeRequest
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from ..model.access import Path
from ..model.resource import Finding

_SECRET: Final = Value(string_value=SPECIAL_SECRET_SIG)


def mended(request: AnalyzeRequest, findings: Iterable[Finding]) -> AnalyzeRequest:
    """Return a resource with the changes of those findings that take a single one.

    A property whose changes the program ignores is not this program's to set.
    """
    left_alone = {name.split(".")[0] for name in request.options.ignoreChanges}
    result = AnalyzeRequest()
    result.CopyFrom(request)
    for finding in findings:
        for change in finding.fix.changes if len(finding.fix.changes) == 1 else ():
            is_own = change.resource is finding.resource
            if is_own and left_alone.isdisjoint(("*", str(change.path[0]))):
                properties = with_value(result.properties, change.path, change.value)
                result.properties.CopyFrom(properties or result.properties)
    return result


def with_value(properties: Struct, path: Path, value: Any) -> Struct | None:
    """Return a copy of inputs with another value at a path; None where something is on its way.

    Objects that are missing on the way are made, elements of lists are not.
    """
    changed = Struct()
    changed.CopyFrom(properties)
    target: Value | None = Value(struct_value=changed)
    root = target
    for step in path:
        target = _inside(target, step)
        if target is None:
            return None
    ParseDict(value, _unwrapped(target))
    return root.struct_value


def _inside(container: Value, step: str | int) -> Value | None:
    """Return what stands at a step, which need not be there in an object."""
    here = _unwrapped(container)
    form = here.WhichOneof("kind")
    if isinstance(step, int):
        is_there = form == "list_value" and step < len(here.list_value.values)
        return here.list_value.values[step] if is_there else None
    if form in ("struct_value", "null_value", None):
        return here.struct_value.fields[step]
    return None


def _unwrapped(value: Value) -> Value:
    """Return what a secret holds, so that a change inside it leaves it a secret."""
    while value.struct_value.fields.get(SPECIAL_SIG_KEY) == _SECRET:
        value = value.struct_value.fields["value"]
    return value
