"""How set-up gives up."""


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
        super().__init__("\n".join([problem, *(f"    $ {command}" for command in remedies)]))
