"""An explanation as plain values, for --json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connector.decide.counterfactual import Nearest
from connector.decide.scoring.exclusion import InForce
from connector.model.person.contact import Value
from connector.model.person.decision import Decision, Reason, Routing
from connector.model.person.stay import Climb, Stay
from connector.model.systems.fact import Outcome
from connector.report.conflicts import told
from connector.report.consents import all_statements, told_consents
from connector.report.explain.clocks import clocks
from connector.report.explain.hindsight import Hindsight
from connector.store import Recorded
from connector.store.sql.moment import EPOCH

if TYPE_CHECKING:
    from connector.report.explain.explained import Explained


def plain(found: Explained) -> dict[str, Any]:
    """Everything, with `reasons` whose points sum to `score.total`."""
    return {
        **_who(found),
        **_where(found),
        **_score(found),
        **_sales(found),
        "waits": list(found.waits),
        "belonging": None if found.belonging is None else found.belonging.as_json(),
        "consents": told_consents(found.contact, found.said),
        "statements": all_statements(found.said),
        "outside": list(found.outside),
        "contested": found.disputes,
        "lossy": list(found.lossy),
        "conflicts": [told(one, values=True) for one in found.lost],
        "decisions": [_decision(recorded) for recorded in found.history],
        "as_known_now": None if found.hindsight is None else _hindsight(found.hindsight),
        "what_if": None if found.nearest is None else _nearest(found.nearest),
    }


def _who(found: Explained) -> dict[str, Any]:
    return {
        "contact": found.contact.key,
        "refs": [str(ref) for ref in found.contact.refs],
        "linked_by": {str(ref): why for ref, why in sorted(found.links.items())},
        "at": found.at.isoformat(),
        "rulebook": found.rulebook,
        "fields": {name: _value(value) for name, value in sorted(found.contact.fields.items())},
    }


def _where(found: Explained) -> dict[str, Any]:
    """Where they stand, in this track and in the others."""
    standing = found.standing
    return {
        "track": standing.track,
        "tracks": {
            one.track: {"stage": one.stage, "since": _moment(one.since), "owner": one.owner}
            for one in (standing, *found.others)
        },
        "stage": standing.stage,
        "peak": standing.peak,
        "since": _moment(standing.since),
        "cycle": standing.cycle,
        "asks": list(standing.asks),
        "asks_since": _moment(standing.asks_since),
        "guarded": standing.guarded,
        "owner": standing.owner,
        "stream": standing.stream,
        "stream_held_out": standing.stream_held_out,
        "stays": [_stay(stay) for stay in standing.stays],
        "ladder": None if standing.climb is None else _climb(standing.climb),
        "rest_until": _moment(standing.rest_until),
        "excluded": standing.excluded,
        "exclusions": [_exclusion(one) for one in found.exclusions],
    }


def _score(found: Explained) -> dict[str, Any]:
    """`reasons` stand in the score and, for whoever asks for them alone, beside it."""
    reasons = [_reason(one) for one in found.score.reasons]
    return {
        "score": {
            "total": found.score.total,
            "profile": found.score.profile,
            "grade": found.score.grade,
            "model": found.score.model,
            "activity": found.score.activity,
            "band": found.score.band,
            "reasons": reasons,
        },
        "reasons": reasons,
    }


def _sales(found: Explained) -> dict[str, Any]:
    """The hand-over, and what sales made of it."""
    routing = found.routing
    return {
        "handover": _handover(found),
        "suspicions": list(found.standing.suspicions),
        "routing": None if routing is None else _routing(routing, found.routed_at),
        "outcomes": [_outcome(one) for one in found.contact.outcomes],
    }


def _handover(found: Explained) -> dict[str, Any] | None:
    standing, handover = found.standing, found.standing.handover
    if handover is None:
        return None
    return {
        "at": _moment(handover.at),
        "number": handover.number,
        "answer_due": _moment(handover.answer_due),
        "answered_at": _moment(handover.answered_at),
        "answer": handover.answer,
        "contacted_at": _moment(handover.contacted_at),
        "contacted_by": str(handover.contacted_by) if handover.contacted_by else None,
        "overdue": standing.overdue,
        "clocks": clocks(handover, found.contact),
    }


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "at": _moment(one.at),
        "reason": one.reason,
        "amount": None if one.amount is None else float(one.amount),
        "evidence": str(one.evidence) if one.evidence else None,
    }


def _stay(stay: Stay) -> dict[str, Any]:
    return {
        "stream": stay.stream,
        "first": _moment(stay.first),
        "since": _moment(stay.since),
        "left": _moment(stay.left),
        "why": stay.why,
        "exhausted": stay.exhausted,
    }


def _climb(climb: Climb) -> dict[str, Any]:
    return {
        "ladder": climb.ladder,
        "since": _moment(climb.since),
        "silent_since": _moment(climb.silent),
        "ended": _moment(climb.ended),
        "why": climb.why,
    }


def _exclusion(one: InForce) -> dict[str, Any]:
    return {
        "rule": one.rule.name,
        "where": one.rule.where,
        "reason": one.rule.reason,
        "since": _moment(one.since),
        "until": _moment(one.until),
    }


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
        "undone_at": _moment(recorded.undone),
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


def _hindsight(found: Hindsight) -> dict[str, Any]:
    score = found.decision.score
    return {
        "stage": found.decision.standing.stage,
        "score": {
            "total": score.total,
            "profile": score.profile,
            "grade": score.grade,
            "activity": score.activity,
            "band": score.band,
            "reasons": [_reason(one) for one in score.reasons],
        },
        "steps": _steps(found.decision),
        "waits": list(found.decision.waits),
        "differences": [
            {"what": one.what, "known_then": one.then, "known_now": one.now}
            for one in found.differences
        ],
        "learned_since": [
            {"what": one.what, "at": one.at.isoformat(), "learned_at": one.learned_at.isoformat()}
            for one in found.late
        ],
    }


def _nearest(found: Nearest) -> dict[str, Any]:
    return {
        "stage": found.stage,
        "there": found.there,
        "in_the_way": [
            {
                "rule": one.rule,
                "where": one.where,
                "to": one.after,
                "facts": list(dict.fromkeys(each.test.field for each in one.obstacles)),
                "waits": one.waits,
            }
            for one in found.shut
        ],
        "waits": list(found.waits),
        "searched": found.depth,
        "decided": found.decided,
        "proposals": [
            {
                "stage": one.stage,
                "at": one.at.isoformat(),
                "waits": one.waits,
                "changes": [
                    {"kind": each.kind, "name": each.name, "count": each.count, "value": each.plain}
                    for each in one.changes
                ],
            }
            for one in found.proposals
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
