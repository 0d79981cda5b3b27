"""A preview that finds nothing to do, beside one of nothing and one in plain Pulumi style."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from bench.engine import PYTHON, Cost, compiling_checkout, new_project, preview
from bench.plain import plain_project
from bench.policy_pack import empty_pack
from bench.results import Cell, Table, beside
from testing.checkout import Checkout

ROUNDS: Final = 5

_FLOOR: Final = {
    "Pulumi.yaml": f"name: floor\n{PYTHON}",
    "__main__.py": "",
    "policies/PulumiPolicy.yaml": PYTHON,
    # The SDK takes no pack without a policy.
    "policies/__main__.py": """\
from pulumi_policy import PolicyPack, StackValidationPolicy

PolicyPack("floor", [StackValidationPolicy("nothing", "Says nothing", lambda args, report: None)])
""",
}
"""A program that declares nothing, and a pack that says nothing."""

_IMPORTS: Final = {
    "pulumi, in the floor too": "import pulumi",
    "pulumi_aws": "import pulumi_aws as aws",
    "pulumi_aws.ec2": "aws.ec2.Vpc",
    "pulumi_aws.iam": "aws.iam.Role",
    "pulumi_aws.lambda_": "aws.lambda_.Function",
    "infra": "import infra.program",
}
"""What the program imports, in order; a service of the SDK loads when it is first looked at."""


_Rounds = Mapping[str, Sequence[Cost]]
"""What each preview costs, round by round.

``floor`` declares nothing under a pack that says nothing; ``program`` is ours under that pack, and
``ours`` under our own. ``plain`` is the same resources in plain Pulumi style, under the SDK's own
pack server with as many policies that do nothing.
"""


def run() -> Iterator[Table]:
    """Preview the default stack, up and unchanged, an empty one, and a plain one, in turn."""
    with compiling_checkout() as checkout:
        checkout.up()
        ours = checkout.folder
        empty = new_project(checkout, ours.with_name("floor"), _FLOOR)
        plain = plain_project(checkout, ours.with_name("plain"), empty_pack())
        previews = {
            "floor": (empty, empty / "policies"),
            "program": (ours, empty / "policies"),
            "ours": (ours, ours / "policies"),
            "plain": (plain, plain / "policies"),
        }
        rounds: dict[str, list[Cost]] = {name: [] for name in previews}
        for _ in range(ROUNDS + 1):
            for name, (project, pack) in previews.items():
                rounds[name].append(preview(checkout, project, pack))
        for costs in rounds.values():
            del costs[0]  # compiles
        yield from _report(rounds, _import_costs(checkout))


def _report(rounds: _Rounds, imports: Mapping[str, float]) -> Iterator[Table]:
    yield _beside("A preview of the unchanged default stack", "floor", rounds)
    title = "The same resources in plain Pulumi style, under as many policies that do nothing"
    yield _beside(title, "plain", rounds)

    def added(to: str, by: str, cost: Callable[[Cost], float] = lambda cost: cost.cpu) -> float:
        return median(cost(b) - cost(a) for a, b in zip(rounds[to], rounds[by], strict=True))

    parts = {
        "the program's imports": sum(list(imports.values())[1:]),
        "the pack, beside one that does nothing": added("program", "ours"),
        "the local AWS compares resources": added("floor", "program", lambda cost: cost.local_aws),
    }
    rest = added("floor", "ours") - sum(parts.values())
    yield Table(
        "What the stack adds to a preview, by part",
        ("part", "CPU, s"),
        {
            "engine and SDK register resources": [rest],
            **{part: [seconds] for part, seconds in parts.items()},
        },
        bars=("CPU, s",),
    )
    yield Table(
        "What the program imports",
        ("module", "CPU, s"),
        {name: [seconds] for name, seconds in imports.items()},
    )


def _beside(title: str, other: str, rounds: _Rounds) -> Table:
    both = list(zip(rounds[other], rounds["ours"], strict=True))
    rows: dict[str, Sequence[Cell]] = {
        "clock": beside([(cost.wall, ours.wall) for cost, ours in both]),
        "processors": beside([(cost.cpu, ours.cpu) for cost, ours in both]),
    }
    return Table(title, ("by", f"{other}, s", "preview, s", "ratio"), rows)


def _import_costs(checkout: Checkout) -> Mapping[str, float]:
    """Return the seconds of CPU that each import takes, the median of all rounds."""
    script = """\
import json, sys, time
costs = {}
for name, statement in json.loads(sys.argv[1]).items():
    began = time.process_time()
    exec(statement)
    costs[name] = time.process_time() - began
print(json.dumps(costs))
"""
    command = [sys.executable, "-W", "ignore", "-c", script, json.dumps(_IMPORTS)]
    rounds = [json.loads(checkout.run(command).stdout) for _ in range(ROUNDS)]
    return {name: median(costs[name] for costs in rounds) for name in _IMPORTS}
