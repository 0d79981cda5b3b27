"""Options work together on the local AWS, as far as it can run them."""

import asyncio
from pathlib import Path

import httpx
import psutil
import pytest

from testing.checkout import Checkout
from testing.streams import MESSAGE, open_streams
from tests.app.chat.fake_bedrock import START, USAGE, FakeBedrock, delta, stop, streaming

PAGE = "https://app.example.com"
REGION = "us-east-1"
OPTIONS = {
    "vpcCidr": "10.64.0.0/20",
    "availabilityZones": [f"{REGION}a", f"{REGION}c"],
    "endpoints": ["sqs", "bedrock-runtime"],
    "flowLogDays": 30,
    "operatorPolicy": "least",
    "scalingMode": "Auto",
    "excludedInstanceTypes": ["c5.*", "m5.*"],
    "maxVcpu": 64,
    "dependencies": "layer",
    "memoryMb": 8192,
    "memoryGibPerVcpu": 4,
    "maxConcurrency": 128,
    "timeoutSeconds": 60,
    "ephemeralStorageMb": 1024,
    "publishing": "versions",
    "bedrockModel": "eu.amazon.nova-lite-v1:0",
    "bedrockOpen": True,
    "secrets": {"DATABASE": f"arn:aws:secretsmanager:{REGION}:123456789012:secret:db-AbCdEf"},
    "logLevel": "DEBUG",
    "logRetentionDays": 30,
    "trustZone": "shop",
    "observability": True,
    "corsOrigins": [PAGE],
    "corsMaxAge": 60,
}


SECRET = "in-plain-text-nowhere"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_a_stack_with_many_options_comes_up_streams_chats_and_stays_as_it_is(
    own_checkout: Checkout,
) -> None:
    """Here Bedrock is a server with Bedrock's framing."""
    async with FakeBedrock.listening() as bedrock:
        variables = {"PAGE_SIZE": "50", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.url}
        own_checkout.configure(**OPTIONS, environment=variables)
        config = ("config", "set", "--secret", "--stack", "local", "--path")
        assert own_checkout.pulumi(*config, "environment.MARK", SECRET).returncode == 0

        up = await asyncio.to_thread(own_checkout.up)

        (stream,) = await asyncio.to_thread(open_streams, up.url, 1)
        assert stream.text.endswith(MESSAGE)
        async with httpx.AsyncClient(base_url=up.url, trust_env=False, timeout=60) as client:
            response = await client.head("health", headers={"origin": PAGE})
            assert response.headers["access-control-allow-origin"] == PAGE
            await _assert_that_the_model_answers(client, bedrock)
    again = own_checkout.up()
    assert again.changes.keys() == {"unchanged"}
    assert "Waiting until" not in again.output  # it serves already
    _assert_the_secret_reaches_the_function_and_no_file(own_checkout, up.output + again.output)


async def _assert_that_the_model_answers(client: httpx.AsyncClient, bedrock: FakeBedrock) -> None:
    bedrock.replies.append(streaming(START, delta("Hi "), delta("there."), stop(), USAGE))
    question = {"role": "user", "parts": [{"type": "text", "text": "Hello"}]}

    response = await client.post("api/chat", json={"messages": [question]})

    assert '"delta":"Hi "' in response.text
    assert response.text.endswith('"finishReason":"stop"}\n\ndata: [DONE]\n\n')
    ((head, body),) = bedrock.requests
    assert head.startswith("POST /model/eu.amazon.nova-lite-v1%3A0/converse-stream ")
    assert body["messages"] == [{"role": "user", "content": [{"text": "Hello"}]}]


def _assert_the_secret_reaches_the_function_and_no_file(checkout: Checkout, printed: str) -> None:
    exported = checkout.pulumi("stack", "export", "--stack", "local")
    assert exported.returncode == 0
    assert "ciphertext" in exported.stdout
    assert SECRET not in printed + exported.stdout
    run_folder = checkout.folder / ".local"
    assert [path for path in run_folder.rglob("*") if holds(path, SECRET)] == []
    assert [process for process in psutil.process_iter() if has_variable(process, "MARK", SECRET)]


def holds(path: Path, text: str) -> bool:
    try:
        return path.is_file() and text.encode() in path.read_bytes()
    except FileNotFoundError:  # what runs may delete its files meanwhile
        return False


def has_variable(process: psutil.Process, name: str, value: str) -> bool:
    try:
        return process.environ().get(name) == value
    except psutil.Error:
        return False
