"""What answers in the chat."""

import asyncio
import re
from collections.abc import Sequence
from typing import Final, Protocol

from app.chat.protocol import Answer, Finish
from app.chat.requests import Turn

SECONDS_BETWEEN_WORDS: Final = 0.03

_WORD: Final = re.compile(r"\s*\S+")
_ANSWER: Final = (
    "You wrote: {question}\n\n"
    "I am the model that is built into the sample. I repeat what you write, a word at a time, so "
    "that you can watch an answer arrive without an account: one invocation of the function "
    "streams it, and the same execution environment serves other streams meanwhile. A long message "
    "gets a long answer."
)


class Model(Protocol):
    """A model that answers in a conversation."""

    def answer(self, turns: Sequence[Turn]) -> Answer:
        """Answer the last turn, which is the user's.

        Where there is no answer, or no rest of it, iterating over it raises a ``ModelError``.
        """
        ...


class BuiltInModel:
    """Repeats what the user wrote, in equal words for an equal message."""

    async def answer(self, turns: Sequence[Turn]) -> Answer:
        """Answer a word at a time."""
        words = _WORD.findall(_ANSWER.format(question=turns[-1].text))
        yield words[0]
        for word in words[1:]:
            await asyncio.sleep(SECONDS_BETWEEN_WORDS)
            yield word
        yield Finish("stop")
