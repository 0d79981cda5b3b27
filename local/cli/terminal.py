"""Messages of the commands to the user."""

import sys


def say(text: str) -> None:
    """Print to standard error: the shell evaluates what ``make env`` prints to standard output."""
    print(text, file=sys.stderr, flush=True)
