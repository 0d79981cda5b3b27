"""Clients invoke functions by the API: boto3, the served endpoint and the real web adapter."""

import base64
import json
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.account import ACCESS_KEY, ACCOUNT_ID
from local.dataplane.events import invocation_request
from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import LAYER, MemoryLogs, NewPlane
from tests.local.dataplane.http_requests import http_request
from tests.local.dataplane.published_function import ARN, REGION, published_function
from tests.local.lambda_api.account import refused
from tests.waiting import wait_until

SIX_MEGABYTES = 6 * 1024 * 1024
BUFFERED = {
    "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
    "AWS_LWA_PORT": "8000",
    "AWS_LWA_READINESS_CHECK_PATH": "/health",
}
STREAMING = BUFFERED | {"AWS_LWA_INVOKE_MODE": "response_stream"}


@pytest.fixture(scope="session")
def shared(function_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Any]:
    """Return a client of a published function that tests share."""
    folder = tmp_path_factory.mktemp("invoked")
    with (
        running(folder, MemoryLogs()) as plane,
        published_function(plane, folder, function_zip, 16, **adapted(STREAMING)) as aws,
    ):
        yield aws


@pytest.fixture
def narrow(new_plane: NewPlane, function_zip: Path, tmp_path: Path) -> Generator[Any]:
    """Return a client of a function with one slot."""
    settings = adapted(STREAMING)
    with published_function(new_plane(), tmp_path, function_zip, 1, **settings) as aws:
        yield aws


@pytest.fixture
def hasty(new_plane: NewPlane, function_zip: Path, tmp_path: Path) -> Generator[Any]:
    """Return a client of a function with one slot, and a timeout in which a stream has begun."""
    settings = adapted(STREAMING) | {"Timeout": 3}
    with published_function(new_plane(), tmp_path, function_zip, 1, **settings) as aws:
        yield aws


def adapted(variables: dict[str, str]) -> dict[str, Any]:
    """Return the settings of a function behind the web adapter."""
    return {"Layers": [LAYER], "Environment": {"Variables": variables}}


def http_event(path: str, **query: str) -> bytes:
    """Return the event of a GET request to a function URL."""
    raw_query = "&".join(f"{name}={value}" for name, value in query.items())
    request = http_request(path, raw_query, (("host", "localhost"),))
    return invocation_request(request, "api", is_signed=False).event


@contextmanager
def streamed(aws: Any, **parameters: Any) -> Generator[Iterator[Any]]:
    """Invoke with a response stream; gives the events, and closes the connection at the end."""
    answer = aws.invoke_with_response_stream(FunctionName="hello", **parameters)
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST.PUBLISHED")
    with closing(answer["EventStream"]) as stream:
        yield iter(stream)


def payload_of(answer: Any) -> bytes:
    """Return the function's response, behind the prelude that the adapter streams."""
    return answer["Payload"].read().rpartition(bytes(8))[2]


def echoed(answer: Any) -> Any:
    return json.loads(payload_of(answer))


def context_of(answer: Any) -> Any:
    """Return Lambda's context, which the adapter passes on in a header."""
    header: str = echoed(answer)["headers"]["x-amzn-lambda-context"]
    return json.loads(header.encode("latin-1"))


def test_an_event_reaches_the_function_and_its_response_returns(shared: Any) -> None:
    answer = shared.invoke(FunctionName="hello", Payload=b'{"order": 7}')

    assert echoed(answer) == {"event": {"order": 7}}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST.PUBLISHED")
    assert "FunctionError" not in answer
    assert "LogResult" not in answer


def test_an_invocation_without_a_payload_gets_an_empty_object(shared: Any) -> None:
    assert echoed(shared.invoke(FunctionName="hello")) == {"event": {}}


def test_a_buffered_response_is_the_payload_as_it_is(
    new_plane: NewPlane, function_zip: Path, tmp_path: Path
) -> None:
    settings = adapted(BUFFERED)
    with published_function(new_plane(), tmp_path, function_zip, 1, **settings) as aws:
        answer = aws.invoke(FunctionName="hello", Payload=http_event("/cookies"))

        response = json.loads(answer["Payload"].read())
    assert (response["statusCode"], response["body"]) == (201, "baked")
    assert response["cookies"] == ["a=1; Path=/", "b=2"]


