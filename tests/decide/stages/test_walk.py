"""Stages: forward as far as conditions carry, holds, ways back, rest, what a way back spends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from connector.decide.decision import decide
from connector.model.condition import ALWAYS
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.model.person.standing import Standing
from connector.model.rules import Rulebook, Transition

MINUTE = timedelta(minutes=1)


class Life:
    """One person's decisions in a row; the log may grow in between."""

    def __init__(
        self, house: Any, book: Rulebook, *acts: Any, standing: Standing | None = None
    ) -> None:
        self.house, self.book, self.acts = house, book, list(acts)
        self.standing = standing or Standing()

    def at(self, now: Any, contact: Contact | None = None, **roster: Any) -> Decision:
        strengths = self.house.strengths(self.book, self.acts, now)
        person = contact or self.house.person()
        decision = decide(
            self.book, person, strengths, self.standing, self.house.roster(**roster), now
        )
        self.standing = decision.standing
        return decision


def names(decision: Decision) -> list[str]:
    return [step.rule for step in decision.steps]


def test_a_new_contact_begins_at_the_start(house: Any, book: Rulebook) -> None:
    decision = Life(house, book).at(house.now)
    standing = decision.standing
    assert (standing.stage, standing.peak, standing.since) == ("Prospect", "Prospect", house.now)
    assert decision.steps == ()


def test_several_stages_in_one_decision(house: Any, book: Rulebook) -> None:
    decision = Life(house, book, house.sample(house.now - house.days(1))).at(house.now)
    assert names(decision) == ["known", "asks-to-talk"]
    assert [(s.before, s.after) for s in decision.steps] == [("Prospect", "Lead"), ("Lead", "SQL")]
    assert (decision.standing.stage, decision.standing.peak) == ("SQL", "SQL")


def test_a_lead_event_grows_stale(house: Any, book: Rulebook) -> None:
    acts = [house.sample(house.now - house.days(14))]
    assert Life(house, book, *acts).at(house.now).standing.stage == "Lead"
    assert Life(house, book, *acts).at(house.now - timedelta(seconds=1)).standing.stage == "SQL"


def test_a_hold_is_taken_when_its_time_is_over(house: Any, book: Rulebook) -> None:
    life = Life(house, book, house.webinar(house.now), house.webinar(house.now))
    assert life.at(house.now).standing.stage == "MQL"
    assert life.standing.holding == (("hot-fit", house.now),)
    assert life.at(house.now + 14 * MINUTE).steps == ()
    assert life.standing.holding == (("hot-fit", house.now),)
    assert names(life.at(house.now + 15 * MINUTE)) == ["hot-fit"]
    assert life.standing.holding == ()


def test_a_hold_is_dropped_when_its_condition_breaks(house: Any, book: Rulebook) -> None:
    life = Life(house, book, house.webinar(house.now), house.webinar(house.now))
    life.at(house.now)
    student = house.person(job_title="Student")
    assert life.at(house.now + 5 * MINUTE, student).standing.holding == ()
    assert life.at(house.now + 20 * MINUTE).steps == ()
    assert life.standing.holding == (("hot-fit", house.now + 20 * MINUTE),)


def test_a_hold_does_not_survive_a_change_of_stage(house: Any, book: Rulebook) -> None:
    life = Life(house, book, house.webinar(house.now), house.webinar(house.now))
    life.at(house.now)
    life.acts.append(house.sample(house.now + MINUTE))
    life.at(house.now + MINUTE)
    assert (life.standing.stage, life.standing.holding) == ("SQL", ())


def test_cooled_after_seven_cold_days(house: Any, book: Rulebook) -> None:
    life = Life(house, book, standing=Standing(stage="MQL", peak="MQL", since=house.now))
    assert life.at(house.now).standing.holding == (("cooled", house.now),)
    assert names(life.at(house.now + house.days(7))) == ["cooled"]
    assert (life.standing.stage, life.standing.peak) == ("Lead", "MQL")
    assert life.standing.rest_until is None
    assert life.standing.reopened_at == house.now + house.days(7)


def handed_over(house: Any, book: Rulebook) -> Life:
    life = Life(house, book, house.sample(house.now - house.days(1)), house.webinar(house.now))
    assert life.at(house.now).standing.stage == "SQL"
    return life


def test_rejected_rests_and_spends_what_was_known(house: Any, book: Rulebook) -> None:
    life = handed_over(house, book)
    later = house.now + house.days(1)
    rejected = house.person([house.outcome("rejected", later, "Too early")])
    decision = life.at(later, rejected)
    assert names(decision) == ["rejected-later"]
    standing = decision.standing
    assert (standing.stage, standing.peak, standing.stream) == ("MQL", "SQL", "long-term")
    assert standing.rest_until == later + house.days(60)
    assert (standing.reopened_at, standing.owner, standing.handover) == (later, "", None)
    assert standing.former_owners == ("j@x.example",)
    assert life.at(later + house.days(1), rejected).steps == ()


def test_the_label_of_a_reason_stands_for_its_value(house: Any, book: Rulebook) -> None:
    life = handed_over(house, book)
    rejected = house.person([house.outcome("rejected", house.now + MINUTE, "TE")])
    assert names(life.at(house.now + house.days(1), rejected)) == ["rejected-later"]


def test_the_first_way_back_in_the_file_counts(house: Any, book: Rulebook) -> None:
    life = handed_over(house, book)
    rejected = house.person([house.outcome("rejected", house.now + MINUTE, "Wrong person")])
    decision = life.at(house.now + house.days(1), rejected)
    assert names(decision) == ["rejected-fit"]
    assert (decision.standing.stage, decision.standing.asked) == ("Lead", "")


