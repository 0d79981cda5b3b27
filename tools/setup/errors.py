"""How set-up gives up."""

_INTRODUCTION = "  What may help:"


class SetupError(Exception):
    """What is missing, with the commands that would help.

    Parameters
    ----------
    problem
        One sentence, or a few lines.
    remedies
        Shell commands, any one of which helps.
    """

    def __init__(self, problem: str, *remedies: str) -> None:
        help_ = [_INTRODUCTION, *(f"    $ {command}" for command in remedies)] if remedies else []
        super().__init__("\n".join([problem, *help_]))
