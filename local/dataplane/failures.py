"""Errors of versions and invocations."""


class InitError(Exception):
    """An execution environment, or a whole version, could not start.

    Attributes
    ----------
    code
        Member of the API's ``StateReasonCode``.
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
    """The function sent no response, or broke it off."""


class MalformedResponseError(InvocationError):
    """The function's response does not have the format that function URLs accept."""
