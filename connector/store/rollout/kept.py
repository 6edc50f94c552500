"""Plans in their ledgers. They hold numbers of contacts, names of rules and digests: nothing that says who somebody is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import orjson

from connector.store.due import PLANNED
from connector.store.sql.codec import dumps
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Row, Transaction
from connector.store.tables import ledgers

SLICE = 5_000
_COLUMNS = (
    "id, hash, undoes, activation, rulebook, mappings, now, known, people, affected, body, at"
)


class Expected(NamedTuple):
    """What a plan decides about one contact, as a digest ("" for nothing); `affected`: because of the change."""

    contact: int
    digest: str
    affected: bool


class Plan(NamedTuple):
    """What other rules would do, as it was shown. `activation`: what was in force; `known`: the last row of the ledgers then."""

    hash: str
    activation: int
    rulebook: str
    mappings: str
    now: datetime
    known: int
    people: int
    affected: int
    figures: Mapping[str, Any]
    undoes: int | None = None
    id: int = 0
    at: datetime | None = None


def keep(tx: Transaction, plan: Plan, expected: Iterable[Expected], now: int) -> int:
    """The plan's number; one with the same hash is the same plan."""
    found = find(tx, plan.hash)
    if found is not None and found.hash == plan.hash:
        return found.id
    number = tx.entry()
    row = (plan.undoes, plan.activation, plan.rulebook, plan.mappings, to_ms(plan.now), plan.known)
    counts = (plan.people, plan.affected, dumps(plan.figures), now)
    tx.insert(ledgers.plan, [(number, plan.hash, *row, *counts)])
    rows = ((number, one.contact, one.digest, int(one.affected)) for one in expected)
    while some := list(islice(rows, SLICE)):
        tx.insert(ledgers.planned, some)
    return number


def find(tx: Transaction, beginning: str) -> Plan | None:
    """The one plan whose hash begins so; None if there is none, or several."""
    rows = tx.rows(
        f"SELECT {_COLUMNS} FROM plan WHERE hash >= ? AND hash < ? ORDER BY id DESC LIMIT 2",  # noqa: S608  (ours)
        beginning,
        beginning + "g",
    )
    return _plan(rows[0]) if len(rows) == 1 else None


def without_plans(tx: Transaction, last: int) -> int:
    """That row of the ledgers, or the one before the plans in which they end: to plan twice is to see the same twice."""
    for (number,) in tx.rows("SELECT id FROM plan WHERE id <= ? ORDER BY id DESC", last):
        if number != last:
            break
        last -= 1
    return last


def numbered(tx: Transaction, number: int) -> Plan | None:
    """The plan of that number."""
    row = tx.one(f"SELECT {_COLUMNS} FROM plan WHERE id = ?", number)  # noqa: S608  (ours)
    return None if row is None else _plan(row)


def applied(tx: Transaction, limit: int) -> list[tuple[Plan, datetime]]:
    """Plans that came into force, each with when, the latest first."""
    columns = ", ".join(f"p.{name}" for name in _COLUMNS.split(", "))
    rows = tx.rows(
        f"SELECT {columns}, a.at FROM activation a JOIN plan p ON p.id = a.plan ORDER BY a.id DESC LIMIT ?",  # noqa: S608  (ours)
        limit,
    )
    return [(_plan(row[:-1]), from_ms(row[-1])) for row in rows]


def expected_of(tx: Transaction, plan: int, contacts: Sequence[int]) -> dict[int, Expected]:
    """What the plan says of these; whom it says nothing of is absent."""
    rows = tx.rows(
        "SELECT contact, digest, affected FROM planned WHERE plan = ? AND contact IN [?]",
        plan,
        list(contacts),
    )
    return {contact: Expected(contact, digest, bool(on)) for contact, digest, on in rows}


def affected_of(tx: Transaction, plan: int, contacts: Sequence[int]) -> int:
    """How many of these the plan moves because of the change."""
    return sum(one.affected for one in expected_of(tx, plan, contacts).values())


def approve(tx: Transaction, plan: int, allowed: int, now: int) -> None:
    """Somebody lets the plan move so many people."""
    tx.insert(ledgers.approval, [(tx.entry(), plan, allowed, now)])


def note_applied(
    tx: Transaction, plan: int, contacts: Mapping[int, bool], since: int, now: int
) -> None:
    """The plan was carried out for these (True: decided again), by their decisions since that row of the ledgers."""
    decisions = tx.rows(
        "SELECT contact, id FROM decision WHERE id > ? AND contact IN [?] ORDER BY id",
        since,
        sorted(contacts),
    )
    first = tx.entry(len(decisions)) if decisions else 0
    rows: list[Row] = [
        (first + place, plan, contact, number, int(contacts[contact]), now)
        for place, (contact, number) in enumerate(decisions)
    ]
    tx.insert(ledgers.applied, rows)


def done(tx: Transaction, plan: int) -> tuple[int, list[int]]:
    """How many people the plan was carried out for, and whom of them it decided again.

    Also those of whom nothing had to be recorded: what would have moved or been written by the rules before had not left yet.
    """
    people = tx.number(
        "SELECT count(*) FROM (SELECT contact FROM applied WHERE plan = ? UNION SELECT p.contact FROM planned p"
        " LEFT JOIN look l ON l.contact = p.contact AND l.lane = ?"
        " WHERE p.plan = ? AND p.affected = 1 AND p.digest = '' AND l.contact IS NULL) everybody",
        plan,
        PLANNED.lane,
        plan,
    )
    again = tx.rows(
        "SELECT DISTINCT contact FROM applied WHERE plan = ? AND again = 1 ORDER BY contact", plan
    )
    return people, [contact for (contact,) in again]


def _plan(row: Row) -> Plan:
    number, hash_, undoes, activation, rulebook, mappings, now, known, people, affected, *rest = row
    body, at = rest
    return Plan(
        hash_,
        activation,
        rulebook,
        mappings,
        from_ms(now),
        known,
        people,
        affected,
        orjson.loads(body),
        undoes,
        number,
        from_ms(at),
    )
