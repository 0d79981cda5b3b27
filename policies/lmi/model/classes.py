"""All resource classes, and those that stand for each Pulumi type."""

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType

from . import callers, capacity_provider, functions, general, iam, networks
from .resource import Resource

_MODULES = (functions, capacity_provider, callers, iam, networks, general)


def _classes_of(module: ModuleType) -> Iterator[type[Resource]]:
    """Yield the resource classes that a module defines, without its base classes."""
    for value in vars(module).values():
        if not isinstance(value, type) or value.__module__ != module.__name__:
            continue
        if issubclass(value, Resource) and value.tokens():
            yield value


def _by_type(classes: Iterable[type[Resource]]) -> Mapping[str, tuple[type[Resource], ...]]:
    by_type: dict[str, tuple[type[Resource], ...]] = {}
    for class_ in classes:
        for token in class_.tokens():
            by_type[token] = (*by_type.get(token, ()), class_)
    return by_type


RESOURCE_CLASSES = tuple(class_ for module in _MODULES for class_ in _classes_of(module))
CLASSES_OF_TYPE = _by_type(RESOURCE_CLASSES)
"""Classes by Pulumi type; most types are of one class."""
