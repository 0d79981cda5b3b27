"""Traces: boto3 finds what Lambda and functions have written."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws_client import AwsClients
from local.dataplane.invocation import InvocationReport
from local.dataplane.tracing import Tracer
from local.endpoint import ServedEndpoint
from local.xray import Traces
from tests.local.dataplane.harness import deployment

FRONT = "Root=1-65920000-000000000000000000000001"


@pytest.fixture
def xray(endpoint: ServedEndpoint) -> Any:
    return AwsClients(endpoint.url).get("xray", "us-east-1")


def segment(**members: Any) -> str:
    required = {"name": "checkout", "id": "00000000000000aa", "start_time": time.time()}
    return json.dumps({**required, **members})


def found(xray: Any, **wanted: Any) -> list[dict[str, Any]]:
    now = time.time()
    start, end = (datetime.fromtimestamp(at, UTC) for at in (now - 60, now + 1))
    return xray.get_trace_summaries(StartTime=start, EndTime=end, **wanted)["TraceSummaries"]


def test_segments_of_an_application_are_found_and_read(xray: Any) -> None:
    now = time.time()
    document = segment(trace_id="1-0-a", start_time=now, end_time=now + 1, error=True)
    put = xray.put_trace_segments(TraceSegmentDocuments=[document, segment(), "text"])

    assert [each["ErrorCode"] for each in put["UnprocessedTraceSegments"]] == ["ParseError"] * 2
    (summary,) = [each for each in found(xray) if each["Id"] == "1-0-a"]
    assert summary["ServiceIds"][0]["Name"] == "checkout"
    assert (summary["HasError"], summary["HasFault"]) == (True, False)
    assert summary["Duration"] == pytest.approx(1)
    read = xray.batch_get_traces(TraceIds=["1-0-a", "1-0-none", "1-0-a"])
    assert [trace["Id"] for trace in read["Traces"]] == ["1-0-a"]
    assert json.loads(read["Traces"][0]["Segments"][0]["Document"]) == json.loads(document)
    assert read["UnprocessedTraceIds"] == ["1-0-none"]


def test_traces_are_found_by_their_service(xray: Any) -> None:
    xray.put_trace_segments(
        TraceSegmentDocuments=[
            segment(trace_id="1-0-b", name="wanted"),
            segment(trace_id="1-0-c", name="other"),
        ]
    )

    summaries = found(xray, FilterExpression='service("wanted")')

    assert [each["Id"] for each in summaries] == ["1-0-b"]


def test_a_filter_that_cannot_be_evaluated_is_refused(xray: Any) -> None:
    with pytest.raises(ClientError, match=r"cannot evaluate the filter expression responsetime"):
        found(xray, FilterExpression="responsetime > 5")


def test_the_oldest_traces_are_forgotten() -> None:
    traces = Traces()
    ids = [f"1-0-{number}" for number in range(5001)]
    traces.put("us-east-1", [{"trace_id": each, "start_time": 0} for each in ids])

    assert list(traces.of_region("us-east-1")) == ids[1:]


REPORT = InvocationReport(
    request_id="r", status="error", error_type=None, seconds=2, first_byte_seconds=None
)


class TracedInvocations:
    """A tracer on a clock that stands still unless a test moves it."""

    def __init__(self, tmp_path: Any, *, is_traced: bool) -> None:
        self.deployment = replace(deployment(tmp_path / "f.zip"), is_traced=is_traced)
        self.traces = Traces()
        self.second = 1000.0
        self._tracer = Tracer(self.traces, lambda: self.second)

    def invoke(self, callers_header: str = FRONT) -> str:
        header = self._tracer.header(self.deployment, callers_header)
        self._tracer.record(self.deployment, REPORT, callers_header, header)
        return header

    def segments(self) -> list[Any]:
        found = self.traces.of_region(self.deployment.region)
        return [segment for segments in found.values() for segment in segments]


def test_lambda_writes_a_segment_of_the_service_and_one_of_the_function(tmp_path: Any) -> None:
    invocations = TracedInvocations(tmp_path, is_traced=True)

    header = invocations.invoke(f"{FRONT};Parent=00000000000000ff")

    service, function = invocations.segments()
    assert header == f"{FRONT};Parent={function['id']};Sampled=1"
    assert (service["parent_id"], function["parent_id"]) == ("00000000000000ff", service["id"])
    assert (service["origin"], function["origin"]) == ("AWS::Lambda", "AWS::Lambda::Function")
    for each in (service, function):
        assert each["name"] == invocations.deployment.function_name
        assert (each["start_time"], each["end_time"], each["fault"]) == (998, 1000, True)
        assert each["aws"] == {"request_id": "r"}


def test_one_request_a_second_and_a_few_others_are_sampled(tmp_path: Any) -> None:
    invocations = TracedInvocations(tmp_path, is_traced=True)

    headers = [invocations.invoke() for _ in range(2000)]
    invocations.second += 1
    next_header = invocations.invoke()

    assert headers[0].endswith("Sampled=1")
    assert next_header.endswith("Sampled=1")
    sampled = sum(header.endswith("Sampled=1") for header in headers)
    assert 40 < sampled < 180  # 5 %; chance leaves this range once in ten million runs


@pytest.mark.parametrize("decision", ["0", "1"])
def test_the_callers_decision_wins(tmp_path: Any, decision: str) -> None:
    invocations = TracedInvocations(tmp_path, is_traced=True)

    headers = {invocations.invoke(f"{FRONT};Sampled={decision}")[-1] for _ in range(50)}

    assert headers == {decision}
    assert bool(invocations.segments()) == (decision == "1")


def test_without_active_tracing_nothing_is_written(tmp_path: Any) -> None:
    invocations = TracedInvocations(tmp_path, is_traced=False)

    assert invocations.invoke().endswith("Sampled=0")
    assert invocations.invoke(f"{FRONT};Sampled=1").endswith("Sampled=1")
    assert invocations.segments() == []


@pytest.mark.parametrize("header", ["", "Self=1-0-1", "text"])
def test_a_header_without_a_root_gets_one(tmp_path: Any, header: str) -> None:
    assert TracedInvocations(tmp_path, is_traced=False).invoke(header).startswith("Root=1-")
