"""Hand-overs: what they need, who owns, what answers them, when they are overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector.decide.decision import decide
from connector.decide.sales.handover import overdue
from connector.model.person.decision import Decision
from connector.model.person.standing import Handover, Standing
from connector.model.rules import FollowUp, Rulebook
from connector.model.systems.ref import Ref

HOUR = timedelta(hours=1)
LILLI = "salesforce/User/0052"
NOBODY = "salesforce/User/005X"


def hot(
    house: Any,
    book: Rulebook,
    contact: Any,
    standing: Standing | None = None,
    at: Any = None,
    **roster: Any,
) -> Decision:
    """Decides about somebody who just asked for samples."""
    now = at or house.now
    strengths = house.strengths(book, [house.sample(house.now)], now)
    return decide(book, contact, strengths, standing or Standing(), house.roster(**roster), now)


def test_a_hand_over_names_owner_number_and_clock(house: Any, book: Rulebook) -> None:
    decision = hot(house, book, house.person())
    owner, due = "j@x.example", house.now + 2 * HOUR
    assert replace(decision.standing.handover, runs=()) == Handover(house.now, owner, 1, due)
    assert (decision.standing.owner, decision.standing.handovers) == (owner, 1)
    assert (decision.routing.owner, decision.routing.pool, decision.routing.turn) == (
        owner,
        "north",
        1,
    )
    assert (decision.roster, decision.waits) == (7, ())


def test_the_clock_goes_by_grade_and_working_hours(house: Any, book: Rulebook) -> None:
    decision = hot(house, book, house.person(job_title="Koch"))
    assert decision.score.grade == "B"
    assert decision.standing.handover.answer_due == house.now + 24 * HOUR - HOUR


def test_without_a_clock_nothing_is_due(house: Any, book: Rulebook) -> None:
    book = house.rulebook(follow_up=FollowUp(book.follow_up.calendar))
    handover = hot(house, book, house.person()).standing.handover
    assert (handover.answer_due, handover.open) == (None, True)


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({"email": None}, ("needs email",)),
        ({"opted_out": True}, ("no consent",)),
        ({"email": None, "opted_out": True}, ("needs email", "no consent")),
        ({"email": "x@Rival.example"}, ("excluded: competitor",)),
    ],
)
def test_a_hand_over_waits_and_says_why(
    house: Any, book: Rulebook, fields: dict[str, Any], waits: tuple[str, ...]
) -> None:
    decision = hot(house, book, house.person(**fields))
    assert (decision.standing.stage, decision.waits) == ("Lead", waits)
    assert (decision.standing.handover, decision.standing.owner, decision.routing) == (
        None,
        "",
        None,
    )
    assert (decision.standing.excluded != "") == ("excluded" in waits[0])


def test_a_waiting_hold_is_handed_over_when_the_field_arrives(house: Any, book: Rulebook) -> None:
    strengths = house.strengths(
        book, [house.webinar(house.now), house.webinar(house.now)], house.now
    )
    standing = Standing(
        stage="MQL", peak="MQL", since=house.now, holding=(("hot-fit", house.now - HOUR),)
    )
    waiting = decide(book, house.person(email=None), strengths, standing, house.roster(), house.now)
    assert (waiting.waits, waiting.standing.holding) == (("needs email",), standing.holding)
    done = decide(book, house.person(), strengths, waiting.standing, house.roster(), house.now)
    assert (done.standing.stage, done.waits) == ("SQL", ())


def test_a_rejection_that_already_stands_bothers_nobody(house: Any, book: Rulebook) -> None:
    before = house.person([house.outcome("rejected", house.now - HOUR, "Too early")])
    decision = hot(house, book, before)
    assert [step.rule for step in decision.steps] == ["known", "asks-to-talk", "rejected-later"]
    assert (decision.routing, decision.standing.handovers, decision.standing.former_owners) == (
        None,
        0,
        (),
    )
    assert decision.standing.rest_until == house.now + house.days(60)


def test_an_acceptance_that_already_stands_answers_at_once(house: Any, book: Rulebook) -> None:
    before = house.person([house.outcome("accepted", house.now - HOUR)])
    decision = hot(house, book, before)
    assert decision.standing.stage == "SAL"
    handover = decision.standing.handover
    assert (handover.answered_at, handover.answer) == (house.now, "accepted")


class TestWonInTheCrm:
    """Sales' own outcome carries somebody over the line who was never handed over."""

    def won(self, house: Any, book: Rulebook, **person: Any) -> Decision:
        contact = house.person([house.outcome("won", house.now - HOUR)], **person)
        return decide(book, contact, {}, Standing(), house.roster(), house.now)

    def test_the_owner_stands(self, house: Any, book: Rulebook) -> None:
        decision = self.won(house, book, owner=(LILLI, house.now - HOUR), email=None)
        assert (decision.standing.stage, decision.standing.owner) == ("Customer", "l@x.example")
        assert (decision.routing, decision.standing.handover, decision.waits) == (None, None, ())

    def test_an_unknown_user_stands_by_the_ref(self, house: Any, book: Rulebook) -> None:
        decision = self.won(house, book, owner=(NOBODY, house.now - HOUR))
        assert (decision.standing.owner, decision.routing) == (NOBODY, None)

    def test_without_an_owner_somebody_gets_it(self, house: Any, book: Rulebook) -> None:
        decision = self.won(house, book)
        assert (decision.standing.stage, decision.standing.owner) == ("Customer", "j@x.example")
        assert self.won(house, book, email=None).waits == ("needs email",)

    def test_an_exclusion_holds(self, house: Any, book: Rulebook) -> None:
        decision = self.won(house, book, owner=(LILLI, house.now - HOUR), email="a@rival.example")
        assert (decision.standing.stage, decision.waits) == ("Prospect", ("excluded: competitor",))

    def test_an_owner_does_not_spare_the_hand_over_of_a_ripe_lead(
        self, house: Any, book: Rulebook
    ) -> None:
        decision = hot(house, book, house.person(owner=(LILLI, house.now - HOUR)))
        assert (decision.standing.owner, decision.standing.handovers) == ("j@x.example", 1)


