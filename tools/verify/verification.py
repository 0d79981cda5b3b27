"""The checks of a stack in their order: later ones look for what earlier requests left."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from tools.stack import Stack
from tools.verify import services, streams
from tools.verify.outcome import Outcome, failed, skipped

_REQUESTS_AT_ONCE: Final = 10


class Verification:
    """Checks one stack, whose application streams under a path.

    One that ``saturates`` also sends a quarter more requests than there are slots. The patience is
    how long to wait for what arrives late, in seconds: LMI's metrics take minutes.
    """

    def __init__(
        self, stack: Stack, path: str, *, saturates: bool = False, patience: float = 600
    ) -> None:
        self._stack = stack
        self._path = path
        self._patience = patience
        self._began = time.time()
        self._request_id = ""
        self._answers: Sequence[streams.Answer] = ()
        checks: dict[str, Callable[[], Outcome]] = {
            "alias": lambda: services.published(stack),
            "invoke": self._invoke,
            "stream": self._stream,
            "ids": lambda: streams.at_once(self._answers),
            "log": lambda: self._look(services.logged),
            "report": lambda: self._look(services.reported),
            "metric": lambda: services.measured(stack, self._began, patience),
            "trace": lambda: services.traced(stack, self._began, patience),
        }
        if saturates:
            checks["slots"] = self._saturate
        self.checks: Mapping[str, Callable[[], Outcome]] = checks

    def make(self, name: str) -> Outcome:
        """Make one check; what AWS refuses makes it fail."""
        try:
            return self.checks[name]()
        except (BotoCoreError, ClientError) as error:
            return failed(f"{error}. Fix: use credentials that may do that, or mend the stack")

    def _invoke(self) -> Outcome:
        outcome, self._request_id = services.invoked(self._stack)
        return outcome

    def _stream(self) -> Outcome:
        self._answers = streams.ask(self._stack, self._path, _REQUESTS_AT_ONCE)
        return streams.in_pieces(self._stack, self._path, self._answers)

    def _look(self, check: Callable[[Stack, str, float], Outcome]) -> Outcome:
        if not self._request_id:
            return skipped("no request was served that could have left a line")
        return check(self._stack, self._request_id, self._patience)

    def _saturate(self) -> Outcome:
        slots = services.slots(self._stack)
        answers = streams.ask(self._stack, self._path, slots + slots // 4)
        return streams.saturated(answers, slots)
