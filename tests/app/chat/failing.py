"""An application that tests run in place of the sample: its model fails as the question says."""

import asyncio
import os
import signal
from collections.abc import Sequence

from fastapi import FastAPI

from app.chat.endpoint import create_router
from app.chat.protocol import Answer, Finish, FinishReason, ModelError
from app.chat.requests import Turn
from app.draining import lifespan
from app.middleware import WebAdapterMiddleware

REASONS: tuple[FinishReason, ...] = ("stop", "length", "content-filter", "error", "other")


class FailingModel:
    async def answer(self, turns: Sequence[Turn]) -> Answer:
        question = turns[-1].text
        if question == "nothing":
            yield Finish("stop")
            return
        if question == "refuse":
            raise ModelError("The model is busy.")
        yield "a "
        yield "part 日\n\ndata: [DONE]\n\n"
        if question == "model error":
            raise ModelError("The model is gone.")
        if question == "break":
            raise ValueError("internal: not for users")
        if question == "shut down":
            os.kill(os.getpid(), signal.SIGTERM)
        if question in {"stall", "shut down"}:
            await asyncio.Event().wait()
        for reason in REASONS:
            if question == reason:
                yield Finish(reason)


api = FastAPI(lifespan=lifespan)
api.include_router(create_router(FailingModel()))
app = WebAdapterMiddleware(api)


@api.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}
