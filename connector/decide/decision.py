"""The decision: everything that should be for one contact, from the facts as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from connector.decide.conditions.condition import Get
from connector.decide.explanation import explanation
from connector.decide.explanation.language import reading
from connector.decide.facts import Facts, stages_in, vocabulary
from connector.decide.follow_up import followed_up, states
from connector.decide.follow_up.course import shown
from connector.decide.follow_up.reassign import CHOSEN, another, former, noted
from connector.decide.instant import Instant
from connector.decide.nurture.silence import last_activity
from connector.decide.nurture.stream import nurtured
from connector.decide.place import words
from connector.decide.place.interest import Interests, counted, liked
from connector.decide.place.placing import placed
from connector.decide.ready import Ready, ready
from connector.decide.routing.route import route
from connector.decide.sales.handover import (
    answer_due,
    by_hand,
    followed,
    obstacles,
    overdue,
    owns,
)
from connector.decide.sales.lost import lost
from connector.decide.sales.outcomes import answered
from connector.decide.scoring.exclusion import Since, excluded
from connector.decide.scoring.score import scored
from connector.decide.stages.beginning import begin, entered
from connector.decide.stages.events import heard_in
from connector.decide.stages.walk import Walk, walk
from connector.model.person.contact import Contact
from connector.model.person.decision import Beside, Decision, Routing, Score, Step, Strength
from connector.model.person.standing import Handover, Shown, Standing
from connector.model.roster import Roster
from connector.model.rules import Rulebook

__all__ = ["decide", "vocabulary"]


def _routed(course: Walk) -> Routing:
    at, former = course.at, course.standing.former_owners
    return route(at.book, at.facts.contact, at.facts.get, at.facts.roster, at.now, former)


def _handed(course: Walk, score: Score, routing: Routing) -> Standing:
    """The hand-over: an owner, a number, a clock."""
    at, standing = course.at, course.standing
    facts, book, now = at.facts, at.book, at.now
    number = standing.handovers + 1
    due = answer_due(book.follow_up, score.grade, now, routing.owner)
    handover = answered(Handover(now, routing.owner, number, due), facts.contact, standing)
    handed = (*standing.handed, now)
    return standing.at(owner=routing.owner, handover=handover, handovers=number, handed=handed)


def _pursued(course: Walk, score: Score, barred: str) -> Routing | None:
    """The clocks of the hand-over; where the last rung gives an unanswered lead to somebody else, it is handed over anew."""
    book, facts, now = course.at.book, course.at.facts, course.at.now
    course.standing, rung = followed_up(book, facts, course.standing, score.grade, now)
    if rung is None:
        return None
    run, step = rung
    why = obstacles(course.at.ready.may_hand_over, facts, course.at.excluded, (), "")
    why += (barred,) if barred else ()
    why += (CHOSEN,) if by_hand(course.standing, facts.contact, facts.roster) else ()
    routing = another(book, facts, course.standing, now, why)
    if isinstance(routing, str):
        course.gate.waits.update(dict.fromkeys(why))
        lasting = not why or CHOSEN in why
        course.standing = noted(course.standing, routing, again=not lasting)
        return None
    stage, had = course.standing.stage, former(course.standing)
    course.steps.append(Step(f"{run.clock}: reassign", step.where, stage, stage))
    course.standing = course.standing.at(former_owners=had)
    course.standing = _handed(course, score, routing)
    course.standing = followed_up(book, facts, course.standing, score.grade, now).standing
    return routing


def _shown(
    book: Rulebook, before: Standing, stage: str, score: Score, now: datetime, tag: str
) -> Shown:
    """Renewed only when stage, grade, band or the owner's language moved: a fading number is no news to a CRM."""
    shown = before.shown
    if shown is not None and (before.stage, shown.grade, shown.band, shown.language) == (
        stage,
        score.grade,
        score.band,
        tag,
    ):
        return shown
    text = explanation(book, stage, score, now, tag)
    return Shown(now, score.grade, score.band, score.profile, score.activity, text, tag)


def _reads(course: Walk) -> str:
    """The language in which the owner reads, where that is not the project's."""
    speaks = course.at.facts.roster.speaks.get(course.standing.owner, ())
    return reading(speaks, course.at.book.language)


