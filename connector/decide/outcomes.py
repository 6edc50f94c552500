"""What sales made of a lead, as far as it still counts: a way back spends everything learned until then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from connector.model.contact import Contact
from connector.model.fact import Outcome
from connector.model.rules import Rulebook
from connector.model.standing import Handover

ANSWERS = ("accepted", "rejected")
_OPPORTUNITY = {"opened": 0, "lost": 1, "won": 2}  # at one moment the closing counts
_WORTH = {"lost": 0, "opened": 1, "won": 2}
_SILENCE: Mapping[str, Any] = {
    "acceptance": None,
    "rejection_reason": None,
    "opportunity": None,
    "loss_reason": None,
    "contacted": False,
}


def live(contact: Contact, reopened_at: datetime | None) -> tuple[Outcome, ...]:
    """Outcomes learned after the last way back."""
    if reopened_at is None:
        return contact.outcomes
    learned = contact.recorded
    return tuple(o for o in contact.outcomes if learned.get(o.key, o.at) > reopened_at)


def _latest(outcomes: Iterable[Outcome]) -> Outcome | None:
    ordered = sorted(outcomes, key=lambda o: (o.at, _OPPORTUNITY.get(o.kind, 0)))
    return ordered[-1] if ordered else None


def chance_of(outcomes: Iterable[Outcome]) -> Outcome | None:
    """What the person's opportunities come to: one that was won counts before one that is open, that before a lost one.

    Each opportunity stands where it was seen last. Somebody who bought stays a customer whatever becomes of the next offer,
    and one lost offer ends nothing as long as another one is open.
    """
    deals: dict[Any, list[Outcome]] = {}
    for one in outcomes:
        if one.kind in _OPPORTUNITY:
            deals.setdefault(one.evidence or one.ref, []).append(one)
    last = [found for deal in deals.values() if (found := _latest(deal)) is not None]
    return max(last, key=lambda one: (_WORTH[one.kind], one.at, one.key), default=None)


def _reason(book: Rulebook, reason: str) -> tuple[str, ...] | None:
    """The reason as the CRM writes it and as the rules call it: a condition may name either."""
    label = dict(book.lifecycle.rejection_reasons).get(reason, "")
    return tuple(dict.fromkeys(text for text in (reason, label) if text)) or None


def told_by_sales(
    book: Rulebook, contact: Contact, reopened_at: datetime | None
) -> Mapping[str, Any]:
    """The facts acceptance, rejection_reason, opportunity, loss_reason and contacted."""
    outcomes = live(contact, reopened_at) if contact.outcomes else ()
    if not outcomes:
        return _SILENCE
    answer = _latest(o for o in outcomes if o.kind in ANSWERS)
    chance = chance_of(outcomes)
    rejected = answer is not None and answer.kind == "rejected"
    lost = chance is not None and chance.kind == "lost"
    return {
        "acceptance": answer.kind if answer else None,
        "rejection_reason": _reason(book, answer.reason) if answer and rejected else None,
        "opportunity": chance.kind if chance else None,
        "loss_reason": (chance.reason or None) if chance and lost else None,
        "contacted": any(o.kind == "contacted" for o in outcomes),
    }


def answered(handover: Handover, contact: Contact, reopened_at: datetime | None) -> Handover:
    """The hand-over with sales' answer and first contact, both as early as we know them now.

    An acceptance from before the hand-over that still stands answers it at once; a rejection or a contact from before does not.
    Nor does a rejection that a way back has spent: it was the answer to another hand-over, of somebody who turned out to be
    this person. CRM times carry whole seconds, so the second of the hand-over already counts.
    """
    since = handover.at.replace(microsecond=0)
    standing = live(contact, reopened_at)
    answers = [o for o in contact.outcomes if o.kind == "accepted" and o.at >= since]
    answers += [
        o for o in standing if o.kind in ANSWERS and (o.kind == "rejected") == (o.at >= since)
    ]
    calls = [o for o in contact.outcomes if o.kind == "contacted" and o.at >= since]
    last = _latest(answers)
    first = min(calls, key=lambda o: (o.at, o.key), default=None)
    return replace(
        handover,
        answered_at=max(min(o.at for o in answers), handover.at) if answers else None,
        answer=last.kind if last else "",
        contacted_at=max(first.at, handover.at) if first else None,
        contacted_by=first.by if first else None,
    )
