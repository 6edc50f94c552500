"""What sales made of a lead: each fact once, replaced when it changes, withdrawn when it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from connector.model.fact import Outcome
from connector.model.ref import Ref
from connector.store import ledgers
from connector.store.codec import record
from connector.store.due import OUTCOME
from connector.store.intake.work import Work
from connector.store.moment import to_ms
from connector.store.transaction import Row


class Standing(NamedTuple):
    """The latest row of one outcome."""

    kind: str
    at: int
    recorded_at: int
    withdrawn: int
    body: str


def note_outcomes(work: Work, outcomes: Sequence[Outcome], complete: Sequence[Ref]) -> int:
    """Append what is new or different; of the `complete` refs also what is no longer there. Returns the rows written.

    An outcome whose details are corrected was still learned when it was first seen; one that happens at another time, or again
    after it was withdrawn, is news.
    """
    if not outcomes and not complete:
        return 0
    refs = {work.refs[one.ref].id for one in outcomes} | {work.refs[ref].id for ref in complete}
    known = _latest(work, refs)
    rows: list[Row] = []
    shown: set[tuple[int, str]] = set()
    for one in outcomes:
        place = (work.refs[one.ref].id, one.key)
        shown.add(place)
        row = _row(work, place, one, known.get(place))
        if row is not None:
            rows.append(row)
            known[place] = Standing(*row[3:])
    ended = {work.refs[ref].id for ref in complete}
    for place, before in known.items():
        if place[0] in ended and place not in shown and not before.withdrawn:
            entry = work.tx.entry()
            rows.append((entry, *place, before.kind, before.at, work.now, 1, before.body))
    if rows:
        work.save()
        work.tx.insert(ledgers.outcome, rows)
        for contact in _concerned(work, {row[1] for row in rows}):
            work.touch(contact, OUTCOME)
    return len(rows)


def _row(work: Work, place: tuple[int, str], one: Outcome, before: Standing | None) -> Row | None:
    at, body = to_ms(one.at), record(one)
    learned = work.now
    if before is not None and not before.withdrawn and before.kind == one.kind:
        if before.body == body:
            return None
        if before.at == at:
            learned = before.recorded_at
    return (work.tx.entry(), *place, one.kind, at, learned, 0, body)


def _latest(work: Work, refs: Iterable[int]) -> dict[tuple[int, str], Standing]:
    rows = work.tx.rows(
        "SELECT ref, key, kind, at, recorded_at, withdrawn, body FROM outcome WHERE ref IN [?] ORDER BY id",
        sorted(refs),
    )
    return {(row[0], row[1]): Standing(*row[2:]) for row in rows}


def _concerned(work: Work, refs: Iterable[int]) -> list[int]:
    """The contacts that own these records, and those that are tied to them."""
    wanted = sorted(refs)
    rows = work.tx.rows(
        "SELECT contact FROM ref WHERE id IN [?] AND contact IS NOT NULL"
        " UNION SELECT r.contact FROM tie t JOIN ref r ON r.id = t.ref"
        " WHERE t.other IN [?] AND r.contact IS NOT NULL ORDER BY 1",
        wanted,
        wanted,
    )
    return [contact for (contact,) in rows]
