"""Run a Pulumi program in the program's own Python.

The language host starts this file by its path, with the settings of ``pulumi.runtime.Settings`` as
JSON, the program and its arguments: only the program's SDK and the standard library can be
imported here. Exit codes: 0, done; 32, the user has been told what is wrong; anything else, the
program's own ``sys.exit``.
"""

import asyncio
import json
import logging
import runpy
import signal
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ERROR_SHOWN = 32


def main() -> int:
    """Run the program that the command line describes and return the exit code."""
    _end_quietly_when_interrupted()
    _, settings, *sys.argv = sys.argv
    program = Path(sys.argv[0])
    # Replaces this file's own folder.
    sys.path[0] = str(program if program.is_dir() else program.parent)
    try:
        import pulumi  # noqa: PLC0415 - not before its absence can be explained
    except ModuleNotFoundError as error:
        print(f"{error}: {sys.executable} lacks the project's requirements.", file=sys.stderr)
        return 1
    try:
        _run(program, json.loads(settings))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return ERROR_SHOWN
    except Exception as error:
        pulumi.log.error(f"Program failed with an unhandled exception:\n{_describe(error)}")
        return ERROR_SHOWN
    return 0


def _end_quietly_when_interrupted() -> None:
    """End this process without a traceback on the interrupt that follows a stopped preview.

    The host blocks the signal for itself and so for its children; processes that the program starts
    must not inherit that.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _run(program: Path, settings: "dict[str, Any]") -> None:
    import pulumi  # noqa: PLC0415
    from pulumi import runtime  # noqa: PLC0415

    def run() -> None:
        if program.is_dir() and not (program / "__main__.py").exists():
            raise pulumi.RunError(f"{program} has no __main__.py: there is no program to run.")
        runpy.run_path(str(program), run_name="__main__")

    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    runtime.configure(runtime.Settings(**settings))
    # A program that fails leaves futures that are never awaited; asyncio would report each.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Every resource operation in flight occupies a thread of the default executor.
    with ThreadPoolExecutor(max_workers=4 * max(settings["parallel"], 1)) as executor:
        loop.set_default_executor(executor)
        loop.run_until_complete(runtime.run_in_stack(run))


def _describe(error: BaseException) -> str:
    """Format the traceback from the program's first frame on, without the SDK's frames."""
    frames = error.__traceback__
    start = frames
    while start and not _is_of_program(start.tb_frame.f_globals):
        start = start.tb_next
    return "".join(traceback.format_exception(type(error), error, start or frames))


def _is_of_program(module: "dict[str, Any]") -> bool:
    return module.get("__name__") == "__main__" and module is not globals()


if __name__ == "__main__":
    sys.exit(main())
