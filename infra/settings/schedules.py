"""The format of schedules: a list of maps, each with a cron expression and numbers.

A cron expression has the six fields of EventBridge Scheduler (minute, hour, day of the month,
month, weekday, year), of which a part is allowed. A number as a weekday is not: EventBridge counts
Sunday as 1, most cron tools as 0
(https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based).
"""

import dataclasses
import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from ..limits import MAX_ENVIRONMENTS
from . import Schedule
from .formats import Entry, Format, Integer, Text, decoded
from .mistakes import Set, listing, refuse, shortened

_CRON: Final = re.compile(r"(\d{1,2}) ([\d*/,-]+) ([\d*/,L-]+|\?) ([\dA-Z*/,-]+) ([A-Z*,-]+|\?) \*")


def fire_times(schedule: Schedule, since: datetime, *, backwards: bool = False) -> CronSim:
    """Return an iterator over the times after, or before, another one at which a schedule fires.

    Raises
    ------
    CronSimError
        When its expression is none that is allowed here, or names no time at all.
    """
    found = _CRON.fullmatch(schedule.cron)
    if found is None or (found[3] == "?") == (found[5] == "?"):
        raise CronSimError("not the six fields of a cron expression")
    fields = " ".join(found.groups()).replace("?", "*")
    return CronSim(fields, since.astimezone(ZoneInfo(schedule.timezone)), reverse=backwards)


def _is_cron(text: str) -> bool:
    try:
        fire_times(Schedule(name="", cron=text), datetime.now(UTC))
    except CronSimError:
        return False
    return True


@dataclass(frozen=True)
class _TimeZone(Format):
    """A time zone of the IANA database."""

    TYPE = "string"

    def read(self, entry: Entry) -> str:
        """Read its name."""
        known = available_timezones()
        if entry.text not in known:
            nearest = difflib.get_close_matches(entry.text, known, n=1)
            allowed = "a time zone of the IANA database, such as Europe/Berlin"
            entry.refuse(f"is {shortened(entry.text)}", allowed, (nearest or ["Europe/Berlin"])[0])
        return entry.text


_ENVIRONMENTS: Final = Integer(
    range(MAX_ENVIRONMENTS + 1),
    allowed=f"0 to {MAX_ENVIRONMENTS}, as Lambda's API demands",
    example="3",
)
_MEMBERS: Final[Mapping[str, Format]] = {
    "name": Text(
        r"[a-z](-?[a-z0-9]){0,39}",
        "up to 40 lower-case letters, digits and single hyphens between them, the first a letter",
        "evening",
        is_required=True,
    ),
    "cron": Text(
        ".*",
        "minute hour day month weekday year as in EventBridge Scheduler, with a number for the "
        "minute, ? for day or weekday, weekdays by name, and * for the year",
        "'0 19 ? * MON-FRI *'",
        is_required=True,
        is_good=_is_cron,
    ),
    "timezone": _TimeZone(),
    "minimum": _ENVIRONMENTS,
    "maximum": _ENVIRONMENTS,
}
_REQUIRED: Final = ("name", "cron")


@dataclass(frozen=True)
class Schedules(Format):
    """A list of schedules with different names."""

    TYPE = "array"
    ITEM_TYPE = "object"

    def read(self, entry: Entry) -> tuple[Schedule, ...]:
        """Read the schedules."""
        items: object = decoded(entry.text)
        if not isinstance(items, list) or not all(
            isinstance(item, dict) for item in cast("list[object]", items)
        ):
            refuse(
                f"is {shortened(entry.text)}",
                path=entry.key,
                allowed=f"a list of maps, each with some of {listing(_MEMBERS)}",
                fix=Set(f"{entry.key}[0].name", "evening"),
            )
        found = cast("list[dict[str, object]]", items)
        schedules = tuple(_schedule(entry, index, item) for index, item in enumerate(found))
        names = [schedule.name for schedule in schedules]
        for index, name in enumerate(names):
            if name in names[:index]:
                entry.refuse_surplus(index, f"is a list with {name!r} twice", "each name once")
        return schedules


def _schedule(entry: Entry, index: int, item: Mapping[str, object]) -> Schedule:
    for unknown in sorted(item.keys() - _MEMBERS.keys()):
        refuse(
            f"has {shortened(unknown)}",
            path=f"{entry.key}[{index}]",
            allowed=listing(_MEMBERS),
            fix=f"remove {shortened(unknown)}, or correct its spelling",
        )
    given = {**dict.fromkeys(_REQUIRED, ""), **item}
    values: dict[str, Any] = {
        name: _MEMBERS[name].read(
            dataclasses.replace(
                entry,
                key=f"{entry.key}[{index}].{name}",
                text=value if isinstance(value, str) else json.dumps(value),
            )
        )
        for name, value in given.items()
    }
    return Schedule(**values)
