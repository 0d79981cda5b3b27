"""The error of set-up."""


class SetupError(Exception):
    """Something is missing; the message has shell commands, any one of which helps."""

    def __init__(self, problem: str, *remedies: str) -> None:
        lines = [problem, *(f"    $ {command}" for command in remedies)]
        if remedies:
            lines.insert(1, "  What may help:")
        super().__init__("\n".join(lines))
