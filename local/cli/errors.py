"""The one error that a person at the command line gets to see."""


class LocalError(Exception):
    """Something a person can act on; its text is printed as it is, without a traceback."""
