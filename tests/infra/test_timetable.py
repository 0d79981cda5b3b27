"""Which numbers the schedules have set at a time, and for how long in a week."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from infra.settings import ScalingSettings, Schedule
from infra.timetable import HOURS_PER_WEEK, hours_per_week, numbers_in_force

BERLIN = ZoneInfo("Europe/Berlin")
EVENING = Schedule(
    name="evening", cron="0 19 ? * MON-FRI *", timezone="Europe/Berlin", minimum=0, maximum=0
)
MORNING = Schedule(name="morning", cron="0 7 ? * MON-FRI *", timezone="Europe/Berlin")
PEAK = Schedule(name="peak", cron="0 12 ? * WED *", timezone="Europe/Berlin", minimum=8, maximum=20)


def scaling(*schedules: Schedule) -> ScalingSettings:
    return ScalingSettings(min_environments=3, max_environments=10, schedules=schedules)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 25, 6, 59, tzinfo=BERLIN), (0, 0)),
        (datetime(2026, 11, 25, 7, 1, tzinfo=BERLIN), (3, 10)),
        (datetime(2026, 11, 25, 12, 1, tzinfo=BERLIN), (8, 20)),
        (datetime(2026, 11, 25, 19, 1, tzinfo=BERLIN), (0, 0)),
        # Saturday, since the evening before.
        (datetime(2026, 11, 28, 12, 0, tzinfo=BERLIN), (0, 0)),
        # In summer the morning of Berlin begins an hour earlier in UTC.
        (datetime(2026, 7, 1, 5, 30, tzinfo=UTC), (3, 10)),
        (datetime(2026, 12, 2, 5, 30, tzinfo=UTC), (0, 0)),
    ],
)
def test_the_schedule_that_fired_last_is_in_force(now: datetime, expected: tuple[int, int]) -> None:
    assert numbers_in_force(scaling(EVENING, MORNING, PEAK), now) == expected


def test_without_schedules_the_settings_are_in_force() -> None:
    assert numbers_in_force(scaling(), datetime(2026, 11, 25, tzinfo=UTC)) == (3, 10)
    assert hours_per_week(scaling()) == {3: HOURS_PER_WEEK}


def test_nights_and_weekends_off_leave_sixty_hours() -> None:
    hours = hours_per_week(scaling(EVENING, MORNING))

    # Mondays to Fridays, twelve hours.
    assert hours == {3: pytest.approx(60), 0: pytest.approx(108)}


def test_a_schedule_of_a_day_in_the_month_counts_with_its_share() -> None:
    first = Schedule(name="first", cron="0 0 1 * ? *", minimum=30, maximum=60)
    second = Schedule(name="second", cron="0 0 2 * ? *")

    hours = hours_per_week(scaling(first, second))

    assert hours[30] == pytest.approx(12 * 24 / 52)
