"""Stays in nurture streams, and the climb of somebody silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """The latest stay in one stream. `first` and `stage`: when it was entered the very first time, and from which stage.

    `left` None: still in it. `spent` (seconds) and `mails` are those of earlier stays since the stream was exhausted last;
    `base` is the count of mails when this stay began. Somebody held out has stays like everybody else, but no mails.
    """

    stream: str
    first: datetime
    stage: str
    since: datetime
    left: datetime | None = None
    why: str = ""  # it was left
    exhausted: bool = False
    spent: float = 0.0
    mails: float = 0.0
    base: float = 0.0


@dataclass(frozen=True, slots=True)
class Climb:
    """Somebody on a ladder since a moment, silent since another. `ended`: no more, until there is an activity of theirs.

    `before`: other ladders climbed in this silence, and when each of them ended.
    """

    ladder: str
    since: datetime
    silent: datetime
    ended: datetime | None = None
    why: str = ""
    before: tuple[tuple[str, datetime], ...] = ()
