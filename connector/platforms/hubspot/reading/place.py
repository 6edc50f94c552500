"""Cursors as JSON, times in milliseconds, and the few things all streams read from rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from connector.errors import Bug

Place = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def read(cursor: str | None) -> Place:
    """The place a cursor stands for; {} before the beginning. A cursor we did not write is a Bug."""
    if not cursor:
        return {}
    try:
        found = orjson.loads(cursor)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Bug("a stored HubSpot cursor cannot be read; rewind the stream")
    return found


def write(place: Mapping[str, Any]) -> str:
    return orjson.dumps(place, option=orjson.OPT_SORT_KEYS).decode()


def ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware time."""
    return (moment - _EPOCH) // _MS


def moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MS


def instant(found: Any) -> datetime:
    """A time of HubSpot's: ISO with a zone, or epoch milliseconds; ValueError or TypeError for anything else."""
    if isinstance(found, str) and not found.isdigit():
        parsed = datetime.fromisoformat(found)
        if parsed.tzinfo is None:
            raise ValueError("a time without a zone")
        return parsed
    return moment(int(found))


def results(found: Mapping[str, Any], name: str = "results") -> Sequence[Any]:
    rows = found.get(name)
    return rows if isinstance(rows, list) else ()


def after(found: Mapping[str, Any]) -> str | None:
    """The token of the next page; None on the last one."""
    paging = found.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    token = following.get("after") if isinstance(following, dict) else None
    return None if token is None else str(token)
