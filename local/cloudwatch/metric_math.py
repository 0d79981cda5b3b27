"""The part of CloudWatch's metric math that the local AWS evaluates: arithmetic, FILL and SUM.

An expression of these is also one of Python, whose parser reads it
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Final

Series = list[float | None]
"""Datapoints, one for each period, oldest first; ``None`` is a period without data."""

_OPERATORS: Final[Mapping[type[ast.operator], Callable[[float, float], float | None]]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right if right else None,
}


class UnsupportedExpressionError(Exception):
    """An expression or a statistic that the local AWS does not evaluate."""


def evaluate(expression: str, known: Mapping[str, Sequence[Series]], periods: int) -> Series:
    """Evaluate an expression over the results of other queries, by their ids.

    A query with ``GROUP BY`` has several results. Every series has a value for each period.
    """
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise UnsupportedExpressionError(f"the expression {expression!r}") from None
    return _value(tree, known, periods)


def _value(node: ast.expr, known: Mapping[str, Sequence[Series]], periods: int) -> Series:
    match node:
        case ast.Constant(value=int() | float() as number):
            return [float(number)] * periods
        case ast.Name(id=name) if len(known.get(name, ())) == 1:
            return known[name][0]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            pairs = zip(_value(left, known, periods), _value(right, known, periods), strict=True)
            apply = _OPERATORS[type(op)]
            return [None if a is None or b is None else apply(a, b) for a, b in pairs]
        case ast.Call(func=ast.Name(id="FILL"), args=[filled, ast.Constant(value=int() as number)]):
            series = _value(filled, known, periods)
            return [number if value is None else value for value in series]
        case ast.Call(func=ast.Name(id="SUM"), args=[ast.Name(id=name)]) if name in known:
            return [_sum(values) for values in zip(*known[name], strict=True)] or [None] * periods
        case _:
            raise UnsupportedExpressionError(f"the expression {ast.unparse(node)!r}")


def _sum(values: Sequence[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return sum(present) if present else None