def _finished(
    course: Walk, score: Score, before: Standing, excluding: Since, topics: Interests
) -> Standing:
    """Stream, clock and what is shown, for where the walk ended."""
    standing, facts, now = course.standing, course.at.facts, course.at.now
    asked, asking = course.asked(), course.at.ready.ways.ask(standing.asks)
    facts.tell(
        owner=standing.owner or None, asks=standing.asks or None, handovers=standing.handovers
    )
    goal = (asking.stream if asking else "") or asked
    found = nurtured(course.at, standing, goal)
    wanted: dict[str, Any] = {
        "asked": asked,
        "stream": found.stream,
        "stream_held_out": found.held_out,
        "stays": found.stays,
        "drawn": found.draws,
        "climb": found.climb,
        "excluded": course.at.excluded,
        "excluding": excluding,
        "overdue": overdue(standing, now),
        "shown": _shown(course.at.book, before, standing.stage, score, now, _reads(course)),
    }
    if course.at.book.interest.traces or before.interest is not None:
        renewed = wanted["shown"] is not before.shown
        wanted["interest"] = words.shown(course.at.book, before.interest, topics, now, renewed)
    differing = {
        name: value
        for name, value in wanted.items()
        if (known := getattr(standing, name)) is not value and known != value
    }
    return standing.at(**differing) if differing else standing


def _used(
    ready: Ready, strengths: Mapping[str, Strength], traces: Iterable[str]
) -> dict[str, Strength]:
    """The strengths this rulebook reads, in the order of its signals: the record replays to the same bytes."""
    used = {name: strengths[name] for name in ready.read if name in strengths}
    return used | {name: strengths[name] for name in traces}


def decide(
    book: Rulebook,
    contact: Contact,
    strengths: Mapping[str, Strength],
    standing: Standing,
    roster: Roster,
    now: datetime,
    barred: str = "",
    see: Callable[[Get], None] | None = None,
    beside: tuple[Beside, ...] = (),
) -> Decision:
    """Score, stage, owner, stream and clocks of one contact at `now` (aware UTC), starting from its standing.

    `strengths` are by signal name, as of `now`. `barred` says why nobody may be handed over at this moment although the rules
    would: it is what the decision waits for then. `see` gets what conditions could ask, as it is at the end. `beside` says where the
    contact stands in the other tracks; whoever has not entered this one stays outside, with a standing without a stage.
    Deterministic: equal arguments give equal decisions.
    """
    rules, facts = ready(book), Facts(contact, roster, book, now)
    facts.tell(track=standing.track, **stages_in(standing, beside))
    strengths = heard_in(rules, strengths, standing.track)
    traced = counted(book.interest, strengths) if book.interest.traces else []
    topics = liked(book.interest, traced)
    score = scored(rules, facts, strengths, topics)
    facts.tell_last_activity(lambda: last_activity(rules, strengths))
    reason, excluding = excluded(rules, facts, standing, now)
    facts.tell(excluded=reason or None)
    at = Instant(rules, facts, strengths, reason, now)
    inside = entered(at, standing)
    (start, renamed), routing = begin(rules, standing, now) if inside else (standing, ()), None
    found = lost(book, start, contact, roster, score.grade)
    if found is not None:
        (start, routing, _), inside = found, True
    start = followed(start, contact, roster, mine=owns(start, beside))
    facts.tell(stage=start.stage, owner=start.owner or None)
    facts.tell(**states(book, facts, start, score.grade, now))
    course = walk(at, start, barred, beside)
    if course.handed:
        routing = _routed(course)
        course.standing = _handed(course, score, routing)
    routing = _pursued(course, score, barred) or routing
    facts.tell(**shown(course.standing, now))
    if see is not None:
        see(facts.get)
    return Decision(
        contact=contact.id,
        at=now,
        rulebook=book.digest,
        before=standing,
        standing=_finished(course, score, standing, excluding, topics) if inside else standing,
        score=score,
        steps=(*renamed, *(found[2:] if found else ()), *course.steps),
        routing=routing,
        strengths=_used(rules, strengths, (one.signal.name for one, _ in traced)),
        roster=roster.version,
        waits=tuple(course.gate.waits),
        beside=beside,
        placed=placed(book, contact, facts.get),
    )
