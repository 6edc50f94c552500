"""Clocks by example: what starts and stops them, whose hours count, what they show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from connector.decide.decision import decide
from connector.decide.facts import Facts
from connector.decide.follow_up import followed_up
from connector.model.person.contact import Value
from connector.model.person.decision import Decision
from connector.model.person.run import Run
from connector.model.person.standing import Handover, Standing
from connector.model.roster import Away
from connector.model.rules import Calendar, Clock, FollowUp, Rulebook
from connector.model.rules.follow_up import DEFAULT, Event, Pause, Rung, Suspicion
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

HOUR = timedelta(hours=1)
LEAD = Ref("salesforce", "Lead", "00Q1")
CALL = Ref("salesforce", "Task", "00T1")
OWNER = "j@x.example"
OFFICE = Calendar("Europe/Berlin", {day: ((time(8), time(17)),) for day in range(5)})
ROME = Calendar(
    "Europe/Rome", {day: ((time(9), time(13)), (time(14), time(18))) for day in range(5)}
)
ANSWER = Clock("answer", {"A": 2 * HOUR, "*": 8 * HOUR}, "f:1")
CONTACT = Clock("contacted", {"*": 8 * HOUR}, "f:2", stops=(Event("contacted"),))


def book_of(house: Any, *clocks: Clock, answer: Clock | None = ANSWER, **more: Any) -> Rulebook:
    rules = FollowUp(OFFICE, answer, clocks, {DEFAULT: OFFICE, "rome": ROME}, **more)
    return replace(house.rulebook(), follow_up=rules)  # type: ignore[no-any-return]


def begun(house: Any, stage: str = "SQL", **more: Any) -> Standing:
    handover = Handover(house.now, OWNER, 1, **more)
    return Standing(stage=stage, peak=stage, since=house.now, owner=OWNER, handover=handover)


def runs(
    house: Any,
    book: Rulebook,
    standing: Standing,
    now: datetime,
    outcomes: Any = (),
    roster: Any = None,
    **fields: Any,
) -> tuple[Standing, dict[str, Run]]:
    contact = house.person(outcomes, **fields)
    facts = Facts(contact, roster or house.roster(), book)
    after = followed_up(book, facts, standing, "A", now).standing
    assert after.handover is not None
    return after, {run.clock: run for run in after.handover.runs}


def test_a_clock_begins_with_its_event_and_stops_with_its_evidence(house: Any) -> None:
    book = book_of(house, replace(CONTACT, name="step", starts=Event("accepted")))
    _, found = runs(house, book, begun(house), house.now)
    assert set(found) == {"answer"}
    accepted = begun(house, answered_at=house.now + HOUR, answer="accepted")
    _, found = runs(house, book, accepted, house.now + HOUR)
    wednesday = datetime(2026, 11, 18, tzinfo=UTC)
    assert (found["step"].at, found["step"].due) == (house.now + HOUR, wednesday + 9 * HOUR)
    call = Outcome(LEAD, "contacted", house.now + 2 * HOUR, "c1", evidence=CALL)
    _, found = runs(house, book, accepted, house.now + 3 * HOUR, [call])
    assert (found["step"].stopped_at, found["step"].evidence) == (house.now + 2 * HOUR, CALL)


def test_a_call_before_the_acceptance_counts(house: Any) -> None:
    book = book_of(house, replace(CONTACT, name="step", starts=Event("accepted")))
    accepted = begun(house, answered_at=house.now + 2 * HOUR, answer="accepted")
    call = Outcome(LEAD, "contacted", house.now + HOUR, "c1", evidence=CALL)
    _, found = runs(house, book, accepted, house.now + 3 * HOUR, [call])
    assert found["step"].stopped_at == house.now + 2 * HOUR


def test_the_call_that_starts_a_clock_does_not_stop_it(house: Any) -> None:
    step = Clock(
        "next",
        {"*": 8 * HOUR},
        "f:3",
        starts=Event("contacted"),
        stops=(Event("evidence", "Task"),),
    )
    first = Outcome(LEAD, "contacted", house.now + HOUR, "c1", evidence=CALL)
    later = Outcome(LEAD, "contacted", house.now + 2 * HOUR, "c2", evidence=CALL)
    book = book_of(house, step)
    _, found = runs(house, book, begun(house), house.now + 3 * HOUR, [first])
    assert found["next"].running
    _, found = runs(house, book, begun(house), house.now + 3 * HOUR, [first, later])
    assert found["next"].stopped_at == later.at


def test_what_was_taken_back_stops_and_starts_nothing(house: Any) -> None:
    book = book_of(house, CONTACT)
    call = Outcome(LEAD, "contacted", house.now + HOUR, "c1", evidence=CALL)
    stopped, found = runs(house, book, begun(house), house.now + 2 * HOUR, [call])
    assert not found["contacted"].running
    _, found = runs(house, book, stopped, house.now + 3 * HOUR)
    assert (found["contacted"].running, found["contacted"].evidence) == (True, None)
    assert found["contacted"].at == house.now


def test_a_clock_of_a_stage_runs_while_the_contact_stands_there(house: Any) -> None:
    work = Clock(
        "work",
        {"*": 8 * HOUR},
        "f:3",
        starts=Event("stage", "SAL"),
        stops=(Event("stage", "Customer"),),
    )
    book = book_of(house, work)
    there, found = runs(house, book, begun(house, "SAL"), house.now + HOUR)
    assert found["work"].at == house.now
    left, found = runs(
        house, book, there.at(stage="SQL", since=house.now + 2 * HOUR), house.now + 2 * HOUR
    )
    assert (found["work"].stopped_by, found["work"].stopped_at) == ("SQL", house.now + 2 * HOUR)
    again = left.at(stage="SAL", since=house.now + 3 * HOUR)
    _, found = runs(house, book, again, house.now + 3 * HOUR)
    assert (found["work"].at, found["work"].running) == (house.now + 3 * HOUR, True)


def test_the_hours_are_those_of_whose_lead_it_is(house: Any) -> None:
    """Ten o'clock in Berlin; in Rome there are three hours before lunch."""
    book = book_of(house, CONTACT, by_owner={OWNER: "rome"})
    _, found = runs(house, book, begun(house), house.now)
    assert found["contacted"].due == datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    there, _ = runs(house, book, begun(house), house.now)
    moved = there.at(owner="l@x.example")
    _, found = runs(house, book, moved, house.now + 2 * HOUR)
    assert [leg.calendar for leg in found["contacted"].legs] == ["rome", DEFAULT]
    assert found["contacted"].due == datetime(2026, 11, 18, 8, 0, tzinfo=UTC)


