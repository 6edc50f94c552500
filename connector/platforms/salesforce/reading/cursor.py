"""Where reading stands, per kind of record.

Rows carry whole seconds, thousands may share one, and a row becomes visible only when its transaction commits, with an
older stamp (api-contracts B.6). So within a pull we go by `(stamp, Id)`, and the next pull begins `overlap` before the
server's time at which this one began. That time is never read from our own clock alone: it is the newest stamp seen plus
what has passed since, so a clock that is wrong by hours loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

OVERLAP = timedelta(minutes=6)
"""Five minutes for rows that become visible late, one for a call that takes its time: the mark may stand that far ahead."""
_SKEW = timedelta(minutes=15)
"""How wrong our clock may be before the first long pull is followed by a second, unneeded one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One kind's place. Outside a pull only `base` and `as_of` are set.

    `base`: the server's clock showed at least this when ours showed `as_of`, and all older than `base - overlap` is read.
    `at`: the last row of a pull that is under way; `first` and `begun`: what becomes `base` and `as_of` at its end.
    """

    base: datetime | None = None
    as_of: datetime | None = None
    at: tuple[str, str] | None = None
    first: datetime | None = None
    begun: datetime | None = None

    def begin(self, now: datetime) -> Mark:
        """The start of a pull, or its continuation if one is under way."""
        if self.at is not None:
            return self
        passed = max(now - self.as_of, timedelta()) if self.as_of else timedelta()
        return replace(self, first=self.base + passed if self.base else None, begun=now)

    def since(self, overlap: timedelta) -> datetime | None:
        """The stamp from which a new pull reads; None: from the beginning."""
        return self.base - overlap if self.base else None

    def after(self, last: tuple[str, str]) -> Mark:
        """Moved behind a page's last row. The first page of a pull shows what the server's clock had reached by then."""
        stamp = moment(last[0])
        first = self.first
        if self.at is None:
            first = max(first, stamp) if first else stamp
        return replace(self, at=last, first=first)

    def end(self) -> Mark:
        """Everything visible when the pull began has been read."""
        base = self.first
        if self.at is not None and self.begun is not None:
            late = min(moment(self.at[0]), self.begun - _SKEW)
            base = max(base, late) if base else late
        return Mark(base=base, as_of=self.begun)


@lru_cache(maxsize=8192)
def moment(text: str) -> datetime:
    """`2026-11-21T10:00:00.000+0000` as aware UTC; raises ValueError for anything else."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without an offset")
    return found


def read(text: str | None) -> dict[str, Mark]:
    """The marks of a stored cursor. What cannot be read is the beginning: rows may repeat, never vanish."""
    try:
        return {str(kind): _mark(each) for kind, each in orjson.loads(text or "{}").items()}
    except (ValueError, TypeError, AttributeError, KeyError):
        return {}


def _mark(each: Mapping[str, Any]) -> Mark:
    at = each.get("at")
    if at is not None:
        moment(at[0])
    return Mark(
        _time(each.get("base")),
        _time(each.get("as_of")),
        (str(at[0]), str(at[1])) if at is not None else None,
        _time(each.get("first")),
        _time(each.get("begun")),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else moment(text)


def write(marks: Mapping[str, Mark]) -> str:
    shown = {kind: _shown(mark) for kind, mark in marks.items()}
    return orjson.dumps(shown, option=orjson.OPT_SORT_KEYS).decode()


def _shown(mark: Mark) -> dict[str, Any]:
    full = {
        "base": mark.base,
        "as_of": mark.as_of,
        "at": mark.at,
        "first": mark.first,
        "begun": mark.begun,
    }
    return {name: value for name, value in full.items() if value is not None}
