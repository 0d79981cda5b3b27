"""What a client of the chat sends: the messages of a conversation, checked and limited."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Final, Literal, Self

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

MAX_BODY_BYTES: Final = 256 * 1024
"""A conversation of ``MAX_CHARACTERS`` with the JSON around it."""
MAX_MESSAGES: Final = 200
MAX_CHARACTERS: Final = 50_000
"""Of all messages together; a model is paid by what it reads."""
_SHOWN_ERRORS: Final = 3

_EXAMPLE: Final[JsonDict] = {
    "messages": [{"role": "user", "parts": [{"type": "text", "text": "Hello"}]}]
}

Role = Literal["user", "assistant"]


@dataclass(frozen=True)
class Turn:
    """What one side said."""

    role: Role  # who said it
    text: str  # never blank, which Bedrock refuses


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

    def turns(self) -> list[Turn]:
        """Return what was said: first by the user, then in turn, as models demand it.

        An answer that was cut off before its first word leaves two messages of the user in a row.
        """
        said = [Turn(one.role, one.text) for one in self.messages if one.text.strip()]
        turns = [
            Turn(role, "\n\n".join(turn.text for turn in turns))
            for role, turns in groupby(said, key=attrgetter("role"))
        ]
        return turns[1:] if turns[0].role == "assistant" else turns

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        text = "".join(message.text for message in self.messages)
        text.encode()  # a half of a surrogate pair is a ValueError
        if len(text) > MAX_CHARACTERS:
            raise ValueError(
                f"The conversation has {len(text)} characters; at most {MAX_CHARACTERS} are "
                "answered. Start a new one, or leave out its first messages."
            )
        if any(part.type == "file" for message in self.messages for part in message.parts):
            raise ValueError("A message has a file; only text is answered.")
        last = self.messages[-1]
        if last.role != "user" or not last.text.strip():
            raise ValueError(
                "The last message has to be a text of the user: that is what is answered."
            )
        return self


def problem_of(error: RequestValidationError) -> str:
    """Return in one line what is wrong and where, without what the client sent."""
    if isinstance(error.body, bytes):  # FastAPI reads JSON of this type alone
        return "Send JSON, with the content type application/json."
    errors = error.errors()
    if errors[0]["type"] == "value_error":  # one of the sentences above
        return str(errors[0]["ctx"]["error"])
    found = [
        f"{'.'.join(map(str, one['loc']))}: {one.get('ctx', {}).get('error', one['msg'])}"
        for one in errors[:_SHOWN_ERRORS]
    ]
    if len(errors) > _SHOWN_ERRORS:
        found.append(f"and {len(errors) - _SHOWN_ERRORS} more")
    return f"The request is no conversation. {'; '.join(found)}."
