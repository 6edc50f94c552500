"""What sales made of its leads, by person and by pool: answered in time, late, silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from connector.decide.follow_up.suspicions import open_suspicions
from connector.decide.follow_up.timing import gone_by
from connector.decide.sales.outcomes import ANSWERS, of_track
from connector.model.person.contact import Contact
from connector.model.person.run import Run
from connector.model.person.standing import Handover
from connector.model.rules import Rulebook
from connector.model.rules.follow_up import Suspicion
from connector.model.systems.fact import Outcome
from connector.report.tally import FollowUpReport, Silent, Tally
from connector.store import Store
from connector.store.recall.reports.courses import Course

SLICE = 500


def follow_up_report(
    store: Store, book: Rulebook, since: datetime, until: datetime, owner: str = ""
) -> FollowUpReport:
    """By whose lead it was; `owner` limits it to one person's, by address."""
    found = list(_followed(store, since, until))
    whose = [one for one in found if owner in ("", one.handover.owner)]
    silent = [one for one in _silent(book, found, until) if owner in ("", one.owner)]
    owners: dict[str, Tally] = {}
    pools: dict[str, Tally] = {}
    for one in whose:
        for name, tallies in ((one.handover.owner, owners), (one.course.pool, pools)):
            if name:
                _count(tallies.setdefault(name, Tally(name)), book, one, until)
    for each in silent:
        if each.owner in owners:
            owners[each.owner].suspicious[each.rule] += 1
    return FollowUpReport(since, until, _rows(owners), _rows(pools), tuple(silent))


def _rows(tallies: Mapping[str, Tally]) -> tuple[Tally, ...]:
    return tuple(tallies[name] for name in sorted(tallies))


class _Followed(NamedTuple):
    """One hand-over with its contact; `handover` with the answer that ended it, which no decision about it knew."""

    course: Course
    contact: Contact
    handover: Handover
    mine: tuple[Outcome, ...]


def _followed(store: Store, since: datetime, until: datetime) -> Iterator[_Followed]:
    courses = store.told.courses(since, until)
    for start in range(0, len(courses), SLICE):
        some = courses[start : start + SLICE]
        people = store.told.people(sorted({one.contact for one in some}), until)
        for course in some:
            handover, contact = course.standing.handover, people.get(course.contact)
            if handover is not None and contact is not None:
                mine = _mine(course, contact)
                yield _Followed(course, contact, _known(handover, mine), mine)


def _mine(course: Course, contact: Contact) -> tuple[Outcome, ...]:
    """What sales made of it until it ended."""
    start, over = course.at.replace(microsecond=0), course.ended
    found = of_track(contact, course.standing.track)
    return tuple(one for one in found if one.at >= start and (over is None or one.at <= over))


def _known(handover: Handover, mine: Sequence[Outcome]) -> Handover:
    answer = next((one for one in mine if one.kind in ANSWERS), None)
    call = next((one for one in mine if one.kind == "contacted"), None)
    if handover.answered_at is None and answer is not None:
        at = max(answer.at, handover.at)
        handover = replace(handover, answered_at=at, answer=answer.kind)
    if handover.contacted_at is None and call is not None:
        handover = replace(handover, contacted_at=max(call.at, handover.at))
    return handover


def _count(tally: Tally, book: Rulebook, one: _Followed, now: datetime) -> None:
    handover = one.handover
    run = next((run for run in handover.runs if run.clock == "answer"), None)
    due = handover.answer_due if run is None else run.due
    tally.handed_over += 1
    tally.accepted += handover.answer == "accepted"
    tally.rejected += handover.answer == "rejected"
    tally.contacted += handover.contacted_at is not None
    tally.won += any(each.kind == "won" for each in one.mine)
    if handover.answered_at is not None:
        in_time = due is None or handover.answered_at <= due
        tally.in_time += in_time
        tally.late += not in_time
        tally.answers.append(_worked(book, handover, run, handover.answered_at))
    elif one.course.ended is not None:
        tally.taken_away += one.course.again
    else:
        tally.open += 1
        tally.overdue += due is not None and due <= now


def _worked(book: Rulebook, handover: Handover, run: Run | None, until: datetime) -> timedelta:
    return until - handover.at if run is None else gone_by(book.follow_up, run, until)


def _silent(book: Rulebook, followed: Sequence[_Followed], now: datetime) -> list[Silent]:
    """What goes on, by every rule; where a rule wants many at once, only if it was many at once."""
    rules = {rule.name: rule for rule in book.follow_up.suspicions}
    found: list[tuple[Silent, datetime]] = []
    for one in followed:
        if one.course.ended is not None:
            continue
        standing = one.course.standing.at(handover=one.handover)
        seen = open_suspicions(book.follow_up, book.lifecycle, standing, one.contact)
        found += [
            (Silent(one.contact.key, standing.owner, rule.name, since), _began(rule, one))
            for rule, since in seen
            if since <= now
        ]
    return [one for one, at in found if _many(rules[one.rule], one, at, found)]


def _began(rule: Suspicion, one: _Followed) -> datetime:
    if rule.after == "accepted" and one.handover.answered_at is not None:
        return one.handover.answered_at
    return next((each.at for each in one.mine if each.kind == rule.after), one.course.at)


def _many(
    rule: Suspicion, one: Silent, at: datetime, found: Sequence[tuple[Silent, datetime]]
) -> bool:
    """Whether the same owner did it so often around that moment."""
    if rule.together is None:
        return True
    count, within = rule.together
    mine = (one.rule, one.owner)
    same = sorted(when for other, when in found if (other.rule, other.owner) == mine)
    return any(
        first <= at <= last and last - first <= within
        for first, last in zip(same, same[count - 1 :], strict=False)
    )
