"""Who got how many leads, by which rule, and why others did not: from the assignment ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from connector.config import compile_text
from connector.decide.routing.why_not import kind_of, why_not
from connector.model.person.decision import Routing
from connector.model.roster import Roster
from connector.model.rules import Pool, Rulebook
from connector.store import Recorded, Store
from connector.store.recall.person.assignments import Assigned


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """One owner: leads in the period by rule, and how often they were passed over for what."""

    owner: str
    leads: int
    by_rule: Mapping[str, int]
    passed_over: Mapping[str, int]
    open: int


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A member of a pool: leads of the period from it, and the share that the weights give to somebody who is never missing."""

    pool: str
    owner: str
    weight: int
    leads: int
    share: float | None
    due_share: float


@dataclass(frozen=True, slots=True)
class Missed:
    """A lead of the period that went to somebody else, and why."""

    contact: str
    at: datetime
    owner: str
    rule: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutingReport:
    """`since` included, `until` not. `rules` counts leads by rule, in the order of the rules now in force."""

    since: datetime
    until: datetime
    leads: int
    rules: Mapping[str, int]
    passed_by: Mapping[str, int]  # by rule: how often it was asked and gave nothing
    owners: tuple[OwnerRow, ...]
    seats: tuple[SeatRow, ...]
    asked: str = ""
    missed: tuple[Missed, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "leads": self.leads,
            "rules": [
                {"rule": rule, "leads": count, "gave_nothing": self.passed_by.get(rule, 0)}
                for rule, count in self.rules.items()
            ],
            "owners": self.as_rows(),
            "pools": [
                {
                    "pool": one.pool,
                    "owner": one.owner,
                    "weight": one.weight,
                    "leads": one.leads,
                    "share": one.share,
                    "share_by_weight": one.due_share,
                }
                for one in self.seats
            ],
            "owner": self.asked or None,
            "missed": [
                {
                    "contact": one.contact,
                    "at": one.at.isoformat(),
                    "owner": one.owner,
                    "rule": one.rule,
                    "why": list(one.why),
                }
                for one in self.missed
            ],
        }

    def as_rows(self) -> list[dict[str, Any]]:
        """The owners."""
        return [
            {
                "owner": one.owner,
                "leads": one.leads,
                "by_rule": dict(one.by_rule),
                "passed_over": dict(one.passed_over),
                "open": one.open,
            }
            for one in self.owners
        ]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why one lead did not go to somebody; `given` None: to nobody yet. No reasons: it did."""

    owner: str
    given: Routing | None
    why: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        given = self.given
        return {
            "owner": self.owner,
            "given_to": given.owner if given else None,
            "rule": given.rule if given else None,
            "why": list(self.why),
        }


@dataclass(slots=True)
class _Count:
    """Counted while the ledger is read once."""

    leads: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    passed_by: Counter[str] = field(default_factory=Counter)
    owners: dict[str, Counter[str]] = field(default_factory=dict)
    passed: dict[str, Counter[str]] = field(default_factory=dict)
    pools: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, one: Assigned) -> None:
        routing = one.routing
        self.leads += 1
        self.rules[routing.rule] += 1
        self.owners.setdefault(routing.owner, Counter())[routing.rule] += 1
        if routing.pool:
            self.pools[routing.pool, routing.owner] += 1
        for skip in routing.skipped:
            if "@" in skip.who:
                self.passed.setdefault(skip.who, Counter())[kind_of(skip.why)] += 1
            else:
                self.passed_by[skip.who] += 1


def routing_report(
    store: Store, book: Rulebook, since: datetime, until: datetime, owner: str = ""
) -> RoutingReport:
    """The report of one period; with an `owner` (an address of theirs), also every lead they did not get and why."""
    roster, count, missed = store.roster(), _Count(), []
    asked = roster.aliases.get(owner.lower(), owner.lower())
    book_of = _books(store, book)
    for one in store.told.assignments(since, until):
        count.add(one)
        if asked and one.routing.owner != asked:
            why = why_not(book_of(one.rulebook), one.routing, asked, roster)
            missed.append(Missed(one.contact, one.at, one.routing.owner, one.routing.rule, why))
    order = [rule.name for rule in book.routes.rules]
    names = dict.fromkeys([*order, *sorted(count.rules)])
    return RoutingReport(
        since=since,
        until=until,
        leads=count.leads,
        rules={name: count.rules[name] for name in names},
        passed_by=dict(count.passed_by),
        owners=_owners(count, roster),
        seats=tuple(seat for pool in book.routes.pools for seat in _seats(pool, count)),
        asked=asked,
        missed=tuple(missed),
    )


def refused(store: Store, book: Rulebook, history: Iterable[Recorded], owner: str) -> Refused:
    """Why the lead with this history did not go to `owner` (an address of theirs) when it was given away last."""
    roster = store.roster()
    asked = roster.aliases.get(owner.lower(), owner.lower())
    last = [one.decision for one in history if one.decision.routing and one.undone is None][-1:]
    for decision in last:
        if decision.routing is not None:
            then = _books(store, book)(decision.rulebook)
            why = why_not(then, decision.routing, asked, roster)
            return Refused(asked, decision.routing, why)
    return Refused(asked, None, ())


def _books(store: Store, book: Rulebook) -> Callable[[str], Rulebook]:
    """The rulebook of a digest; one whose text cannot be compiled any more is taken for the one in force."""

    @cache
    def found(digest: str) -> Rulebook:
        texts = None if digest == book.digest else store.told.rulebook(digest)
        compiled = None if texts is None else compile_text(texts).book
        return compiled or book

    return found


def _owners(count: _Count, roster: Roster) -> tuple[OwnerRow, ...]:
    rows = [
        OwnerRow(
            owner=key,
            leads=sum(count.owners.get(key, Counter()).values()),
            by_rule=dict(count.owners.get(key, Counter()).most_common()),
            passed_over=dict(count.passed.get(key, Counter()).most_common()),
            open=roster.open.get(key, 0),
        )
        for key in count.owners.keys() | count.passed.keys()
    ]
    return tuple(sorted(rows, key=lambda one: (-one.leads, one.owner)))


def _seats(pool: Pool, count: _Count) -> Iterable[SeatRow]:
    """Members first, then whoever stood in for one."""
    weights = dict(pool.weights)
    got = {owner: leads for (name, owner), leads in count.pools.items() if name == pool.name}
    total, whole = sum(got.values()), sum(weights.get(m, 1) for m in pool.members)
    for key in dict.fromkeys([*pool.members, *sorted(got)]):
        weight = weights.get(key, 1) if key in pool.members else 0
        share = round(got.get(key, 0) / total, 4) if total else None
        due = round(weight / whole, 4) if whole else 0.0
        yield SeatRow(pool.name, key, weight, got.get(key, 0), share, due)
