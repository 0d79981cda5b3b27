"""Execution environments are added and ended by load, between minimum and maximum."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from local.dataplane.model import VersionStatus
from local.dataplane.plane import LocalDataPlane
from local.dataplane.scaling import environments_for
from tests.local.dataplane.harness import (
    VERSION,
    NewPlane,
    deployment,
    open_url,
    settled_status,
    status_of,
)
from tests.waiting import wait_until

# Decisions are made twice a second in place of once a minute.
HASTY = 0.5
NEVER = 3600


@pytest.mark.parametrize(
    ("running", "load", "expected"),
    [
        (3, 0.0, 3),  # not below the minimum
        (3, 0.5, 3),
        (3, 0.51, 4),
        (3, 1.0, 6),  # so that traffic may double
        (8, 1.0, 10),  # not above the maximum
        (8, 0.5, 8),
        (8, 0.2, 7),  # one less each time
        (4, 0.0, 3),
    ],
)
def test_half_of_the_slots_and_vcpus_are_kept_free(
    running: int, load: float, expected: int
) -> None:
    assert environments_for(running, load, minimum=3, maximum=10) == expected


class Crowd:
    """Requests that hold their slots until they are let go."""

    def __init__(self, url: str, gate: Path) -> None:
        self._url = url
        self._gate = gate
        self._threads = ThreadPoolExecutor(100)

    def send(self, requests: int) -> list[Future[int]]:
        """Send requests at once; gives their statuses, when they have one."""
        return [self._threads.submit(self._ask) for _ in range(requests)]

    def let_go(self) -> None:
        """Let all requests end, also those to come."""
        self._gate.touch()

    def _ask(self) -> int:
        url = f"{self._url}wait"
        return httpx.get(url, params={"gate": str(self._gate)}, timeout=60).status_code


def environments(plane: LocalDataPlane) -> int:
    (usage,) = plane.usage()
    return usage.environments


def slots_in_use(plane: LocalDataPlane) -> int:
    (usage,) = plane.usage()
    return usage.slots_in_use


def test_of_60_requests_at_48_slots_48_are_served(
    new_plane: NewPlane, function_zip: Path, tmp_path: Path
) -> None:
    plane = new_plane(scaling_seconds=NEVER)
    plane.deploy(deployment(function_zip, concurrency=16), 3, 6)
    settled_status(plane)
    crowd = Crowd(open_url(plane), tmp_path / "gate")

    answers = crowd.send(60)
    wait_until(lambda: sum(answer.done() for answer in answers) == 12)
    crowd.let_go()

    assert sorted(answer.result() for answer in answers) == [200] * 48 + [429] * 12


def test_under_sustained_load_refusals_end_and_idle_environments_go(
    new_plane: NewPlane, function_zip: Path, tmp_path: Path
) -> None:
    plane = new_plane(scaling_seconds=HASTY)
    max_vcpus = [1]  # so that none is added before all requests have come
    bounded = replace(deployment(function_zip, concurrency=4), max_vcpus=lambda: max_vcpus[0])
    plane.deploy(bounded, 1, 4)
    settled_status(plane)
    crowd = Crowd(open_url(plane), tmp_path / "gate")

    first = crowd.send(10)
    wait_until(lambda: sum(answer.done() for answer in first) == 6)
    assert {answer.result() for answer in first if answer.done()} == {429}
    max_vcpus[0] = 4
    wait_until(lambda: environments(plane) >= 2)
    second = crowd.send(4)
    wait_until(lambda: slots_in_use(plane) == 8)
    crowd.let_go()

    assert {answer.result() for answer in second} == {200}
    wait_until(lambda: environments(plane) == 1)


def test_they_are_never_more_than_the_capacity_provider_has_vcpus_for(
    new_plane: NewPlane, function_zip: Path, tmp_path: Path
) -> None:
    plane = new_plane(scaling_seconds=HASTY)
    bounded = replace(deployment(function_zip, concurrency=1), max_vcpus=lambda: 2)
    plane.deploy(bounded, 1, 9)
    settled_status(plane)
    crowd = Crowd(open_url(plane), tmp_path / "gate")

    seen: set[int] = set()
    for _ in range(3):
        answers = crowd.send(4)
        wait_until(lambda answers=answers: any(each.done() for each in answers))
        seen |= wait_until(lambda: {environments(plane)} if environments(plane) > 1 else None)
    crowd.let_go()

    assert seen == {2}


def test_more_vcpus_make_room_without_a_new_deployment(
    new_plane: NewPlane, function_zip: Path, tmp_path: Path
) -> None:
    plane = new_plane(scaling_seconds=HASTY)
    max_vcpus = [1]
    bounded = replace(deployment(function_zip, concurrency=1), max_vcpus=lambda: max_vcpus[0])
    plane.deploy(bounded, 1, 9)
    settled_status(plane)
    crowd = Crowd(open_url(plane), tmp_path / "gate")

    answers = crowd.send(2)
    wait_until(lambda: any(each.done() for each in answers))
    before = environments(plane)
    max_vcpus[0] = 2
    crowd.send(2)
    wait_until(lambda: environments(plane) == 2)
    crowd.let_go()

    assert before == 1


def test_a_minimum_that_does_not_fit_fails_with_awss_reason(
    new_plane: NewPlane, function_zip: Path
) -> None:
    plane = new_plane()
    plane.deploy(replace(deployment(function_zip), max_vcpus=lambda: 2), 3)

    status = settled_status(plane)

    assert (status.state, status.reason_code) == ("Failed", "CapacityProviderScalingLimitExceeded")
    assert "3 execution environments need 3 vCPUs" in str(status.reason)


def test_a_version_that_runs_is_not_scaled_beyond_the_vcpus(
    new_plane: NewPlane, function_zip: Path
) -> None:
    plane = new_plane(scaling_seconds=NEVER)
    plane.deploy(replace(deployment(function_zip), max_vcpus=lambda: 2), 1)
    settled_status(plane)

    plane.scale("streamer", VERSION, 3)
    refused = settled_status(plane)
    serving = environments(plane), status_of(open_url(plane))
    plane.scale("streamer", VERSION, 1)

    assert refused.reason_code == "CapacityProviderScalingLimitExceeded"
    assert serving == (1, 200)
    assert settled_status(plane) == VersionStatus("Active")


def test_functions_of_one_capacity_provider_share_its_vcpus(
    new_plane: NewPlane, function_zip: Path
) -> None:
    plane = new_plane()
    plane.deploy(replace(deployment(function_zip, name="first"), max_vcpus=lambda: 2), 1)
    plane.deploy(replace(deployment(function_zip, name="second"), max_vcpus=lambda: 2), 2)

    assert settled_status(plane, "first") == VersionStatus("Active")
    assert settled_status(plane, "second").reason_code == "CapacityProviderScalingLimitExceeded"
    plane.retire("first", VERSION)
    plane.deploy(replace(deployment(function_zip, name="second"), max_vcpus=lambda: 2), 2)
    assert settled_status(plane, "second") == VersionStatus("Active")


def test_a_changed_range_holds_at_once(new_plane: NewPlane, function_zip: Path) -> None:
    plane = new_plane(scaling_seconds=NEVER)
    plane.deploy(deployment(function_zip), 1, 4)
    settled_status(plane)

    plane.scale("streamer", VERSION, 2, 2)
    wait_until(lambda: environments(plane) == 2)
    plane.scale("streamer", VERSION, 1, 1)
    wait_until(lambda: environments(plane) == 1)
