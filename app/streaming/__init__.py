"""Streams as responses: plain text, JSON lines and server-sent events.

An endpoint returns one of them around an asynchronous iterable, for instance a generator::

    api = FastAPI(lifespan=draining.lifespan)
    app = WebAdapterMiddleware(api)

    @api.get(
        "/tokens",
        response_class=ServerSentEventStream,
        responses=ServerSentEventStream.responses({"token": Token}),
    )
    async def stream_tokens() -> ServerSentEventStream:
        return ServerSentEventStream(tokens())

    async def tokens() -> AsyncGenerator[Event]:
        async for index, token in model.tokens():
            yield Event(token, event="token", id=str(index))

===================================== ============================ ==============================
response                              items                        completion marker
===================================== ============================ ==============================
``text.PlainTextStream``              text                         ``[complete]``
``json_lines.JsonLinesStream``        anything that pydantic       ``{"completion":"complete"}``
                                      writes as JSON
``server_sent_events``                ``Event`` with data, type,   the event ``complete``
``.ServerSentEventStream``            id and time to retry
===================================== ============================ ==============================

Another format is a subclass of ``response.StreamResponse`` with an ``encode`` and a
``completion_marker``.

Every stream:

- **ends with a completion marker**, since HTTP alone does not tell a client whether a stream is
  whole (docs/design.md#completion-markers). One that is incomplete gives the reason: ``deadline``,
  ``shutdown`` (try again) or ``error``.
- **ends in time**: all that it waits for, its source and its client, is interrupted a second before
  the deadline of the invocation, and as soon as the execution environment shuts down
  (docs/design.md#deadlines).
- **releases its source**: a generator that is interrupted, or whose client is known to have left,
  is cancelled where it waits, and closed.

A source is to wait asynchronously, and not to suppress ``asyncio.CancelledError``. The deadline
comes from the request context of the current invocation, the shutdown from ``app.state.draining``.
"""
