"""Small pieces of the messages that rules share."""

from collections.abc import Sequence


def amount(value: float | None) -> str:
    """Return a number as people write it: 4 for 4.0, 2.5 for 2.5."""
    return "unknown" if value is None else f"{value:.15g}"


def either(choices: Sequence[object]) -> str:
    """Return a choice in words: "2, 4 or 8"."""
    words = [str(choice) for choice in dict.fromkeys(choices)]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
