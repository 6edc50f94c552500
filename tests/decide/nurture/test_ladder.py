"""The ladder for the silent ones: each step for its time, off with any activity of theirs, left alone at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.decision import decide
from connector.decide.joint import Meeting, joint, rank_of
from connector.decide.look import next_look
from connector.model import condition as conditions
from connector.model.condition import ALWAYS
from connector.model.person.decision import Decision, Strength
from connector.model.person.standing import Standing
from connector.model.rules import Ladder, Nurture, Rulebook, Signal, Stream

LEAD = conditions.Test("stage", "in", ("Lead", "MQL"))
VISIT = Signal("visit", "page_viewed", ALWAYS, 1.0, timedelta(days=30), where="s:1", digest="v")
SECOND = timedelta(seconds=1)


def ladder(house: Any, **more: Any) -> Ladder:
    given: dict[str, Any] = {
        "after": house.days(90),
        "every": house.days(30),
        "steps": ("w1", "w2"),
    }
    return Ladder(name="wake", where="n:9", **{**given, **more})


def house_of(house: Any, *ladders: Ladder, **more: Any) -> Rulebook:
    steps = dict.fromkeys(step for one in ladders for step in one.steps)
    streams = (
        *(Stream(step, ALWAYS, "n:1", asked=True) for step in steps),
        Stream("news", LEAD, "n:3"),
    )
    nurture = Nurture(streams, ladders=ladders, **more)
    return house.rulebook(nurture=nurture, signals=(VISIT,), transitions=())


def at(
    house: Any,
    book: Rulebook,
    standing: Standing,
    now: datetime,
    last: datetime | None = None,
    **fields: Any,
) -> Decision:
    strengths = {} if last is None else {"visit": Strength(0.1, last)}
    return decide(book, house.person(**fields), strengths, standing, house.roster(), now)


def lead(house: Any, **more: Any) -> Standing:
    return Standing(stage="Lead", peak="Lead", since=house.now, **more)


def test_step_by_step_and_then_left_alone(house: Any) -> None:
    book, visit = house_of(house, ladder(house)), house.now
    standing, seen = lead(house), []
    now: datetime | None = house.now
    while now is not None:
        decision = at(house, book, standing, now, visit)
        standing = decision.standing
        if not seen or seen[-1][1] != standing.stream:
            seen.append(((now - house.now).days, standing.stream))
        now = next_look(book, house.person(), {"visit": Strength(0.1, visit)}, decision, now)
    assert seen == [(0, "news"), (90, "w1"), (120, "w2"), (150, "")]
    assert standing.climb is not None
    assert standing.climb.why == "its last step is over"


def test_of_two_ladders_each_is_climbed_once_in_a_silence(house: Any) -> None:
    """The second answers a longer silence; after it nobody begins with the first again."""
    sooner, later = ladder(house), ladder(house, after=house.days(200), steps=("w3",))
    book = house_of(house, sooner, replace(later, name="last"))
    standing, seen = lead(house), []
    now: datetime | None = house.now
    while now is not None and now < house.now + house.days(900):
        decision = at(house, book, standing, now, house.now)
        standing = decision.standing
        if not seen or seen[-1][1] != standing.stream:
            seen.append(((now - house.now).days, standing.stream))
        now = next_look(book, house.person(), {"visit": Strength(0.1, house.now)}, decision, now)
    expected = [(0, "news"), (90, "w1"), (120, "w2"), (150, ""), (200, "w3"), (230, "")]
    assert seen == expected
    assert standing.climb is not None
    assert dict(standing.climb.before) == {"wake": house.now + house.days(150)}


def test_any_activity_of_theirs_takes_them_off(house: Any) -> None:
    book = house_of(house, ladder(house))
    silent = at(house, book, lead(house), house.now + house.days(95), house.now).standing
    assert (silent.stream, silent.climb is not None) == ("w1", True)
    woke = at(house, book, silent, house.now + house.days(96), house.now + house.days(96)).standing
    assert (woke.stream, woke.climb) == ("news", None)
    assert [(s.stream, s.why) for s in woke.stays if s.left] == [
        ("w1", "another stream comes first")
    ]


def test_who_never_did_anything_is_silent_since_they_came(house: Any) -> None:
    book = house_of(house, ladder(house))
    assert (
        at(house, book, lead(house), house.now + house.days(90) - SECOND).standing.stream == "news"
    )
    assert at(house, book, lead(house), house.now + house.days(90)).standing.stream == "w1"


def test_after_a_long_outage_it_begins_with_the_first_step(house: Any) -> None:
    book = house_of(house, ladder(house))
    now = house.now + house.days(900)
    decision = at(house, book, lead(house), now, house.now)
    assert decision.standing.stream == "w1"
    assert next_look(book, house.person(), {}, decision, now) == now + house.days(30)


@pytest.mark.parametrize(
    ("change", "fields", "why"),
    [
        ({"stage": "SQL"}, {}, "sales works the lead"),
        ({}, {"opted_out": True}, "no consent"),
        ({}, {"email": "a@rival.example"}, "excluded: competitor"),
        ({"stage": "MQL"}, {}, "it is not for them any more"),
    ],
)
def test_what_ends_it(house: Any, change: Any, fields: Any, why: str) -> None:
    asks = conditions.Test("opted_out", "present", False)
    book = house_of(house, ladder(house, stages=("Lead",)), consent=asks)
    now = house.now + house.days(95)
    silent = at(house, book, lead(house), now, house.now).standing
    found = at(house, book, replace(silent, **change), now, house.now, **fields).standing
    assert found.climb is not None
    assert (found.climb.ended, found.climb.why) == (now, why)
    assert found.stream in ("", "news")


def test_it_begins_again_where_asked(house: Any) -> None:
    book = house_of(house, ladder(house, steps=("w1",), again_after=house.days(365)))
    now = house.now + house.days(90)
    silent = at(house, book, lead(house), now, house.now).standing
    end = now + house.days(30)
    over = at(house, book, silent, end, house.now)
    assert over.standing.stream == ""
    assert next_look(book, house.person(), {}, over, end) == end + house.days(365)
    assert at(house, book, over.standing, end + house.days(365), house.now).standing.stream == "w1"


def test_an_asked_stream_goes_first(house: Any) -> None:
    book = house_of(house, ladder(house))
    asked = lead(house, asked="w2", rest_until=house.now + house.days(200))
    assert at(house, book, asked, house.now + house.days(95), house.now).standing.stream == "w2"


@given(
    st.integers(1, 200),
    st.integers(1, 60),
    st.integers(1, 5),
    st.lists(st.integers(0, 700), max_size=6),
    st.integers(0, 900),
)
def test_against_the_prose(
    house: Any, after: int, every: int, steps: int, visits: list[int], until: int
) -> None:
    """Day by day: silent for `after` days, then one step each `every` days, from the beginning with each visit. Looked at only
    when `next_look` says so, and when something is done, the standing is the one that looking every day would give."""
    names = tuple(f"w{n}" for n in range(steps))
    rule = ladder(house, after=house.days(after), every=house.days(every), steps=names)
    book, standing, due = house_of(house, rule), lead(house), 0
    last, last_day = None, 0
    for day in range(until + 1):
        if day in visits:
            last_day, last = day, house.now + house.days(day)
        now = house.now + house.days(day)
        if day in visits or day >= due:
            strengths = {} if last is None else {"visit": Strength(0.1, last)}
            decision = at(house, book, standing, now, last)
            standing = decision.standing
            look = next_look(book, house.person(), strengths, decision, now)
            due = 10_000 if look is None else -(-(look - house.now) // house.days(1))
        silent = day - last_day
        place = (silent - after) // every
        expected = "news" if silent < after else names[place] if place < steps else ""
        assert standing.stream == expected, (day, standing)


def test_a_moment_before_the_climb_began_is_its_first_step(house: Any) -> None:
    """A plan decides at its own moment, which may lie before what a daemon has decided meanwhile."""
    book, visit = house_of(house, ladder(house)), house.now
    climbing = at(house, book, lead(house), house.now + house.days(95), visit).standing
    assert climbing.climb is not None
    for early in (0, 1, 34, 35, 94, 95):
        now = house.now + house.days(early)
        decision = at(house, book, climbing, now, visit)
        assert (decision.standing.stream, decision.standing.climb) == ("w1", climbing.climb)
        look = next_look(book, house.person(), {"visit": Strength(0.1, visit)}, decision, now)
        assert look is not None
        assert now < look <= climbing.climb.since + house.days(30)


def test_somebody_who_was_two_contacts_does_not_climb_again(house: Any) -> None:
    """The other one had been through the ladder in this silence; the one that goes on never did anything."""
    book = house_of(house, ladder(house))
    silent = lead(house)
    for days in (90, 120, 150):
        silent = at(house, book, silent, house.now + house.days(days), house.now).standing
    now = house.now + house.days(160)
    fresh = replace(lead(house), stage="MQL", peak="MQL", since=now)
    meeting = Meeting("key-2", now, rank_of(book.lifecycle), book.nurture)
    for pair in ((silent, fresh), (fresh, silent)):
        found = joint(*pair, meeting)
        assert found is not None
        again = at(house, book, found, now, house.now).standing
        assert (again.stage, again.stream) == ("MQL", "")
        woke = at(house, book, found, now, now).standing
        assert woke.stream == "news"
