"""Days, and moments in UTC to the second."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

_DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(1700, 4001)  # beyond these no CRM keeps a date
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GERMAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
)
_MILLISECONDS = re.compile(r"-?[0-9]{1,15}")
_LEAST_MS = 10**11  # a smaller count is in seconds (or from before 1973): nobody can tell


def day(raw: Any) -> date | None:
    """A date from `2026-11-21`, `21.11.2026`, a moment (its day in UTC) or milliseconds at midnight UTC; None for blank.

    Raises ValueError, also for `11/21/2026`, which could be two days.
    """
    if isinstance(raw, str):
        raw = raw.strip()
        if not raw:
            return None
        if _ISO_DAY.fullmatch(raw):
            return _within(_day(int(raw[:4]), int(raw[5:7]), int(raw[8:])))
        if german := _GERMAN_DAY.fullmatch(raw):
            return _within(_day(int(german[3]), int(german[2]), int(german[1])))
        if not _MILLISECONDS.fullmatch(raw):
            return _day_of(moment(raw))
        raw = int(raw)
    if type(raw) is int:
        if raw % _DAY_MS:
            raise ValueError("is not a date: these milliseconds are not at midnight UTC")
        return _within(_since_epoch(raw).date())
    if type(raw) is date:
        return _within(raw)
    return _day_of(moment(raw))


def moment(raw: Any) -> datetime | None:
    """An aware moment in UTC, whole seconds (what every CRM's form keeps), from ISO text with a zone or from milliseconds.

    None for blank. Raises ValueError, also for a time without a zone.
    """
    if raw is None or raw == "":
        return None
    if isinstance(raw, str):
        raw = raw.strip()
        if not raw:
            return None
        if _MILLISECONDS.fullmatch(raw):
            raw = int(raw)
        else:
            raw = _from_iso(raw)
    if type(raw) is int:
        if abs(raw) < _LEAST_MS:
            raise ValueError("is not a time: the number must be milliseconds since 1970")
        raw = _since_epoch(raw)
    if not isinstance(raw, datetime):
        raise ValueError("is not a time")
    return _utc(raw)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("is a time without a zone")
    try:
        at = at.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError("is a time out of range") from None
    _within(at.date())
    return at


def _from_iso(raw: str) -> datetime:
    if not _ISO_MOMENT.fullmatch(raw):
        raise ValueError("is not a time: write 2026-11-21T10:00:00Z")
    try:
        return datetime.fromisoformat(raw)
    except ValueError:
        raise ValueError("is not a time of the calendar") from None


def _since_epoch(ms: int) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        raise ValueError("is a time out of range") from None


def _day(year: int, month: int, of_month: int) -> date:
    try:
        return date(year, month, of_month)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def _day_of(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def _within(found: date) -> date:
    if found.year not in _YEARS:
        raise ValueError("is a date out of range")
    return found
