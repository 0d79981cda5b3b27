"""How log lines look: one JSON object each, as Lambda reads them.

Behind the adapter nothing adds to a line, so it must bring what Lambda filters by, a level and an
RFC 3339 time, and the id that joins it with Lambda's own lines (observability-and-fronts.md
section 5).
"""

import json
import logging
from datetime import UTC, datetime
from typing import Final

from app.invocation import current

_LAMBDA_LEVELS: Final = {logging.WARNING: "WARN", logging.CRITICAL: "FATAL"}
"""Where Lambda's names differ from Python's; it takes a level that it does not know for INFO."""


class JsonFormatter(logging.Formatter):
    """Formats a record, and the ``fields`` that its ``extra`` may hold, as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line: dict[str, object] = {
            "timestamp": _rfc3339(record.created),
            "level": _LAMBDA_LEVELS.get(record.levelno, record.levelname),
            "message": record.getMessage(),
            "logger": record.name,
        }
        if invocation := current.get(None):
            line["requestId"] = invocation.request_id
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps({**line, **getattr(record, "fields", {})}, default=str)


def _rfc3339(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