@pytest.mark.parametrize(
    ("name", "qualifier", "invoked"),
    [
        ("hello", None, ARN),
        ("hello", "live", f"{ARN}:live"),
        ("hello:live", None, f"{ARN}:live"),
        ("hello:live", "live", f"{ARN}:live"),
        ("hello", "$LATEST.PUBLISHED", f"{ARN}:$LATEST.PUBLISHED"),
        (f"{ACCOUNT_ID}:function:hello", None, ARN),
        (f"{ACCOUNT_ID}:function:hello:live", None, f"{ARN}:live"),
        (ARN, None, ARN),
        (ARN, "live", f"{ARN}:live"),
        (f"{ARN}:live", None, f"{ARN}:live"),
        (f"{ARN}:$LATEST.PUBLISHED", None, f"{ARN}:$LATEST.PUBLISHED"),
    ],
)
def test_every_name_of_a_function_invokes_it(
    shared: Any, name: str, qualifier: str | None, invoked: str
) -> None:
    named = {"FunctionName": name} | ({"Qualifier": qualifier} if qualifier else {})

    answer = shared.invoke(**named, Payload=http_event("/echo"))

    assert answer["ExecutedVersion"] == "$LATEST.PUBLISHED"
    context = context_of(answer)
    assert context["invoked_function_arn"] == invoked
    assert context["request_id"] == answer["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize("name", ["missing", "hello:missing"])
def test_a_function_or_qualifier_that_does_not_exist_is_not_found(shared: Any, name: str) -> None:
    with pytest.raises(shared.exceptions.ResourceNotFoundException):
        shared.invoke(FunctionName=name)


def test_the_client_context_reaches_the_function(shared: Any) -> None:
    # The adapter's worker ends at a context that lacks one of the mobile SDK's members.
    names = ("installation_id", "app_version_name", "app_version_code", "app_package_name")
    app = dict.fromkeys((*names, "app_title"), "1")
    context = {"client": app, "custom": {"place": "Café"}, "env": {}}
    encoded = base64.b64encode(json.dumps(context).encode()).decode()

    answer = shared.invoke(FunctionName="hello", ClientContext=encoded, Payload=http_event("/echo"))

    assert context_of(answer)["client_context"]["custom"] == {"place": "Café"}


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"Payload": b"{"}, "Could not parse request body into json"),
        ({"Payload": b"\xff"}, "Could not parse request body into json"),
        ({"Payload": b'{"a": NaN}'}, "Could not parse request body into json"),
        ({"Payload": b"[" * 500_000}, "Could not parse request body into json"),
        ({"ClientContext": "e30"}, "Client context must be a valid Base64-encoded JSON object."),
    ],
)
def test_content_that_is_not_json_is_refused(
    shared: Any, parameters: dict[str, Any], words: str
) -> None:
    with refused("InvalidRequestContentException", words):
        shared.invoke(FunctionName="hello", **parameters)


@pytest.mark.parametrize(
    ("invocation_type", "limit"), [("RequestResponse", SIX_MEGABYTES), ("Event", 1024 * 1024)]
)
def test_a_payload_above_the_limit_is_refused(
    shared: Any, invocation_type: str, limit: int
) -> None:
    payload = json.dumps("x" * (limit - 2))
    words = f"{limit + 1} byte payload is too large for the {invocation_type} invocation type"

    with refused("RequestEntityTooLargeException", words):
        shared.invoke(FunctionName="hello", InvocationType=invocation_type, Payload=f"{payload} ")


def test_a_dry_run_checks_and_does_not_invoke(narrow: Any, gate: Path) -> None:
    with streamed(narrow, Payload=http_event("/stream", gate=str(gate))) as occupied:
        next(occupied)
        answer = narrow.invoke(FunctionName="hello", InvocationType="DryRun")
        Path(f"{gate}.1").touch()
        list(occupied)

    assert (answer["StatusCode"], answer["Payload"].read()) == (204, b"")
    with refused("ResourceNotFoundException", "Function not found"):
        narrow.invoke(FunctionName="missing", InvocationType="DryRun")


def is_throttled(aws: Any) -> bool:
    try:
        aws.invoke(FunctionName="hello")["Payload"].read()
    except aws.exceptions.TooManyRequestsException:
        return True
    return False


def test_admits_as_many_as_a_url_and_refuses_the_next(narrow: Any, gate: Path) -> None:
    with streamed(narrow, Payload=http_event("/stream", gate=str(gate))) as events:
        next(events)

        for call in (narrow.invoke, narrow.invoke_with_response_stream):
            with refused("TooManyRequestsException", "Rate Exceeded.") as response:
                call(FunctionName="hello")
            assert response["Reason"] == "ConcurrentInvocationLimitExceeded"
            assert response["ResponseMetadata"]["HTTPStatusCode"] == 429

        Path(f"{gate}.1").touch()
        assert list(events)[-1] == {"InvokeComplete": {}}
    assert echoed(narrow.invoke(FunctionName="hello")) == {"event": {}}


def test_chunks_arrive_before_the_next_is_written(shared: Any, gate: Path) -> None:
    payload = http_event("/stream", gate=str(gate), chunks="3")
    received = b""
    with streamed(shared, Qualifier="live", Payload=payload) as events:
        for number in range(3):
            if number:
                Path(f"{gate}.{number}").touch()
            while not received.endswith(str(number).encode()):
                received += next(events)["PayloadChunk"]["Payload"]
        assert list(events) == [{"InvokeComplete": {}}]
    prelude, _, body = received.partition(bytes(8))
    assert json.loads(prelude)["statusCode"] == 200
    assert body == b"012"


