"""What the commands say to the person who typed them."""

import sys


def say(text: str) -> None:
    """Print for people, past what a shell may be evaluating: `make env` owns standard output."""
    print(text, file=sys.stderr, flush=True)
