"""One search for an owner, and everyone it passes over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connector.decide.clock import next_working, working
from connector.decide.routing.territory import Get
from connector.model.person.decision import Skipped
from connector.model.roster import Roster
from connector.model.rules import Calendar, Routes, Rulebook

LANGUAGE = "language"  # the hub field


@dataclass(slots=True)
class Search:
    """`former` had this lead before, the latest last; `again`: it is taken from that one because nothing came of it."""

    book: Rulebook
    get: Get
    roster: Roster
    now: datetime
    former: tuple[str, ...]
    again: bool = False
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def routes(self) -> Routes:
        return self.book.routes

    def skip(self, who: str, why: str, where: str) -> None:
        self.skipped.append(Skipped(who, why, where))

    def unavailable(self, key: str) -> str:
        """Why a person cannot get a lead at this moment, or ""."""
        owner = self.roster.named(key)
        if owner is None:
            return "not in the roster"
        if not owner.active:
            return "not active"
        until = self.roster.away_until(key, self.now)
        return "" if until is None else f"away until {until:%Y-%m-%d}"

    def stand_in(self, key: str, why: str, where: str, others: tuple[str, ...] = ()) -> str:
        """Who answers instead of somebody who cannot, or ""; none of the `others`, who have turns of their own."""
        found = (one for one in self.roster.stand_ins(key) if not self.unavailable(one))
        instead = next(found, "")
        instead = "" if instead in others else instead
        self.skip(key, f"{why}, {instead} answers instead" if instead else why, where)
        return instead

    def at_work(self, key: str) -> datetime:
        """When this person works next; now, where no hours are written."""
        calendar = self.calendar(key)
        return next_working(calendar, self.now) if working(calendar) else self.now

    def calendar(self, key: str) -> Calendar:
        """The hours of a person."""
        rules = self.book.follow_up
        return rules.named(rules.calendar_of(self.roster.main(key)))

    def speaks(self, key: str) -> bool:
        """Whether a person speaks the lead's language. Nothing is asked while it is unknown, nor of whom no language is written."""
        language = self.get(LANGUAGE)
        known = self.roster.speaks.get(self.roster.main(key), ())
        return not language or not known or str(language).lower() in known
