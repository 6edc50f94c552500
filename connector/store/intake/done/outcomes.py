"""What sales made of a lead: each fact once, replaced when it changes, withdrawn when it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from connector.model.person.standing import Standing as Whereabouts
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref
from connector.store.due import OUTCOME
from connector.store.intake.done.deals import States, touch_colleagues, turned
from connector.store.intake.done.ties import STANDS
from connector.store.intake.work import Work
from connector.store.sql.codec import record, restored
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Row
from connector.store.tables import ledgers

DEAL = ("opened", "won", "lost")
NEWS = -1
"""In place of the time at which a row that is to be written was learned: now."""


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
    stood = _deals(known)
    rows = _carried(work, outcomes, known)
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
        contacts = _concerned(work, {row[1] for row in rows})
        learned = _learned(work, contacts)
        news = [(*row[:5], learned, *row[6:]) if row[5] == NEWS else row for row in rows]
        work.tx.insert(ledgers.outcome, news)
        for contact in contacts:
            work.touch(contact, OUTCOME)
        if work.keeping.asks_deals:
            touch_colleagues(work, turned(stood, _deals(_latest(work, refs))))
    return len(rows)


def _learned(work: Work, contacts: Sequence[int]) -> int:
    """When we learn what is merged now. A way back that is on record knew nothing of it, whatever the clock says: a pull
    takes the time at which it began, and a decision may have come in between."""
    bodies = work.tx.rows("SELECT body FROM standing WHERE contact IN [?]", list(contacts))
    spent = [restored(Whereabouts, body).reopened_at for (body,) in bodies]
    return max([work.now, *(to_ms(at) + 1 for at in spent if at is not None)])


def _carried(
    work: Work, outcomes: Iterable[Outcome], known: dict[tuple[int, str], Standing]
) -> list[Row]:
    """Facts that another record shows now, because its evidence moved along with the person (a task at the conversion of a
    lead) or was hung on somebody else: withdrawn where they were, and no news where they are."""
    fresh: dict[str, tuple[int, str]] = {}
    for one in outcomes:
        entry = work.refs[one.ref]
        if (entry.id, one.key) not in known:
            fresh[one.key] = (entry.id, one.ref.platform)
    rows: list[Row] = []
    for (ref, key), before in _elsewhere(work, fresh).items():
        rows.append((work.tx.entry(), ref, key, before.kind, before.at, work.now, 1, before.body))
        known[fresh[key][0], key] = before
    return rows


def _elsewhere(work: Work, fresh: Mapping[str, tuple[int, str]]) -> dict[tuple[int, str], Standing]:
    """Outcomes with these keys that stand at other records of the same platform."""
    if not fresh:
        return {}
    found: dict[tuple[int, str], Standing] = {}
    for ref, key, home, *rest in work.tx.rows(
        "SELECT o.ref, o.key, r.home, o.kind, o.at, o.recorded_at, o.withdrawn, o.body"
        " FROM outcome o JOIN ref r ON r.id = o.ref WHERE o.key IN [?] ORDER BY o.id",
        sorted(fresh),
    ):
        number, platform = fresh[key]
        if ref != number and work.homes.place(home)[0] == platform:
            found[ref, key] = Standing(*rest)
    return {place: one for place, one in found.items() if not one.withdrawn}


def _row(work: Work, place: tuple[int, str], one: Outcome, before: Standing | None) -> Row | None:
    at, body = to_ms(one.at), record(one)
    learned = NEWS
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


def _deals(known: Mapping[tuple[int, str], Standing]) -> States:
    found: dict[int, list[tuple[int, str]]] = {}
    for (ref, _), one in known.items():
        if one.kind in DEAL and not one.withdrawn:
            found.setdefault(ref, []).append((one.at, one.kind))
    return {ref: tuple(sorted(parts)) for ref, parts in found.items()}


def _concerned(work: Work, refs: Iterable[int]) -> list[int]:
    """The contacts that own these records, and those that are tied to them."""
    wanted = sorted(refs)
    rows = work.tx.rows(
        "SELECT contact FROM ref WHERE id IN [?] AND contact IS NOT NULL"  # noqa: S608  (ours)
        " UNION SELECT r.contact FROM tie t JOIN ref r ON r.id = t.ref"
        f" WHERE t.other IN [?] AND r.contact IS NOT NULL AND {STANDS} ORDER BY 1",
        wanted,
        wanted,
    )
    return [contact for (contact,) in rows]
