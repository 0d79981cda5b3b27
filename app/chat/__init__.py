"""A chat that streams: ``POST /api/chat``, as ``useChat`` of the AI SDK calls it, and a page.

============= ==================================================
``requests``  what a client sends, checked and limited
``models``    what answers: the built-in model
``bedrock``   what answers where ``bedrockModel`` is set
``protocol``  the stream of an answer
``endpoint``  the route that puts them together
``page``      ``GET /chat``
============= ==================================================
"""
