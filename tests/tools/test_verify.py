"""``make verify``: each check can fail, and says what to do. What passes: ``tests/e2e``."""

import io
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any
from unittest.mock import MagicMock

import pytest
from botocore.exceptions import ClientError

from tools.stack import Stack
from tools.verify import __main__ as command, streams, verification
from tools.verify.outcome import CheckFailedError, CheckSkippedError
from tools.verify.streams import Answer
from tools.verify.verification import Verification

REQUEST_ID = "00000000-0000-4000-8000-000000000001"
OUTPUTS = {
    "url": "http://127.0.0.1:9/",  # nothing listens there
    "alias_arn": "arn:aws:lambda:eu-west-1:123456789012:function:f:live",
    "function_name": "f",
    "log_group": "group",
}


class FakeStack(Stack):
    """A stack whose services answer what a test says, in boto3's shapes."""

    clients: dict[str, MagicMock]

    def client(self, service: str) -> Any:
        return self.clients[service]


@pytest.fixture
def stack() -> FakeStack:
    """Return a stack whose services answer as those of a stack that is well."""
    fake = FakeStack(OUTPUTS, {}, session=MagicMock())
    function, logs, cloudwatch, xray = MagicMock(), MagicMock(), MagicMock(), MagicMock()
    function.get_function_configuration.return_value = {
        "State": "Active",
        "Version": "$LATEST.PUBLISHED",
        "CapacityProviderConfig": {
            "LambdaManagedInstancesCapacityProviderConfig": {
                "PerExecutionEnvironmentMaxConcurrency": 16
            }
        },
    }
    function.get_function_scaling_config.return_value = {
        "AppliedFunctionScalingConfig": {"MinExecutionEnvironments": 3}
    }
    function.invoke.return_value = {
        "Payload": io.BytesIO(b"{}"),
        "ResponseMetadata": {"RequestId": REQUEST_ID},
    }
    logs.filter_log_events.return_value = {
        "events": [{"message": f'{{"type": "platform.report", "requestId": "{REQUEST_ID}"}}'}]
    }
    cloudwatch.list_metrics.return_value = {"Metrics": [{}]}
    cloudwatch.get_metric_statistics.return_value = {"Datapoints": [{"Maximum": 4.0}]}
    xray.get_paginator.return_value.paginate.return_value = [
        {"TraceSummaries": [{"Id": "1-2", "ServiceIds": [{"Name": "f"}]}]}
    ]
    services = {"lambda": function, "logs": logs, "cloudwatch": cloudwatch, "xray": xray}
    object.__setattr__(fake, "clients", services)
    return fake


def check(stack: Stack, *names: str) -> tuple[str, str]:
    """Make some checks of a stack without waiting, and return what the last one found."""
    verification = Verification(stack, "/", patience=0)
    return [verification.make(name) for name in names][-1]


def found_by(look: Callable[[], str]) -> tuple[str, str]:
    """Return the result of one check, and what it has to say."""
    try:
        return "ok", look()
    except CheckSkippedError as error:
        return "skipped", str(error)
    except CheckFailedError as error:
        return "failed", str(error)


@pytest.mark.parametrize("name", ["alias", "invoke", "metric", "trace"])
def test_a_stack_that_is_well_passes(stack: FakeStack, name: str) -> None:
    assert check(stack, name)[0] == "ok"


@pytest.mark.parametrize("name", ["log", "report"])
def test_lines_of_the_invocation_are_looked_for(stack: FakeStack, name: str) -> None:
    assert check(stack, "invoke", name)[0] == "ok"
    assert check(stack, name) == (
        "skipped",
        "no request was served that could have left a line",
    )


def test_a_version_that_does_not_serve_fails_with_awss_reason(stack: FakeStack) -> None:
    stack.clients["lambda"].get_function_configuration.return_value = {
        "State": "Failed",
        "Version": "7",
        "StateReason": "Function code initialization failed",
    }

    result, text = check(stack, "alias")

    assert result == "failed"
    assert "Function code initialization failed. Fix: " in text


