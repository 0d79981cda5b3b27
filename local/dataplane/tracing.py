"""Traces of invocations: which are sampled, and the segments that Lambda itself writes.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html.
"""

import random
import re
import secrets
import time
from collections.abc import Callable
from typing import Final

from local.dataplane.http_request import new_trace_id
from local.dataplane.invocation import InvocationReport
from local.dataplane.model import Deployment
from local.xray import Traces

_FURTHER_SHARE: Final = 0.05
"""Lambda samples the first request of a second, and this share of the others."""


class Tracer:
    """Traces the invocations of all functions; ``now`` returns seconds since 1970."""

    def __init__(self, traces: Traces, now: Callable[[], float] = time.time) -> None:
        self._traces = traces
        self._now = now
        self._sampled_second: dict[str, int] = {}

    def header(self, deployment: Deployment, callers_header: str) -> str:
        """Return the ``X-Amzn-Trace-Id`` for the function; the caller's decision to sample wins."""
        decision = _part(callers_header, "Sampled")
        if decision not in ("0", "1"):
            decision = str(int(deployment.is_traced and self._samples(deployment.function_arn)))
        root = _part(callers_header, "Root") or _part(new_trace_id(), "Root")
        return f"Root={root};Parent={secrets.token_hex(8)};Sampled={decision}"

    def record(
        self, deployment: Deployment, report: InvocationReport, callers_header: str, header: str
    ) -> None:
        """Write the segments of the service and of the function, if the invocation is sampled."""
        if not deployment.is_traced or _part(header, "Sampled") != "1":
            return
        end = self._now()
        common = {
            "name": deployment.function_name,
            "trace_id": _part(header, "Root"),
            "start_time": end - report.seconds,
            "end_time": end,
            "fault": report.status != "success",
            "resource_arn": deployment.function_arn,
            "aws": {"request_id": report.request_id},
        }
        caller = {"parent_id": parent} if (parent := _part(callers_header, "Parent")) else {}
        service = {**common, **caller, "id": secrets.token_hex(8), "origin": "AWS::Lambda"}
        called = {"id": _part(header, "Parent"), "parent_id": service["id"]}
        function = {**common, **called, "origin": "AWS::Lambda::Function"}
        self._traces.put(deployment.region, [service, function])

    def _samples(self, function_arn: str) -> bool:
        second = int(self._now())
        if self._sampled_second.get(function_arn) != second:
            self._sampled_second[function_arn] = second
            return True
        return random.random() < _FURTHER_SHARE  # noqa: S311  # no secret


def _part(header: str, name: str) -> str:
    match = re.search(rf"(?:^|;)\s*{name}=([^;]*)", header)
    return match[1] if match else ""
