"""What the stack costs idle: the arithmetic, and the output that states it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from infra.cost import FAMILIES, USD_PER_MONTH, VCPU_OF_SIZE, WarmEnvironments, fleets, idle_cost
from infra.settings import Architecture
from policies.lmi.facts.limits import GIB_IN_MB, MAX_MEMORY_MB
from testing.project import PROJECT
from tests.infra.declared import Program, declare

ITEMS = st.dictionaries(st.sampled_from(list(USD_PER_MONTH)), st.integers(0, 50))


@st.composite
def any_environments(draw: st.DrawFn) -> WarmEnvironments:
    """Return any environments that LMI takes."""
    architecture, ratio = draw(st.sampled_from(list(FAMILIES)))
    vcpu = draw(st.integers(1, MAX_MEMORY_MB // GIB_IN_MB // ratio))
    return WarmEnvironments(
        environments=draw(st.integers(0, 300)),
        memory_mb=vcpu * ratio * GIB_IN_MB,
        memory_gib_per_vcpu=ratio,
        architecture=architecture,
        zones=draw(st.integers(1, 6)),
    )


def warm(
    environments: int = 3,
    architecture: Architecture = "x86_64",
    memory_mb: int = 2048,
    memory_gib_per_vcpu: int = 2,
) -> WarmEnvironments:
    return WarmEnvironments(
        environments=environments,
        memory_mb=memory_mb,
        memory_gib_per_vcpu=memory_gib_per_vcpu,
        architecture=architecture,
        zones=3,
    )


@pytest.mark.parametrize(
    ("environments", "low", "high"),
    [
        # Three instances for 730 hours, with the fee (docs/facts/lmi.md#cost).
        (warm(architecture="arm64"), "3 x c7g.large: 182.59 USD", "3 x c7g.xlarge: 365.18 USD"),
        (
            warm(architecture="arm64", memory_mb=4096, memory_gib_per_vcpu=4),
            "3 x m7g.large: 205.51 USD",
            "3 x m7g.xlarge: 411.02 USD",
        ),
        # AWS launched three m7a.xlarge for these (docs/facts/lmi.md#instance-types).
        (warm(), "3 x c7i.large: 224.78 USD", "3 x m7a.xlarge: 583.89 USD"),
        # One environment is in one zone.
        (warm(1), "1 x c7i.large: 74.93 USD", "1 x m7a.xlarge: 194.63 USD"),
        # Ten fit on four xlarge, three on each, and need ten large.
        (warm(10), "4 x c7i.xlarge: 599.40 USD", "10 x m7a.large: 973.15 USD"),
        # 16 vCPU need more than a 4xlarge has beside its host.
        (
            warm(1, memory_mb=32768),
            "1 x c7i.8xlarge: 1198.81 USD",
            "1 x m7a.16xlarge: 3114.07 USD",
        ),
        (warm(0), "0 x c7i.large: 0.00 USD", "0 x m7a.xlarge: 0.00 USD"),
    ],
)
def test_the_likely_fleets(environments: WarmEnvironments, low: str, high: str) -> None:
    assert tuple(map(str, fleets(environments))) == (low, high)


def test_the_readme_has_what_the_defaults_cost() -> None:
    low, high = (round(fleet.usd_per_month) for fleet in fleets(warm()))
    assert f"is {low} to {high} USD" in (PROJECT / "README.md").read_text()


@given(environments=any_environments())
def test_a_fleet_has_room_for_its_environments_and_an_instance_for_each_zone(
    environments: WarmEnvironments,
) -> None:
    for fleet in fleets(environments):
        vcpu = fleet.instances * VCPU_OF_SIZE[fleet.type.partition(".")[2]]

        assert vcpu >= environments.environments * environments.vcpu
        assert fleet.instances >= min(environments.environments, environments.zones)


@given(environments=any_environments(), more=st.integers(1, 50))
def test_more_environments_never_cost_less(environments: WarmEnvironments, more: int) -> None:
    larger = replace(environments, environments=environments.environments + more)

    for fewer, most in zip(fleets(environments), fleets(larger), strict=True):
        assert fewer.usd_per_month <= most.usd_per_month


@given(environments=any_environments(), items=ITEMS)
def test_the_sum_is_that_of_its_parts(environments: WarmEnvironments, items: Any) -> None:
    stated: Any = idle_cost([environments], items)
    parts = [float(line.split()[-2]) for line in stated["items"].values()]

    for bound in ("low", "high"):
        instances = float(stated["instances"][bound].split()[-2])
        assert stated["usdPerMonth"][bound] == pytest.approx(instances + sum(parts), abs=0.02)
    assert stated["usdPerMonth"]["low"] <= stated["usdPerMonth"]["high"]


@pytest.mark.parametrize(
    "refused",
    [
        warm(memory_gib_per_vcpu=3),  # no family has this shape (MEM-04)
        warm(memory_gib_per_vcpu=0),
        warm(memory_mb=1024),  # below MEM-01
        warm(memory_mb=65536),  # above MEM-02
        warm(-1),
    ],
)
def test_settings_that_lmi_refuses_have_no_price(refused: WarmEnvironments) -> None:
    assert idle_cost([refused], {}) is None


def test_the_stack_states_what_its_defaults_cost(default: Program) -> None:
    assert default.outputs["idle_cost"] == {
        "usdPerMonth": {"low": 268.58, "high": 627.69},
        "warm": {"environments": 3, "vcpu": 3, "memoryGib": 6.0},
        "instances": {
            "low": "3 x c7i.large: 224.78 USD",
            "high": "3 x m7a.xlarge: 583.89 USD",
        },
        "items": {"interface_endpoint_in_a_zone": "6 x 7.30: 43.80 USD"},
        "prices": "us-east-1, Linux, on demand, November 2026; "
        "instances with the fee of 15% for Lambda",
    }


def test_a_parked_stack_still_costs_its_endpoints() -> None:
    parked = declare(minEnvironments=0, maxEnvironments=0).outputs["idle_cost"]

    assert parked["usdPerMonth"] == {"low": 43.80, "high": 43.80}


def test_hours_without_environments_cost_no_instances() -> None:
    nights = [
        {"name": "evening", "cron": "0 19 ? * * *", "minimum": 0, "maximum": 0},
        {"name": "morning", "cron": "0 7 ? * * *"},
    ]
    always: Any = declare().outputs["idle_cost"]
    parked: Any = declare(schedules=nights).outputs["idle_cost"]

    assert parked["instances"] == {
        "low": "3 x c7i.large for 84.0 of 168 hours: 112.39 USD",
        "high": "3 x m7a.xlarge for 84.0 of 168 hours: 291.94 USD",
    }
    assert parked["warm"] == always["warm"]
    endpoints = 43.80
    for bound in ("low", "high"):
        instances = always["usdPerMonth"][bound] - endpoints
        assert parked["usdPerMonth"][bound] == pytest.approx(instances / 2 + endpoints, abs=0.01)


def test_every_part_of_the_week_is_listed() -> None:
    peaks = [
        {"name": "noon", "cron": "0 12 ? * * *", "minimum": 10, "maximum": 20},
        {"name": "afternoon", "cron": "0 18 ? * * *"},
    ]

    instances: Any = declare(schedules=peaks).outputs["idle_cost"]["instances"]

    assert instances["low"] == (
        "3 x c7i.large for 126.0 of 168 hours: 168.58 USD; "
        "4 x c7i.xlarge for 42.0 of 168 hours: 149.85 USD"
    )


def test_no_cost_is_stated_for_settings_that_the_policy_pack_refuses() -> None:
    assert declare(memoryGibPerVcpu=3).outputs.get("idle_cost") is None
