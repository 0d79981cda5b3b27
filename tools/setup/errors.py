"""The error of set-up."""

_INTRODUCTION = "  What may help:"


class SetupError(Exception):
    """Something is missing; the message has shell commands, any one of which helps."""

    def __init__(self, problem: str, *remedies: str) -> None:
        help_ = [_INTRODUCTION, *(f"    $ {command}" for command in remedies)] if remedies else []
        super().__init__("\n".join([problem, *help_]))
