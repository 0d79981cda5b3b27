"""What a request looks like when it comes from the web adapter."""

import json
import time
import uuid
from typing import Final

TRACE_ID: Final = "1-5759e988-bd862e3fe1be46a994272793"


def from_adapter(
    request_id: str | None = None,
    seconds_left: float = 120,
    tracing_header: object = f"Root={TRACE_ID};Parent=53995c3f42cd8ad8;Sampled=1",
) -> dict[str, str]:
    """Return the header by which the adapter tells what it knows of an invocation."""
    context = {
        "request_id": request_id or str(uuid.uuid4()),
        "deadline": round((time.time() + seconds_left) * 1000),
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:service:live",
        "xray_trace_id": tracing_header,
    }
    return {"x-amzn-lambda-context": json.dumps(context)}
