"""I13: clocks in the hours of whose lead it is, rungs once each and in order, what the CRM shows of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from naive import hours

from oracle.belonging import Belonging
from oracle.view import Person, View, moment

ANSWER = {"A": 2, "B": 4}  # hours; every other grade 8
Place = tuple[int, str, int, datetime, str]


class HandOver(NamedTuple):
    """As it was when it was made."""

    grade: str
    owner: str
    due: datetime | None


def clocks(view: View) -> Iterator[str]:
    belonging = Belonging(view)
    for person in view.known():
        for place, made in _hand_overs(view, person.number).items():
            span = timedelta(hours=ANSWER.get(made.grade, 8))
            naive = hours.later(hours.of(made.owner), place[3], span)
            if made.due != naive:
                yield f"I13: hand-over {place}, {made}: due {made.due}, not {naive}"
        for standing in view.standings(person.number).values():
            if standing.handover is not None:
                for run in standing.handover.runs:
                    name = f"{person.number} {standing.track} {run.clock}"
                    yield from _run(name, run, standing.owner)
                    learned = _learned(view, belonging, person.number, standing.handover, run)
                    yield from _told(name, run, learned)
        yield from _shown(view, person)


def _hand_overs(view: View, number: int) -> dict[Place, HandOver]:
    """Every hand-over that was made for this contact (two people who turned out to be one had one each)."""
    found: dict[Place, HandOver] = {}
    for recorded in view.house.store.told.history(number):
        decision = recorded.decision
        handover = decision.standing.handover
        if handover is None or decision.routing is None or handover.at != decision.at:
            continue
        place = (decision.contact, decision.track, handover.number, handover.at, handover.key)
        made = HandOver(decision.score.grade, decision.routing.owner, handover.answer_due)
        found.setdefault(place, made)
    return found


def _run(name: str, run: Any, owner: str) -> Iterator[str]:
    """A clock that goes ends where its legs say."""
    due = _reached(run, owner, timedelta(seconds=run.span)) if run.running else run.due
    if due != run.due:
        yield f"I13: {name} is due {run.due}, not {due}: {run.legs}"


def _told(name: str, run: Any, learned: datetime | None) -> Iterator[str]:
    """What it told was due, each rung once, the higher the later, none once it was known (`learned`) that nobody need be told."""
    rungs = [told.step for told in run.told]
    if len(rungs) != len(set(rungs)):
        yield f"I13: {name} told a rung twice: {rungs}"
    for told in run.told:
        if told.at < told.due:
            yield f"I13: {name} told {told.rung} at {told.at}, due {told.due}"
        if learned is not None and learned < told.at:
            yield f"I13: {name} told {told.rung} at {told.at}, known to have ended at {learned}"
    heights = [int(step.split(".")[0]) for step in rungs if step[0] != "r"]
    if heights != sorted(heights):
        yield f"I13: {name} told its rungs out of order: {heights}"


def _learned(
    view: View, belonging: Belonging, number: int, handover: Any, run: Any
) -> datetime | None:
    """When we knew that what stopped the clock was this hand-over's: we had heard of it, and whoever it was heard of was the one
    that was handed over. None where the clock goes, or another round is over.
    """
    if run.stopped_at is None or run.round:
        return None
    contact = view.house.store.dossier(number, view.house.now).contact
    seen = []
    for one in contact.outcomes:
        if one.kind == run.stopped_by and one.at == run.stopped_at and one.key in contact.recorded:
            since = belonging.since(one.key, handover, number)
            if since is None:
                return None
            seen.append(max(contact.recorded[one.key], since))
    return max(seen, default=None)


def _reached(run: Any, owner: str, left: timedelta) -> datetime | None:
    """When so much working time has gone by, leg after leg; None while it stands still and nobody knows how long."""
    ends = [leg.since for leg in run.legs[1:]] + [None]
    for leg, end in zip(run.legs, ends, strict=True):
        if not leg.calendar:
            continue
        calendar = hours.NAMED[leg.calendar]
        reached = hours.later(calendar, leg.since, left)
        if end is None or reached <= end:
            return reached
        left -= hours.worked(calendar, leg.since, end)
    if run.turns_at is None:
        return None
    return hours.later(hours.of(owner), run.turns_at, left)


def _shown(view: View, person: Person) -> Iterator[str]:
    standing = view.leading(person.number)
    handover = standing.handover if standing else None
    if handover is None:
        return
    for kind, row in person.crm:
        if handover.answer_due is not None:
            if moment(row["Leadcycle_Answer_Due__c"]) != handover.answer_due.replace(microsecond=0):
                yield f"I13: {kind} {row['Id']} shows another due time"
            late = handover.open and view.house.now >= handover.answer_due
            if bool(row.get("Leadcycle_Overdue__c")) != late:
                yield f"I13: {kind} {row['Id']} is overdue: {not late}"
    if handover.open and len(person.leads) == 1 and view.simple(person):
        mine = [
            task
            for task in view.house.tasks(person.leads[0]["Id"])
            if str(task.get("Leadcycle_Key__c")).endswith(f"-{handover.number}")
        ]
        if len(mine) != 1:
            yield f"I13: {len(mine)} tasks for hand-over {handover.number} of {person.number}"
