"""``make logs``: the logs of the deployed functions, as they are written, in lines for people."""

import json
import time
from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final, cast

from local.cli.stack_state import StackState
from local.cli.terminal import LocalError
from local.function_logs import log_file
from local.workspace import Workspace

_EARLIER_LINES: Final = 20
_POLL_SECONDS: Final = 0.1
_SHOWN_FIRST: Final = ("timestamp", "time", "level", "type", "requestId", "message")


def run(workspace: Workspace) -> None:
    """Print the last lines of each function's log and all further ones, until Ctrl-C.

    Where there are several functions, their names come first.
    """
    groups = StackState(workspace).log_groups()
    if not groups:
        raise LocalError(f"no stack is deployed in {workspace.folder}; run `make up` first")
    logs = {name: _lines(log_file(workspace.logs, group)) for name, group in groups.items()}
    try:
        for name, line in _follow(logs):
            _stream, _, text = line.partition("  ")
            print(f"{name} " if len(groups) > 1 else "", readable(text), sep="", flush=True)
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


def _follow(logs: dict[str, Iterator[str | None]]) -> Iterator[tuple[str, str]]:
    """Yield each line of several logs with the log's name, while one of them exists."""
    while logs:
        for name, lines in list(logs.items()):
            for line in lines:
                if line is None:
                    break
                yield name, line
            else:
                del logs[name]
        time.sleep(_POLL_SECONDS)


def _lines(path: Path) -> Iterator[str | None]:
    """Yield the last complete lines of a file, then each further one while the file exists.

    ``None`` says that there is no further one yet.
    """
    while not path.exists():  # the function has written nothing yet
        yield None
    with path.open(errors="replace") as file:
        line = ""
        for part in chain(deque(file, _EARLIER_LINES), iter(file.readline, None)):
            line += part
            if line.endswith("\n"):
                yield line.removesuffix("\n")
                line = ""
            elif not part:
                if not path.exists():
                    return
                yield None
