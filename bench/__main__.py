"""``python -m bench NAME ...`` runs benchmarks; ``all`` also writes ``docs/benchmarks/``."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Final

from bench import (
    edit,
    load,
    mangum,
    peers,
    policy_pack,
    preview,
    records,
    screenshots,
    services,
    streaming,
    warm_start,
    workers,
)
from bench.results import Result

BENCHMARKS: Final[dict[str, Callable[[], Iterator[Result]]]] = {
    "edit": edit.run,
    "kills": load.run_kills,
    "load": load.run,
    "mangum": mangum.run,
    "peers": peers.run,
    "policy-pack": policy_pack.run,
    "preview": preview.run,
    "services": services.run,
    "stream": streaming.run,
    "warm-start": warm_start.run,
    "workers": workers.run,
}


def main() -> None:
    """Run what was asked for, one after another."""
    signal.signal(signal.SIGTERM, _end)
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [*BENCHMARKS, "screenshots", "all"]
    parser.add_argument("names", nargs="+", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/ too")
    asked = parser.parse_args()
    everything = "all" in asked.names
    for name in BENCHMARKS if everything else asked.names:
        if name == "screenshots":
            screenshots.run()
        else:
            _run(name, keep=everything or asked.write)


def _run(name: str, *, keep: bool) -> None:
    benchmark = BENCHMARKS[name]
    about = (benchmark.__doc__ or "").strip()
    print(f"\n# {name}: {about}\n", flush=True)
    before = os.getloadavg()[0]
    results: list[Result] = []
    for result in benchmark():
        print(f"{result.title}\n\n{result}", flush=True)
        results.append(result)
    if keep:
        records.write(name, about, results, (before, os.getloadavg()[0]))


def _end(number: int, _: object) -> None:
    """Leave the benchmark, which then takes down what it has started."""
    signal.signal(number, signal.SIG_IGN)  # `timeout` sends it twice
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