def test_an_error_of_the_function_fails(stack: FakeStack) -> None:
    stack.clients["lambda"].invoke.return_value |= {
        "FunctionError": "Unhandled",
        "Payload": io.BytesIO(b'{"errorType": "Runtime.ExitError"}'),
    }

    result, text = check(stack, "invoke")

    assert result == "failed"
    assert 'Unhandled: {"errorType": "Runtime.ExitError"}. Fix: ' in text


def test_what_aws_refuses_fails_with_its_message(stack: FakeStack) -> None:
    error: Any = {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}
    stack.clients["lambda"].invoke.side_effect = ClientError(error, "Invoke")

    result, text = check(stack, "invoke")

    assert result == "failed"
    assert "AccessDeniedException" in text
    assert "Fix: use credentials that may do that" in text


def test_lines_that_do_not_arrive_fail(stack: FakeStack) -> None:
    stack.clients["logs"].filter_log_events.return_value = {
        "events": [{"message": "a line of another request"}]
    }

    result, text = check(stack, "invoke", "log")

    assert result == "failed"
    assert "logs:PutLogEvents" in text


def test_a_report_that_does_not_arrive_fails_unless_the_level_leaves_it_out(
    stack: FakeStack,
) -> None:
    stack.clients["logs"].filter_log_events.return_value = {"events": [{"message": REQUEST_ID}]}

    assert check(stack, "invoke", "report")[0] == "failed"

    configuration = stack.clients["lambda"].get_function_configuration.return_value
    configuration["LoggingConfig"] = {"SystemLogLevel": "WARN"}

    assert check(stack, "invoke", "report")[0] == "skipped"


@pytest.mark.parametrize(
    ("datapoints", "reason"),
    [([], "did not come"), ([{"Maximum": 1.0}], "does not read AWS_LAMBDA_MAX_CONCURRENCY")],
)
def test_environments_that_serve_one_request_fail(
    stack: FakeStack, datapoints: list[dict[str, float]], reason: str
) -> None:
    stack.clients["cloudwatch"].get_metric_statistics.return_value = {"Datapoints": datapoints}

    result, text = check(stack, "metric")

    assert result == "failed"
    assert reason in text


