"""What can go wrong with a version or an invocation, by the name the field gives it."""


class InitError(Exception):
    """An execution environment, or a whole version, could not start.

    Attributes
    ----------
    code
        Member of the API's `StateReasonCode`.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class NotServingError(Exception):
    """A version has no execution environment that could serve; the text says why."""


class ThrottledError(Exception):
    """Every slot of every execution environment is taken (CON-13)."""


class InvocationError(Exception):
    """The function gave no response, or broke off in the middle of it."""


class MalformedResponseError(InvocationError):
    """The function's response is not an HTTP response in a form that function URLs accept."""
