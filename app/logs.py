"""Log lines: one JSON object each, as Lambda reads them.

Behind the adapter nothing adds to a line. So it has to bring what Lambda filters by, a level and an
RFC 3339 time, the request id that joins it with Lambda's own lines (docs/facts/lmi.md#logs), and
the trace id that joins it with X-Ray's traces.
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

from app.request_context import current

Fields = Mapping[Any, object]

_LAMBDA_LEVELS: Final = {logging.WARNING: "WARN", logging.CRITICAL: "FATAL"}
"""Where Lambda's names differ from Python's; it takes an unknown level for INFO."""


class JsonFormatter(logging.Formatter):
    """Formats a record, and the ``fields`` of its ``extra``, as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line: dict[str, object] = {
            "timestamp": _rfc3339(record.created),
            "level": _LAMBDA_LEVELS.get(record.levelno, record.levelname),
            "message": record.getMessage(),
            "logger": record.name,
        }
        if context := current.get(None):
            line["requestId"] = context.request_id
            if context.trace_id:
                line["xrayTraceId"] = context.trace_id
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = record.stack_info
        fields: object = getattr(record, "fields", {})
        given = cast("Fields", fields) if isinstance(fields, Mapping) else {"fields": fields}
        # A field that is named like what Lambda reads takes nothing of its place.
        line |= {f"fields.{name}" if name in line else name: given[name] for name in given}
        return _to_json(line)


def _to_json(line: Fields) -> str:
    """Return valid JSON; a field that has none, such as NaN, is written as text."""
    try:
        return json.dumps(line, default=str, allow_nan=False)
    except Exception:  # noqa: BLE001: a value may raise anything when asked for its text
        members = (f"{_value(_text(name))}: {_value(value)}" for name, value in line.items())
        return f"{{{', '.join(members)}}}"


def _value(value: object) -> str:
    try:
        return json.dumps(value, default=str, allow_nan=False)
    except Exception:
        return json.dumps(_text(value))


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__} without a text>"


def _rfc3339(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