def test_metrics_of_the_minute_before_are_not_the_last_word(
    stack: FakeStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_SECONDS_BETWEEN_LOOKS", 0)
    asked = stack.clients["cloudwatch"].get_metric_statistics
    asked.side_effect = chain(
        [{"Datapoints": [{"Maximum": 1.0}]}], repeat({"Datapoints": [{"Maximum": 4.0}]})
    )

    assert Verification(stack, "/", patience=60).make("metric")[0] == "ok"


def test_metrics_are_those_since_the_first_request(stack: FakeStack) -> None:
    check(stack, "metric")

    asked = stack.clients["cloudwatch"].get_metric_statistics.call_args.kwargs
    now = datetime.fromtimestamp(time.time(), UTC)
    assert 60 <= (now - asked["StartTime"]).total_seconds() < 120
    assert asked["EndTime"] > now


def test_traces_of_other_services_do_not_count(stack: FakeStack) -> None:
    stack.clients["xray"].get_paginator.return_value.paginate.return_value = [
        {"TraceSummaries": [{"Id": "1-2", "ServiceIds": [{"Name": "other"}]}]}
    ]

    assert check(stack, "trace")[0] == "failed"


def test_no_trace_is_looked_for_where_tracing_is_off(stack: FakeStack) -> None:
    off = FakeStack(OUTPUTS, {"lmi-streaming:tracing": {"value": "false"}}, session=MagicMock())

    assert check(off, "trace")[0] == "skipped"


def answer(status: int = 200, pieces: int = 10, request_id: str = "a", **more: Any) -> Answer:
    """Return an answer that came a piece a second from now on."""
    began = time.monotonic()
    arrivals = [began + second for second in range(1, pieces + 1)]
    return Answer(began, status, request_id, b"x" * pieces, arrivals, **more)


@pytest.mark.parametrize(
    ("given", "result", "said"),
    [
        (answer(), "ok", "10 bytes arrived in 10 pieces, the first after 1.00 s, the last after"),
        (answer(pieces=2), "failed", "in 2 pieces, so something on the way buffers"),
        (answer(403), "failed", "was answered 403 xxxxxxxxxx. Fix: "),
        (answer(error="ReadError: cut"), "failed", "was answered ReadError: cut. Fix: "),
    ],
)
def test_answers_have_to_arrive_in_pieces(
    stack: FakeStack, given: Answer, result: str, said: str
) -> None:
    found, text = found_by(lambda: streams.in_pieces(stack, "/", [given]))

    assert (found, said in text) == (result, True), text


def test_an_http_api_may_buffer() -> None:
    http = FakeStack(OUTPUTS, {"lmi-streaming:front": {"value": "http"}}, session=MagicMock())

    with pytest.raises(CheckSkippedError):
        streams.in_pieces(http, "/", [answer(pieces=1)])


@pytest.mark.parametrize(
    ("given", "result", "said"),
    [
        ([answer(request_id="a"), answer(request_id="b")], "ok", "2 streams at once"),
        ([answer(), answer(429)], "failed", "1 of 2 requests at once were served"),
        ([answer(request_id="a"), answer(request_id="a")], "failed", "2 answers had 1 request ids"),
        (
            [Answer(0, 200, "a", b"x", [1.0]), Answer(2, 200, "b", b"x", [3.0])],
            "skipped",
            "too short to overlap",
        ),
    ],
)
def test_requests_have_to_be_served_beside_one_another(
    given: list[Answer], result: str, said: str
) -> None:
    found, text = found_by(lambda: streams.at_once(given))

    assert (found, said in text) == (result, True), text


@pytest.mark.parametrize(
    ("given", "result", "said"),
    [
        ([answer(), answer()], "ok", "2 x 200: Lambda had more environments"),
        ([answer(), answer(429)], "ok", "1 x 200, 1 x 429: what found no slot was refused, 429"),
        ([answer(), answer(502)], "failed", "Allowed: 200 and 429. One of the others: 502"),
        ([answer(), answer(error="ReadError: cut")], "failed", "1 broke off, the first with Read"),
    ],
)
def test_saturation_allows_refusals_and_nothing_else(
    given: list[Answer], result: str, said: str
) -> None:
    found, text = found_by(lambda: streams.saturated(given, 1))

    assert (found, said in text) == (result, True), text


def test_saturation_asks_for_a_quarter_more_than_there_are_slots(
    stack: FakeStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def ask(_: Stack, path: str, requests: int) -> list[Answer]:
        asked.append(requests)
        return [answer()]

    monkeypatch.setattr(streams, "ask", ask)

    Verification(stack, "/", saturates=True).make("slots")

    assert asked == [3 * 16 * 5 // 4]


def test_a_front_that_does_not_answer_fails_and_the_other_checks_are_made(
    stack: FakeStack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["verify", "dev"])
    monkeypatch.setattr(command, "find", MagicMock(return_value=stack))
    monkeypatch.setattr(Stack, "sign", MagicMock(return_value={}))

    assert command.main() == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [
        ["alias", "ok"],
        ["invoke", "ok"],
        ["stream", "failed"],
        ["ids", "failed"],
        ["log", "ok"],
        ["report", "ok"],
        ["metric", "ok"],
        ["trace", "ok"],
    ]
    assert lines[-1] == "2 failed, 6 ok"


def test_the_slots_of_a_protected_stack_are_not_filled(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    protected = Stack(OUTPUTS, {"lmi-streaming:protect": {"value": "true"}}, session=MagicMock())
    monkeypatch.setattr(sys, "argv", ["verify", "prod", "--saturate"])
    monkeypatch.setattr(command, "find", MagicMock(return_value=protected))

    assert command.main() == 1
    assert "The stack prod is protected" in capsys.readouterr().err
