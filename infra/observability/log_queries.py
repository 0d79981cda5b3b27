"""What is looked for in the log: the filter of the first byte, and the saved queries."""

from collections.abc import Mapping
from typing import Final

FIRST_BYTE_PATTERN: Final = (
    '{ ($.type = "platform.report") && ($.record.spans[0].name = "responseLatency") }'
)
"""Filter of Lambda's line after every invocation; its first span ends with the first byte."""

LOG_QUERIES: Final[Mapping[str, str]] = {
    "slowest first bytes": """\
fields @timestamp, record.requestId, record.spans.0.durationMs as firstByteMs
| filter type = "platform.report" and record.spans.0.name = "responseLatency"
| sort firstByteMs desc
| limit 50""",
    "failed invocations": """\
fields @timestamp, record.requestId, record.status, record.errorType
| filter type = "platform.report" and record.status != "success"
| sort @timestamp desc
| limit 50""",
    "streams cut short": """\
fields @timestamp, requestId, xrayTraceId, message, reason
| filter message in ["stream interrupted", "stream failed"]
| sort @timestamp desc
| limit 50""",
    "one request": """\
fields @timestamp, type, level, message, record.status
| filter requestId = "REQUEST_ID" or record.requestId = "REQUEST_ID"
| sort @timestamp asc""",
    "one trace": """\
fields @timestamp, type, level, message, requestId, record.requestId
| filter @message like "TRACE_ID"
| sort @timestamp asc""",
}
"""The saved queries, by name."""
