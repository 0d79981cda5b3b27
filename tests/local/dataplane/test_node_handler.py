"""Node.js handlers without the web adapter run under AWS's own runtime client."""

import json
import os
import zipfile
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.dataplane.entry_point import provide_client
from local.dataplane.failures import InitError, InvocationError, ThrottledError
from local.dataplane.invocation import InvocationRequest
from local.dataplane.model import Deployment, VersionStatus
from local.dataplane.plane import LocalDataPlane
from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import (
    VERSION,
    MemoryLogs,
    deploy,
    deployment,
    function_arn,
    open_url,
    settled_status,
)
from tests.waiting import wait_until

CONCURRENCY = 3
COMMON_JS = """
const fs = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");

exports.answer = async (event, context) => {
  if (event.gate) {
    fs.writeFileSync(`${event.gate}.${event.number}`, "");
    while (!fs.existsSync(event.gate)) await sleep(5);
  }
  if (event.reject) throw new RangeError(event.reject);
  if (event.endless) return { size: 1n };
  return {
    event,
    arn: context.invokedFunctionArn,
    requestId: context.awsRequestId,
    hasTime: context.getRemainingTimeInMillis() > 0,
    version: process.version,
    variables: process.env,
  };
};
exports.thrown = () => {
  throw new Error("no such order");
};
exports.callback = (event, context, callback) => callback(null, "done");
"""
MODULE = """
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export const page = async (event) => ({
  statusCode: 201,
  headers: { "content-type": "text/plain" },
  body: event.rawPath,
});
export const streamed = awslambda.streamifyResponse(async (event, stream, context) => {
  const headers = { "content-type": "text/plain", "x-id": context.awsRequestId };
  const response = awslambda.HttpResponseStream.from(stream, { statusCode: 203, headers });
  response.write("one\\n");
  const gate = event.queryStringParameters?.gate;
  while (gate && !existsSync(gate)) await sleep(5);
  if (event.rawPath === "/break") throw new Error("no more rows");
  response.end("two\\n");
});
"""


