"""How many execution environments the function has, and the schedules that change it."""

from __future__ import annotations

from dataclasses import dataclass

from .checked import Checked
from .mistakes import refuse


@dataclass(frozen=True, kw_only=True)
class Schedule(Checked):
    """A time that repeats, and how many execution environments the function has from then on."""

    name: str
    """Name of the schedule in EventBridge Scheduler, such as ``evening``."""
    cron: str
    """When it fires: the six fields of EventBridge Scheduler's cron expressions, with a number for
    the minute, weekdays by name, and ``*`` for the year."""
    timezone: str = "UTC"
    """Time zone of these fields, such as ``Europe/Berlin``."""
    minimum: int | None = None
    maximum: int | None = None
    """Execution environments that always run, and that may run, from then on: 0 to 15000. 0 for
    both parks the function. ``None`` takes ``min_environments`` and ``max_environments``."""


@dataclass(frozen=True, kw_only=True)
class ScalingSettings(Checked):
    """How many execution environments the function has."""

    min_environments: int = 3
    """Execution environments that always run, 0 to 15000; 3 is one for each availability zone. 0,
    with a maximum of 0, switches the function off."""
    max_environments: int = 10
    """Execution environments that may run, from the minimum to 15000. With the concurrency it
    bounds the open streams: 10 x 64."""
    schedules: tuple[Schedule, ...] = ()
    """Times at which EventBridge Scheduler changes the two numbers above, for example to park the
    function at night: a list of maps with ``name``, ``cron`` and, where it is not UTC,
    ``timezone``; ``minimum`` and ``maximum`` where they differ from the two numbers
    (docs/operations.md). While a schedule parks the function, it serves nothing and its instances
    cost nothing."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for schedule in self.schedules:
            least, most = self.numbers(schedule)
            if least > most or (least == 0) != (most == 0):
                refuse(
                    f"schedule {schedule.name} sets {least} to {most} execution environments",
                    allowed="a minimum of 1 to the maximum, or 0 for both, which parks the "
                    "function; a number that a schedule does not name is the stack's",
                    fix=f"set minimum and maximum of {schedule.name} in schedules",
                )
        if self.schedules and all(self.parks(schedule) for schedule in self.schedules):
            refuse(
                "schedules park the function, and none starts it again",
                allowed="at least one schedule with a maximum of 1 or more; requests start nothing",
                fix="add a schedule that starts the function, such as one in the morning",
            )

    def numbers(self, schedule: Schedule) -> tuple[int, int]:
        """Return minimum and maximum of execution environments from the time of a schedule on."""
        least, most = schedule.minimum, schedule.maximum
        return (
            self.min_environments if least is None else least,
            self.max_environments if most is None else most,
        )

    def parks(self, schedule: Schedule) -> bool:
        """Whether a schedule parks the function."""
        return self.numbers(schedule)[1] == 0

    @property
    def always_runs(self) -> bool:
        """Whether at least one execution environment runs at all times."""
        return self.min_environments > 0 and not any(map(self.parks, self.schedules))
