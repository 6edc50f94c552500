"""Why somebody stands where they stand: the score with every reason, the way here, the owner with everyone passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.decide.fields.plan import written_to
from connector.decide.fields.scope import inside, sentence
from connector.decide.fields.sources import facts
from connector.decide.score import score
from connector.errors import Bug
from connector.model.contact import Contact, Value
from connector.model.decision import Decision, Reason, Routing, Score
from connector.model.mapping import Mappings
from connector.model.ref import Ref
from connector.model.rules import Rulebook
from connector.model.standing import MAIN, Standing
from connector.report.conflicts import disputed, told
from connector.report.consents import all_statements, told_consents
from connector.report.losses import losses, unread
from connector.store import Lost, Recorded, Statement, Store
from connector.store.moment import EPOCH

WITHIN = 1e-6  # reasons and score are rounded to six decimals each


@dataclass(frozen=True, slots=True)
class Explained:
    """One contact at one moment. `rulebook` is the one in force then; `history` ends at `at`."""

    contact: Contact
    at: datetime
    rulebook: str
    standing: Standing
    score: Score
    routing: Routing | None
    routed_at: datetime | None
    history: tuple[Recorded, ...]
    waits: tuple[str, ...]
    lost: tuple[Lost, ...] = ()
    disputes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lossy: tuple[str, ...] = ()
    links: Mapping[Ref, str] = field(default_factory=dict)  # by what each record was linked
    said: tuple[Statement, ...] = ()  # about being contacted
    outside: tuple[str, ...] = ()  # platforms on which nothing is written of this person, and why

    def as_json(self) -> dict[str, Any]:
        """Everything, with `reasons` whose points sum to `score.total`."""
        standing, handover = self.standing, self.standing.handover
        reasons = [_reason(one) for one in self.score.reasons]
        return {
            "contact": self.contact.key,
            "refs": [str(ref) for ref in self.contact.refs],
            "linked_by": {str(ref): why for ref, why in sorted(self.links.items())},
            "at": self.at.isoformat(),
            "rulebook": self.rulebook,
            "fields": {name: _value(value) for name, value in sorted(self.contact.fields.items())},
            "stage": standing.stage,
            "peak": standing.peak,
            "since": _moment(standing.since),
            "owner": standing.owner,
            "stream": standing.stream,
            "rest_until": _moment(standing.rest_until),
            "excluded": standing.excluded,
            "score": {
                "total": self.score.total,
                "profile": self.score.profile,
                "grade": self.score.grade,
                "activity": self.score.activity,
                "band": self.score.band,
                "reasons": reasons,
            },
            "reasons": reasons,
            "handover": None
            if handover is None
            else {
                "at": _moment(handover.at),
                "number": handover.number,
                "answer_due": _moment(handover.answer_due),
                "answered_at": _moment(handover.answered_at),
                "answer": handover.answer,
                "contacted_at": _moment(handover.contacted_at),
                "contacted_by": str(handover.contacted_by) if handover.contacted_by else None,
                "overdue": standing.overdue,
            },
            "routing": None if self.routing is None else _routing(self.routing, self.routed_at),
            "outcomes": [
                {
                    "kind": one.kind,
                    "at": _moment(one.at),
                    "reason": one.reason,
                    "amount": None if one.amount is None else float(one.amount),
                    "evidence": str(one.evidence) if one.evidence else None,
                }
                for one in self.contact.outcomes
            ],
            "waits": list(self.waits),
            "consents": told_consents(self.contact, self.said),
            "statements": all_statements(self.said),
            "outside": list(self.outside),
            "contested": self.disputes,
            "lossy": list(self.lossy),
            "conflicts": [told(one, values=True) for one in self.lost],
            "decisions": [_decision(recorded) for recorded in self.history],
        }


def explain(
    store: Store,
    book: Rulebook,
    contact: int,
    at: datetime | None,
    now: datetime,
    mappings: Mappings | None = None,
) -> Explained:
    """Explain one contact now, or as known at a past moment; `book` is the rulebook that was in force then.

    With `mappings` it also says what they cannot read.

    Raises KeyError for an unknown contact, and Bug if the reasons do not add up to the score.
    """
    moment = now if at is None else at
    dossier = store.dossier(contact, moment) if at is None else store.told.then(contact, moment)
    history = tuple(store.told.history(contact, moment))
    standing = dossier.standings.get(MAIN, Standing(stage=book.lifecycle.start))
    routed = next(
        (one.decision for one in reversed(history) if one.decision.routing is not None), None
    )
    return Explained(
        contact=dossier.contact,
        at=moment,
        rulebook=book.digest,
        standing=standing,
        score=adding_up(score(book, dossier.contact, dossier.strengths, moment)),
        routing=routed.routing if routed else None,
        routed_at=routed.at if routed else None,
        history=history,
        waits=history[-1].decision.waits if history else (),
        lost=tuple(store.told.lost_of(contact, moment)),
        disputes=disputed(dossier.contact, mappings),
        said=tuple(store.told.statements(contact, moment)),
        links=_links(store, dossier.contact),
        lossy=(*losses(history), *(unread(mappings, dossier.contact) if mappings else ())),
        outside=_outside(store, book, mappings, dossier.contact, history) if mappings else (),
    )


def _outside(
    store: Store, book: Rulebook, mappings: Mappings, contact: Contact, history: Sequence[Recorded]
) -> tuple[str, ...]:
    """Where this person is out of scope, by the facts at the end of the last decision."""
    if not history or all(platform.scope is None for platform in mappings.platforms.values()):
        return ()
    get = facts(book, history[-1].decision, contact, store.roster())
    plans = written_to(mappings)(book.lifecycle.stages)
    return tuple(sentence(plan, get) for plan in plans if not inside(plan, get))


def _links(store: Store, contact: Contact) -> Mapping[Ref, str]:
    """By what each of the records it has now was linked."""
    known = store.told.links(contact.id)
    return {ref: known.get(ref, "") for ref in contact.refs}


def adding_up(found: Score) -> Score:
    """The same score, if its reasons sum to it on both axes; otherwise Bug."""
    for axis, total in (("profile", found.profile), ("activity", found.activity)):
        parts = sum(
            one.points for one in found.reasons if (one.axis == "profile") is (axis == "profile")
        )
        if abs(parts - total) > WITHIN * max(1, len(found.reasons)):
            raise Bug(f"the {axis} reasons sum to {parts}, the score says {total}")
    return found


def _reason(one: Reason) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "points": one.points,
        "axis": one.axis,
        "label": one.label,
        "where": one.where,
    }


def _value(value: Value) -> dict[str, Any]:
    plain = (
        value.value
        if isinstance(value.value, str | int | float | bool | None)
        else str(value.value)
    )
    since = value.at if value.at > EPOCH else None  # there since before we looked
    return {"value": plain, "source": str(value.source), "since": _moment(since)}


def _routing(routing: Routing, at: datetime | None) -> dict[str, Any]:
    return {
        "owner": routing.owner,
        "rule": routing.rule,
        "where": routing.where,
        "pool": routing.pool,
        "at": _moment(at),
        "skipped": [
            {"who": one.who, "why": one.why, "where": one.where} for one in routing.skipped
        ],
    }


def _decision(recorded: Recorded) -> dict[str, Any]:
    decision = recorded.decision
    return {
        "id": recorded.id,
        "at": _moment(decision.at),
        "rulebook": decision.rulebook,
        "stage": decision.standing.stage,
        "steps": _steps(decision),
        "owner": decision.standing.owner,
        "changes": [
            {
                "record": str(wanted.ref),
                "fields": sorted(wanted.fields),
                "state": wanted.receipts[-1][0] if wanted.receipts else "waiting",
            }
            for wanted in recorded.wanted
        ],
    }


def _steps(decision: Decision) -> Sequence[Mapping[str, str]]:
    return [
        {"rule": one.rule, "where": one.where, "from": one.before, "to": one.after}
        for one in decision.steps
    ]


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
