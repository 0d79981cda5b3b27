"""An application that tests run in place of the sample: its model fails as the question says."""

import asyncio
import os
import signal
from collections.abc import Sequence

from fastapi import FastAPI

from app.chat import endpoint, page
from app.chat.protocol import Answer, Finish, FinishReason, ModelError
from app.chat.requests import Turn
from app.draining import lifespan
from app.middleware import WebAdapterMiddleware

REASONS: tuple[FinishReason, ...] = ("stop", "length", "content-filter", "error", "other")

SIGNALS = {"shut down": signal.SIGTERM, "die": signal.SIGKILL}


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
        if question in SIGNALS:
            os.kill(os.getpid(), SIGNALS[question])
        if question in {"stall", *SIGNALS}:
            await asyncio.Event().wait()
        for reason in REASONS:
            if question == reason:
                yield Finish(reason)


api = FastAPI(lifespan=lifespan)
api.include_router(endpoint.create_router(FailingModel()))
api.include_router(page.create_router())
app = WebAdapterMiddleware(api)


@api.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}
