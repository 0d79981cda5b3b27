"""The example of an MCP server: which hosts it takes, and what it says about rules."""

import importlib.util
import json
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from policies.lmi.check_config import mistakes_in

EXAMPLE = Path(__file__).parents[2] / "docs/examples/mcp-server"
HOST = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws"
OTHER_HOST = "zyxwvutsrqponmlkjihgfedcba543210.lambda-url.us-east-1.on.aws"


@pytest.fixture
def client() -> TestClient:
    """Return a client of an application that has the example's middleware alone."""
    spec = importlib.util.spec_from_file_location("front", EXAMPLE / "app/front.py")
    assert spec is not None
    assert spec.loader is not None
    front = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(front)
    app = Starlette(routes=[Route(front.PATH, answer, methods=["POST"])])
    app.add_middleware(front.FrontMiddleware, origins=[])
    return TestClient(app)


def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse("served")


def status(client: TestClient, host: str) -> int:
    """Send a request with this host, which the function URL ``HOST`` has taken."""
    context = json.dumps({"domainName": HOST})
    return client.post(
        "/mcp", headers={"host": host, "x-amzn-request-context": context}
    ).status_code


@pytest.mark.parametrize(("host", "expected"), [(HOST, 200), (OTHER_HOST, 421), ("localhost", 421)])
def test_on_lambda_the_host_is_that_of_the_front(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, host: str, expected: int
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "mcp-server")

    assert status(client, host) == expected


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost:8000", 200), ("127.0.0.1:8000", 200), (HOST, 421)]
)
def test_elsewhere_the_host_is_this_machine_whatever_a_header_says(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, host: str, expected: int
) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)

    assert status(client, host) == expected


def test_its_exemptions_are_of_rules_that_exist() -> None:
    assert mistakes_in(json.loads((EXAMPLE / "policies.json").read_text())) == []
