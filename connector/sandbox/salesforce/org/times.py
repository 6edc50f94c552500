"""Times as Salesforce writes them. All texts are UTC and of fixed width, so they sort as they stand."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime

_SHAPE = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)


def stamp(moment: datetime) -> str:
    """`2026-11-21T10:00:00.000+0000`, whole seconds (api-contracts B.6, B.8)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def instant(text: str) -> datetime:
    """The moment behind a `stamp`."""
    return datetime.fromisoformat(text[:23]).replace(tzinfo=UTC)


def read_datetime(text: str) -> str | None:
    """An ISO 8601 datetime as a UTC text with milliseconds; without an offset it is UTC; None if it is no datetime."""
    found = _SHAPE.fullmatch(text)
    if not found:
        return None
    day, minute, second, fraction, offset = found.groups()
    zone = "+00:00" if offset in (None, "Z") else offset
    millis = (fraction or "")[:3].ljust(3, "0")
    try:
        moment = datetime.fromisoformat(f"{day}T{minute}:{second or '00'}.{millis}{zone}")
        return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "+0000"
    except (ValueError, OverflowError):
        return None


def read_date(text: str) -> str | None:
    """`YYYY-MM-DD`, also cut from a datetime; None if it is no date."""
    if len(text) > 10 and read_datetime(text) is None:
        return None
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day.isoformat() if text[:10] == day.isoformat() else None


def http_date(text: str) -> str:
    """A `stamp` as `EEE, dd MMM yyyy HH:mm:ss GMT` (api-contracts B.5)."""
    return format_datetime(instant(text), usegmt=True)


def read_http_date(text: str) -> str | None:
    """An HTTP date as a `stamp`; None if it cannot be read."""
    try:
        return stamp(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
