"""``POST /api/chat``: a conversation comes in, the answer of a model streams out."""

import os
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from app.chat.models import BuiltInModel, Model
from app.chat.protocol import UiMessageStream
from app.chat.requests import MAX_BODY_BYTES, ChatRequest, problem_of
from app.request_context import current

_REFUSALS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


class _ChatRoute(APIRoute):
    """A route that refuses in plain text: a client of the AI SDK shows the whole body as its error.

    A page of another origin can send JSON only after a preflight, which FastAPI's demand for its
    content type makes sure of.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what serves a request."""
        serve = super().get_route_handler()

        async def serve_or_refuse(request: Request) -> Response:
            length = request.headers.get("content-length")  # the adapter always says it
            if length is None or int(length) > MAX_BODY_BYTES:
                return PlainTextResponse(
                    f"The request is larger than {MAX_BODY_BYTES // 1024} KiB, or does not say how "
                    "large it is. Start a new conversation, or leave out its first messages.",
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                )
            try:
                return await serve(request)
            except RequestValidationError as error:
                return PlainTextResponse(problem_of(error), HTTPStatus.UNPROCESSABLE_ENTITY)
            except HTTPException as error:
                return PlainTextResponse(error.detail, error.status_code)

        return serve_or_refuse


def create_router(model: Model | None = None) -> APIRouter:
    """Return the route of the chat, and let the model answer.

    By default that is the model of Amazon Bedrock that the variable ``BEDROCK_MODEL`` names, or
    without it the built-in model.
    """
    answering = model or _default_model()

    async def chat(conversation: ChatRequest) -> Response:
        """Answer the last message of a conversation."""
        return UiMessageStream(answering.answer(conversation.turns()), current.get().request_id)

    router = APIRouter(route_class=_ChatRoute)
    router.add_api_route(
        "/api/chat",
        chat,
        methods=["POST"],
        status_code=HTTPStatus.OK,
        response_class=UiMessageStream,
        response_description="A UI message stream; its last part is `finish` or `error`.",
        responses={status: {"content": {"text/plain": {}}} for status in _REFUSALS},
    )
    return router


def _default_model() -> Model:
    model_id = os.environ.get("BEDROCK_MODEL")
    if not model_id:
        return BuiltInModel()
    # The zip has what it imports only where the setting bedrockModel is used.
    from app.chat.bedrock import BedrockModel  # noqa: PLC0415

    return BedrockModel(model_id, os.environ["AWS_REGION"])
