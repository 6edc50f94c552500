"""Decisions into the ledgers, and what follows from them into the outbox: one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.model.person.decision import Decision
from connector.model.person.dossier import Decided, Dossier
from connector.model.person.standing import Standing
from connector.model.systems.change import LANES, Change
from connector.store import shelf
from connector.store.deciding.roster import move_on, version
from connector.store.deciding.unanswered import count_unanswered
from connector.store.due import looked
from connector.store.keeping import Keeping
from connector.store.loops.loops import ROUNDS, Loops
from connector.store.sending.others import without_others
from connector.store.sending.outbox import (
    NOTHING,
    SUPERSEDED,
    Pending,
    body_of,
    drop,
    note_never_sent,
    pending,
    put_pending,
)
from connector.store.sending.suppressed import Suppressed, moot
from connector.store.shelf import Trouble, trouble_of
from connector.store.sql import codec
from connector.store.sql.moment import maybe_ms, to_ms
from connector.store.sql.transaction import Row, Transaction
from connector.store.tables import ledgers, projections

Track = tuple[int, str]
Place = tuple[str, str, str]


@dataclass
class _Rows:
    """Rows that wait for the end."""

    decisions: list[Row] = field(default_factory=list)
    assignments: list[Row] = field(default_factory=list)
    wanted: list[Row] = field(default_factory=list)
    outbox: list[Pending] = field(default_factory=list)
    dropped: list[Pending] = field(default_factory=list)
    orphaned: list[Pending] = field(default_factory=list)
    standings: dict[Track, str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)


def record(
    tx: Transaction,
    keeping: Keeping,
    decided: Sequence[Decided],
    roster_version: int,
    now: int,
    rounds: int = ROUNDS,
) -> bool:
    """False, and nothing is written, if somebody was assigned an owner and the roster or that contact has moved on.

    A contact whose standing is no longer the one it was decided from is left out: it is due again anyway.
    """
    standings = _standings(tx, decided)
    alive = _alive(tx, decided)
    stale = [one for one in decided if not _holds(one, standings, alive)]
    assigns = any(_assigns(one) for one in decided)
    if assigns and (version(tx) != roster_version or any(_assigns(one) for one in stale)):
        return False
    good = [one for one in decided if one not in stale] if stale else list(decided)
    loops = Loops.load(tx, keeping, good, rounds, now)
    good = without_others(tx, keeping, loops.cut(good))
    rows = _Rows()
    turns = _turns(tx) if assigns else {}
    waiting, on_their_way = _waiting(tx, good), _on_their_way(tx, good)
    suppressed = Suppressed.load(tx, keeping, [c for one in good for c in one.changes])
    for one in good:
        mine = waiting[one.dossier.contact.id]
        _one(tx, one, mine, on_their_way, suppressed, standings, turns, rows, now)
    _write(tx, rows, now)
    _shelve(tx, keeping, good, [*rows.troubles, *loops.troubles], now)
    looked(
        tx,
        [(one.dossier.contact.id, one.dossier.mark, maybe_ms(one.next_look)) for one in good],
    )
    return True


def _assigns(one: Decided) -> bool:
    return any(decision.routing is not None for decision in one.decisions)


def _standings(tx: Transaction, decided: Sequence[Decided]) -> dict[Track, str]:
    contacts = sorted({one.dossier.contact.id for one in decided})
    rows = tx.rows("SELECT contact, track, body FROM standing WHERE contact IN [?]", contacts)
    return {(contact, track): body for contact, track, body in rows}


def _alive(tx: Transaction, decided: Sequence[Decided]) -> set[int]:
    contacts = sorted({one.dossier.contact.id for one in decided})
    rows = tx.rows("SELECT id FROM contact WHERE id IN [?] AND survivor IS NULL", contacts)
    return {contact for (contact,) in rows}


def _holds(one: Decided, standings: dict[Track, str], alive: set[int]) -> bool:
    """Whether the contact still stands where these decisions began."""
    contact = one.dossier.contact.id
    return contact in alive and all(
        _stands(standings.get((contact, decision.track)), decision.before)
        for decision in one.decisions
    )


def _stands(body: str | None, before: Standing) -> bool:
    """By value where the texts differ: an earlier version may have written it, with fewer members."""
    if body is None:
        return before == Standing(track=before.track)
    return body == codec.record(before) or codec.restored(Standing, body) == before


def _turns(tx: Transaction) -> dict[tuple[str, str], float]:
    return {(p, o): turns for p, o, turns in tx.rows("SELECT pool, owner, turns FROM turn")}


def _waiting(tx: Transaction, decided: Sequence[Decided]) -> dict[int, list[Pending]]:
    found: dict[int, list[Pending]] = defaultdict(list)
    contacts = sorted({one.dossier.contact.id for one in decided})
    for row in pending(tx, "b.contact IN [?] ORDER BY b.id", contacts):
        found[row.contact].append(row)
    return found


def _on_their_way(tx: Transaction, decided: Sequence[Decided]) -> dict[Place, Pending]:
    """What waits or is on its way for records that belonged to somebody else until a person said otherwise."""
    ids: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in decided:
        for change in one.changes:
            ids[change.ref.platform, change.ref.kind].append(change.ref.id)
    sql = "b.platform = ? AND b.kind = ? AND b.record IN [?]"
    rows = (row for place, some in ids.items() for row in pending(tx, sql, *place, some))
    return {row.place: row for row in rows}


def _one(
    tx: Transaction,
    one: Decided,
    waiting: Sequence[Pending],
    on_their_way: Mapping[Place, Pending],
    suppressed: Suppressed,
    standings: dict[Track, str],
    turns: dict[tuple[str, str], float],
    rows: _Rows,
    now: int,
) -> None:
    contact = one.dossier.contact.id
    sendable, news = suppressed.sendable(one.changes)
    rows.troubles += news
    places = {(c.ref.platform, c.ref.kind, c.ref.id): c for c in sendable}
    fresh = []
    by_place = {row.place: row for row in waiting}
    bodies = suppressed.bodies(tx, waiting)
    for place, change in places.items():
        before = by_place.get(place) or on_their_way.get(place)
        lane = LANES.index(change.lane)
        if before is not None and before.wanted in bodies:
            lane = min(lane, before.lane)
            same = bodies[before.wanted] == (change.key, body_of(change))
            if same and lane == before.lane:
                continue
        fresh.append((change, before, lane))
    for place, row in by_place.items():
        if place not in places:
            (rows.dropped if row.attempt is None else rows.orphaned).append(row)
    number = 0
    for decision in one.decisions:
        if decision.changed or (fresh and number == 0) or decision.routing is not None:
            noted = _decision(tx, one.dossier, decision, standings, turns, rows, now)
            number = number or noted
    for change, before, lane in fresh:
        _wanted(tx, contact, change, before, lane, number, rows, now)


def _decision(
    tx: Transaction,
    dossier: Dossier,
    decision: Decision,
    standings: dict[Track, str],
    turns: dict[tuple[str, str], float],
    rows: _Rows,
    now: int,
) -> int:
    contact, account = dossier.contact.id, dossier.contact.account
    number, place = tx.entry(), (contact, decision.track)
    rows.decisions.append(
        (
            number,
            contact,
            decision.track,
            to_ms(decision.at),
            decision.rulebook,
            decision.before.stage,
            decision.standing.stage,
            codec.record(decision),
            dossier.known,
            None if account is None else account.key,
        )
    )
    after = codec.record(decision.standing)
    moved = count_unanswered(tx, [(standings.get(place), after)], number)
    if decision.changed:
        standings[place] = rows.standings[place] = after
    routing = decision.routing
    if routing is not None:
        seat = (routing.pool, routing.owner)
        if routing.pool:
            turns[seat] = routing.turn or turns.get(seat, 0) + 1
            tx.put(projections.turn, [(*seat, turns[seat])])
        rows.assignments.append((tx.entry(), number, contact, *seat, turns.get(seat, 0), now))
        if not moved:
            move_on(tx, number)
    return number


def _wanted(
    tx: Transaction,
    contact: int,
    change: Change,
    before: Pending | None,
    lane: int,
    decision: int,
    rows: _Rows,
    now: int,
) -> None:
    number = tx.entry()
    place = (change.ref.platform, change.ref.kind, change.ref.id)
    rows.wanted.append((number, decision, contact, *place, change.key, lane, body_of(change), now))
    if before is None:
        rows.outbox.append(Pending(number, *place, contact, number, lane, now, 0, None, None))
        return
    if before.wanted != NOTHING and (before.attempt is None or before.wanted != before.sent):
        rows.dropped.append(before._replace(id=NOTHING))
    rows.outbox.append(
        before._replace(contact=contact, wanted=number, lane=lane, not_before=now, attempts=0)
    )


def _write(tx: Transaction, rows: _Rows, now: int) -> None:
    tx.insert(ledgers.decision, rows.decisions)
    tx.insert(ledgers.assignment, rows.assignments)
    tx.insert(ledgers.wanted, rows.wanted)
    tx.put(
        projections.standing,
        [(contact, track, body) for (contact, track), body in rows.standings.items()],
    )
    drop(tx, rows.dropped, SUPERSEDED, "DECIDED_AGAIN", now)
    orphaned = [row for row in rows.orphaned if row.wanted != NOTHING]
    note_never_sent(tx, [row.wanted for row in orphaned], SUPERSEDED, "NOT_WANTED", now)
    tx.many("UPDATE outbox SET wanted = ? WHERE id = ?", [(NOTHING, row.id) for row in orphaned])
    put_pending(tx, rows.outbox)


def _shelve(
    tx: Transaction,
    keeping: Keeping,
    decided: Sequence[Decided],
    troubles: Sequence[Trouble],
    now: int,
) -> None:
    found = list(troubles)
    if not found and not any(one.problems for one in decided) and not shelf.anything(tx):
        return
    codes: dict[str, set[str]] = {}
    for one in decided:
        contact = one.dossier.contact.id
        place = f"contact/{contact}"
        codes[place] = {problem.code or "PROBLEM" for problem in one.problems}
        for problem in one.problems:
            trouble = trouble_of(problem, "decide", "", contact)
            found.append(trouble.at(place))
    shelf.put(tx, found, now, again=False)
    shelf.cure(tx, ("decide",), codes, now)
    moot(tx, keeping, (one.dossier.contact for one in decided), now)