def test_days_are_average_working_days_of_that_calendar(house: Any) -> None:
    book = book_of(house, replace(CONTACT, within={"*": 5}), by_owner={OWNER: "rome"})
    _, found = runs(house, book, begun(house), house.now)
    assert found["contacted"].due == house.now + timedelta(days=7)


def test_a_planned_absence_stops_the_clock_and_the_look_is_named(house: Any) -> None:
    away = Away(house.now + HOUR, house.now + timedelta(days=1))
    roster = replace(house.roster(), absences={OWNER: (away,)})
    pause = Pause("away", "f:9", owner_away=True, longest=timedelta(days=9))
    book = book_of(house, CONTACT, pauses=(pause,))
    there, found = runs(house, book, begun(house), house.now, roster=roster)
    assert found["contacted"].turns_at == away.since
    there, found = runs(house, book, there, away.since, roster=roster)
    assert (found["contacted"].pause.pause, found["contacted"].turns_at) == ("away", away.until)  # type: ignore[union-attr]
    late = away.until + 2 * HOUR  # nobody looked in time
    _, found = runs(house, book, there, late, roster=roster)
    assert [leg.since for leg in found["contacted"].legs] == [house.now, away.since, away.until]


def test_a_day_begins_at_midnight_of_the_owner(house: Any) -> None:
    pause = Pause("asked", "f:9", until="pause_until", reason="pause_reason")
    book = book_of(house, CONTACT, pauses=(pause,), by_owner={OWNER: "rome"})
    day = datetime(2026, 11, 19, tzinfo=UTC).date()
    _, found = runs(house, book, begun(house), house.now, pause_until=day, pause_reason="ill")
    assert found["contacted"].turns_at == datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
    assert found["contacted"].pause is not None
    assert found["contacted"].pause.said_in == "pause_reason"
    assert found["contacted"].due == datetime(2026, 11, 19, 17, 0, tzinfo=UTC)


LADDER = (
    Rung("f:5", share=0.5, tell=("owner",)),
    Rung("f:6", tell=("substitute",)),
    Rung("f:7", tell=("manager",), by=("task", "email")),
    Rung("f:8", after=2 * HOUR, reassign=True),
)


