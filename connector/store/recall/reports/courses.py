"""How every hand-over went on: the last standing that knew it, with its clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from connector.model.person.standing import Standing
from connector.store.recall.undone import undone
from connector.store.sql.codec import restored
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction

SLICE = 500


class Course(NamedTuple):
    """One hand-over: `standing` as it was last decided while it lasted.

    `ended`: when it ended, by a way back or because the lead was handed over again; None: it goes on. `again`: it went to
    somebody else because nobody answered.
    """

    contact: int
    at: datetime
    pool: str
    standing: Standing
    ended: datetime | None = None
    again: bool = False


class _Open(NamedTuple):
    pool: str
    standing: Any
    ended: datetime | None = None
    again: bool = False


def courses(tx: Transaction, since: datetime, until: datetime) -> list[Course]:
    """Hand-overs made in a period (with `since`, without `until`), oldest first, by contact; not those an undo took back."""
    rows = tx.rows(
        "SELECT DISTINCT COALESCE(c.survivor, c.id) FROM assignment a JOIN contact c ON c.id = a.contact"
        " WHERE a.at >= ? AND a.at < ? ORDER BY 1",
        to_ms(since),
        to_ms(until),
    )
    contacts = [contact for (contact,) in rows]
    found: list[Course] = []
    for start in range(0, len(contacts), SLICE):
        some = contacts[start : start + SLICE]
        for contact, begun in _of(tx, some).items():
            found += [_course(contact, at, one) for at, one in begun.items() if since <= at < until]
    return sorted(found, key=lambda one: (one.at, one.contact))


def _course(contact: int, at: datetime, one: _Open) -> Course:
    standing = restored(Standing, orjson.dumps(one.standing))
    return Course(contact, at, one.pool, standing, one.ended, one.again)


def _of(tx: Transaction, contacts: list[int]) -> Mapping[int, dict[datetime, _Open]]:
    """By contact and the moment of the hand-over, in the order of decisions."""
    found: dict[int, dict[datetime, _Open]] = {contact: {} for contact in contacts}
    rows = tx.rows(
        "SELECT d.id, COALESCE(c.survivor, c.id), d.at, d.body, a.pool FROM decision d JOIN contact c ON c.id = d.contact"
        " LEFT JOIN assignment a ON a.decision = d.id WHERE c.id IN [?] OR c.survivor IN [?] ORDER BY d.id",
        contacts,
        contacts,
    )
    going: dict[tuple[int, str], datetime] = {}
    back = undone(tx, contacts=contacts)
    for number, contact, at, body, pool in rows:
        if number in back:
            continue
        _noted(found[contact], going, contact, from_ms(at), orjson.loads(body), pool or "")
    return found


def _noted(
    known: dict[datetime, _Open],
    going: dict[tuple[int, str], datetime],
    contact: int,
    at: datetime,
    decision: Any,
    pool: str,
) -> None:
    standing = decision["standing"]
    place = (contact, standing["track"])
    handover = standing["handover"]
    begun = None if handover is None else datetime.fromisoformat(handover["at"])
    before = going.get(place)
    if before is not None and before != begun and known[before].ended is None:
        again = any(step[0].endswith(": reassign") for step in decision["steps"])
        known[before] = known[before]._replace(ended=at, again=again)
    if begun is None:
        going.pop(place, None)
        return
    going[place] = begun
    known[begun] = _Open(known[begun].pool if begun in known else pool, standing)
