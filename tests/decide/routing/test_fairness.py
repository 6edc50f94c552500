"""Turns are fair whoever is away or full: counted by hand, over every stretch in which two members both took part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.decide.facts import Facts
from connector.decide.routing.route import route
from connector.model.condition import ALWAYS
from connector.model.rules import Assign, Pool, RouteRule, Routes, Rulebook

KEYS = tuple(f"{letter}@x.example" for letter in "jlasm")
Given = list[tuple[str, frozenset[str]]]  # who got the lead, who could have


@dataclass(frozen=True)
class Day:
    """Who takes part with which weight, who of them is away, how many leads come, and how many are answered before each."""

    weights: dict[str, int]
    away: frozenset[str]
    leads: int
    answers: int


@st.composite
def days(draw: st.DrawFn) -> list[Day]:
    """Now and then the rules are edited: other weights, a member more or fewer."""
    members = st.lists(st.sampled_from(KEYS), min_size=2, max_size=5, unique=True)
    weighed = members.flatmap(
        lambda keys: st.fixed_dictionaries({k: st.integers(1, 4) for k in keys})
    )
    weights, found = draw(weighed), []
    for _ in range(draw(st.integers(1, 6))):
        weights = draw(weighed) if draw(st.integers(0, 3)) == 0 else weights
        away = draw(st.frozensets(st.sampled_from(KEYS), max_size=4))
        found.append(Day(weights, away, draw(st.integers(1, 15)), draw(st.integers(0, 3))))
    return found


def book_of(house: Any, weights: dict[str, int], cap: int | None) -> Rulebook:
    pool = Pool("p", tuple(weights), "r:1", tuple(weights.items()), cap)
    rule = RouteRule("all", ALWAYS, Assign("pool", "p"), "r:2")
    return house.rulebook(routes=Routes((rule,), (pool,), Assign("queue", "q"), "r:9"))


def played(house: Any, over: list[Day], cap: int | None) -> list[tuple[Day, Given]]:
    """What each day brought whom."""
    turns: dict[tuple[str, str], float] = {}
    waiting: list[str] = []
    return [(day, worked(house, day, cap, turns, waiting)) for day in over]


def worked(
    house: Any, day: Day, cap: int | None, turns: dict[tuple[str, str], float], waiting: list[str]
) -> Given:
    book, weights, away, answers = (
        book_of(house, day.weights, cap),
        day.weights,
        day.away,
        day.answers,
    )
    gave: Given = []
    for _ in range(day.leads):
        del waiting[:answers]
        counts = Counter(waiting)
        changes = {key[0]: {"away_until": house.now + house.days(1)} for key in away}
        roster = house.roster(turns=turns, open=dict(counts), **changes)
        contact = house.person()
        found = route(book, contact, Facts(contact, roster).get, roster, house.now)
        could = frozenset(
            key for key in weights if key not in away and (cap is None or counts[key] < cap)
        )
        assert (found.pool == "p") == bool(could)
        if could:
            assert found.owner in could
            turns["p", found.owner] = found.turn
            waiting.append(found.owner)
            gave.append((found.owner, could))
    return gave


def stretches(found: list[tuple[Day, Given]]) -> list[tuple[dict[str, int], Given]]:
    """Days with the same weights go together: an absence ends no stretch of those who stay."""
    joined: list[tuple[dict[str, int], Given]] = []
    for day, gave in found:
        if joined and joined[-1][0] == day.weights:
            joined[-1][1].extend(gave)
        else:
            joined.append((day.weights, list(gave)))
    return joined


def ahead(gave: Given, one: str, other: str, weights: dict[str, int]) -> list[float]:
    """By how many turns for the weight one got ahead of the other, in every stretch in which both could."""
    found = []
    for start in range(len(gave)):
        lead = 0.0
        for owner, could in gave[start:]:
            if not {one, other} <= could:
                break
            lead += (owner == one) / weights[one] - (owner == other) / weights[other]
            found.append(lead)
    return found


@given(days(), st.none() | st.integers(1, 4))
def test_nobody_is_more_than_a_turn_of_each_ahead(
    house: Any, over: list[Day], cap: int | None
) -> None:
    for weights, gave in stretches(played(house, over, cap)):
        for one, other in combinations(weights, 2):
            allowed = 1 / weights[one] + 1 / weights[other] + 1e-5
            assert all(abs(lead) <= allowed for lead in ahead(gave, one, other, weights))


@given(st.lists(st.integers(1, 4), min_size=2, max_size=5), st.integers(1, 60))
def test_everybody_there_from_the_beginning_is_within_one_turn(
    house: Any, numbers: list[int], leads: int
) -> None:
    """Counted from the first lead, the law is sharper: one turn for the weight of the lighter one."""
    weights = dict(zip(KEYS, numbers, strict=False))
    ((_, gave),) = played(house, [Day(weights, frozenset(), leads, 0)], None)
    got = Counter(owner for owner, _ in gave)
    for one, other in combinations(weights, 2):
        apart = got[one] / weights[one] - got[other] / weights[other]
        assert abs(apart) <= 1 / min(weights[one], weights[other]) + 1e-5


def handed_out(
    house: Any,
    weights: dict[str, int],
    away: frozenset[str],
    instead: dict[str, str],
    turns: dict[tuple[str, str], float],
    leads: int,
) -> Counter[str]:
    """Who of the pool got how many leads on a day."""
    book, contact, owners = book_of(house, weights, None), house.person(), Counter[str]()
    absent = {key[0]: {"away_until": house.now + house.days(1)} for key in away}
    for _ in range(leads):
        roster = replace(house.roster(turns=dict(turns), **absent), substitutes=instead)
        found = route(book, contact, Facts(contact, roster).get, roster, house.now)
        if found.pool:
            turns["p", found.owner] = found.turn
            owners[found.owner] += 1
    return owners


def seats(weights: dict[str, int], away: frozenset[str], instead: dict[str, str]) -> dict[str, int]:
    """Who takes part, with which weight: whoever stands in takes the place of the largest."""
    found: dict[str, int] = {}
    for member, weight in weights.items():
        who, chain = member, {""}
        while who in away and who not in chain:
            chain.add(who)
            who = instead.get(who, "")
        if who and who not in away and (who == member or who not in weights):
            found[who] = max(found.get(who, 0), weight)
    return found


DAYS = st.lists(
    st.tuples(
        st.none() | st.fixed_dictionaries({key: st.integers(1, 4) for key in KEYS[:4]}),
        st.frozensets(st.sampled_from(KEYS), max_size=4),
        st.integers(1, 25),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(KEYS[:4]), min_size=2, max_size=4, unique=True),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(KEYS), max_size=4),
    DAYS,
)
def test_every_day_is_fair_also_to_who_stands_in(
    house: Any, members: list[str], instead: dict[str, str], over: Any
) -> None:
    """Counted anew each day, whatever was before it: other weights, others away, others standing in for them."""
    turns: dict[tuple[str, str], float] = {}
    weights = dict.fromkeys(members, 1)
    for edited, away, leads in over:
        weights = weights if edited is None else {key: edited[key] for key in members}
        got = handed_out(house, weights, away, instead, turns, leads)
        there = seats(weights, away, instead)
        assert set(got) <= set(there)
        for one, other in combinations(there, 2):
            apart = got[one] / there[one] - got[other] / there[other]
            assert abs(apart) <= max(1.0, 1 / there[one] + 1 / there[other]) + 1e-5


def test_standing_in_with_a_larger_weight_is_held_against_nobody(house: Any) -> None:
    """`s` answers for `j`, who takes four turns to each of the others; then `j` is back, and `s` answers for `l`."""
    weights = {"j@x.example": 4, "l@x.example": 1, "a@x.example": 1}
    instead = {"j@x.example": "s@x.example", "l@x.example": "s@x.example"}
    turns: dict[tuple[str, str], float] = {}
    days = ("j@x.example", "l@x.example", "j@x.example", "l@x.example")
    got = [handed_out(house, weights, frozenset({k}), instead, turns, 60) for k in days]
    assert got[0] == {"s@x.example": 40, "l@x.example": 10, "a@x.example": 10}
    assert abs(got[1]["j@x.example"] - 40) <= 2
    assert abs(got[1]["s@x.example"] - got[1]["a@x.example"]) <= 2
    assert abs(got[3]["s@x.example"] - got[3]["a@x.example"]) <= 2
    assert max(turns.values()) < 300  # it grows with the leads, not with the absences
