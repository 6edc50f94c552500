"""How often, by person and by pool; and what looks like a silent rejection."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Silent:
    """One lead that looks rejected although nobody said so: `rule` is the name of what was seen, `since` from when on."""

    contact: str
    owner: str
    rule: str
    since: datetime


@dataclass(slots=True)
class Tally:
    """One person's, or one pool's. `late` are answers after their time, `overdue` those that are still missing."""

    name: str
    handed_over: int = 0
    in_time: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    taken_away: int = 0
    accepted: int = 0
    rejected: int = 0
    contacted: int = 0
    won: int = 0
    answers: list[timedelta] = field(default_factory=list)
    suspicious: Counter[str] = field(default_factory=Counter)

    @property
    def median_answer(self) -> timedelta | None:
        """In working time of whose lead it was."""
        if not self.answers:
            return None
        return timedelta(seconds=median(one.total_seconds() for one in self.answers))

    def as_json(self) -> dict[str, Any]:
        """Times in seconds."""
        middle = self.median_answer
        return {
            "name": self.name,
            "handed_over": self.handed_over,
            "answered_in_time": self.in_time,
            "answered_late": self.late,
            "open": self.open,
            "overdue": self.overdue,
            "taken_away": self.taken_away,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "contacted": self.contacted,
            "won": self.won,
            "median_answer_s": None if middle is None else round(middle.total_seconds()),
            "suspicious": dict(sorted(self.suspicious.items())),
        }


@dataclass(frozen=True, slots=True)
class FollowUpReport:
    """A period's hand-overs: what is known now of those made in it."""

    since: datetime
    until: datetime
    owners: tuple[Tally, ...]
    pools: tuple[Tally, ...]
    silent: tuple[Silent, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "owners": [one.as_json() for one in self.owners],
            "pools": [one.as_json() for one in self.pools],
            "suspicious": [
                {
                    "contact": one.contact,
                    "owner": one.owner,
                    "rule": one.rule,
                    "since": one.since.isoformat(),
                }
                for one in self.silent
            ],
        }
