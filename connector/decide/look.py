"""When to look at a contact again: the next moment at which time alone may change its decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from math import inf

from connector.decide.conditions.aging import relative, turns
from connector.decide.facts import Facts
from connector.decide.follow_up import moments
from connector.decide.nurture import ladder, stays
from connector.decide.nurture.silence import last_activity
from connector.decide.place.fading import until_less
from connector.decide.ready import Ready, ready
from connector.decide.scoring.crossing import until_crossing
from connector.decide.scoring.exclusion import ends
from connector.decide.stages.events import event_ends, heard_in
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision, Strength
from connector.model.person.standing import Standing
from connector.model.roster import Roster
from connector.model.rules import Rulebook

AT_ONCE = timedelta(milliseconds=1)
FARTHEST = 100 * 365 * 86_400.0  # seconds; a look so far ahead may as well be early


def _holds(rules: Ready, standing: Standing) -> Iterator[datetime]:
    spans = {way.rule.name: way.rule.hold_for for way in rules.ways.of(standing.stage)}
    for name, since in standing.holding:
        span = spans.get(name)
        if span is not None:
            yield since + span


def _exclusions(rules: Ready, standing: Standing) -> Iterator[datetime]:
    begun = dict(standing.excluding)
    for rule, _ in rules.exclusions:
        end = ends(rule, begun[rule.name]) if rule.name in begun else None
        if end is not None:
            yield end


def _fixed(
    rules: Ready,
    contact: Contact,
    strengths: Mapping[str, Strength],
    standing: Standing,
    now: datetime,
) -> Iterator[datetime]:
    """Moments that are known as such: holds, rest, clock, lead events, windows."""
    yield from _holds(rules, standing)
    if standing.rest_until is not None:
        yield standing.rest_until
    handover = standing.handover
    if handover is not None and handover.open and handover.answer_due is not None:
        yield handover.answer_due
    yield from moments(rules.book, contact, standing)
    yield from _exclusions(rules, standing)
    yield from stays.moments(rules.book.nurture.streams, standing.stays)
    yield from ladder.moments(rules, strengths, standing, now)
    if relative(rules.book):
        facts = Facts(contact, Roster(), rules.book, now)
        facts.tell_last_activity(lambda: last_activity(rules, strengths))
        yield from turns(rules.book, facts.get)
    yield from event_ends(rules, contact, strengths, standing, now)
    for voice in rules.voices:
        strength = strengths.get(voice.name)
        if strength is not None and strength.expires_at is not None:
            yield strength.expires_at


def next_look(
    book: Rulebook,
    contact: Contact,
    strengths: Mapping[str, Strength],
    decision: Decision,
    now: datetime,
    further: tuple[float, ...] = (),
) -> datetime | None:
    """The moment after `now` at which to decide again if nothing else happens; None if time alone changes nothing.

    Never later than the true moment, earlier is possible. `further` are values of the activity that matter beside those of the
    rules: the mappings may ask for some where records are created.
    """
    rules, standing = ready(book), decision.standing
    strengths = heard_in(rules, strengths, standing.track)
    fixed = [at for at in _fixed(rules, contact, strengths, standing, now) if at > now]
    activity = decision.score.activity
    seconds = until_crossing(rules, strengths, standing.stage, activity, further)
    seconds = min(seconds, until_less(book.interest, strengths))
    if seconds < inf:
        fixed.append(now + timedelta(seconds=max(min(seconds, FARTHEST), 0.001)))
    if _fell(rules, decision):
        fixed.append(now + AT_ONCE)
    return min(fixed, default=None)


def _fell(rules: Ready, decision: Decision) -> bool:
    """Whether nothing but ways back were taken: where they end others may be open, and one decision takes no more.

    Each such decision ends lower in the order of the stages, so looks at once come to an end.
    """
    rank = rules.ways.rank
    return bool(decision.steps) and all(
        rank.get(step.after, -1) < rank.get(step.before, -1)
        and any(way.rule.name == step.rule for way in rules.ways.back[step.before])
        for step in decision.steps
    )