def test_a_stream_that_the_caller_leaves_goes_on(narrow: Any, gate: Path) -> None:
    url = f"{narrow.meta.endpoint_url}/2021-11-15/functions/hello/response-streaming-invocations"
    signature = f"Credential={ACCESS_KEY}/20261128/{REGION}/lambda/aws4_request"
    payload = http_event("/stream", gate=str(gate), chunks="3")
    headers = {"authorization": f"AWS4-HMAC-SHA256 {signature}"}
    with httpx.stream("POST", url, content=payload, headers=headers) as response:
        next(response.iter_raw())

    assert is_throttled(narrow)
    for number in (1, 2):
        Path(f"{gate}.{number}").touch()
    wait_until(Path(f"{gate}.ended").exists)
    wait_until(lambda: not is_throttled(narrow))


def test_a_dry_run_of_a_stream_invokes_nothing(shared: Any) -> None:
    answer = shared.invoke_with_response_stream(FunctionName="hello", InvocationType="DryRun")

    assert answer["StatusCode"] == 204
    answer["EventStream"].close()


def test_the_log_of_the_environment_returns_on_request(shared: Any) -> None:
    parameters = {"LogType": "Tail", "Payload": b'{"marker": "in the log"}'}

    answer = shared.invoke(FunctionName="hello", **parameters)
    with streamed(shared, **parameters) as events:
        *_, last = events

    for result in (answer["LogResult"], last["InvokeComplete"]["LogResult"]):
        log = base64.b64decode(result)
        assert b'event {"marker": "in the log"}' in log
        assert len(log) <= 4096
    request_id = answer["ResponseMetadata"]["RequestId"]
    log = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert json.loads(log[0])["record"]["requestId"] == request_id
    assert all('"type": "platform' not in line or request_id in line for line in log)


def test_an_error_of_the_runtime_is_a_function_error_with_its_document(shared: Any) -> None:
    answer = shared.invoke(FunctionName="hello", Payload=http_event("/missing"))
    with streamed(shared, Payload=http_event("/missing")) as events:
        (event,) = events

    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    details = event["InvokeComplete"]["ErrorDetails"]
    for document in (answer["Payload"].read(), details):
        assert json.loads(document).keys() >= {"errorType", "errorMessage"}


def test_a_timeout_is_a_function_error(hasty: Any, gate: Path) -> None:
    answer = hasty.invoke(FunctionName="hello", Payload=http_event("/wait", gate=str(gate)))

    assert answer["FunctionError"] == "Unhandled"
    error = json.loads(answer["Payload"].read())
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Error: Task timed out after 3.00 seconds")
    assert is_throttled(hasty), "code that has timed out runs on and holds its slot"
    gate.touch()


def test_a_timeout_within_a_stream_completes_it_with_an_error(hasty: Any, gate: Path) -> None:
    with streamed(hasty, Payload=http_event("/stream", gate=str(gate))) as events:
        *chunks, last = events

    assert chunks
    assert last["InvokeComplete"]["ErrorCode"] == "Sandbox.Timedout"
    Path(f"{gate}.1").touch()


@pytest.mark.parametrize(("size", "fits"), [(SIX_MEGABYTES - 4096, True), (SIX_MEGABYTES, False)])
def test_only_a_stream_may_be_larger_than_six_megabytes(shared: Any, size: int, fits: bool) -> None:
    event = http_event("/zeros", bytes=str(size))

    answer = shared.invoke(FunctionName="hello", Payload=event)
    with streamed(shared, Payload=event) as events:
        *chunks, last = events

    payload = answer["Payload"].read()
    if fits:
        assert len(payload) > size
    else:
        assert answer["FunctionError"] == "Unhandled"
        assert json.loads(payload)["errorType"] == "Function.ResponseSizeTooLarge"
    assert sum(len(chunk["PayloadChunk"]["Payload"]) for chunk in chunks) > size
    assert last == {"InvokeComplete": {}}


def test_an_event_is_accepted_at_once_and_waits_for_a_slot(narrow: Any, gate: Path) -> None:
    waiting = Path(f"{gate}-of-the-event")
    Path(f"{waiting}.1").touch()
    with streamed(narrow, Payload=http_event("/stream", gate=str(gate))) as occupied:
        answer = narrow.invoke(
            FunctionName="hello",
            InvocationType="Event",
            Payload=http_event("/stream", gate=str(waiting)),
        )

        assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
        assert not Path(f"{waiting}.ended").exists()
        Path(f"{gate}.1").touch()
        list(occupied)
    wait_until(Path(f"{waiting}.ended").exists)
