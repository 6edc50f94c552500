"""What sales made of a lead in one track, as far as it still counts: a way back spends everything learned until then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from connector.decide.sales.deals import deals, latest
from connector.model.person.contact import Contact
from connector.model.person.standing import MAIN, Handover, Standing
from connector.model.rules import Rulebook
from connector.model.systems.fact import Outcome

ANSWERS = ("accepted", "rejected")
_WORTH = {"lost": 0, "opened": 1, "won": 2}
_SILENCE: Mapping[str, Any] = {
    "acceptance": None,
    "rejection_reason": None,
    "opportunity": None,
    "loss_reason": None,
    "opportunity_stage": None,
    "contacted": False,
    "customer": False,
    "open_opportunity": False,
}


def of_track(contact: Contact, track: str) -> tuple[Outcome, ...]:
    """The outcomes that are about one business field; one that names none is about `main`."""
    return tuple(one for one in contact.outcomes if (one.track or MAIN) == track)


def live(contact: Contact, standing: Standing) -> tuple[Outcome, ...]:
    """Those of the standing's track that were learned after its last way back."""
    mine, since = of_track(contact, standing.track), standing.reopened_at
    if since is None:
        return mine
    learned = contact.recorded
    return tuple(o for o in mine if learned.get(o.key, o.at) > since)


def chance_of(outcomes: Iterable[Outcome]) -> Outcome | None:
    """What the person's opportunities come to: one that was won counts before one that is open, that before a lost one.

    Each opportunity stands where it was seen last. Somebody who bought stays a customer whatever becomes of the next offer,
    and one lost offer ends nothing as long as another one is open.
    """
    return max(deals(outcomes), key=lambda one: (_WORTH[one.kind], one.at, one.key), default=None)


def _dealings(outcomes: Iterable[Outcome]) -> dict[str, bool]:
    """What stands whatever a way back has spent: whether they bought, and whether an offer is open."""
    kinds = {one.kind for one in deals(outcomes)}
    return {"customer": "won" in kinds, "open_opportunity": "opened" in kinds}


def _reason(book: Rulebook, reason: str) -> tuple[str, ...] | None:
    """The reason as the CRM writes it and as the rules call it: a condition may name either."""
    label = dict(book.lifecycle.rejection_reasons).get(reason, "")
    return tuple(dict.fromkeys(text for text in (reason, label) if text)) or None


def told_by_sales(book: Rulebook, contact: Contact, standing: Standing) -> Mapping[str, Any]:
    """The facts acceptance, rejection_reason, opportunity, loss_reason, opportunity_stage and contacted, customer and open_opportunity."""
    if not contact.outcomes:
        return _SILENCE
    outcomes = live(contact, standing)
    answer = latest(o for o in outcomes if o.kind in ANSWERS)
    chance = chance_of(outcomes)
    rejected = answer is not None and answer.kind == "rejected"
    lost = chance is not None and chance.kind == "lost"
    return {
        "acceptance": answer.kind if answer else None,
        "rejection_reason": _reason(book, answer.reason) if answer and rejected else None,
        "opportunity": chance.kind if chance else None,
        "loss_reason": (chance.reason or None) if chance and lost else None,
        "opportunity_stage": (chance.stage or None) if chance else None,
        "contacted": any(o.kind == "contacted" for o in outcomes),
        **_dealings(of_track(contact, standing.track)),
    }


def answered(handover: Handover, contact: Contact, standing: Standing) -> Handover:
    """The hand-over with sales' answer and first contact, both as early as we know them now.

    An acceptance from before the hand-over that still stands answers it at once; a rejection or a contact from before does not.
    Nor does a rejection that a way back has spent: it was the answer to another hand-over, of somebody who turned out to be
    this person. CRM times carry whole seconds, so the second of the hand-over already counts.
    """
    since = handover.at.replace(microsecond=0)
    mine = of_track(contact, standing.track)
    answers = [o for o in mine if o.kind == "accepted" and o.at >= since]
    answers += [
        o
        for o in live(contact, standing)
        if o.kind in ANSWERS and (o.kind == "rejected") == (o.at >= since)
    ]
    calls = [o for o in mine if o.kind == "contacted" and o.at >= since]
    last = latest(answers)
    first = min(calls, key=lambda o: (o.at, o.key), default=None)
    return replace(
        handover,
        answered_at=max(min(o.at for o in answers), handover.at) if answers else None,
        answer=last.kind if last else "",
        contacted_at=max(first.at, handover.at) if first else None,
        contacted_by=first.by if first else None,
    )
