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

_encode: Final = json.JSONEncoder(default=str, allow_nan=False).encode
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
        is_mapping = isinstance(fields, Mapping)
        given = cast("Mapping[Any, object]", fields if is_mapping else {"fields": fields})
        # A field that is named like what Lambda reads takes nothing of its place.
        line |= {f"fields.{name}" if name in line else name: given[name] for name in given}
        return f"{{{', '.join(f'{_json(str(name))}: {_json(line[name])}' for name in line)}}}"


def _json(value: object) -> str:
    """Return valid JSON: a text where a value has none, such as NaN, or raises when it is asked."""
    try:
        return _encode(value)
    except Exception:
        try:
            return _encode(str(value))
        except Exception:
            return _encode(f"<{type(value).__name__} without a text>")


def _rfc3339(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
