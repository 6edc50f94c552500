"""Every hand-over with the answer that sales gave to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from connector.decide.sales.outcomes import chance_of
from connector.model.person.decision import Decision
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref
from connector.store.deciding import dossiers
from connector.store.keeping import Keeping
from connector.store.recall.undone import undone
from connector.store.sql.codec import restored
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction

SLICE = 500


@dataclass(frozen=True, slots=True)
class Handed:
    """One hand-over: to whom, by which rule, until when an answer was due, and what sales made of it until the next one.

    `answer` is accepted, rejected or ""; `result` is won, lost, opened or ""; `moved_on` says that it was handed over anew
    before anybody answered. Times are aware UTC.
    """

    contact: int
    at: datetime
    owner: str
    rule: str
    steps: tuple[str, ...]
    answer_due: datetime | None
    answer: str = ""
    answered_at: datetime | None = None
    reason: str = ""
    contacted_at: datetime | None = None
    contacted_by: Ref | None = None
    result: str = ""
    result_at: datetime | None = None
    amount: Decimal | None = None
    moved_on: bool = False


def handovers(tx: Transaction, keeping: Keeping, since: datetime, until: datetime) -> list[Handed]:
    """Hand-overs of a period (with `since`, without `until`), oldest first; answers as known now.

    One that an undo took back before it was answered is none: nobody waits for an answer to it.
    """
    back = undone(tx)
    found = tx.rows(
        "SELECT COALESCE(c.survivor, c.id), a.at, d.body, d.id FROM assignment a JOIN decision d ON d.id = a.decision"
        " JOIN contact c ON c.id = a.contact WHERE a.at >= ? AND a.at < ? ORDER BY a.id",
        to_ms(since),
        to_ms(until),
    )
    rows = [row[:3] for row in found if row[3] not in back]
    contacts = sorted({row[0] for row in rows})
    outcomes = _outcomes(tx, keeping, contacts, until)
    starts = _starts(tx, contacts, since, back)
    return [
        _handed(contact, from_ms(at), restored(Decision, body), outcomes[contact], starts[contact])
        for contact, at, body in rows
    ]


def _starts(
    tx: Transaction, contacts: Sequence[int], since: datetime, back: Container[int]
) -> dict[int, list[datetime]]:
    """All hand-overs of these contacts from then on, also those after the period: an answer belongs to the latest before it."""
    starts: dict[int, list[datetime]] = defaultdict(list)
    for start in range(0, len(contacts), SLICE):
        some = list(contacts[start : start + SLICE])
        for contact, at, decision in tx.rows(
            "SELECT COALESCE(c.survivor, c.id), a.at, a.decision FROM assignment a JOIN contact c ON c.id = a.contact"
            " WHERE a.at >= ? AND (c.id IN [?] OR c.survivor IN [?])",
            to_ms(since),
            some,
            some,
        ):
            if decision not in back:
                starts[contact].append(from_ms(at))
    return starts


def _outcomes(
    tx: Transaction, keeping: Keeping, contacts: Sequence[int], now: datetime
) -> dict[int, tuple[Outcome, ...]]:
    found: dict[int, tuple[Outcome, ...]] = defaultdict(tuple)
    for start in range(0, len(contacts), SLICE):
        wanted = dossiers.marks(tx, contacts[start : start + SLICE])
        for dossier in dossiers.dossiers(tx, keeping, wanted, now):
            found[dossier.contact.id] = dossier.contact.outcomes
    return found


def _handed(
    contact: int,
    at: datetime,
    decision: Decision,
    outcomes: Sequence[Outcome],
    starts: Sequence[datetime],
) -> Handed:
    ends = min((start for start in starts if start > at), default=None)
    mine = [one for one in outcomes if one.at >= at and (ends is None or one.at < ends)]
    answer = next((one for one in mine if one.kind in ("accepted", "rejected")), None)
    touch = next((one for one in mine if one.kind == "contacted"), None)
    deals = [one for one in mine if one.kind in ("opened", "won", "lost")]
    result = chance_of(deals)
    handover, routing = decision.standing.handover, decision.routing
    return Handed(
        contact=contact,
        at=at,
        owner=routing.owner if routing else decision.standing.owner,
        rule=routing.rule if routing else "",
        steps=tuple(step.rule for step in decision.steps),
        answer_due=handover.answer_due if handover else None,
        answer=answer.kind if answer else "",
        answered_at=answer.at if answer else None,
        reason=answer.reason if answer else "",
        contacted_at=touch.at if touch else None,
        contacted_by=touch.by if touch else None,
        result=result.kind if result else "",
        result_at=result.at if result else None,
        amount=next((one.amount for one in reversed(deals) if one.amount is not None), None),
        moved_on=answer is None and ends is not None,
    )