class TestAnswers:
    def after(
        self, house: Any, book: Rulebook, outcomes: list[Any], hours: float = 30, **person: Any
    ) -> Standing:
        first = hot(house, book, house.person())
        contact = house.person(outcomes, **person)
        return hot(house, book, contact, first.standing, house.now + hours * HOUR).standing

    def test_silence_is_overdue_from_the_due_moment_on(self, house: Any, book: Rulebook) -> None:
        assert not self.after(house, book, [], 1.999).overdue
        assert self.after(house, book, [], 2).overdue
        assert not overdue(Standing(), house.now)

    def test_accepted_answers(self, house: Any, book: Rulebook) -> None:
        at = house.now + HOUR
        standing = self.after(house, book, [house.outcome("accepted", at)])
        assert (standing.stage, standing.overdue) == ("SAL", False)
        assert (standing.handover.answered_at, standing.handover.answer) == (at, "accepted")

    def test_rejected_without_a_way_back_answers(self, house: Any, book: Rulebook) -> None:
        book = house.rulebook(
            transitions=tuple(t for t in book.lifecycle.transitions if not t.back)
        )
        standing = self.after(house, book, [house.outcome("rejected", house.now + HOUR, "x")])
        assert (standing.stage, standing.handover.answer, standing.overdue) == (
            "SQL",
            "rejected",
            False,
        )

    def test_the_second_of_the_hand_over_counts(self, house: Any, book: Rulebook) -> None:
        first = hot(house, book, house.person(), at=house.now + timedelta(milliseconds=700))
        contact = house.person([house.outcome("accepted", house.now)])
        handover = hot(house, book, contact, first.standing, house.now + HOUR).standing.handover
        assert handover.answered_at == handover.at == house.now + timedelta(milliseconds=700)

    def test_the_earliest_contact_counts_even_if_it_is_learned_late(
        self, house: Any, book: Rulebook
    ) -> None:
        lilli, jan = Ref.parse(LILLI), Ref("salesforce", "User", "0051")
        late = house.outcome("contacted", house.now + 5 * HOUR, by=jan)
        standing = self.after(house, book, [late])
        assert (standing.handover.contacted_at, standing.handover.contacted_by) == (late.at, jan)
        early = house.outcome("contacted", house.now + HOUR, by=lilli)
        before = house.outcome("contacted", house.now - HOUR, by=jan)
        again = hot(
            house, book, house.person([late, early, before]), standing, house.now + 40 * HOUR
        )
        assert again.standing.handover.contacted_at == early.at
        assert again.standing.handover.contacted_by == lilli

    def test_an_answer_taken_back_opens_the_hand_over_again(
        self, house: Any, book: Rulebook
    ) -> None:
        accepted = self.after(house, book, [house.outcome("accepted", house.now + HOUR)])
        again = hot(house, book, house.person(), accepted, house.now + 40 * HOUR).standing
        assert (again.handover.open, again.overdue) == (True, True)

    def test_a_rep_who_takes_over_owns_it(self, house: Any, book: Rulebook) -> None:
        standing = self.after(house, book, [], owner=(LILLI, house.now + HOUR))
        assert (standing.owner, standing.handover.owner) == ("l@x.example", "l@x.example")
        assert standing.handovers == 1

    def test_an_owner_from_before_the_hand_over_is_no_change(
        self, house: Any, book: Rulebook
    ) -> None:
        assert self.after(house, book, [], owner=(LILLI, house.now)).owner == "j@x.example"

    def test_an_unknown_user_takes_over_by_the_ref(self, house: Any, book: Rulebook) -> None:
        assert self.after(house, book, [], owner=(NOBODY, house.now + HOUR)).owner == NOBODY

    @pytest.mark.parametrize("nonsense", ["", "j@x.example", "a/b"])
    def test_an_owner_that_is_no_ref_changes_nothing(
        self, house: Any, book: Rulebook, nonsense: str
    ) -> None:
        assert (
            self.after(house, book, [], owner=(nonsense, house.now + HOUR)).owner == "j@x.example"
        )
