"""Decisions that ask for an interest are looked at again in time; what is asked of a first touch, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.decide.decision import decide
from connector.decide.look import next_look
from connector.decide.scoring.strength import from_log
from connector.model.condition import Test as Asked
from connector.model.person.standing import Standing
from connector.model.person.touch import Touch
from connector.model.rules import Asset, Band, Cell, Interest, Signal, Trace

TOPICS = ("seals", "prices", "food")


def shelf() -> Interest:
    half_life = timedelta(days=30)
    traces = tuple(
        Trace(
            Signal(f"i:{t}", "seen", Asked("asset", "in", (t,)), half_life=half_life, digest=t),
            Cell(t, phase=t),
        )
        for t in TOPICS
    )
    return Interest(
        tuple(Asset(t.cell, "a:1", t.cell.topic) for t in traces), traces, TOPICS, half_life
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(TOPICS), st.floats(0, 90)), max_size=5),
    st.lists(st.floats(0, 0.9999), min_size=3, max_size=3),
)
def test_no_decision_changes_before_the_look(house, done, parts):
    """Bands by topic and phase; the strengths of every moment come from the log."""
    bands = (
        Band("food", house.when({"interests": {"in": ["food"]}}), "s:1"),
        Band("late", house.when({"interest_phase": {"in": ["prices"]}}), "s:2"),
        Band("seals", house.when({"interest": {"equals": "seals"}}), "s:3"),
    )
    book = house.rulebook(interest=shelf())
    book = replace(book, scoring=replace(book.scoring, bands=bands))

    def decided(now, standing):
        log = [(house.now - timedelta(days=days), topic, None) for topic, days in done]
        sums = {t.signal.name: from_log(t.signal, log, now, "UTC") for t in book.interest.traces}
        sums = {name: one for name, one in sums.items() if one.last_at is not None}
        decision = decide(book, house.person(), sums, standing, house.roster(), now)
        return decision, next_look(book, house.person(), sums, decision, now)

    first, look = decided(house.now, Standing())
    end = look or house.now + timedelta(days=3650)
    for part in parts:
        then = house.now + (end - house.now) * part
        again, _ = decided(then, first.standing)
        assert again.score.band == first.score.band
        assert again.standing.interest == first.standing.interest


def test_a_test_of_the_first_touch_turns_by_time(house, book):
    recent = Band("new", house.when({"first_touch_at": {"within_last": timedelta(days=30)}}), "s:1")
    rest = Band("old", house.when({}), "s:2")
    book = replace(book, scoring=replace(book.scoring, bands=(recent, rest)))
    who = replace(house.person(), first_activity=Touch(house.now - timedelta(days=10), "seen"))
    decision = decide(book, who, {}, Standing(), house.roster(), house.now)
    assert decision.score.band == "new"
    look = next_look(book, who, {}, decision, house.now)
    assert house.now + timedelta(days=19) <= look <= house.now + timedelta(days=21)
    later = decide(book, who, {}, decision.standing, house.roster(), house.now + timedelta(days=21))
    assert later.score.band == "old"
