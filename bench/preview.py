"""A preview that finds nothing to do, beside one of nothing: what the program and the pack add."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from bench.engine import PYTHON, Cost, compiling_checkout, new_project, preview
from bench.results import Spread, Table
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


def run() -> Iterator[Table]:
    """Preview the default stack, which is up and unchanged, and an empty one, in turn."""
    with compiling_checkout() as checkout:
        checkout.up()
        empty = new_project(checkout, checkout.folder.with_name("floor"), _FLOOR)
        yield from _report(_rounds(checkout, empty), _import_costs(checkout))


def _rounds(checkout: Checkout, empty: Path) -> Sequence[tuple[Cost, Cost, Cost]]:
    """Preview nothing, the program under the pack that says nothing, and both of ours."""

    def one() -> tuple[Cost, Cost, Cost]:
        return (
            preview(checkout, empty, empty / "policies"),
            preview(checkout, checkout.folder, empty / "policies"),
            preview(checkout, checkout.folder, checkout.folder / "policies"),
        )

    one()  # compiles
    return [one() for _ in range(ROUNDS)]


def _report(
    rounds: Sequence[tuple[Cost, Cost, Cost]], imports: Mapping[str, float]
) -> Iterator[Table]:
    ratios: list[tuple[str, Callable[[Cost], float]]] = [
        ("clock", lambda cost: cost.wall),
        ("processors", lambda cost: cost.cpu),
    ]
    yield Table(
        "A preview of the unchanged default stack",
        ("by", "floor, s", "preview, s", "ratio"),
        {
            name: [
                Spread.of(seconds(floor) for floor, _, _ in rounds),
                Spread.of(seconds(ours) for _, _, ours in rounds),
                Spread.of_ratios((seconds(floor), seconds(ours)) for floor, _, ours in rounds),
            ]
            for name, seconds in ratios
        },
    )
    added = median(ours.cpu - floor.cpu for floor, _, ours in rounds)
    pack = median(ours.cpu - program.cpu for _, program, ours in rounds)
    local_aws = median(program.local_aws - floor.local_aws for floor, program, _ in rounds)
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
