"""Laws of the score: reasons sum to it, more never lowers a stage, time never raises it; against sums done by hand in fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.decide.decision import decide
from connector.decide.scoring.score import score
from connector.model.condition import ALWAYS, Condition
from connector.model.person.decision import Score, Strength
from connector.model.person.standing import Standing
from connector.model.rules import (
    Band,
    Choice,
    Criterion,
    Group,
    LeadEvent,
    Profile,
    Rulebook,
    Signal,
    Transition,
)

DAY = timedelta(days=1)
NAMES = tuple(f"s{n}" for n in range(6))
GROUPS = ("", "g", "h")
HOW = st.tuples(
    st.floats(-60, 60).map(lambda x: round(x, 2)),
    st.one_of(st.none(), st.floats(0.5, 40).map(lambda x: round(x, 2))),
    st.sampled_from(GROUPS),
)
SUMS = st.dictionaries(
    st.sampled_from([*NAMES, "machine:scanner", "machine:proxy"]),
    st.floats(0, 30).map(lambda x: Strength(round(x, 6))),
)
WEIGHTS = st.lists(st.integers(1, 40), min_size=1, max_size=4)


def model(name: str, weights: Sequence[int], score: float, when: Condition = ALWAYS) -> Profile:
    none = Choice(ALWAYS, score, "so", "")
    criteria = tuple(
        Criterion(f"c{n}", weight, "job_title", (), none, none, "")
        for n, weight in enumerate(weights)
    )
    return Profile(criteria, (("A", 50), ("B", 0)), name, when)


def by_hand(signals: Sequence[Signal], caps: Mapping[str, float], sums: Any) -> Fraction:
    """Each signal within its cap; what a group gives, and what it takes, within the group's."""
    total = Fraction(0)
    for group in GROUPS:
        gives = takes = Fraction(0)
        for signal in signals:
            if signal.group == group and signal.name in sums:
                points = Fraction(signal.points) * Fraction(sums[signal.name].sum)
                if signal.cap is not None:
                    cap = Fraction(signal.cap)
                    points = max(-cap, min(cap, points))
                gives, takes = gives + max(points, 0), takes + min(points, 0)
        if group:
            gives, takes = min(gives, Fraction(caps[group])), max(takes, -Fraction(caps[group]))
        total += gives + takes
    return total


def adds_up(found: Score) -> bool:
    profile = sum(Fraction(r.points) for r in found.reasons if r.axis == "profile")
    activity = sum(Fraction(r.points) for r in found.reasons if r.axis != "profile")
    return abs(profile - Fraction(found.profile)) < 1e-6 > abs(activity - Fraction(found.activity))


@given(
    st.lists(HOW, min_size=6, max_size=6),
    st.tuples(st.floats(0.5, 50), st.floats(0.5, 50)),
    SUMS,
    st.lists(WEIGHTS, min_size=1, max_size=3),
    st.floats(0, 1).map(lambda x: round(x, 3)),
)
def test_the_reasons_sum_to_the_score(
    house: Any,
    how: list[tuple[float, float | None, str]],
    caps: tuple[float, float],
    sums: dict[str, Strength],
    weights: list[list[int]],
    share: float,
) -> None:
    signals = tuple(
        Signal(name, "k", points=points, cap=cap, group=group)
        for name, (points, cap, group) in zip(NAMES, how, strict=True)
    )
    groups = tuple(Group(name, cap, "s:9") for name, cap in zip("gh", caps, strict=True))
    machines = tuple(Signal(f"machine:{name}", "click") for name in ("scanner", "proxy"))
    nobody = house.when({"email": {"equals": "nobody"}})
    special = [model(f"m{n}", each, share, nobody) for n, each in enumerate(weights[1:])]
    book = house.rulebook(signals=signals, groups=groups, machines=machines)
    scoring = replace(book.scoring, profile=model("rest", weights[0], share), special=(*special,))
    found = score(replace(book, scoring=scoring), house.person(), sums, house.now)
    assert adds_up(found)
    assert found.model == "rest"
    assert (
        abs(Fraction(found.activity) - by_hand(signals, dict(zip("gh", caps, strict=True)), sums))
        < 1e-5
    )
    assert abs(Fraction(found.profile) - sum(weights[0]) * Fraction(share)) < 1e-5
    told = [reason for reason in found.reasons if reason.axis == "machine"]
    assert {reason.points for reason in told} <= {0.0}
    assert len(told) == sum(sums[name].sum > 0 for name in sums if name.startswith("machine:"))


def test_the_first_model_that_fits_grades_and_is_named(house: Any) -> None:
    german = model("german", [60, 20], 1.0, house.when({"language": {"equals": "de"}}))
    large = model("large", [90], 1.0, house.when({"employees": {"at_least": 500}}))
    book = house.rulebook(special=(german, large))
    found = score(book, house.person(), {}, house.now)
    assert (found.model, found.profile, [r.rule for r in found.reasons]) == (
        "german",
        80.0,
        ["german/c0", "german/c1"],
    )
    assert score(book, house.person(language="en"), {}, house.now).model == "large"
    rest = score(book, house.person(language="en", employees=3), {}, house.now)
    assert (rest.model, rest.reasons[0].rule) == ("", "role")


