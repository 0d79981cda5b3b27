"""What a request looks like when it comes from the web adapter."""

import json
import time
import uuid


def from_adapter(request_id: str | None = None, seconds_left: float = 120) -> dict[str, str]:
    """Return the header by which the adapter tells what it knows of an invocation."""
    context = {
        "request_id": request_id or str(uuid.uuid4()),
        "deadline": round((time.time() + seconds_left) * 1000),
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:service:live",
    }
    return {"x-amzn-lambda-context": json.dumps(context)}
