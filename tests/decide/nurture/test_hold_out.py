"""A share of people is in no stream: drawn once, by their key, and the same whatever else changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connector.decide.decision import decide
from connector.decide.joint import Meeting, joint
from connector.decide.nurture.hold_out import HELD, MIXED, TREATED, held
from connector.model import condition as conditions
from connector.model.condition import ALWAYS
from connector.model.person.standing import Standing
from connector.model.person.stay import Stay
from connector.model.rules import HoldOut, Nurture, Rulebook, Stream

LEAD = conditions.Test("stage", "in", ("Lead", "MQL"))
RANK = {"Prospect": 0, "Lead": 1, "MQL": 2, "SQL": 3}


def rule(share: float = 0.5, name: str = "spring", **more: Any) -> HoldOut:
    return HoldOut(name, share, "n:1", **more)


def book_of(house: Any, hold_out: HoldOut | None, *streams: Stream) -> Rulebook:
    given = streams or (Stream("a", LEAD, "n:2"), Stream("b", ALWAYS, "n:3", asked=True))
    nurture = Nurture(given, hold_out=hold_out)
    return house.rulebook(nurture=nurture, signals=(), transitions=())


def stands(house: Any, book: Rulebook, key: str, standing: Standing | None = None) -> Standing:
    standing = standing or Standing(stage="Lead", peak="Lead", since=house.now)
    person = replace(house.person(), key=key)
    return decide(book, person, {}, standing, house.roster(), house.now).standing


def one_of(side: str) -> str:
    return next(key for n in range(99) if held(rule(), key := f"k{n}") is (side == HELD))


KEYS = st.text(min_size=1, max_size=20)


@given(KEYS, st.integers(1, 99), st.integers(0, 99))
def test_a_larger_share_holds_whom_a_smaller_one_holds(key: str, share: int, more: int) -> None:
    if held(rule(share / 100), key):
        assert held(rule(min(1.0, (share + more) / 100)), key)


def test_the_share_is_the_share() -> None:
    found = sum(held(rule(0.1), f"key-{n}") for n in range(20_000))
    assert 1_850 < found < 2_150
    both = sum(
        held(rule(0.1), f"key-{n}") and held(rule(0.1, "autumn"), f"key-{n}") for n in range(20_000)
    )
    assert 140 < both < 260


def test_held_out_is_in_no_stream_but_marked(house: Any) -> None:
    found = stands(house, book_of(house, rule()), one_of(HELD))
    assert (found.stream, found.stream_held_out, found.drawn) == ("", "a", (("spring", HELD),))
    assert found.stays[0].stream == "a"
    other = stands(house, book_of(house, rule()), one_of(TREATED))
    assert (other.stream, other.stream_held_out, other.drawn) == ("a", "", (("spring", TREATED),))


def test_who_was_in_a_stream_before_belongs_to_neither_side(house: Any) -> None:
    before = stands(house, book_of(house, None), one_of(HELD))
    found = stands(house, book_of(house, rule()), one_of(HELD), before)
    assert (found.stream, found.drawn) == ("a", (("spring", MIXED),))


def test_only_the_streams_it_names(house: Any) -> None:
    streams = (
        Stream("a", conditions.Test("stage", "equals", "Lead"), "n:2"),
        Stream("c", LEAD, "n:3"),
    )
    book = book_of(house, rule(streams=("c",)), *streams)
    key = one_of(HELD)
    first = stands(house, book, key)
    assert (first.stream, first.drawn) == ("a", ())
    second = stands(house, book, key, replace(first, stage="MQL"))
    assert (second.stream, second.stream_held_out) == ("", "c")


def test_a_draw_stands_whatever_becomes_of_the_share(house: Any) -> None:
    key = next(k for n in range(99) if held(rule(0.5), k := f"k{n}") and not held(rule(0.2), k))
    first = stands(house, book_of(house, rule(0.5)), key)
    assert stands(house, book_of(house, rule(0.2)), key, first) == first
    out = stands(house, book_of(house, None), key, first)
    assert (out.stream, out.stream_held_out) == ("a", "")


@given(st.sampled_from([HELD, TREATED]), st.sampled_from([HELD, TREATED, ""]))
def test_two_contacts_who_are_one(house: Any, mine: str, theirs: str) -> None:
    book = book_of(house, rule())
    kept = stands(house, book, one_of(mine))
    given = stands(house, book, one_of(theirs)) if theirs else Standing(stage="Prospect")
    found = joint(kept, given, Meeting("key-2", house.now, RANK, book.nurture))
    assert found is not None
    assert dict(found.drawn) == {"spring": mine if theirs in (mine, "") else MIXED}
    again = stands(house, book, one_of(mine), found)
    assert again.stream_held_out == ("a" if dict(found.drawn)["spring"] == HELD else "")


def test_who_was_in_streams_that_nobody_is_held_out_of_is_on_the_side_of_the_other(
    house: Any,
) -> None:
    """The other contact had had another stream's mails: that says nothing of this one."""
    book = book_of(house, rule(streams=("a",)))
    kept = stands(house, book, one_of(HELD))
    elsewhere = Standing(
        stage="Prospect", stream="b", stays=(Stay("b", house.now, "Lead", house.now),)
    )
    found = joint(kept, elsewhere, Meeting("key-2", house.now, RANK, book.nurture))
    assert found is not None
    assert dict(found.drawn) == {"spring": HELD}
