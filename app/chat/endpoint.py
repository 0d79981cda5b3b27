"""``POST /api/chat``: a conversation comes in, the answer of a model streams out."""

import os

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from app.chat.models import BuiltInModel, Model
from app.chat.protocol import UiMessageStream
from app.chat.requests import REFUSALS, ChatRequest, RefusedRequestError
from app.request_context import current
from app.streaming.openapi import schema_of


def create_router(model: Model | None = None) -> APIRouter:
    """Return the route of the chat, and let the model answer.

    By default that is the model of Amazon Bedrock that the variable ``BEDROCK_MODEL`` names, or
    without it the built-in model.
    """
    answering = model or _default_model()

    async def chat(request: Request) -> Response:
        """Answer the last message of a conversation."""
        try:
            read = await ChatRequest.read(request)
        except RefusedRequestError as refusal:
            # A client of the AI SDK shows the whole body as the error.
            return PlainTextResponse(str(refusal), refusal.status)
        return UiMessageStream(answering.answer(read.turns()), current.get().request_id)

    router = APIRouter()
    router.add_api_route(
        "/api/chat",
        chat,
        methods=["POST"],
        status_code=200,
        response_class=UiMessageStream,
        responses=UiMessageStream.responses() | REFUSALS,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": schema_of(ChatRequest)}},
            }
        },
    )
    return router


def _default_model() -> Model:
    model_id = os.environ.get("BEDROCK_MODEL")
    if not model_id:
        return BuiltInModel()
    # The zip has what it imports only where the setting bedrockModel is used.
    from app.chat.bedrock import BedrockModel  # noqa: PLC0415

    return BedrockModel(model_id, os.environ["AWS_REGION"])
