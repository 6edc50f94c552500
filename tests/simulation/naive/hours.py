"""Working hours, quarter by quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)
Shifts = tuple[tuple[time, time], ...]


def _days(*days: tuple[int, int]) -> frozenset[date]:
    return frozenset(date(2026, month, day) for month, day in days)


class Hours(NamedTuple):
    """`shifts` by weekday, from and to."""

    zone: ZoneInfo
    shifts: tuple[Shifts, ...]
    free: frozenset[date]


def _every(day: Shifts, friday: Shifts = ()) -> tuple[Shifts, ...]:
    return (day, day, day, day, friday or day, (), ())


HOME = Hours(
    ZoneInfo("Europe/Berlin"),
    _every(((time(8), time(17)),), ((time(8), time(15)),)),
    _days((1, 1), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (10, 3), (10, 31), (12, 24), (12, 25), (12, 26), (12, 31)),
)  # fmt: skip
"""Lower Saxony, and two days on which we are closed."""
STUTTGART = HOME._replace(
    free=_days((1, 1), (1, 6), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (6, 4), (10, 3), (11, 1), (12, 25), (12, 26))
)  # fmt: skip
ESSEN = HOME._replace(
    free=_days((1, 1), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (6, 4), (10, 3), (11, 1), (12, 25), (12, 26))
)  # fmt: skip
MILAN = Hours(
    ZoneInfo("Europe/Rome"),
    _every(((time(9), time(13)), (time(14), time(18)))),
    _days((1, 1), (1, 6), (4, 5), (4, 6), (4, 25), (5, 1), (6, 2), (8, 15), (10, 4), (11, 1), (12, 8), (12, 25), (12, 26)),
)  # fmt: skip
LONDON = Hours(
    ZoneInfo("Europe/London"),
    _every(((time(9), time(17, 30)),)),
    _days((1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)),
)
AT = "@nordring.example"
OF = {
    f"s.keller{AT}": STUTTGART,
    f"m.lindner{AT}": STUTTGART,
    f"t.vogel{AT}": ESSEN,
    f"r.aydin{AT}": ESSEN,
    f"e.rossi{AT}": MILAN,
    f"p.smith{AT}": LONDON,
}
NAMED = {"default": HOME, "stuttgart": STUTTGART, "essen": ESSEN, "milan": MILAN, "london": LONDON}


def of(owner: str) -> Hours:
    return OF.get(owner, HOME)


def closes(hours: Hours, moment: datetime) -> datetime | None:
    """When the shift in which this moment lies ends; None outside."""
    local = moment.astimezone(hours.zone)
    if local.date() in hours.free:
        return None
    for begin, end in hours.shifts[local.weekday()]:
        if begin <= local.time() < end:
            return datetime.combine(local.date(), end, hours.zone).astimezone(UTC)
    return None


def later(hours: Hours, start: datetime, span: timedelta) -> datetime:
    """When so much working time has passed."""
    moment, left = start, span
    while left > timedelta(0):
        end = closes(hours, moment)
        if end is None:
            moment = _next_quarter(moment)
            continue
        step = min(left, end - moment)
        moment, left = moment + step, left - step
    return moment


def worked(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between."""
    moment, found = start, timedelta(0)
    while moment < end:
        closing = closes(hours, moment)
        if closing is None:
            moment = _next_quarter(moment)
            continue
        step = min(closing, end) - moment
        moment, found = moment + step, found + step
    return found


def _next_quarter(moment: datetime) -> datetime:
    """No shift begins or ends between two quarters of an hour."""
    past = timedelta(
        minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond
    )
    return moment - past + QUARTER


def day(hours: Hours) -> timedelta:
    """An average working day."""
    spans = [
        sum((_span(begin, end) for begin, end in shifts), timedelta())
        for shifts in hours.shifts
        if shifts
    ]
    return timedelta(seconds=sum(spans, timedelta()).total_seconds() // len(spans))


def _span(begin: time, end: time) -> timedelta:
    anyday = date(2026, 1, 1)
    return datetime.combine(anyday, end) - datetime.combine(anyday, begin)
