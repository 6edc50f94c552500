"""Property values in HubSpot's own form: strings, `""` for none, times in ISO UTC with milliseconds (api-contracts A.5)."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 65_536
"""Characters in one string property (api-contracts A.9)."""
_DAY_MS = 86_400_000
_LATEST_MS = 253_402_300_799_999  # 9999-12-31
_EMAIL = re.compile(
    r"[^@\s,;<>()\"\\]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+([a-z][a-z0-9-]{1,23})"
)
_NO_TLD = frozenset({"con", "invalid", "local", "localhost"})


class Invalid(ValueError):
    """One value that one property refuses; `code` is HubSpot's name for the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware time; ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


@lru_cache(maxsize=4096)
def iso(ms: int) -> str:
    """`2026-11-21T08:30:00.000Z`: text of one length, so its order is the order of time."""
    return f"{from_ms(ms).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def iso_ms(text: str) -> int:
    """The inverse of `iso`; also takes a date and any ISO time. ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def instant(text: str) -> int:
    """Milliseconds from epoch milliseconds or ISO text, as every time parameter accepts both. ValueError otherwise."""
    ms = int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else iso_ms(text)
    if not 0 <= ms <= _LATEST_MS:
        raise ValueError(f"{text} is outside of the calendar")
    return ms


def as_text(raw: object) -> str:
    """A JSON scalar as the text HubSpot would store; Invalid for lists and objects."""
    match raw:
        case None:
            return ""
        case str():
            return raw
        case bool():
            return "true" if raw else "false"
        case int():
            return str(raw)
        case float():
            return str(int(raw)) if raw.is_integer() else repr(raw)
    raise Invalid("INVALID_VALUE", "Value must be a string, a number or a boolean")


def plain(text: str) -> str:
    if len(text) > LONGEST:
        raise Invalid(
            "STRING_TOO_LONG", f"Value exceeds the maximum length of {LONGEST} characters"
        )
    return text


def number(text: str) -> str:
    try:
        found = float(text.strip())
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or "_" in text:
        raise Invalid("INVALID_INTEGER", f"{text} was not a valid number")
    return text.strip()


def boolean(text: str) -> str:
    if text.lower() not in ("true", "false"):
        raise Invalid("INVALID_BOOLEAN", f"{text} was not a valid boolean")
    return text.lower()


def date(text: str) -> str:
    """An ISO date, or milliseconds of a midnight in UTC (api-contracts A.5)."""
    try:
        ms = instant(text.strip())
    except (ValueError, OverflowError):
        raise Invalid("INVALID_DATE", f"{text} was not a valid date") from None
    if ms % _DAY_MS:
        raise Invalid("INVALID_DATE", f"{text} is at {iso(ms)[11:]}, not at midnight UTC")
    return iso(ms)[:10]


def datetime_text(text: str) -> str:
    try:
        return iso(instant(text.strip()))
    except (ValueError, OverflowError):
        raise Invalid("INVALID_DATE", f"{text} was not a valid date and time") from None


def email(text: str) -> str:
    """Lower case, as HubSpot keeps addresses; Invalid for what cannot receive mail (row 15)."""
    address = text.strip().lower()
    found = _EMAIL.fullmatch(address)
    if not found or found[1] in _NO_TLD or len(address) > 254:
        raise Invalid("INVALID_EMAIL", f"Email address {text} is invalid")
    return address


def chosen(text: str, options: Collection[str]) -> str:
    if text not in options:
        raise Invalid(
            "INVALID_OPTION", f"{text} was not one of the allowed options: [{', '.join(options)}]"
        )
    return text


def several(text: str, options: Collection[str], before: str) -> str:
    """`a;b`; a leading `;` adds to what is there (api-contracts A.5)."""
    picked = [chosen(part, options) for part in text.split(";") if part]
    kept = before.split(";") if text.startswith(";") and before else []
    return ";".join(dict.fromkeys(kept + picked))
