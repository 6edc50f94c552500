"""Whom the rules of a plan have moved since they came into force: by the plan itself, and live until other rules came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from connector.model.person.decision import Decision
from connector.model.person.standing import Standing
from connector.store.sql.codec import restored
from connector.store.sql.transaction import Transaction

SLICE = 1_000
LAST = 2**63 - 1


class Moved(NamedTuple):
    """What the rules of a plan did to one contact in one track, from their first decision to their last.

    `live`: the evaluator had a part in it. `stays`: sales has to do with it, or something else moved it meanwhile, so that it keeps its standing.
    """

    contact: int
    track: str
    before: Standing
    after: Standing
    live: bool
    stays: bool = False


def span(tx: Transaction, plan: int) -> tuple[int, int]:
    """The rows of the ledgers between which the rules of a plan were in force; (0, 0) for a plan never applied."""
    first = tx.number("SELECT COALESCE(max(id), 0) FROM activation WHERE plan = ?", plan)
    if not first:
        return 0, 0
    return first, tx.number("SELECT COALESCE(min(id), ?) FROM activation WHERE id > ?", LAST, first)


def moved_by(tx: Transaction, plan: int, contacts: Sequence[int]) -> list[Moved]:
    """From the first to the last decision about each of these by the rules of a plan."""
    found: dict[tuple[int, str], Moved] = {}
    for contact, track, body, own in tx.rows(
        "SELECT d.contact, d.track, d.body, a.plan FROM decision d"
        " LEFT JOIN applied a ON a.decision = d.id AND a.plan = ?"
        " WHERE d.id > ? AND d.id < ? AND d.contact IN [?] ORDER BY d.id",
        plan,
        *span(tx, plan),
        list(contacts),
    ):
        one = _moved(contact, track, restored(Decision, body), live=own is None)
        found[contact, track] = _further(found.get((contact, track)), one)
    answered = _answered(tx, plan, sorted({one.contact for one in found.values() if one.live}))
    return [
        one._replace(stays=one.stays or (one.live and one.contact in answered))
        for one in found.values()
    ]


def given_back(
    tx: Transaction, plan: int, contacts: Sequence[int]
) -> Mapping[int, Mapping[str, Standing]]:
    """By contact and track: the standing from before the plan, of those who stand where its rules left them."""
    moved = [one for one in moved_by(tx, plan, contacts) if one.before != one.after]
    stands = {
        (contact, track): restored(Standing, body)
        for contact, track, body in tx.rows(
            "SELECT s.contact, s.track, s.body FROM standing s JOIN contact c ON c.id = s.contact"
            " WHERE s.contact IN [?] AND c.survivor IS NULL",
            sorted({one.contact for one in moved}),
        )
    }
    found: dict[int, dict[str, Standing]] = {}
    for one in moved:
        if not one.stays and stands.get((one.contact, one.track)) == one.after:
            found.setdefault(one.contact, {})[one.track] = one.before
    return found


def people_of(tx: Transaction, plan: int) -> Iterator[list[int]]:
    """Everybody whom the rules of a plan decided, in slices."""
    return slices(tx, "decision WHERE id > ? AND id < ?", *span(tx, plan))


def slices(tx: Transaction, whom: str, *values: int) -> Iterator[list[int]]:
    """Numbers of contacts in order, so many at a time; `whom` is SQL of ours."""
    last = 0
    while rows := tx.rows(
        f"SELECT DISTINCT contact FROM {whom} AND contact > ? ORDER BY contact LIMIT ?",  # noqa: S608  (ours)
        *values,
        last,
        SLICE,
    ):
        last = rows[-1][0]
        yield [contact for (contact,) in rows]


def _moved(contact: int, track: str, decision: Decision, *, live: bool) -> Moved:
    before, after = decision.before, decision.standing
    return Moved(contact, track, before, after, live, live and _sales(before) != _sales(after))


def _sales(standing: Standing) -> tuple[object, ...]:
    """What somebody in sales knows of, or has done: nobody is asked twice."""
    return standing.handover, standing.handovers, standing.cycle, standing.spent


def _further(first: Moved | None, then: Moved) -> Moved:
    if first is None:
        return then
    stays = first.stays or then.stays or first.after != then.before
    return then._replace(before=first.before, live=first.live or then.live, stays=stays)


def _answered(tx: Transaction, plan: int, contacts: Sequence[int]) -> set[int]:
    """Those of these of whom an outcome was learned while the rules of the plan were in force."""
    rows = tx.rows(
        "SELECT f.contact FROM outcome o JOIN ref f ON f.id = o.ref"
        " WHERE o.id > ? AND o.id < ? AND f.contact IN [?]"
        " UNION SELECT f.contact FROM outcome o JOIN tie t ON t.other = o.ref JOIN ref f ON f.id = t.ref"
        " WHERE o.id > ? AND o.id < ? AND f.contact IN [?]",
        *span(tx, plan),
        list(contacts),
        *span(tx, plan),
        list(contacts),
    )
    return {contact for (contact,) in rows}
