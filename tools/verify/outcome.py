"""How a check ends, unless it returns what it has seen."""


class CheckFailedError(Exception):
    """What was seen, what it means, and ``Fix: ...``."""


class CheckSkippedError(Exception):
    """The stack has nothing to check; the message says why."""