@pytest.fixture(scope="module", autouse=True)
def client_at_hand(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where npm has never reached its registry."""
    try:
        provide_client(tmp_path_factory.mktemp("client") / "nodejs")
    except InitError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def handlers_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("handlers") / "function.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("orders.js", COMMON_JS)
        archive.writestr("pages/views.mjs", MODULE)
        archive.writestr("broken.mjs", 'throw new TypeError("no table");')
        archive.writestr("garbled.mjs", "export const handler = (;")
    return path


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Generator[LocalDataPlane]:
    """Return a data plane that tests share."""
    with running(tmp_path_factory.mktemp("plane"), MemoryLogs()) as plane:
        yield plane


@pytest.fixture(scope="module")
def url_of(plane: LocalDataPlane, handlers_zip: Path) -> Callable[[str], str]:
    """Deploy a handler under its own name, once; gives the address of its URL."""
    urls: dict[str, str] = {}

    def deployed(handler: str) -> str:
        if handler not in urls:
            urls[handler] = deploy(plane, node_handler(handlers_zip, handler))
        return urls[handler]

    return deployed


def node_handler(zip_file: Path, handler: str) -> Deployment:
    """Describe a function whose name is its handler's, with two worker threads."""
    return deployment(
        zip_file,
        name=handler.replace(".", "-").replace("/", "-"),
        handler=handler,
        runtime="nodejs24.x",
        concurrency=CONCURRENCY,
        layers=(),
        variables={"AWS_LAMBDA_EXEC_WRAPPER": None, "AWS_LAMBDA_NODEJS_WORKER_COUNT": "2"},
    )


def invoke(plane: LocalDataPlane, name: str, version: str = VERSION, **event: Any) -> Any:
    request = InvocationRequest(
        request_id=os.urandom(16).hex(),
        trace_id="",
        event=json.dumps(event).encode(),
        payload_format=None,
        function_arn=f"{function_arn(name)}:live",
    )
    chunks = plane.chunks(plane.invoke(name, version, request))
    return json.loads(b"".join(chunks))


def error_of(plane: LocalDataPlane, name: str, **event: Any) -> Any:
    with pytest.raises(InvocationError) as raised:
        invoke(plane, name, **event)
    return json.loads(raised.value.document)


def test_a_handler_gets_event_context_and_environment(
    plane: LocalDataPlane, url_of: Callable[[str], str]
) -> None:
    url_of("orders.answer")

    result = invoke(plane, "orders-answer", order=7)

    assert result["event"] == {"order": 7}
    assert result["arn"] == f"{function_arn('orders-answer')}:live"
    assert result["requestId"]
    assert result["hasTime"]
    assert result["version"].startswith("v24.")
    variables = result["variables"]
    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_nodejs24.x"
    assert variables["_HANDLER"] == "orders.answer"
    assert variables["AWS_LAMBDA_NODEJS_WORKER_COUNT"] == "2"


def test_worker_threads_serve_as_many_requests_at_once_as_there_are_slots(
    plane: LocalDataPlane, url_of: Callable[[str], str], tmp_path: Path
) -> None:
    url_of("orders.answer")
    gate = tmp_path / "gate"
    numbers = range(CONCURRENCY)

    with ThreadPoolExecutor() as threads:
        answers = [
            threads.submit(invoke, plane, "orders-answer", gate=str(gate), number=number)
            for number in numbers
        ]
        wait_until(lambda: all(gate.with_suffix(f".{number}").exists() for number in numbers))
        with pytest.raises(ThrottledError):
            invoke(plane, "orders-answer")
        gate.touch()

    assert [answer.result()["event"]["number"] for answer in answers] == list(numbers)


@pytest.mark.parametrize(
    ("handler", "event", "error"),
    [
        ("orders.answer", {"reject": "no order 7"}, ("RangeError", "no order 7")),
        ("orders.thrown", {}, ("Error", "no such order")),
        (
            "orders.answer",
            {"endless": True},
            ("Runtime.JSONStringifyError", "Unable to stringify response body"),
        ),
    ],
    ids=["rejected", "thrown", "not JSON"],
)
def test_an_error_is_reported_with_its_type_and_stack(
    plane: LocalDataPlane,
    url_of: Callable[[str], str],
    handler: str,
    event: dict[str, Any],
    error: tuple[str, str],
) -> None:
    url_of(handler)

    document = error_of(plane, handler.replace(".", "-"), **event)

    assert (document["errorType"], document["errorMessage"]) == error
    assert document["trace"]


def test_a_function_url_serves_a_handler_of_a_module(
    url_of: Callable[[str], str], plane: LocalDataPlane
) -> None:
    url_of("pages/views.page")
    response = httpx.get(f"{open_url(plane, 'pages-views-page', invoke_mode='BUFFERED')}orders")

    assert (response.status_code, response.text) == (201, "/orders")
    assert response.headers["content-type"] == "text/plain"


def test_a_streamed_response_arrives_as_it_is_written(
    url_of: Callable[[str], str], tmp_path: Path
) -> None:
    gate = tmp_path / "gate"

    with httpx.stream(
        "GET", url_of("pages/views.streamed"), params={"gate": str(gate)}
    ) as response:
        lines = response.iter_lines()
        first = next(lines)
        gate.touch()
        rest = list(lines)

    assert (response.status_code, first, rest) == (203, "one", ["two"])
    assert response.headers["x-id"]


def test_an_error_after_the_first_byte_breaks_the_stream_off(url_of: Callable[[str], str]) -> None:
    with (
        pytest.raises(httpx.RemoteProtocolError),
        httpx.stream("GET", f"{url_of('pages/views.streamed')}break") as response,
    ):
        response.read()


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        ("broken.handler", '"errorType":"TypeError","errorMessage":"no table"'),
        ("garbled.handler", '"errorType":"Runtime.UserCodeSyntaxError"'),
        ("absent.handler", '"errorType":"Runtime.ImportModuleError"'),
        ("orders.absent", "orders.absent is undefined or not exported"),
        ("orders.callback", '"errorType":"Runtime.CallbackHandlerDeprecated"'),
    ],
)
def test_a_handler_that_cannot_be_loaded_says_why(
    plane: LocalDataPlane, handlers_zip: Path, handler: str, words: str
) -> None:
    described = node_handler(handlers_zip, handler)
    plane.deploy(described, 1)

    status = settled_status(plane, described.function_name)

    assert (status.state, status.reason_code) == ("Failed", "FunctionError.RuntimeInitError")
    assert status.reason is not None
    assert words in status.reason
    plane.retire(described.function_name, VERSION)


def test_a_handler_finds_the_packages_of_its_layers(plane: LocalDataPlane, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "layer.zip", "w") as layer:
        for place, name in (("", "shared"), ("node24/", "newer")):
            layer.writestr(
                f"nodejs/{place}node_modules/{name}/index.js", f"module.exports='{name}'"
            )
    with zipfile.ZipFile(tmp_path / "function.zip", "w") as archive:
        script = "exports.names = async () => [require('shared'), require('newer')];"
        archive.writestr("layered.js", script)
    described = node_handler(tmp_path / "function.zip", "layered.names")

    deploy(plane, replace(described, layer_files=(tmp_path / "layer.zip",)))

    assert invoke(plane, "layered-names") == ["shared", "newer"]


def test_an_ordinary_function_serves_one_request_after_the_other(
    plane: LocalDataPlane, handlers_zip: Path
) -> None:
    described = node_handler(handlers_zip, "orders.answer")
    ordinary = replace(
        described,
        function_name="ordinary",
        version="$LATEST",
        capacity_provider=None,
        vcpus=0,
        max_concurrency=1,
    )
    plane.deploy(ordinary, 0, 1)
    wait_until(lambda: plane.status("ordinary", "$LATEST") == VersionStatus("Active"))

    first, second = (invoke(plane, "ordinary", "$LATEST", order=order) for order in (1, 2))

    assert [first["event"], second["event"]] == [{"order": 1}, {"order": 2}]
    assert "AWS_LAMBDA_MAX_CONCURRENCY" not in first["variables"]