def test_two_rungs_at_one_moment_both_tell_and_say_who_is_missing(house: Any) -> None:
    book = book_of(house, answer=replace(ANSWER, ladder=LADDER))
    boss = Ref("salesforce", "User", "0054")
    roster = house.roster(j={"manager": boss})
    _, found = runs(house, book, begun(house), house.now + 2 * HOUR, roster=roster)
    told = found["answer"].told
    assert [(one.rung, one.to, one.by, one.note) for one in told] == [
        ("breach", (), (), "nobody answers instead of j@x.example"),
        ("breach", ("s@x.example",), ("task", "email"), ""),
    ]


def decided(house: Any, book: Rulebook, standing: Standing, now: datetime, **more: Any) -> Decision:
    contact = more.pop("contact", None) or house.person(**more)
    return decide(book, contact, {}, standing, house.roster(), now)


def test_a_lead_is_given_to_somebody_else_by_routing(house: Any) -> None:
    book = book_of(house, answer=replace(ANSWER, ladder=LADDER))
    found = decided(house, book, begun(house), house.now + 4 * HOUR)
    after = found.standing
    assert after.handover is not None
    assert found.routing is not None
    assert (after.owner, after.former_owners) == (found.routing.owner, (OWNER,))
    assert after.owner in ("l@x.example", "a@x.example")
    assert (after.handover.number, after.handover.at) == (1, house.now + 4 * HOUR)
    assert after.handover.answer_due == datetime(2026, 11, 17, 15, 0, tzinfo=UTC)
    assert [step.rule for step in found.steps] == ["answer: reassign"]


@pytest.mark.parametrize(
    ("fields", "former", "why"),
    [
        ({"opted_out": True}, (), "no consent"),
        ({"email": "a@rival.example"}, (), "excluded: competitor"),
        (
            {},
            ("l@x.example", "a@x.example", "s@x.example", "m@x.example"),
            "nobody is left who has not had this lead",
        ),
    ],
)
def test_nobody_else_gets_it_past_consent_or_twice(
    house: Any, fields: dict[str, Any], former: tuple[str, ...], why: str
) -> None:
    book = book_of(house, answer=replace(ANSWER, ladder=LADDER))
    standing = begun(house).at(former_owners=former)
    found = decided(house, book, standing, house.now + 4 * HOUR, **fields)
    assert (found.standing.owner, found.routing) == (OWNER, None)
    assert found.standing.handover is not None
    assert found.standing.handover.runs[0].told[-1].note == why
    again = decided(house, book, found.standing, house.now + 5 * HOUR, **fields)
    assert again.standing == found.standing


def test_when_the_team_has_had_it_the_next_rule_says_who_gets_it(house: Any) -> None:
    book = book_of(house, answer=replace(ANSWER, ladder=LADDER))
    standing = begun(house).at(former_owners=("l@x.example", "a@x.example"))
    found = decided(house, book, standing, house.now + 4 * HOUR)
    assert found.routing is not None
    assert (found.standing.owner, found.routing.rule) == ("s@x.example", "south")


SILENT = Suspicion("silent", "f:9", "touched", ("contacted", "won"), 1, evidence="Task")


def test_a_silent_rejection_is_a_fact_until_something_happens(house: Any) -> None:
    book = book_of(house, suspicions=(SILENT,))
    touch = Outcome(LEAD, "touched", house.now + HOUR, "t1", evidence=CALL)
    evening = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
    standing, _ = runs(house, book, begun(house), evening - timedelta(seconds=1), [touch])
    assert standing.suspicions == ()
    standing, _ = runs(house, book, begun(house), evening, [touch])
    assert standing.suspicions == ("silent",)
    call = Outcome(LEAD, "contacted", evening, "c1", evidence=CALL)
    standing, _ = runs(house, book, standing, evening + HOUR, [touch, call])
    assert standing.suspicions == ()


def test_a_due_that_the_crm_shows_stands(house: Any) -> None:
    """A hand-over read back, or made before clocks were kept, keeps the moment it was made with."""
    shown = house.now + 20 * HOUR  # outside of working hours
    _, found = runs(house, book_of(house), begun(house, answer_due=shown), house.now + HOUR)
    assert found["answer"].due == shown


def test_a_value_that_is_no_moment_pauses_nothing(house: Any) -> None:
    pause = Pause("asked", "f:9", until="pause_until")
    book = book_of(house, CONTACT, pauses=(pause,))
    for odd in ("soon", 7, True, (), datetime(2026, 11, 20)):  # noqa: DTZ001 the odd one is without a zone
        contact = house.person()
        fields = {**contact.fields, "pause_until": Value(odd, LEAD, house.now)}
        facts = Facts(replace(contact, fields=fields), house.roster(), book)
        after = followed_up(book, facts, begun(house), "A", house.now).standing
        assert after.handover is not None
        assert after.handover.runs[1].pause is None
