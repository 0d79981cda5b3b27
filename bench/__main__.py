"""``python -m bench [NAME ...]``: run all benchmarks, or those named; screenshots when named."""

import argparse

from bench import (
    edit,
    load,
    mangum,
    policy_pack,
    preview,
    screenshots,
    services,
    streaming,
    warm_start,
    workers,
)
from bench.load import kills

BENCHMARKS = {
    "edit": edit.run,
    "kills": kills.run,
    "load": load.run,
    "mangum": mangum.run,
    "policy-pack": policy_pack.run,
    "preview": preview.run,
    "services": services.run,
    "stream": streaming.run,
    "warm-start": warm_start.run,
    "workers": workers.run,
}

NAMED_ONLY = {"screenshots": screenshots.run}
"""What changes committed files."""


def main() -> None:
    """Run what was asked for, one after another."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    known = BENCHMARKS | NAMED_ONLY
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    for name in parser.parse_args().names or BENCHMARKS:
        print(f"\n# {name}: {known[name].__doc__}\n", flush=True)
        known[name]()


if __name__ == "__main__":
    main()
