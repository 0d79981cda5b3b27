"""A preview that finds nothing to do, beside one of nothing and one in plain Pulumi style."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from bench.engine import PYTHON, Cost, compiling_checkout, new_project, preview
from bench.plain import plain_project
from bench.policy_pack import empty_pack
from bench.results import Cell, Spread, Table
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


class _Round(NamedTuple):
    """What each preview costs: nothing, our program without our pack, and with it, and others.

    ``plain`` is the same resources in plain Pulumi style, under the SDK's own pack server with as
    many policies that do nothing.
    """

    floor: Cost
    program: Cost
    ours: Cost
    plain: Cost


def run() -> Iterator[Table]:
    """Preview the default stack, up and unchanged, an empty one, and a plain one, in turn."""
    with compiling_checkout() as checkout:
        checkout.up()
        empty = new_project(checkout, checkout.folder.with_name("floor"), _FLOOR)
        plain = plain_project(checkout, checkout.folder.with_name("plain"), empty_pack())
        yield from _report(_rounds(checkout, empty, plain), _import_costs(checkout))


def _rounds(checkout: Checkout, empty: Path, plain: Path) -> Sequence[_Round]:
    def one() -> _Round:
        return _Round(
            floor=preview(checkout, empty, empty / "policies"),
            program=preview(checkout, checkout.folder, empty / "policies"),
            ours=preview(checkout, checkout.folder, checkout.folder / "policies"),
            plain=preview(checkout, plain, plain / "policies"),
        )

    one()  # compiles
    return [one() for _ in range(ROUNDS)]


def _report(rounds: Sequence[_Round], imports: Mapping[str, float]) -> Iterator[Table]:
    ours = [each.ours for each in rounds]
    floor = [each.floor for each in rounds]
    yield _beside("A preview of the unchanged default stack", "floor", floor, ours)
    title = "The same resources in plain Pulumi style, under as many policies that do nothing"
    yield _beside(title, "plain", [each.plain for each in rounds], ours)
    added = median(each.ours.cpu - each.floor.cpu for each in rounds)
    pack = median(each.ours.cpu - each.program.cpu for each in rounds)
    local_aws = median(each.program.local_aws - each.floor.local_aws for each in rounds)
    imported = sum(list(imports.values())[1:])
    yield Table(
        "What the stack adds to a preview, by part",
        ("part", "CPU, s"),
        {
            "engine and SDK register resources": [added - imported - pack - local_aws],
            "the program's imports": [imported],
            "the pack, beside one that does nothing": [pack],
            "the local AWS compares resources": [local_aws],
        },
        bars=("CPU, s",),
    )
    yield Table(
        "What the program imports",
        ("module", "CPU, s"),
        {name: [seconds] for name, seconds in imports.items()},
    )


def _beside(title: str, name: str, others: Sequence[Cost], ours: Sequence[Cost]) -> Table:
    rows: dict[str, list[Cell]] = {}
    for way, member in {"clock": "wall", "processors": "cpu"}.items():
        other, own = ([getattr(cost, member) for cost in costs] for costs in (others, ours))
        ratio = Spread.of_ratios(zip(other, own, strict=True))
        rows[way] = [Spread.of(other), Spread.of(own), ratio]
    return Table(title, ("by", f"{name}, s", "preview, s", "ratio"), rows)


def _import_costs(checkout: Checkout) -> Mapping[str, float]:
    rounds = [_import_once(checkout) for _ in range(ROUNDS)]
    return {name: median(costs[name] for costs in rounds) for name in _IMPORTS}


def _import_once(checkout: Checkout) -> Mapping[str, float]:
    script = """\
import json, sys, time
costs = {}
for name, statement in json.loads(sys.argv[1]).items():
    began = time.process_time()
    exec(statement)
    costs[name] = time.process_time() - began
print(json.dumps(costs))
"""
    return json.loads(
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script, json.dumps(_IMPORTS)],
            cwd=checkout.folder,
            env=checkout.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )
