"""All rules, from every module of this folder."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from .rule import THEMES, Rule


def _rules() -> Iterator[Rule]:
    for module in iter_modules(__path__):
        values = vars(import_module(f".{module.name}", __package__)).values()
        yield from (value for value in values if isinstance(value, Rule))


RULES: tuple[Rule, ...] = tuple(
    sorted(_rules(), key=lambda rule: (list(THEMES).index(rule.theme), rule.id, rule.name))
)
"""In the order of their themes and numbers."""
