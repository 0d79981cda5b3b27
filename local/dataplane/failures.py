"""Errors of versions and invocations."""

import json

EXIT_ERROR = "Runtime.ExitError"
"""Lambda's name of the error when an execution environment ends during an invocation."""

TIMEOUT_ERROR = "Sandbox.Timedout"
"""Lambda's name of the error when a function does not respond in time."""


class InitError(Exception):
    """An execution environment, or a whole version, could not start.

    The code is a member of the API's ``StateReasonCode``.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class NotServingError(Exception):
    """A version has no execution environment that can serve; the text says why."""


class ThrottledError(Exception):
    """All slots of all execution environments are occupied (CON-13)."""

    def __init__(self) -> None:
        super().__init__("all slots of all execution environments are occupied")


class InvocationError(Exception):
    """The function sent no response, or broke it off.

    The reason is for the log, and the type is Lambda's name of the error: by default that the
    environment ended. The document is what ``Invoke`` returns in place of a response: the JSON
    document with which the function's runtime reported the error, or one with reason and type.
    """

    def __init__(
        self, reason: str, error_type: str = EXIT_ERROR, document: bytes | None = None
    ) -> None:
        super().__init__(reason)
        self.error_type = error_type
        if document is None:
            document = json.dumps({"errorType": error_type, "errorMessage": reason}).encode()
        self.document = document


class MalformedResponseError(InvocationError):
    """The function's response does not have the format that function URLs accept."""


class ResponseTooLargeError(InvocationError):
    """The function's response has more bytes than its front or the API allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"Response payload size exceeded maximum allowed payload size ({limit} bytes).",
            "Function.ResponseSizeTooLarge",
        )
