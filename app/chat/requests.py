"""What a client of the chat sends: the messages of a conversation, checked and limited."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict
from starlette.requests import Request

from app.streaming.openapi import Responses

MAX_BODY_BYTES: Final = 256 * 1024
"""A conversation of ``MAX_CHARACTERS`` with the JSON around it."""
MAX_MESSAGES: Final = 200
MAX_CHARACTERS: Final = 50_000
"""Of all messages together; a model is paid by what it reads."""

REFUSALS: Final[Responses] = {
    status: {"content": {"text/plain": {}}}
    for status in (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )
}
"""What OpenAPI says of requests that are not answered by a model."""

_EXAMPLE: Final[JsonDict] = {
    "messages": [{"role": "user", "parts": [{"type": "text", "text": "Hello"}]}]
}
_SHOWN_ERRORS: Final = 3

Role = Literal["user", "assistant"]


class RefusedRequestError(Exception):
    """A request that is not answered by a model, but with a status of 400 to 499."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Turn:
    """What one side said."""

    role: Role  # who said it
    text: str  # never empty


class MessagePart(BaseModel):
    """A piece of a message; models get the text alone."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message as ``useChat`` keeps it
    (https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message).
    """

    role: Role
    parts: list[MessagePart]

    @property
    def text(self) -> str:
        """The text of all parts."""
        return "".join(part.text for part in self.parts if part.type == "text")


class ChatRequest(BaseModel):
    """The body of a request; the other fields that a client sends are ignored."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    messages: Annotated[list[Message], Field(min_length=1, max_length=MAX_MESSAGES)]

    @classmethod
    async def read(cls, request: Request) -> Self:
        """Read and check the body of a request.

        One that is too large, no JSON or no conversation, or that has nothing to answer, is a
        ``RefusedRequestError``.
        """
        # A page of another origin can send JSON only after a preflight; other types need none.
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise RefusedRequestError(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the content type application/json."
            )
        try:
            read = cls.model_validate_json(await _body(request))
        except ValidationError as error:
            raise RefusedRequestError(HTTPStatus.UNPROCESSABLE_ENTITY, _summary(error)) from None
        read._refuse_unanswerable()
        return read

    def turns(self) -> list[Turn]:
        """Return what was said: first by the user, then in turn, as models demand it.

        An answer that was cut off before its first word leaves two messages of the user in a row.
        """
        said = [Turn(message.role, message.text) for message in self.messages if message.text]
        turns = [
            Turn(role, "\n\n".join(turn.text for turn in turns))
            for role, turns in groupby(said, key=attrgetter("role"))
        ]
        return turns[1:] if turns and turns[0].role == "assistant" else turns

    def _refuse_unanswerable(self) -> None:
        characters = sum(len(message.text) for message in self.messages)
        if characters > MAX_CHARACTERS:
            raise RefusedRequestError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The conversation has {characters} characters; at most {MAX_CHARACTERS} are "
                "answered. Start a new one, or leave out its first messages.",
            )
        if any(part.type == "file" for message in self.messages for part in message.parts):
            raise RefusedRequestError(
                HTTPStatus.UNPROCESSABLE_ENTITY, "A message has a file; only text is answered."
            )
        last = self.messages[-1]
        if last.role != "user" or not last.text.strip():
            raise RefusedRequestError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "The last message has to be a text of the user: that is what is answered.",
            )


async def _body(request: Request) -> bytes:
    """Read the body, but no more than is allowed."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise RefusedRequestError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The request is larger than {MAX_BODY_BYTES // 1024} KiB. Start a new "
                "conversation, or leave out its first messages.",
            )
    return bytes(body)


def _summary(error: ValidationError) -> str:
    """Return in one line what is wrong and where, without what the client sent."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    shown = [f"{_place(one['loc'])}: {one['msg']}" for one in found[:_SHOWN_ERRORS]]
    more = [f"and {len(found) - _SHOWN_ERRORS} more"] if len(found) > _SHOWN_ERRORS else []
    return f"The request is no conversation. {'; '.join(shown + more)}."


def _place(location: Iterable[int | str]) -> str:
    return ".".join(str(step) for step in location) or "body"
