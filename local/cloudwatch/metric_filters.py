"""Count the lines of log groups by their metric filters, which moto only stores."""

import json
import logging
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, cast

import jmespath
from jmespath.exceptions import JMESPathError
from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import logs_backends

from local.account import ACCOUNT_ID
from local.dataplane.model import LogStream

_logger = logging.getLogger(__name__)

_TOKEN: Final = re.compile(
    r"""\s*(?: \$(?P<selector>(?:\.[A-Za-z_]\w*|\[\d+\])+) | "(?P<text>[^"*'\\]*)"
    | (?P<number>-?\d+(?:\.\d+)?) | (?P<operator>&&|\|\||!=|<=|>=|[<>()]) | (?P<equals>=) )\s*""",
    re.VERBOSE,
)
_IN_JMESPATH: Final = {
    "selector": "@{}",
    "text": "'{}'",
    "number": "`{}`",
    "operator": "{}",
    "equals": "==",
}


def count(stream: LogStream, lines: Sequence[str], seconds: float) -> None:
    """Publish the values that the filters of a log group find in lines.

    They were written at a time that is given in seconds since 1970.
    """
    filters = logs_backends[ACCOUNT_ID][stream.region].filters
    documents: list[object] | None = None
    for found in filters.get_matching_filters(log_group_name=stream.group):
        matches = _compiled(found["filterPattern"])
        if matches is None:
            continue
        documents = [_document(line) for line in lines] if documents is None else documents
        matching = [document for document in documents if matches(document)]
        for transformation in found["metricTransformations"]:
            values = [_value(transformation["metricValue"], document) for document in matching]
            if numbers := [value for value in values if value is not None]:
                datum = {
                    "MetricName": transformation["metricName"],
                    "Unit": transformation.get("unit", "None"),
                    "Timestamp": datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None),
                    "Values": numbers,
                }
                cloudwatch = cloudwatch_backends[ACCOUNT_ID][stream.region]
                cloudwatch.put_metric_data(transformation["metricNamespace"], [datum])


def _document(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


@cache
def _compiled(pattern: str) -> Callable[[object], bool] | None:
    """Return whether a document matches a JSON pattern; ``None``, with a warning, for others.

    A pattern of comparisons differs from an expression of JMESPath in its spelling alone
    (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
    """
    try:
        search = _searcher(_in_jmespath(pattern.strip()))
    except (ValueError, JMESPathError):
        _logger.warning("metric filters count nothing: the local AWS cannot read %r", pattern)
        return None
    return lambda document: search(document) is True


def _in_jmespath(pattern: str) -> str:
    """Translate a pattern; raise ``ValueError`` for what is no comparison."""
    tokens = list(_TOKEN.finditer(pattern[1:-1]))
    if pattern != f"{{{''.join(token[0] for token in tokens)}}}":
        raise ValueError(pattern)
    kinds = [token.lastgroup or "" for token in tokens]
    words = zip(kinds, tokens, strict=True)
    return " ".join(_IN_JMESPATH[kind].format(token[kind]) for kind, token in words)


@cache
def _searcher(expression: str) -> Callable[[object], Any]:
    return cast("Any", jmespath).compile(expression).search


def _value(template: str, document: object) -> float | None:
    """Return the value of a transformation: a number, or what a selector finds."""
    try:
        found = _searcher(f"@{template[1:]}")(document) if template.startswith("$") else template
        return float(found)
    except (TypeError, ValueError):
        return None
