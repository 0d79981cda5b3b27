"""What the policy pack costs a preview, beside packs of as many policies that do nothing.

Three packs, and the CPU time of their processes:

- ``nothing`` holds empty policies under the SDK's own server: the SDK's share of such a pack;
- ``served`` holds the rules without what they check, under the server of this pack: what reading
  and calling take;
- ``rules`` is this pack.

``inputs`` is the call that judges one resource, ``stack`` the call that judges all of them, divided
by their number. The least of all rounds counts: what else runs on the machine only ever adds.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2 as protocol

from bench.engine import cpu_of, cpu_of_ended_children
from bench.results import Cell, Spread, Table
from policies.lmi.rules import RULES
from policies.lmi.serving.pack import policies
from testing.policies.large_stacks import full_of_lmi, mixed
from testing.policies.served import ServedPack, of_resource, of_stack, served
from testing.policies.support import Res
from testing.project import PACK

STARTS = 21
STACKS = {"full of LMI": full_of_lmi, "with a tenth of LMI": mixed}
SIZES = (100, 1_000)
"""Resources that every pack judges; more of them would take the SDK's server minutes."""
LARGE = 10_000
"""Resources that this pack alone judges."""
ROUNDS = 2

EMPTY_POLICIES = """
from pulumi_policy import PolicyPack, ResourceValidationPolicy, StackValidationPolicy

def nothing(args, report):
    pass

kinds = [ResourceValidationPolicy] * {of_resources} + [StackValidationPolicy] * {of_stacks}
policies = [kind(f"policy-{{one}}", "Does nothing.", nothing) for one, kind in enumerate(kinds)]
PolicyPack("nothing", policies)
"""
UNDER_THIS_PACK = f"""
import sys

sys.path.insert(0, {str(PACK)!r})
from lmi.rules import RULES
from lmi.serving.server import serve

for rule in RULES:
    rule.check = lambda *_: ()
serve(RULES)
"""


@dataclass(frozen=True)
class Cost:
    """What it takes to judge a stack: ms of CPU time for each resource, and MB at the peak."""

    inputs: float
    stack: float
    memory: float

    @property
    def whole(self) -> float:
        """Both calls together."""
        return self.inputs + self.stack


def run() -> Iterator[Table]:
    """Start the policy pack, and let it judge small and large stacks."""
    with TemporaryDirectory(prefix="lmi-bench-") as folder:
        written = {"nothing": empty_pack(), "served": UNDER_THIS_PACK}
        for name, program in written.items():
            Path(folder, name).mkdir()
            Path(folder, name, "__main__.py").write_text(program)
        packs = {name: Path(folder, name) for name in written} | {"rules": PACK}
        yield _start_ups(packs)
        for name, make in STACKS.items():
            yield _judged(name, make, packs)


def _judged(name: str, make: Callable[[int], list[Res]], packs: Mapping[str, Path]) -> Table:
    rows: dict[str, list[Cell]] = {}
    for size, judging in {**dict.fromkeys(SIZES, packs), LARGE: {"rules": packs["rules"]}}.items():
        costs = _least_costs(judging, make(size))
        for pack, cost in costs.items():
            ratio = cost.whole / costs["nothing"].whole if size in SIZES else ""
            rows[f"{size:,}, {pack}"] = [cost.inputs, cost.stack, cost.whole, cost.memory, ratio]
    return Table(
        f"CPU of each resource, a stack {name}",
        ("resources, pack", "inputs, ms", "stack, ms", "both, ms", "peak, MB", "ratio to nothing"),
        rows,
        bars=("both, ms",),
    )


def empty_pack() -> str:
    """Return the ``__main__.py`` of a pack of as many policies that do nothing."""
    kinds = Counter(policy.policy_type for policy in policies(RULES))
    return EMPTY_POLICIES.format(
        of_resources=kinds[protocol.POLICY_TYPE_RESOURCE],
        of_stacks=kinds[protocol.POLICY_TYPE_STACK],
    )


def _start_ups(packs: Mapping[str, Path]) -> Table:
    for pack in packs.values():
        _start_up(pack)  # the first start writes byte code
    rounds = [{name: _start_up(pack) for name, pack in packs.items()} for _ in range(STARTS)]
    return Table(
        "Start of a pack",
        ("pack", "CPU, s", "ratio to nothing"),
        {
            name: [
                Spread.of(one[name] for one in rounds),
                Spread.of_ratios((one["nothing"], one[name]) for one in rounds),
            ]
            for name in packs
        },
        bars=("CPU, s",),
    )


def _start_up(pack: Path) -> float:
    """Return the CPU time until a pack has told what policies it has, in s."""
    before = cpu_of_ended_children()
    with served(pack) as running:
        running.analyzer.GetAnalyzerInfo(Empty())
    return cpu_of_ended_children() - before


def _least_costs(packs: Mapping[str, Path], resources: Sequence[Res]) -> dict[str, Cost]:
    """Return what it takes each pack to judge a stack, in the least of all rounds."""
    # Small stacks again and again: clocks of processes tick every 10 ms.
    judged = max(*SIZES, len(resources))
    rounds = [[_cost(pack, resources, judged) for pack in packs.values()] for _ in range(ROUNDS)]
    least = (min(costs, key=lambda cost: cost.whole) for costs in zip(*rounds, strict=True))
    return dict(zip(packs, least, strict=True))


def _cost(pack: Path, resources: Sequence[Res], judged: int) -> Cost:
    """Return what judging a stack takes, seen while a number of resources is judged."""
    inputs, stack = [of_resource(one) for one in resources], of_stack(resources)
    repeats = judged // len(resources)
    with served(pack) as running:
        process = psutil.Process(running.pid)
        began = cpu_of(process)
        for one in inputs * repeats:
            running.analyzer.Analyze(one)
        between = cpu_of(process)
        peak = max(_peak_of(running, stack) for _ in range(repeats))
        ended = cpu_of(process)
    each = 1e3 / judged
    return Cost((between - began) * each, (ended - between) * each, peak / 1e6)


def _peak_of(pack: ServedPack, stack: protocol.AnalyzeStackRequest) -> int:
    """Judge a stack, and return the most memory that was seen meanwhile, in bytes."""
    process = psutil.Process(pack.pid)
    answer = pack.analyzer.AnalyzeStack.future(stack)
    peak = 0
    while not answer.done():
        peak = max(peak, process.memory_info().rss)
        time.sleep(0.01)
    return max(peak, process.memory_info().rss)
