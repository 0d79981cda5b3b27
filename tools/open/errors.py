"""The error of ``make open``."""


class OpenError(Exception):
    """The stack cannot be reached; the message says why, and how to fix it."""
