"""Amazon Bedrock's ConverseStream as the model of the chat.

The zip has httpx and botocore where the setting ``bedrockModel`` is used. botocore signs requests
and decodes the stream; its own client is synchronous, and takes a stream that breaks off for the
end of the answer (docs/facts/chat.md#how-a-stream-of-bedrock-ends). So here an answer without
``messageStop`` has failed.

API: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

import asyncio
import json
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

import botocore.session
import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.eventstream import EventStreamBuffer, ParserError

from app.chat.protocol import Answer, Finish, FinishReason, ModelError
from app.chat.requests import Turn

MAX_TOKENS: Final = 1024
"""The longest answer; what a model writes costs several times what it reads."""
RETRY_SECONDS: Final = (0.5, 2.0)
"""Waits before an answer is asked for again, as long as nothing of it has arrived."""

BUSY: Final = "The model has too much to do. Try again in a moment."
BROKEN: Final = "The model broke off. Try again."
DENIED: Final = "The service may not use its model; its log has the reason."
INVALID: Final = "The model does not take this conversation. Start a new one."

_TIMEOUT: Final = httpx.Timeout(10, read=60)
"""In seconds; a model may think for long before its first word."""
_FINISH_REASONS: Final[Mapping[str, FinishReason]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "guardrail_intervened": "content-filter",
    "content_filtered": "content-filter",
    "malformed_model_output": "error",
    "malformed_tool_use": "error",
}
"""By ``stopReason``."""
_TEXTS: Final[Mapping[int | str, str]] = {
    400: INVALID,
    403: DENIED,
    404: INVALID,
    429: BUSY,
    503: BUSY,
    "serviceUnavailableException": BUSY,
    "throttlingException": BUSY,
    "validationException": INVALID,
}
"""What the user is told, by HTTP status and by exception in the stream; else ``BROKEN``."""

_logger = logging.getLogger(__name__)


class _RetryableError(ModelError):
    """A failure that may be gone at the next attempt."""


class BedrockModel:
    """A model, or an inference profile, of Amazon Bedrock."""

    def __init__(self, model_id: str, region: str) -> None:
        """Make a model of its id, or of that of an inference profile.

        ``AWS_ENDPOINT_URL_BEDROCK_RUNTIME`` leads elsewhere than to the Region, as for SDKs.
        """
        endpoint = os.environ.get(
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", f"https://bedrock-runtime.{region}.amazonaws.com"
        )
        self._url = f"{endpoint}/model/{quote(model_id, safe='')}/converse-stream"
        self._region = region
        self._client = httpx.AsyncClient(timeout=_TIMEOUT)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def answer(self, turns: Sequence[Turn]) -> Answer:
        """Answer, after further attempts where Bedrock is busy or broken before the first word."""
        body = json.dumps(_request(turns)).encode()
        for wait in (*RETRY_SECONDS, None):
            has_text = False
            try:
                async with aclosing(self._attempt(body)) as answer:
                    async for item in answer:
                        has_text = True
                        yield item
                return
            except _RetryableError:
                if has_text or wait is None:
                    raise
                await asyncio.sleep(wait)

    async def _attempt(self, body: bytes) -> Answer:
        finish: Finish | None = None
        headers = await asyncio.to_thread(self._signed_headers, body)
        try:
            async with self._client.stream(
                "POST", self._url, content=body, headers=headers
            ) as response:
                if response.is_error:
                    raise _failure(response.status_code, await response.aread())
                async with aclosing(_events(response.aiter_raw())) as events:
                    async for name, event in events:
                        if text := event.get("delta", {}).get("text"):
                            yield text
                        elif name == "messageStop":
                            finish = Finish(_FINISH_REASONS.get(event["stopReason"], "other"))
                        elif name == "metadata":
                            _logger.info("model answered", extra={"fields": event["usage"]})
        except (httpx.TransportError, ParserError) as error:
            if finish is None:
                raise _failure("connection", repr(error).encode()) from error
        if finish is None:
            raise _failure("connection", b"the stream ended before messageStop")
        yield finish

    def _signed_headers(self, body: bytes) -> dict[str, str]:
        """Sign the request; credentials that expire are fetched anew, which may take a moment."""
        headers = {"content-type": "application/json"}
        request: Any = AWSRequest("POST", self._url, headers, body)
        credentials = self._credentials.get_frozen_credentials()
        signer: Any = SigV4Auth(credentials, "bedrock", self._region)
        signer.add_auth(request)
        return dict(request.headers)

    @cached_property
    def _credentials(self) -> Any:
        session: Any = botocore.session.Session()
        credentials = session.get_credentials()
        if credentials is None:
            raise ModelError(DENIED)
        return credentials


def _request(turns: Sequence[Turn]) -> dict[str, Any]:
    return {
        "messages": [{"role": turn.role, "content": [{"text": turn.text}]} for turn in turns],
        "inferenceConfig": {"maxTokens": MAX_TOKENS},
    }


async def _events(body: AsyncIterator[bytes]) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
    """Decode the events of a stream, by their types; an exception in it is a ``ModelError``."""
    buffer: Any = EventStreamBuffer()
    async for chunk in body:
        buffer.add_data(chunk)
        for message in buffer:
            headers: dict[str, str] = message.headers
            if headers[":message-type"] != "event":
                name = headers.get(":exception-type", headers.get(":error-code", ""))
                raise _failure(name, message.payload)
            yield headers[":event-type"], json.loads(message.payload)


def _failure(code: int | str, details: bytes) -> ModelError:
    """Return the error for the user, and log what it does not say."""
    fields = {"code": code, "details": details.decode(errors="replace")[:1000]}
    _logger.warning("model failed", extra={"fields": fields})
    text = _TEXTS.get(code, BROKEN)
    return ModelError(text) if text in {DENIED, INVALID} else _RetryableError(text)