PLAIN = st.builds(
    lambda points, half_life, cap, window, group, tracks: Signal(
        *("", ""),
        points=points,
        half_life=half_life,
        cap=cap,
        window=window,
        group=group,
        tracks=tracks,
    ),
    st.sampled_from([1.0, 4.0, 11.0, 30.0]),
    st.sampled_from([None, 3 * DAY, 30 * DAY]),
    st.sampled_from([None, 9.0, 25.0]),
    st.sampled_from([None, 12 * DAY]),
    st.sampled_from(GROUPS),
    st.sampled_from([(), (), ("main",), ("service",)]),
)
LIMITED = st.builds(
    lambda signal, only, at_most: replace(signal, only=only, at_most=at_most),
    PLAIN,
    st.sampled_from(["", "first", "first_per_asset"]),
    st.sampled_from([None, (1, "day"), (2, "week")]),
)
SOME = st.lists(PLAIN, min_size=1, max_size=4)
ACTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 40 * 86_400), st.sampled_from("xy")), max_size=10
)
LOWER = st.recursive(
    st.one_of(
        st.sampled_from([0.5, 5, 12, 30, 44]).map(lambda v: {"activity": {"at_least": v}}),
        st.sampled_from([0, 9, 25]).map(lambda v: {"activity": {"above": v}}),
        st.sampled_from([["A"], ["A", "B"]]).map(lambda g: {"grade": {"in": g}}),
        st.just({"lead_event": {"in": ["asks"]}}),
        st.sampled_from([["hot"], ["hot", "warm"]]).map(lambda b: {"band": {"in": b}}),
    ),
    lambda inner: st.builds(
        lambda join, parts: {join: parts},
        st.sampled_from(["any", "all"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)


CELLS = (("A", "hot", 12), ("A", "warm", 5), ("B", "hot", 30), ("B", "warm", 9), ("C", "warm", 44))


def made(
    house: Any, signals: Sequence[Signal], lower: Sequence[Any], skip: bool = False
) -> Rulebook:
    """Each way begins at every stage below the one it leads to: its condition alone decides. Bands are cells of a matrix."""
    stages = ("Prospect", "Lead", "MQL", "SQL", "SAL", "Customer")
    ways = tuple(
        Transition(f"w{n}", stages[: 1 + n % 5], stages[1 + n % 5], house.when(condition), "l:1")
        for n, condition in enumerate(lower)
    )
    named = tuple(replace(s, name=f"s{n}", kind=f"k{n}") for n, s in enumerate(signals))
    cells = [
        Band(name, house.when({"grade": {"equals": grade}, "activity": {"at_least": least}}), "")
        for grade, name, least in CELLS
    ]
    book = house.rulebook(
        signals=named,
        groups=(Group("g", 15, ""), Group("h", 40, "")),
        transitions=ways,
        lead_events=(LeadEvent("asks", "s0", 9 * DAY, ""),),
        bands=(*cells, Band("cold", ALWAYS, "")),
    )
    return replace(book, lifecycle=replace(book.lifecycle, skip=skip))


def acted(house: Any, log: Any) -> list[Any]:
    return [(f"k{n}", house.now - timedelta(seconds=back), asset, None) for n, back, asset in log]


def reached(house: Any, book: Rulebook, acts: Any, now: datetime) -> tuple[int, float]:
    sums = house.strengths(book, acts, now)
    decision = decide(book, house.person(), sums, Standing(), house.roster(), now)
    return book.lifecycle.rank(decision.standing.stage), decision.score.activity


@settings(deadline=None)
@given(SOME, st.lists(LOWER, min_size=1, max_size=6), ACTS, ACTS, st.booleans())
def test_more_activities_never_lower_a_stage(
    house: Any, signals: list[Signal], lower: list[Any], some: Any, more: Any, skip: bool
) -> None:
    book = made(house, signals, lower, skip)
    before = reached(house, book, acted(house, some), house.now)
    after = reached(house, book, acted(house, [*some, *more]), house.now)
    assert after[0] >= before[0]
    assert after[1] >= before[1] - 1e-5


@settings(deadline=None)
@given(SOME, st.lists(LOWER, min_size=1, max_size=6), ACTS, st.integers(0, 3), st.floats(1, 4))
def test_more_points_never_lower_a_stage(
    house: Any, signals: list[Signal], lower: list[Any], log: Any, which: int, times: float
) -> None:
    which %= len(signals)
    richer = [
        replace(s, points=s.points * times, cap=s.cap and s.cap * times) if n == which else s
        for n, s in enumerate(signals)
    ]
    acts = acted(house, log)
    before = reached(house, made(house, signals, lower), acts, house.now)
    after = reached(house, made(house, richer, lower), acts, house.now)
    assert after[0] >= before[0]
    assert after[1] >= before[1] - 1e-5


@settings(deadline=None)
@given(
    st.lists(st.one_of(PLAIN, LIMITED), min_size=1, max_size=4),
    ACTS,
    st.lists(st.floats(0, 60), min_size=2, max_size=5),
)
def test_time_never_raises_a_score(
    house: Any, signals: list[Signal], log: Any, days: list[float]
) -> None:
    book, acts = made(house, signals, []), acted(house, log)
    moments = [house.now + timedelta(days=each) for each in sorted(days)]
    found = [reached(house, book, acts, moment)[1] for moment in moments]
    assert all(later <= sooner + 1e-5 for sooner, later in pairwise(found))
