"""The error whose text is shown to the user of the command line."""


class LocalError(Exception):
    """A failure that the user can act on. Its text is printed without a traceback."""
