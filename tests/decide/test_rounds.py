"""Rounds of ping-pong, by who put which form there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connector.decide.rounds import APART, Turn, rounds

HOUR = 3_600_000


def play(text: str, every: int = HOUR) -> int:
    """Small letters are what we wrote, capitals what was found; one turn an hour."""
    turns = [Turn(each.islower(), each.upper(), at * every) for at, each in enumerate(text)]
    return len(rounds(turns))


def test_nothing_and_a_single_write_are_no_round() -> None:
    assert [play(""), play("x"), play("xx"), play("Y"), play("YZ")] == [0, 0, 0, 0, 0]


def test_each_value_that_is_put_back_is_a_round() -> None:
    assert [play("xY"), play("xYxY"), play("xYxYxY")] == [1, 2, 3]


def test_either_side_may_repeat_itself() -> None:
    assert play("xYxZxA") == 3  # the same value of ours, whatever comes of it
    assert play("xYaYbY") == 3  # always put back to one value


def test_new_facts_on_both_sides_are_no_loop() -> None:
    assert play("aBcDeF") == 1
    assert play("xYxYcD") == 1


def test_what_stands_when_we_write_again_counts() -> None:
    assert play("xYZxYZ") == 2
    assert play("xYxx") == 1  # the last write has not been answered yet


def test_rounds_too_far_apart_do_not_belong_together() -> None:
    day = int(APART.total_seconds() * 1000)
    assert play("xYxY", every=day // 2) == 2
    assert play("xYxY", every=day) == 1


@given(st.text(alphabet="xyzABC", max_size=40))
def test_never_more_rounds_than_writes_or_edits(text: str) -> None:
    ours = sum(each.islower() for each in text)
    assert play(text) <= min(ours, len(text) - ours)


@given(st.text(alphabet="xyzABC", max_size=20), st.text(alphabet="xy", max_size=5))
def test_writing_alone_adds_no_round(text: str, more: str) -> None:
    assert play(text + more) == play(text)
