"""What reaches the log of a function: lines from its level on, and Lambda's own events."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.dataplane.function_output import FunctionOutput
from local.dataplane.invocation import Invocation, InvocationReport, InvocationRequest
from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.harness import MemoryLogs, deploy, deployment, status_of
from tests.waiting import wait_until

NOW = "2026-11-28T12:00:00.000Z"


def line(level: str, timestamp: str = NOW) -> str:
    return json.dumps({"timestamp": timestamp, "level": level, "message": "hello"})


@pytest.mark.parametrize(
    ("log_level", "text", "kept"),
    [
        ("INFO", line("DEBUG"), False),
        ("INFO", line("INFO"), True),
        ("DEBUG", line("DEBUG"), True),
        ("WARN", line("INFO"), False),
        ("WARN", line("ERROR"), True),
        # Without a valid time or a level that Lambda knows, a line counts as INFO.
        ("INFO", line("DEBUG", "yesterday"), True),
        ("INFO", line("NOTICE"), True),
        ("INFO", "no JSON", True),
        ("WARN", line("ERROR", "2026-11-28T12:00:00"), False),
        ("WARN", "no JSON", False),
        ("WARN", "{broken", False),
    ],
)
def test_lines_below_the_level_are_dropped(log_level: str, text: str, kept: bool) -> None:
    logs = MemoryLogs()
    output = FunctionOutput(logs.write, deployment(Path("x.zip"), log_level=log_level), "stream")

    output.write([text])

    assert logs.lines.get(("/aws/lambda/streamer", "stream"), []) == ([text] if kept else [])
    assert text in output.explain("It failed")


def events(logs: MemoryLogs, name: str) -> list[Any]:
    lines = [line for lines in logs.lines.values() for line in lines if line.startswith("{")]
    return [event["record"] for event in map(json.loads, lines) if event.get("type") == name]


def test_each_invocation_leaves_its_start_and_a_report(
    plane: LocalDataPlane, logs: MemoryLogs, function_zip: Path
) -> None:
    url = deploy(plane, deployment(function_zip))
    assert status_of(url) == 200
    assert status_of(f"{url}exit") == 502

    served, failed = wait_until(
        lambda: found if len(found := events(logs, "platform.report")) == 2 else None
    )

    assert [each["requestId"] for each in events(logs, "platform.start")] == [
        served["requestId"],
        failed["requestId"],
    ]
    assert served["status"] == "success"
    first, rest = served["spans"]
    assert (first["name"], rest["name"]) == ("responseLatency", "responseDuration")
    assert first["durationMs"] <= served["metrics"]["durationMs"]
    assert failed["status"] == "error"
    assert "spans" not in failed


@pytest.mark.anyio
async def test_system_log_level_drops_the_events() -> None:
    logs = MemoryLogs()
    deployed = replace(deployment(Path("x.zip")), system_log_level="WARN")
    output = FunctionOutput(logs.write, deployed, "stream")

    request = InvocationRequest(request_id="id", trace_id="Root=1-0-1", event=b"{}")
    output.write_start(Invocation(request, 60, lambda _: None))
    output.write_report(
        InvocationReport(
            request_id="id", status="success", error_type=None, seconds=1, first_byte_seconds=None
        )
    )

    assert not logs.lines
