"""Which functions the integrations of an API invoke, at a first preview too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..model.functions import Alias, Function

if TYPE_CHECKING:
    from ..model.callers import HttpIntegration, RestIntegration
    from .stack import Stack

FUNCTION_ARN: Final = (
    r"(?P<function>arn:[^:/]*:lambda:[^:/]*:[0-9]*:function:[^:/]+)(:(?P<qualifier>[^:/]+))?"
)
"""A function's ARN inside the address of an integration, with a version or an alias."""


def functions_behind(
    stack: Stack, integration: RestIntegration | HttpIntegration
) -> tuple[Function, ...]:
    """Return the functions that an integration may invoke; none if outside the stack.

    While its address is not known, those count that the address was made from, or the functions
    of the aliases that it was made from.
    """
    target = type(integration).target
    address = target.of(integration).or_none()
    if address is not None:
        arn = re.search(FUNCTION_ARN, address)
        return stack.named(Function, arn["function"]).found if arn else ()
    aliases = stack.sources(integration, target, Alias)
    return stack.sources(integration, target, Function) or tuple(
        function for alias in aliases for function in stack.functions_of(alias)
    )
