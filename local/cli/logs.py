"""``make logs``: the logs of the deployed functions, as they are written, in lines for people."""

import json
import sys
import time
from collections import deque
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Any, Final, cast

from local.cli.stack_state import StackState
from local.cli.terminal import LocalError
from local.function_logs import log_file
from local.workspace import Workspace

_EARLIER_LINES: Final = 20
_POLL_SECONDS: Final = 0.1
_POLLS_A_LOOK: Final = 10  # at which functions the stack has
_SHOWN_FIRST: Final = ("timestamp", "time", "level", "type", "requestId", "message")


def run(workspace: Workspace) -> None:
    """Print the last lines of each function's log and all further ones, until Ctrl-C.

    Where there are several functions, their names come first.
    """
    if not StackState(workspace).log_groups():
        raise LocalError(f"no stack is deployed in {workspace.folder}; run `make up` first")
    # JSON can name halves of characters, which no encoding has.
    cast(TextIOWrapper, sys.stdout).reconfigure(errors="backslashreplace")
    try:
        for beginning, line in _follow(workspace):
            _stream, _, text = line.partition("  ")
            print(beginning, readable(text), sep="", flush=True)
    except KeyboardInterrupt:
        return


def readable(text: str) -> str:
    """Return a line of a function for people; one that is no JSON object stays as it is.

    Time, level, request id and message come first, then the other fields, then the exception.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(content, dict):
        return text
    entry = cast("dict[str, Any]", content)
    if isinstance(nested := entry.get("fields"), dict):  # the web adapter puts its message there
        entry = {**cast("dict[str, Any]", nested), **entry}
        del entry["fields"]
    first = [str(entry.pop(name)) for name in _SHOWN_FIRST if name in entry]
    exception = entry.pop("exception", None)
    fields = [f"{name}={_compact(value)}" for name, value in entry.items()]
    line = " ".join([*first, *fields])
    return f"{line}\n{exception}" if exception else line


def _compact(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _follow(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield each line of the functions' logs, and before it what it begins with.

    An update may add functions, or create them anew, with logs of their own.
    """
    logs: dict[tuple[str, str], Iterator[str | None]] = {}
    while True:
        for name, group in StackState(workspace).log_groups().items():
            logs.setdefault((name, group), _lines(log_file(workspace.logs, group)))
        for _ in range(_POLLS_A_LOOK):
            for (name, _group), lines in logs.items():
                for line in iter(lines.__next__, None):
                    yield f"{name} " if len(logs) > 1 else "", line
            time.sleep(_POLL_SECONDS)


def _lines(path: Path) -> Iterator[str | None]:
    """Yield the last complete lines of a file, then each further one.

    ``None`` says that there is no further one yet.
    """
    while True:
        while not path.exists():  # the function has written nothing yet
            yield None
        with path.open(errors="replace", newline="\n") as file:  # "\r" is part of a line
            line = ""
            for part in chain(deque(file, _EARLIER_LINES), iter(file.readline, None)):
                line += part
                if line.endswith("\n"):
                    yield line.removesuffix("\n")
                    line = ""
                elif not part:
                    if not path.exists():
                        break
                    yield None
