"""Which numbers of execution environments the schedules have set, and for how long.

A number is in force from the time at which its schedule fires until another schedule fires.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import Final

from .settings import ScalingSettings
from .settings.schedules import fire_times

HOURS_PER_WEEK: Final = 168
_SAMPLE_START: Final = datetime(2027, 1, 4, tzinfo=UTC)
_SAMPLE_WEEKS: Final = 52
"""Whole weeks, which are always the same, so that a preview shows a change only where there is one.
They have months of every length, and both changes of the clock."""


def numbers_in_force(scaling: ScalingSettings, now: datetime) -> tuple[int, int]:
    """Return the minimum and maximum of execution environments at a time.

    They are those of the schedule that fired last, and the stack's where none ever has.
    """
    fired = [
        (time, scaling.numbers(schedule))
        for schedule in scaling.schedules
        for time in [next(fire_times(schedule, now, backwards=True), None)]
        if time is not None
    ]
    if not fired:
        return scaling.min_environments, scaling.max_environments
    _, numbers = max(fired, key=lambda each: each[0])
    return numbers


def hours_per_week(scaling: ScalingSettings) -> Mapping[int, float]:
    """Return for how many hours of an average week each minimum is in force."""
    end = _SAMPLE_START + timedelta(weeks=_SAMPLE_WEEKS)
    # An iterator leaves out the time that it starts from.
    since = _SAMPLE_START - timedelta(seconds=1)
    changes = sorted(
        (time, scaling.numbers(schedule)[0])
        for schedule in scaling.schedules
        for time in takewhile(lambda time: time < end, fire_times(schedule, since))
    )
    before = (_SAMPLE_START, numbers_in_force(scaling, _SAMPLE_START)[0])
    hours: defaultdict[int, float] = defaultdict(float)
    for (begin, minimum), (until, _) in pairwise([before, *changes, (end, 0)]):
        hours[minimum] += (until - begin) / timedelta(hours=1)
    return {minimum: total / _SAMPLE_WEEKS for minimum, total in hours.items() if total}
