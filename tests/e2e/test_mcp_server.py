"""The example of an MCP server, used through the function URL by the official client."""

import asyncio
import time
from dataclasses import dataclass

import httpx
import pytest

from testing.checkout import Checkout

pytestmark = pytest.mark.examples

EXAMPLE = "docs/examples/mcp-server"
HOST = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws"
HEADERS = {"accept": "application/json, text/event-stream"}
PAGE = "https://app.example.com"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
NOTIFICATION = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@dataclass
class Session:
    """What a client saw of the server.

    Attributes
    ----------
    reports
        Each report of progress: how far, of how much, and its text.
    first_report
        When it arrived, as a part of the whole call: 0 is its beginning, 1 its end.
    """

    protocol: str
    tools: set[str]
    sum: object
    result: object
    reports: list[tuple[float, float | None, str | None]]
    first_report: float


@pytest.fixture(scope="module")
def endpoint(own_checkout: Checkout) -> str:
    """Deploy the example, and return the address that its clients get."""
    environment = {"ALLOWED_ORIGINS": PAGE}
    deployed = own_checkout.up(appFolder=f"{EXAMPLE}/app", environment=environment)
    return f"{deployed.url}mcp"


async def use(endpoint: str, mode: str) -> Session:
    """List the tools and call both."""
    # Most runs of pytest only collect this file, and the SDK takes a while to import.
    from mcp.client import Client  # noqa: PLC0415

    reports: list[tuple[float, float | None, str | None]] = []
    arrivals: list[float] = []

    async def report(progress: float, total: float | None, message: str | None) -> None:
        arrivals.append(time.monotonic())
        reports.append((progress, total, message))

    async with Client(endpoint, mode=mode) as client:
        listed = await client.list_tools()
        added = await client.call_tool("add", {"a": 2, "b": 3})
        began = time.monotonic()
        written = await client.call_tool("write_report", {"sections": 5}, progress_callback=report)
        seconds = time.monotonic() - began
        return Session(
            protocol=client.protocol_version,
            tools={tool.name for tool in listed.tools},
            sum=added.structured_content,
            result=written.structured_content,
            reports=reports,
            first_report=(arrivals[0] - began) / seconds,
        )


@pytest.mark.parametrize(
    ("mode", "protocol"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")], ids=["auto", "legacy"]
)
def test_the_client_lists_and_calls_tools_and_sees_progress(
    endpoint: str, mode: str, protocol: str
) -> None:
    # Reports have to come while the tool is at work, not with the result. A busy machine takes time
    # from an attempt; what buffers delays all of them.
    attempts = (asyncio.run(use(endpoint, mode)) for _ in range(10))
    session = next((each for each in attempts if each.first_report < 0.7), None)

    assert session
    assert session.protocol == protocol
    assert session.tools == {"add", "write_report"}
    assert session.sum == {"result": 5}
    assert session.result == {"result": "A report of 5 sections."}
    assert session.reports == [(n, 5, f"Section {n} is written.") for n in range(1, 6)]


def test_no_subscription_holds_a_slot(endpoint: str) -> None:
    from mcp import MCPError  # noqa: PLC0415
    from mcp.client import Client  # noqa: PLC0415

    async def subscribe() -> str:
        async with Client(endpoint) as client:
            with pytest.raises(MCPError) as refused:
                await client.listen(tools_list_changed=True).__aenter__()
            return str(refused.value)

    assert asyncio.run(subscribe()) == "Method not found"


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_only_post_reaches_the_server(endpoint: str, method: str) -> None:
    """A client of an earlier specification listens with GET, which would hold a slot."""
    headers = {"accept": "text/event-stream"}

    refused = httpx.request(method, endpoint, headers=headers, trust_env=False)

    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        (f"https://{HOST}", 200),
        (PAGE, 200),
        (f"http://{HOST}", 403),
        ("https://evil.example.com", 403),
        ("https://other.lambda-url.us-east-1.on.aws", 403),
        ("null", 403),
    ],
)
def test_a_function_url_takes_its_own_origin_and_those_that_are_set(
    endpoint: str, origin: str | None, status: int
) -> None:
    headers = HEADERS | {"host": HOST} | ({"origin": origin} if origin else {})

    response = httpx.post(endpoint, json=LIST, headers=headers, trust_env=False)

    assert response.status_code == status, response.text


def test_the_answer_to_a_notification_has_a_body(endpoint: str) -> None:
    """A function URL that streams hangs on an empty body."""
    accepted = httpx.post(endpoint, json=NOTIFICATION, headers=HEADERS, trust_env=False)

    assert (accepted.status_code, accepted.content) == (202, b"\n")


def test_another_path_is_answered_with_a_body(endpoint: str) -> None:
    missed = httpx.post(f"{endpoint}/", json=LIST, headers=HEADERS, trust_env=False)

    assert (missed.status_code, missed.text) == (404, "Not Found")
