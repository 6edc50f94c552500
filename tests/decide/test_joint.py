"""Two contacts were one person all along: which standing, clock and owner go on, and what comes along."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connector.decide.joint import Meeting, joint, rank_of
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Lifecycle

STAGES = ("Prospect", "Lead", "MQL", "SQL", "SAL", "Customer")
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
KEY = "other"
MEETING = Meeting(KEY, MONDAY + timedelta(days=90), {s: n for n, s in enumerate(STAGES)})


def handed(days=0, owner="anna", answer="", number=1):
    at = MONDAY + timedelta(days=days)
    answered = at + timedelta(hours=1) if answer else None
    return Handover(at, owner, number, at + timedelta(hours=4), answered, answer)


def stands(stage, handover=None, **more):
    owner = "" if handover is None else handover.owner
    more = {"handovers": 1 if handover else 0, "peak": stage, **more}
    return Standing(stage=stage, handover=handover, owner=owner, **more)


def test_one_with_a_hand_over_goes_on_before_one_without():
    waiting = stands("SQL", handed())
    assert joint(stands("Customer"), waiting, MEETING).owner == "anna"
    assert joint(waiting, stands("Customer"), MEETING).handover == waiting.handover


def test_an_accepted_one_goes_on_before_one_that_waits():
    accepted, waiting = stands("SAL", handed(5, "ben", "accepted")), stands("SQL", handed(1))
    assert joint(waiting, accepted, MEETING).owner == "ben"
    assert joint(accepted, waiting, MEETING).owner == "ben"


def test_of_two_that_wait_the_older_clock_runs_on():
    early, late = stands("SQL", handed(1, "anna")), stands("SQL", handed(2, "ben"))
    for kept, other in ((early, late), (late, early)):
        one = joint(kept, other, MEETING)
        assert (one.owner, one.handover.answer_due) == ("anna", early.handover.answer_due)


def test_of_two_accepted_ones_the_one_further_along():
    sal, won = (
        stands("SAL", handed(1, "a", "accepted")),
        stands("Customer", handed(2, "b", "accepted")),
    )
    assert joint(sal, won, MEETING).stage == "Customer"
    assert joint(won, sal, MEETING).owner == "b"


def test_without_hand_overs_the_one_further_along_and_of_equals_the_survivors():
    assert joint(stands("Lead"), stands("MQL"), MEETING).stage == "MQL"
    kept, other = stands("Lead", since=MONDAY), stands("Lead", since=None)
    assert joint(kept, other, MEETING).since == MONDAY


def test_the_task_keeps_the_key_it_was_made_with():
    waiting = stands("SQL", handed())
    assert joint(None, waiting, MEETING).handover.key == KEY
    assert joint(stands("Lead"), waiting, MEETING).handover.key == KEY
    assert joint(waiting, stands("Lead"), MEETING).handover.key == ""
    before = replace(waiting, handover=replace(waiting.handover, key="first"))
    assert joint(stands("Lead"), before, MEETING).handover.key == "first"


def test_a_rest_holds_unless_a_hand_over_goes_on():
    until = MONDAY + timedelta(days=60)
    resting = stands("MQL", rest_until=until, asked="long-term", reopened_at=MONDAY, handovers=2)
    one = joint(stands("MQL"), resting, MEETING)
    assert (one.rest_until, one.asked, one.reopened_at, one.handovers) == (
        until,
        "long-term",
        MONDAY,
        2,
    )
    busy = joint(stands("SQL", handed(1)), resting, MEETING)
    assert (busy.rest_until, busy.reopened_at, busy.handovers) == (None, MONDAY, 2)


def test_a_stage_goes_by_its_old_name_until_it_is_decided_again():
    cycle = Lifecycle(
        STAGES, "Prospect", "SQL", (), renamed=(("Marketing", "MQL"), ("Old", "Gone"))
    )
    meeting = Meeting(KEY, MONDAY, rank_of(cycle))
    assert joint(stands("Lead"), stands("Marketing"), meeting).stage == "Marketing"
    assert joint(stands("SQL"), stands("Marketing"), meeting).stage == "SQL"


moments = st.integers(0, 90).map(lambda days: MONDAY + timedelta(days=days))
handovers = st.builds(
    handed,
    st.integers(0, 30),
    st.sampled_from(("a", "b")),
    st.sampled_from(("", "accepted", "rejected")),
)
standings = st.builds(
    stands,
    st.sampled_from(STAGES),
    st.none() | handovers,
    peak=st.sampled_from(STAGES),
    rest_until=st.none() | moments,
    reopened_at=st.none() | moments,
    handovers=st.integers(0, 4),
    former_owners=st.lists(st.sampled_from("abc"), unique=True).map(tuple),
)


@given(standings, standings)
def test_whoever_survives_the_same_goes_on_and_nothing_is_lost(one, other):
    both = joint(one, other, MEETING), joint(other, one, MEETING)
    plain = [
        (s.stage, s.peak, s.owner, s.handover and s.handover.at, s.handovers, s.reopened_at)
        for s in both
    ]
    moments = {s.handover and s.handover.at for s in (one, other)}
    if moments == {None}:
        moments = {one.stage, other.stage}
    if len(moments) == 2:  # else they differ in nothing that decides
        assert plain[0] == plain[1]
    for joined in both:
        assert STAGES.index(joined.peak) == max(STAGES.index(one.peak), STAGES.index(other.peak))
        assert joined.handovers == max(one.handovers, other.handovers)
        assert (joined.handover is None) == (one.handover is None and other.handover is None)
        assert joined.owner == ("" if joined.handover is None else joined.handover.owner)
        assert {*one.former_owners, *other.former_owners} <= {*joined.former_owners, joined.owner}
