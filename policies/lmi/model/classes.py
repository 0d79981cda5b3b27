"""All resource classes, by the Pulumi types that they stand for."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from . import callers, capacity_provider, functions, general, iam, networks
from .resource import Resource


def _by_type() -> Mapping[str, tuple[type[Resource], ...]]:
    found: defaultdict[str, dict[type[Resource], None]] = defaultdict(dict)
    for module in (functions, capacity_provider, callers, iam, networks, general):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Resource):
                for type_ in value.TYPES:
                    found[type_][value] = None
    return {type_: tuple(classes) for type_, classes in found.items()}


CLASSES_OF_TYPE: Final = _by_type()
"""Classes by Pulumi type; most types are of one class."""
