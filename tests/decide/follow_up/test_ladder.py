"""Rungs that must happen just once, and once at all: other owners, obstacles that pass, downtimes, answers taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from connector.decide.decision import decide
from connector.decide.facts import Facts
from connector.decide.fields.scope import AFTER
from connector.decide.fields.writing.reminders import reminders
from connector.decide.follow_up import followed_up
from connector.decide.follow_up.reassign import NOBODY
from connector.decide.look import next_look
from connector.model.person.decision import Decision
from connector.model.person.run import Run
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Calendar, Clock, FollowUp, Rulebook
from connector.model.rules.follow_up import DEFAULT, Event, Rung
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

HOUR = timedelta(hours=1)
LEAD = Ref("salesforce", "Lead", "00Q1")
OWNER, OTHER, BOSS = "j@x.example", "l@x.example", "boss@x.example"
OFFICE = Calendar("Europe/Berlin", {day: ((time(8), time(17)),) for day in range(5)})
SHORT = Calendar("Europe/Berlin", {day: ((time(8), time(12)),) for day in range(5)})
AWAY = Rung("f:8", after=2 * HOUR, reassign=True)


def book_of(house: Any, clock: Clock) -> Rulebook:
    calendars = {DEFAULT: OFFICE, "short": SHORT}
    answer, clocks = (clock, ()) if clock.name == "answer" else (None, (clock,))
    rules = FollowUp(OFFICE, answer, clocks, calendars, {OTHER: "short"})
    return replace(house.rulebook(), follow_up=rules)  # type: ignore[no-any-return]


def answering(*ladder: Rung) -> Clock:
    return Clock("answer", {"*": 2 * HOUR}, "f:1", ladder=ladder)


def begun(house: Any, stage: str = "SQL", **more: Any) -> Standing:
    handover = Handover(house.now, OWNER, 1, **more)
    return Standing(stage=stage, peak=stage, since=house.now, owner=OWNER, handover=handover)


def looked(
    house: Any, book: Rulebook, standing: Standing, now: datetime, outcomes: Any = ()
) -> Standing:
    facts = Facts(house.person(outcomes), house.roster(), book)
    return followed_up(book, facts, standing, "A", now).standing


def run_of(standing: Standing) -> Run:
    assert standing.handover is not None
    return standing.handover.runs[0]


def decided(
    house: Any, book: Rulebook, standing: Standing, now: datetime, barred: str = "", **fields: Any
) -> Decision:
    return decide(book, house.person(**fields), {}, standing, house.roster(), now, barred)


@pytest.mark.parametrize("owners", [(OWNER, OTHER), (OTHER, OWNER)])
def test_a_rung_in_days_tells_once_whoever_gets_the_lead(
    house: Any, owners: tuple[str, str]
) -> None:
    book = book_of(house, answering(Rung("f:5", after=1, tell=(BOSS,))))
    told = looked(house, book, begun(house).at(owner=owners[0]), house.now)
    told = looked(house, book, told, house.now + timedelta(days=4))
    moved = told.at(owner=owners[1])
    for day in range(4, 20):
        moved = looked(house, book, moved, house.now + timedelta(days=day))
    assert len(run_of(told).told) == 1
    assert run_of(moved).told == run_of(told).told


def test_a_run_on_record_keeps_the_keys_it_has(house: Any) -> None:
    """Made before the length of a day was kept: days were those of its last calendar."""
    book = book_of(house, answering(Rung("f:5", after=1, tell=(BOSS,))))
    known = looked(house, book, begun(house).at(owner=OTHER), house.now + timedelta(days=4))
    assert known.handover is not None
    old = replace(run_of(known), day=0)
    moved = known.at(owner=OWNER, handover=replace(known.handover, runs=(old,)))
    after = looked(house, book, moved, house.now + timedelta(days=20))
    assert [one.step for one in run_of(after).told] == [str(6 * 3600)]


@pytest.mark.parametrize(
    ("barred", "fields"),
    [
        (AFTER, {}),
        ("out of scope, salesforce: country is not DE", {}),
        ("", {"opted_out": True}),
        ("", {"email": "a@rival.example"}),
    ],
)
def test_what_is_in_the_way_for_the_moment_puts_a_reassignment_off(
    house: Any, barred: str, fields: dict[str, Any]
) -> None:
    book = book_of(house, answering(AWAY))
    late = house.now + 4 * HOUR
    first = decided(house, book, begun(house), late, barred, **fields)
    again = decided(house, book, first.standing, late, barred, **fields)
    assert (first.standing.owner, first.routing) == (OWNER, None)
    assert (again.standing, again.waits) == (first.standing, first.waits)
    assert again.waits
    look = next_look(book, house.person(**fields), {}, again, late)
    assert look is None or look > late + timedelta(minutes=1)
    free = decided(house, book, again.standing, late + HOUR)
    assert free.routing is not None
    assert free.standing.former_owners == (OWNER,)


def test_an_answer_ends_a_reassignment_that_was_put_off(house: Any) -> None:
    book = book_of(house, answering(AWAY))
    late = house.now + 4 * HOUR
    first = decided(house, book, begun(house), late, AFTER).standing
    answer = house.outcome("accepted", late + HOUR)
    done = decided(house, book, first, late + 2 * HOUR, outcomes=[answer])
    assert (done.standing.owner, done.routing, done.waits) == (OWNER, None, ())


def test_that_nobody_is_left_is_not_asked_again(house: Any) -> None:
    book = book_of(house, answering(AWAY))
    everybody = begun(house).at(former_owners=(OTHER, "a@x.example", "s@x.example", "m@x.example"))
    first = decided(house, book, everybody, house.now + 4 * HOUR)
    again = decided(house, book, first.standing.at(former_owners=()), house.now + 5 * HOUR)
    assert run_of(first.standing).told[-1].note == NOBODY
    assert (again.standing.owner, again.routing) == (OWNER, None)


def test_a_reassignment_below_a_later_rung_happens_after_a_downtime(house: Any) -> None:
    later = Rung("f:9", after=3 * HOUR, tell=(BOSS,))
    early = Rung("f:4", tell=(OWNER,))
    book = book_of(house, answering(early, AWAY, later))
    found = decided(house, book, begun(house), house.now + 6 * HOUR)
    assert found.routing is not None
    assert found.standing.former_owners == (OWNER,)
    barred = decided(house, book, begun(house), house.now + 6 * HOUR, AFTER)
    told = run_of(barred.standing).told
    assert [(one.rung, one.to) for one in told] == [("breach + 2h", ()), ("breach + 3h", (BOSS,))]
    assert told[0].note == AFTER


CONTACT = Clock(
    "step",
    {"*": 2 * HOUR},
    "f:2",
    starts=Event("accepted"),
    stops=(Event("contacted"),),
    ladder=(Rung("f:5", tell=(BOSS,)),),
)


def accepted(house: Any, at: datetime, before: Standing | None = None) -> Standing:
    standing = before or begun(house)
    assert standing.handover is not None
    return standing.at(handover=replace(standing.handover, answered_at=at, answer="accepted"))


def taken_back(standing: Standing) -> Standing:
    assert standing.handover is not None
    return standing.at(handover=replace(standing.handover, answered_at=None, answer=None))


def test_an_answer_that_is_given_again_reminds_anew(house: Any) -> None:
    book, person = book_of(house, CONTACT), house.person()
    first = looked(house, book, accepted(house, house.now), house.now + 2 * HOUR)
    back = looked(house, book, taken_back(first), house.now + 3 * HOUR)
    assert (run_of(back).running, run_of(back).due) == (False, None)
    assert looked(house, book, back, house.now + 4 * HOUR) == back
    again = accepted(house, house.now + 4 * HOUR, back)
    again = looked(house, book, again, house.now + 4 * HOUR)
    assert (run_of(again).at, run_of(again).round) == (house.now + 4 * HOUR, 1)
    late = looked(house, book, again, house.now + 6 * HOUR)
    assert [one.step for one in run_of(late).told] == ["7200", "r1.7200"]
    answer = house.outcome("accepted", house.now + 4 * HOUR)
    decision = decided(house, book, late, house.now + 6 * HOUR, outcomes=[answer])
    keys = {one.key for one in reminders(decision, person, "task")}
    assert len(keys) == 2
    done = replace(person, done=frozenset(key for key in keys if "r1" not in key))
    assert len(list(reminders(decision, done, "task"))) == 1


def test_the_same_answer_shown_again_goes_on(house: Any) -> None:
    book = book_of(house, CONTACT)
    first = looked(house, book, accepted(house, house.now), house.now + 2 * HOUR)
    back = looked(house, book, taken_back(first), house.now + 3 * HOUR)
    again = looked(house, book, accepted(house, house.now, back), house.now + 4 * HOUR)
    assert run_of(again) == run_of(first)


def test_an_answer_taken_back_before_anybody_was_told_never_began_a_clock(house: Any) -> None:
    book = book_of(house, CONTACT)
    first = looked(house, book, accepted(house, house.now), house.now + HOUR)
    back = looked(house, book, taken_back(first), house.now + HOUR)
    assert back.handover is not None
    assert back.handover.runs == ()


def test_the_time_in_a_stage_that_stopped_the_clock_does_not_count(house: Any) -> None:
    deal = Clock(
        "deal",
        {"*": 4 * HOUR},
        "f:3",
        starts=Event("handed_over"),
        stops=(Event("stage", "SAL"),),
    )
    book, one = book_of(house, deal), begun(house)
    one = looked(house, book, one, house.now + HOUR)
    one = one.at(stage="SAL", since=house.now + HOUR)
    one = looked(house, book, one, house.now + HOUR)
    assert run_of(one).stopped_by == "SAL"
    one = one.at(stage="Customer", since=house.now + 2 * HOUR)  # further on: it stands since SAL
    one = looked(house, book, one, house.now + 2 * HOUR)
    assert run_of(one).stopped_at == house.now + HOUR
    one = one.at(stage="SQL", since=house.now + 4 * HOUR)
    one = looked(house, book, one, house.now + 5 * HOUR)
    assert run_of(one).running
    assert run_of(one).due == house.now + 7 * HOUR
    assert looked(house, book, one, house.now + 6 * HOUR) == one


def test_evidence_that_was_none_stopped_nothing(house: Any) -> None:
    """A call that is no more never was one: its clock ran on."""
    clock = replace(CONTACT, starts=Event("handed_over"), within={"*": 4 * HOUR})
    book = book_of(house, clock)
    call = Outcome(
        LEAD, "contacted", house.now + HOUR, "c1", evidence=Ref("salesforce", "Task", "1")
    )
    one = looked(house, book, begun(house), house.now + 2 * HOUR, [call])
    assert not run_of(one).running
    one = looked(house, book, one, house.now + 3 * HOUR)
    assert run_of(one).due == house.now + 4 * HOUR
