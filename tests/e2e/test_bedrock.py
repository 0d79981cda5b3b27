"""A stack with ``bedrockModel`` asks Bedrock, here a server with Bedrock's framing."""

import asyncio

import httpx
import pytest

from testing.checkout import Checkout
from tests.app.chat.fake_bedrock import START, USAGE, FakeBedrock, delta, stop, streaming

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_the_deployed_chat_answers_with_the_model_that_is_set(own_checkout: Checkout) -> None:
    async with FakeBedrock.listening() as fake:
        fake.replies.append(streaming(START, delta("Hi "), delta("there."), stop(), USAGE))
        up = await asyncio.to_thread(
            own_checkout.up,
            bedrockModel="eu.amazon.nova-lite-v1:0",
            bedrockOpen=True,
            environment={"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": fake.url},
        )
        question = {"role": "user", "parts": [{"type": "text", "text": "Hello"}]}
        async with httpx.AsyncClient(trust_env=False) as client:
            response = await client.post(f"{up.url}api/chat", json={"messages": [question]})

    assert '"delta":"Hi "' in response.text
    assert response.text.endswith('"finishReason":"stop"}\n\ndata: [DONE]\n\n')
    ((head, body),) = fake.requests
    assert head.startswith("POST /model/eu.amazon.nova-lite-v1%3A0/converse-stream ")
    assert body["messages"] == [{"role": "user", "content": [{"text": "Hello"}]}]
