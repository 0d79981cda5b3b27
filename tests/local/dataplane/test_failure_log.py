"""The log says why a front answered 502 or 500, which AWS does not tell the caller."""

import asyncio
import logging
import re
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from local.dataplane.failures import NotServingError, ThrottledError
from local.dataplane.fronts import FunctionUrl, stage_of
from local.dataplane.invocation import Invocation, InvocationRequest, Slots
from local.dataplane.model import ApiRoute, ApiTarget, UrlRoute
from local.dataplane.runtime_api import RuntimeApi
from tests.local.dataplane.harness import VERSION, deployment, function_arn

pytestmark = pytest.mark.anyio

INVOCATION = "/2018-06-01/runtime/invocation"
STREAMING = {
    "lambda-runtime-function-response-mode": "streaming",
    "content-type": "application/vnd.awslambda.http-integration-response",
}
URL = UrlRoute(
    url_id="url",
    function_arn=function_arn(),
    auth_type="NONE",
    streams=True,
    version=lambda: VERSION,
)


def client_of(app: ASGIApp) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


def api(version: str | None) -> ApiRoute:
    target = ApiTarget(
        resource="/{proxy+}",
        path_parameters={},
        auth_type="NONE",
        function_arn=function_arn(),
        version=lambda: version,
        streams=True,
        timeout_seconds=30,
    )
    return ApiRoute(api_id="api", stage="live", kind="REST", target=lambda _method, _path: target)


@pytest.mark.parametrize(
    ("prelude", "reason"),
    [
        (b"[]", "the prelude is not a JSON object"),
        (b"{", "the prelude is not JSON"),
        (b'{"headers": {"x-request-id": ["1", "2"]}}', "the header x-request-id is ['1', '2']"),
        (b'{"headers": {"link": null}}', "the header link is None, not text"),
        (b'{"headers": {"x-name": "\\u20ac"}}', "the header x-name is"),
        (b'{"cookies": [7, {}]}', "the header set-cookie is {}, not text"),
        (b'{"statusCode": 99}', "statusCode is 99"),
    ],
)
async def test_a_malformed_response_is_logged_with_its_reason(
    prelude: bytes, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    slots = Slots(1)
    runtime_api = RuntimeApi(deployment(Path("function.zip")), slots)

    def admit(_name: str, _version: str, request: InvocationRequest) -> Invocation:
        return slots.admit(request, 30)

    async with client_of(FunctionUrl(URL, admit)) as caller, client_of(runtime_api.app) as worker:
        answering = asyncio.create_task(caller.get("/hello"))
        request_id = (await worker.get(f"{INVOCATION}/next")).headers[
            "lambda-runtime-aws-request-id"
        ]
        await worker.post(
            f"{INVOCATION}/{request_id}/response", content=prelude + bytes(8), headers=STREAMING
        )
        response = await answering

    assert response.status_code == 502
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert f"GET /hello failed with 502, request id {request_id}: " in record.message
    assert reason in record.message
    assert response.headers["x-amzn-requestid"] == request_id


@pytest.mark.parametrize(
    ("version", "failure", "reason"),
    [
        (VERSION, ThrottledError(), "all slots of all execution environments are occupied"),
        (VERSION, NotServingError("it is starting"), "it is starting"),
        (None, None, "names no version of streamer"),
    ],
)
async def test_an_api_that_cannot_invoke_logs_why(
    version: str | None,
    failure: Exception | None,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(_name: str, _version: str, _request: InvocationRequest) -> Invocation:
        assert failure is not None
        raise failure

    async with client_of(stage_of(api(version), refuse)) as caller:
        response = await caller.get("/live/hello")

    assert (response.status_code, response.json()) == (500, {"message": "Internal server error"})
    assert reason in caplog.text


@pytest.mark.parametrize("front", ["URL", "API"])
async def test_a_timeout_of_the_function_is_logged(
    front: str, caplog: pytest.LogCaptureFixture
) -> None:
    slots = Slots(1)
    slots.worker_polled.set()  # the environment has started, which is not part of the timeout

    def admit(_name: str, _version: str, request: InvocationRequest) -> Invocation:
        return slots.admit(request, 0.01)

    app = FunctionUrl(URL, admit) if front == "URL" else stage_of(api(VERSION), admit)
    async with client_of(app) as caller:
        assert (await caller.get("/live/hello")).status_code == 502

    assert re.search(r"not complete after|timed out after 0\.01", caplog.text)
