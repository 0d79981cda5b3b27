"""What findings propose holds together: all fixes applied leave nothing of the same theme."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import pytest

from testing.policies.support import URL, Json, Res, provider
from tests.policies.judging import judge
from tests.policies.stacks import function, sized

if TYPE_CHECKING:
    from collections.abc import Mapping

SCALING_TYPE = "aws:lambda/functionScalingConfig:FunctionScalingConfig"
MEMORY = "memory_size"
RATIO = "execution_environment_memory_gib_per_vcpu"
TIMEOUT = "timeout"
STREAM = "RESPONSE_STREAM"
CONCURRENCY = "per_execution_environment_max_concurrency"
SIZES = ("mem-", "con-01", "con-02", "con-03", "con-05", "con-06", "con-11", "con-14")


def proposed(resources: list[Res], names: tuple[str, ...], themes: tuple[str, ...]) -> Json:
    """Return the first value that each fix proposes for each property, all fixes together."""
    values: dict[str, set[int]] = {}
    for found in judge(*resources, by=themes):
        first = re.split(r", or |; ", found.message.rpartition("\nFix: ")[2])[0]
        for name, value in re.findall(rf"set ({'|'.join(names)}) to (\d+)", first):
            values.setdefault(name, set()).add(int(value))
    return {name: _agreed(name, all_) for name, all_ in values.items()}


def _agreed(name: str, values: set[int]) -> int:
    assert len(values) == 1 or name in (CONCURRENCY, TIMEOUT), f"{name}: {values}"
    return min(values)  # each fix of these says "or less"


PYTHON = {"runtime": "python3.13", "layers": None, "environment": None}
NODE = {**PYTHON, "runtime": "nodejs24.x"}
RUNTIMES = {"with a web adapter": {}, "python": PYTHON, "nodejs": NODE}
MEMORIES = (128, 2048, 3000, 3072, 5000, 6144, 20000, 65536)
RATIOS = (None, 2, 3, 5, 8, 16)
CONCURRENCIES = (None, -1, 100, 130, 1100, 5000)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("memory", MEMORIES)
def test_sizes(memory: int, runtime: str) -> None:
    for ratio, concurrency in product(RATIOS, CONCURRENCIES):
        fixed = _mended(memory, ratio, concurrency, RUNTIMES[runtime])
        left = [found.policy for found in judge(fixed, by=SIZES)]
        assert left == [], f"{memory} MB at {ratio} with {concurrency}: {fixed.inputs}"


def _mended(
    memory: int, ratio: int | None, concurrency: int | None, changes: Mapping[str, object]
) -> Res:
    before = sized(memory, ratio, concurrency, **changes)
    fixes = proposed([before], (MEMORY, RATIO, CONCURRENCY), SIZES)
    return sized(
        fixes.get(MEMORY, memory),
        fixes.get(RATIO, ratio),
        fixes.get(CONCURRENCY, concurrency),
        **changes,
    )


LEAST, MOST = "min_execution_environments", "max_execution_environments"
VCPUS = "max_vcpu_count"
SCALING = ("sc-01", "sc-02", "sc-12", "sc-16", "sc-17", "cp-19", "cp-21")
ENVIRONMENTS = (None, -1, 0, 1, 3, 12, 20000)


def _scaled(least: int | None, most: int | None, vcpus: int | None) -> list[Res]:
    numbers = {"minExecutionEnvironments": least, "maxExecutionEnvironments": most}
    numbers = {key: value for key, value in numbers.items() if value is not None}
    inputs = {"functionName": "api", "qualifier": "$LATEST.PUBLISHED"}
    scaling = Res(SCALING_TYPE, "scaling", {**inputs, "functionScalingConfig": numbers})
    config: Json = {"scalingMode": "Auto"} | ({} if vcpus is None else {"maxVcpuCount": vcpus})
    return [function(), scaling, provider(capacityProviderScalingConfigs=[config])]


@pytest.mark.parametrize("vcpus", [None, 1, 4, 20, 20000])
def test_scaling(vcpus: int | None) -> None:
    for least, most in product(ENVIRONMENTS, ENVIRONMENTS):
        before = _scaled(least, most, vcpus)
        fixes = proposed(before, (LEAST, MOST, VCPUS), SCALING)
        after = _scaled(fixes.get(LEAST, least), fixes.get(MOST, most), fixes.get(VCPUS, vcpus))
        left = [found.policy for found in judge(*after, by=SCALING)]
        assert left == [], f"{least} to {most} of {vcpus} vCPU: {fixes}"


FRONTS = {
    "without a URL": [],
    "with a URL that streams": [
        Res(URL, "url", {"functionName": "api", "qualifier": "live", "invokeMode": STREAM})
    ],
    "with a URL": [Res(URL, "url", {"functionName": "api", "qualifier": "live"})],
}
BUFFERED = {"variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}}


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("timeout", [-1, 0, 1, 900, 901, 5400, 5401])
def test_timeouts(timeout: int, front: str) -> None:
    themes = ("fn-07", "url-09")
    environment = {} if front == "with a URL that streams" else {"environment": BUFFERED}
    others = FRONTS[front]
    fixes = proposed([function(timeout=timeout, **environment), *others], (TIMEOUT,), themes)
    fixed = function(timeout=fixes.get(TIMEOUT, timeout), **environment)
    assert judge(fixed, *others, by=themes) == []
