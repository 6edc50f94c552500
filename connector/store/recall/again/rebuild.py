"""Projections made again from the ledgers, to the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Table

from connector.store.deciding.roster import VERSION
from connector.store.deciding.unanswered import Seat, difference, owned_by
from connector.store.due import EVERYBODY, LOOKED, TIME_LANE, touched_lane
from connector.store.identity.rulings import UNLINK
from connector.store.intake.done.strengths import add_up, kept_signals
from connector.store.intake.records.accounts import settle_accounts
from connector.store.intake.records.owners import owner_row
from connector.store.intake.work import Work
from connector.store.recall.again.ledger import story
from connector.store.recall.again.pending import pending_from_ledgers
from connector.store.sql.codec import dumps
from connector.store.sql.transaction import Row, Transaction
from connector.store.tables import projections
from connector.store.tables.bookkeeping import meta

SLICE = 2000


def rebuild(work: Work, name: str) -> None:
    """Drop one projection and make it again. Raises KeyError for a name that is none."""
    _MAKERS[name](work)


def names() -> tuple[str, ...]:
    return tuple(_MAKERS)


def _replace(tx: Transaction, table: Table, rows: Iterable[Row]) -> None:
    tx.run(f"DELETE FROM {table.name}")  # noqa: S608  (our own table)
    for some in _slices(rows, SLICE):
        tx.insert(table, some)


def _slices(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while some := list(islice(remaining, size)):
        yield some


def _observed(work: Work) -> None:
    rows = work.tx.slices("SELECT ref, at, written, delta, keys FROM sighting ORDER BY ref, id")
    _replace(work.tx, projections.observed, _folded(row for some in rows for row in some))


def _folded(rows: Iterable[Row]) -> Iterable[Row]:
    for ref, sightings in groupby(rows, key=itemgetter(0)):
        body: dict[str, Any] = {}
        seen_at, shown = 0, "[]"
        for _, at, written, delta, keys in sightings:
            body.update(orjson.loads(delta))
            seen_at = seen_at if written else at
            shown = shown if keys is None else keys
        yield ref, seen_at, dumps(body), shown


def _owners(tx: Transaction) -> set[int]:
    return {ref for (ref,) in tx.rows("SELECT DISTINCT ref FROM link WHERE role = 'owner'")}


def _identity(work: Work) -> None:
    owners = _owners(work.tx)
    slices = work.tx.slices("SELECT ref, keys FROM observed WHERE keys <> '[]' ORDER BY ref")
    rows = (
        (kind, str(value), ref)
        for some in slices
        for ref, keys in some
        if ref not in owners
        for kind, value in orjson.loads(keys)
    )
    _replace(work.tx, projections.identity, rows)


def _contact(work: Work) -> None:
    """Contacts, and whose each record is."""
    tx = work.tx
    keys: dict[int, str] = {}
    into_whom: dict[int, int] = {}
    contact_of: dict[int, int] = {}
    account_of: dict[int, int] = {}
    company_of: dict[int, int] = {}
    gone: dict[int, int] = {}
    into: dict[int, int] = {}
    for event in story(
        tx,
        link="ref, role, target, key",
        joined="role, loser, survivor",
        redirect="ref, target, kind, at",
        ruling="kind, contact",
    ):
        if event.ledger == "link":
            ref, role, target, key = event.row
            if role == "contact":
                contact_of[ref] = target
                if key is not None:
                    keys[target] = key
            elif role == "account":
                account_of[ref] = target
            elif role == "company":
                company_of[ref] = target
        elif event.ledger == "joined":
            role, loser, survivor = event.row
            if role == "contact":
                into_whom[loser] = survivor
            else:
                account_of = {r: survivor if a == loser else a for r, a in account_of.items()}
        elif event.ledger == "ruling":
            if event.row[0] == UNLINK:  # one that had been joined may be back
                into_whom.pop(event.row[1], None)
        else:
            _redirect(event.row, gone, into)
    survivors = {loser: _survivor(into_whom, loser) for loser in into_whom}
    _replace(
        tx,
        projections.contact,
        ((n, key, None, None, survivors.get(n)) for n, key in sorted(keys.items())),
    )
    named = {ref: account_of[company] for ref, company in company_of.items() if company}
    tx.run("UPDATE ref SET contact = NULL, account = NULL, gone_at = NULL, target = NULL")
    for some in _slices(
        sorted(contact_of.keys() | account_of.keys() | named.keys() | gone.keys() | into.keys()),
        SLICE,
    ):
        tx.many(
            "UPDATE ref SET contact = ?, account = ?, gone_at = ?, target = ? WHERE id = ?",
            [
                (contact_of.get(r), account_of.get(r, named.get(r)), gone.get(r), into.get(r), r)
                for r in some
            ],
        )
    for some in _slices(sorted(keys), SLICE):
        settle_accounts(work, some)
    work.touched.clear()


def _redirect(row: Row, gone: dict[int, int], into: dict[int, int]) -> None:
    ref, target, kind, at = row
    if kind == "gone":
        gone[ref] = at
    elif kind == "restored":
        gone.pop(ref, None)
    elif kind == "returned":
        into.pop(ref, None)
    elif target is not None:
        into[ref] = target


def _survivor(into_whom: Mapping[int, int], contact: int) -> int:
    while contact in into_whom:
        contact = into_whom[contact]
    return contact


def _join(survivors: dict[int, int], loser: int, survivor: int) -> None:
    for other, into in survivors.items():
        if into == loser:
            survivors[other] = survivor
    survivors[loser] = survivor


def _account(work: Work) -> None:
    keys: dict[int, str] = {}
    survivors: dict[int, int] = {}
    for event in story(work.tx, link="role, target, key", joined="role, loser, survivor"):
        if event.ledger == "link":
            role, target, key = event.row
            if role == "account" and key is not None:
                keys[target] = key
        elif event.row[0] == "account":
            _join(survivors, event.row[1], event.row[2])
    _replace(
        work.tx,
        projections.account,
        ((n, key, survivors.get(n)) for n, key in sorted(keys.items())),
    )


def _standing(work: Work) -> None:
    found = _standings(work.tx)[0]
    _replace(
        work.tx, projections.standing, ((*place, body) for place, body in sorted(found.items()))
    )


def _standings(tx: Transaction) -> tuple[dict[tuple[int, str], str], Counter[Seat], int]:
    """Standings, unanswered leads, and the ledger row that last changed those."""
    found: dict[tuple[int, str], str] = {}
    leads: Counter[Seat] = Counter()
    version = 0
    for event in story(
        tx,
        decision="contact, track, body",
        joined="role, loser, survivor, standings",
        restored="contact, track, standing",
        ruling="kind, body",
    ):
        pairs: list[tuple[str | None, str | None]] = []
        if event.ledger == "decision":
            contact, track, body = event.row
            after = dumps(orjson.loads(body)["standing"])
            pairs.append((found.get((contact, track)), after))
            found[contact, track] = after
        elif event.ledger == "ruling":
            pairs += _ruled(found, *event.row)
        elif event.ledger == "restored":
            contact, track, after = event.row
            pairs.append((found.get((contact, track)), after))
            found[contact, track] = after
        elif event.row[0] == "contact":
            _, loser, survivor, standings = event.row
            for track, stands in orjson.loads(standings).items():
                given = found.pop((loser, track), None)
                kept = found.get((survivor, track))
                found[survivor, track] = dumps(stands)
                pairs += [(kept, found[survivor, track]), (given, None)]
        moved = difference(pairs)
        leads.update(moved)
        version = event.id if moved else version
    return found, leads, version


def _ruled(
    found: dict[tuple[int, str], str], kind: str, body: str
) -> list[tuple[str | None, str | None]]:
    """Standings as they were given back when a record was taken out of its contact."""
    pairs = []
    for contact, track, standing in orjson.loads(body)["standings"] if kind == UNLINK else ():
        pairs.append((found.pop((contact, track), None), standing))
        if standing is not None:
            found[contact, track] = standing
    return pairs


def _roster(work: Work) -> None:
    tx = work.tx
    _, leads, version = _standings(tx)
    waiting = ((*seat, count) for seat, count in sorted(leads.items()) if count)
    _replace(tx, projections.unanswered, waiting)
    _replace(tx, projections.owned, _owned(tx))
    turns: dict[tuple[str, str], float] = {}
    for event in story(tx, assignment="decision, pool, owner, turns"):
        decision, pool, owner, count = event.row
        version = max(version, decision)
        if pool:
            turns[pool, owner] = count
    _replace(tx, projections.turn, ((*seat, count) for seat, count in sorted(turns.items())))
    rows = tx.rows(
        "SELECT o.ref, h.kind, o.keys FROM observed o JOIN ref r ON r.id = o.ref JOIN home h ON h.id = r.home"
        " WHERE o.keys <> '[]' AND o.ref IN (SELECT ref FROM link WHERE role = 'owner') ORDER BY o.ref"
    )
    _replace(tx, projections.owner, (owner_row(*row) for row in rows))
    for sql in (
        "SELECT max(id) FROM sighting WHERE keys IS NOT NULL AND ref IN (SELECT ref FROM link WHERE role = 'owner')",
        "SELECT max(id) FROM redirect WHERE kind IN ('gone', 'restored') AND ref IN (SELECT ref FROM owner)",
    ):
        changed = tx.one(sql)
        version = max(version, (changed and changed[0]) or 0)
    if version:
        tx.put(meta, [(VERSION, str(version))])


def _owned(tx: Transaction) -> Iterable[Row]:
    bodies = (body for rows in tx.slices("SELECT body FROM standing") for (body,) in rows)
    return [(*place, leads) for place, leads in sorted(owned_by(bodies).items())]


def _strength(work: Work) -> None:
    work.tx.run("DELETE FROM strength")
    add_up(work.tx, work.keeping, kept_signals(work.tx))


def _outbox(work: Work) -> None:
    rows = pending_from_ledgers(work.tx)
    _replace(work.tx, projections.outbox, (tuple(row) for row in rows))


def _look(work: Work) -> None:
    found: dict[int, tuple[int | None, int, int]] = {}  # contact -> at, mark, lane
    for event in story(work.tx, agenda="contact, why, at, lane, mark", joined="role, loser"):
        if event.ledger == "joined":
            if event.row[0] == "contact":
                found.pop(event.row[1], None)
            continue
        contact, why, at, lane, mark = event.row
        if why == LOOKED:
            if contact in found and found[contact][1] == mark:
                found[contact] = (at, mark, TIME_LANE)
            continue
        for one in list(found) if contact == EVERYBODY else [contact]:
            before = found.get(one)
            due, urgency = (
                (at, lane) if before is None else touched_lane((before[0], before[2]), at, lane)
            )
            found[one] = (due, event.id, urgency)
    _replace(work.tx, projections.look, ((contact, *row) for contact, row in sorted(found.items())))


_MAKERS: Mapping[str, Callable[[Work], None]] = {
    "observed": _observed,
    "identity": _identity,
    "account": _account,
    "contact": _contact,
    "standing": _standing,
    "strength": _strength,
    "roster": _roster,
    "outbox": _outbox,
    "look": _look,
}
