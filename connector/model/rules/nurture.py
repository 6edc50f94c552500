"""Nurture streams, one at a time; the ladder for the silent ones; the share that is held out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connector.model.condition import ALWAYS, Condition


@dataclass(frozen=True, slots=True)
class Stream:
    """The first whose condition holds; `asked` streams are entered only through a transition or a ladder that names them.

    Whoever is in a stream with `until` stays until that holds, whatever becomes of `when`. A stream is exhausted after `lasts`
    or `mails` in it, counted over all stays, and then not entered again before `again_after` (None: never).
    """

    name: str
    when: Condition
    where: str
    asked: bool = False
    while_working: bool = False  # goes on while sales works the lead
    purpose: str = ""  # of consent; "": only the rules' condition counts
    until: Condition | None = None
    lasts: timedelta | None = None
    mails: int | None = None
    again_after: timedelta | None = None

    @property
    def limited(self) -> bool:
        return self.lasts is not None or self.mails is not None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Streams, one after the other for `every`, for people in `stages` (empty: all) who have been silent for `after`.

    Any activity of theirs takes them off. At the end they are left alone until then, or until `again_after` has passed.
    """

    name: str
    after: timedelta
    every: timedelta
    steps: tuple[str, ...]
    where: str
    stages: tuple[str, ...] = ()
    when: Condition = ALWAYS
    again_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class HoldOut:
    """The `share` (0 to 1) of people who are in none of `streams` (empty: all), so that their effect can be measured."""

    name: str
    share: float
    where: str
    streams: tuple[str, ...] = ()

    def covers(self, stream: str) -> bool:
        return not self.streams or stream in self.streams


@dataclass(frozen=True, slots=True)
class Nurture:
    """`consent` must hold for any stream. `mails` is the signal that counts mails received."""

    streams: tuple[Stream, ...] = ()
    consent: Condition | None = None
    mails: str = ""
    ladders: tuple[Ladder, ...] = ()
    hold_out: HoldOut | None = None

    def stream(self, name: str) -> Stream | None:
        return next((one for one in self.streams if one.name == name), None)