def test_a_rest_blocks_and_ends(house: Any, book: Rulebook) -> None:
    resting = Standing(
        stage="MQL", peak="SQL", since=house.now, rest_until=house.now + house.days(2)
    )
    life = Life(house, book, house.webinar(house.now), house.webinar(house.now), standing=resting)
    assert life.at(house.now).steps == ()
    assert life.at(house.now + house.days(1)).steps == ()
    assert names(life.at(house.now + house.days(2))) == ["hot-fit"]
    assert life.standing.rest_until is None


def test_a_shorter_rest_does_not_cut_a_longer_one(house: Any) -> None:
    ways = (
        Transition("again", ("Prospect", "Lead"), "MQL", ALWAYS, "l:1"),
        Transition("fall", ("SQL",), "MQL", ALWAYS, "l:2", back=True, rest=house.days(60)),
        Transition("cool", ("MQL",), "Lead", ALWAYS, "l:3", back=True, rest=house.days(7)),
    )
    there = Standing(stage="SQL", peak="SQL", since=house.now)
    life = Life(house, house.rulebook(transitions=ways), standing=there)
    assert life.at(house.now).standing.rest_until == house.now + house.days(60)
    assert names(life.at(house.now + MINUTE)) == ["cool"]
    assert life.standing.rest_until == house.now + house.days(60)
    assert life.at(house.now + house.days(8)).steps == ()


def test_a_new_lead_event_breaks_the_rest_and_an_old_one_does_not(
    house: Any, book: Rulebook
) -> None:
    life = handed_over(house, book)
    later = house.now + house.days(1)
    rejected = house.person([house.outcome("rejected", later, "Too early")])
    life.at(later, rejected)
    assert life.at(later + house.days(1), rejected).steps == ()
    life.acts.append(house.sample(later + house.days(2)))
    decision = life.at(later + house.days(2), rejected)
    assert names(decision) == ["asks-to-talk"]
    assert (decision.standing.rest_until, decision.standing.asked) == (None, "")
    assert decision.standing.handover.number == 2


def test_an_outcome_learned_after_the_way_back_still_counts(house: Any, book: Rulebook) -> None:
    back = house.now - house.days(5)
    standing = Standing(stage="MQL", peak="SQL", since=back, reopened_at=back)
    won = house.outcome("won", back - house.days(1))
    owner = ("salesforce/User/0052", back)
    spent = house.person([won], owner=owner)
    assert Life(house, book, standing=standing).at(house.now, spent).standing.stage == "MQL"
    late = house.person([won], {won.key: back + MINUTE}, owner=owner)
    assert Life(house, book, standing=standing).at(house.now, late).standing.stage == "Customer"


def test_one_way_back_in_one_decision_and_no_way_forward_after_it(house: Any) -> None:
    ways = (
        Transition("again", ("Lead",), "MQL", ALWAYS, "l:1", breaks_rest=True),
        Transition("fall", ("SQL",), "MQL", ALWAYS, "l:2", back=True),
        Transition("fall-on", ("MQL",), "Lead", ALWAYS, "l:3", back=True),
    )
    book = house.rulebook(transitions=ways)
    life = Life(house, book, standing=Standing(stage="SQL", peak="SQL", since=house.now))
    assert names(life.at(house.now)) == ["fall"]
    assert names(life.at(house.now)) == ["fall-on"]
    assert names(life.at(house.now + MINUTE)) == ["again", "fall-on"]


def test_ways_in_a_circle_end(house: Any) -> None:
    ways = (
        Transition("a", ("Prospect", "Lead"), "Lead", ALWAYS, "l:1"),
        Transition("b", ("Lead",), "MQL", ALWAYS, "l:2"),
        Transition("c", ("MQL",), "Prospect", ALWAYS, "l:3"),
    )
    assert names(Life(house, house.rulebook(transitions=ways)).at(house.now)) == ["a", "b", "c"]


def test_back_within_the_working_stages_keeps_owner_and_answer(house: Any) -> None:
    lost = house.when({"opportunity": {"equals": "lost"}})
    ways = (Transition("again", ("SAL",), "SQL", lost, "l:1", back=True),)
    life = handed_over(house, house.rulebook())
    answer = house.outcome("accepted", house.now + MINUTE)
    accepted = life.at(house.now + 2 * MINUTE, house.person([answer])).standing
    assert (accepted.stage, accepted.handover.answer) == ("SAL", "accepted")
    life.book = house.rulebook(transitions=ways)
    both = house.person([answer, house.outcome("lost", house.now + 3 * MINUTE)])
    standing = life.at(house.now + 4 * MINUTE, both).standing
    assert (standing.stage, standing.owner, standing.handover.answer) == (
        "SQL",
        "j@x.example",
        "accepted",
    )
    assert life.at(house.now + house.days(9), both).standing.handover == standing.handover


def test_a_stage_that_is_no_more_begins_again_without_a_second_hand_over(
    house: Any, book: Rulebook
) -> None:
    life = handed_over(house, book)
    life.standing = life.standing.at(stage="Opportunity", peak="Opportunity")
    decision = life.at(house.now + MINUTE)
    assert (decision.standing.stage, decision.standing.peak) == ("SQL", "SQL")
    assert (decision.routing, decision.standing.handovers) == (None, 1)
    assert decision.standing.handover.at == house.now


def test_a_highest_stage_that_is_no_more_gives_way_to_the_present_one(house: Any) -> None:
    """Also of somebody aside, whose stage has no place in the order."""
    book = house.rulebook(transitions=())
    book = replace(book, lifecycle=replace(book.lifecycle, aside=("Out",)))
    for stage in ("Out", "Lead"):
        life = Life(house, book, standing=Standing(stage=stage, peak="Gone", since=house.now))
        assert life.at(house.now).standing.peak == stage
