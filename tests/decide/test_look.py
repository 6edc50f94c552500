"""The next look is never later than the moment at which time alone changes the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import inf, log2
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.decide.decision import decide
from connector.decide.fields.plan import activity_asked
from connector.decide.look import next_look
from connector.decide.scoring.decay import bundle, part, stays_above
from connector.decide.scoring.score import score
from connector.model.condition import ALWAYS
from connector.model.mapping.field import Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.record import Record, Scope
from connector.model.person.standing import Handover, Standing
from connector.model.rules import (
    Band,
    Exclusion,
    Follower,
    Group,
    Rulebook,
    Signal,
    Transition,
)

MINUTE = timedelta(minutes=1)
DAY = 86_400.0


def look(
    house: Any, book: Rulebook, acts: Any, standing: Standing, now: datetime
) -> tuple[Standing, datetime | None]:
    sums = house.strengths(book, acts, now)
    person = house.person()
    decision = decide(book, person, sums, standing, house.roster(), now)
    return decision.standing, next_look(book, person, sums, decision, now)


def test_nothing_to_come(house: Any, book: Rulebook) -> None:
    assert look(house, book, [], Standing(), house.now)[1] is None


def test_the_moment_of_a_crossing(house: Any, book: Rulebook) -> None:
    acts = [house.webinar(house.now)]
    _, at = look(house, book, acts, Standing(), house.now)
    true = house.now + timedelta(days=30 * log2(25 / 20))
    assert true - MINUTE <= at <= true
    late = true + house.days(1)
    cold = house.strengths(book, acts, late)["webinar"].sum * 25
    assert cold < 20


def test_a_capped_signal_stays_on_its_plateau(house: Any, book: Rulebook) -> None:
    acts = [house.webinar(house.now)] * 8
    standing = Standing(stage="MQL", peak="MQL", since=house.now, rest_until=None)
    no_hold = house.rulebook(transitions=())
    _, at = look(house, no_hold, acts, standing, house.now)
    true = house.now + timedelta(days=30 * log2(8 * 25 / 50))
    assert true - MINUTE <= at <= true


@pytest.mark.parametrize(
    ("standing", "days"),
    [
        ({"stage": "MQL", "holding": "cooled"}, 7.0),
        ({"stage": "MQL", "rest_until": 3.0, "holding": "cooled"}, 3.0),
        ({"stage": "SQL", "due": 0.5}, 0.5),
        ({"stage": "SQL", "due": 0.5, "answered": True}, None),
        ({"stage": "SQL", "due": -0.5}, None),
        ({"stage": "Lead", "rest_until": -1.0}, None),
    ],
)
def test_holds_rest_and_clock(
    house: Any, book: Rulebook, standing: dict[str, Any], days: float | None
) -> None:
    now = house.now
    rest, due = standing.get("rest_until"), standing.get("due")
    handover = None
    told = []
    if due is not None:
        handover = Handover(now - house.days(1), "j@x.example", 1, now + house.days(due))
        told = [house.outcome("accepted", now - MINUTE)] if standing.get("answered") else []
    given_standing = Standing(
        stage=standing["stage"],
        peak="SQL",
        since=now,
        owner="j@x.example" if handover else "",
        handover=handover,
        rest_until=None if rest is None else now + house.days(rest),
        holding=((standing["holding"], now),) if "holding" in standing else (),
    )
    person = house.person(told)
    decision = decide(book, person, {}, given_standing, house.roster(), now)
    expected = None if days is None else now + house.days(days)
    assert next_look(book, person, {}, decision, now) == expected


def test_a_lead_event_and_a_window(house: Any, book: Rulebook) -> None:
    blocked = Standing(stage="SAL", peak="SAL", since=house.now)
    visit = ("page_viewed", house.now - house.days(80), "/careers/x", None)
    no_bands = house.rulebook(bands=(Band("all", ALWAYS, "s:1"),))
    acts = [house.sample(house.now - house.days(1))]
    assert look(house, no_bands, acts, blocked, house.now)[1] == house.now + house.days(13)
    assert look(house, no_bands, [visit], blocked, house.now)[1] == house.now + house.days(10)


def test_a_spent_lead_event_is_no_reason_to_look(house: Any) -> None:
    book = house.rulebook(bands=(Band("all", ALWAYS, "s:1"),))
    standing = Standing(stage="SAL", peak="SAL", since=house.now, reopened_at=house.now)
    assert look(house, book, [house.sample(house.now)], standing, house.now)[1] is None


def test_only_thresholds_of_this_stage_matter(house: Any) -> None:
    ways = (
        Transition("up", ("Prospect",), "Lead", house.when({"activity": {"below": 10}}), "l:1"),
    )
    book = house.rulebook(transitions=ways, bands=(Band("all", ALWAYS, "s:1"),))
    assert look(house, book, [house.webinar(house.now)], Standing(), house.now)[1] is not None
    there = Standing(stage="MQL", peak="MQL", since=house.now)
    assert look(house, book, [house.webinar(house.now)], there, house.now)[1] is None


def test_what_a_mapping_asks_of_the_activity_is_awaited(house: Any) -> None:
    """A record is created below 21 points: no rule knows of that."""
    below = house.when({"not": {"activity": {"at_least": 21}}})
    ours = platform_of(create=below)
    book = house.rulebook(bands=(Band("all", ALWAYS, "s:1"),))
    there = Standing(stage="SAL", peak="SAL", since=house.now)
    sums = house.strengths(book, [house.webinar(house.now)], house.now)
    decision = decide(book, house.person(), sums, there, house.roster(), house.now)
    args = (book, house.person(), sums, decision, house.now)
    assert next_look(*args) is None
    at = next_look(*args, activity_asked(ours))
    true = house.now + timedelta(days=30 * log2(25 / 21))
    assert at is not None
    assert true - MINUTE <= at <= true
    scope = platform_of(scope=Scope(house.when({"activity": {"between": [3, 9]}}), "freeze"))
    assert activity_asked(scope) == (3.0, 9.0)


def platform_of(create: Any = None, scope: Scope | None = None) -> Mappings:
    """Mappings of one platform with one kind of record."""
    record = Record("Lead", "contact", (), (), create=create)
    platform = PlatformMapping("crm", Form(True, "", None), {"Lead": record}, scope=scope)
    return Mappings("", {}, {"crm": platform}, {})


def test_what_counts_in_another_track_is_no_reason_to_look(house: Any) -> None:
    signals = (Signal("webinar", "webinar", points=25, half_life=timedelta(days=30), digest="1"),)
    there = Standing(stage="Lead", peak="Lead", since=house.now)
    for tracks, awaited in (((), True), (("service",), False)):
        book = house.rulebook(signals=(replace(signals[0], tracks=tracks),), lead_events=())
        acts = [("webinar", house.now, "", None)]
        assert (look(house, book, acts, there, house.now)[1] is not None) is awaited


def test_a_penalty_that_fades_is_awaited(house: Any) -> None:
    signals = (
        Signal("lasting", "a", points=30, digest="1"),
        Signal("penalty", "b", points=-20, half_life=timedelta(days=10), digest="2"),
    )
    book = house.rulebook(signals=signals, lead_events=())
    acts = [("a", house.now, "", None), ("b", house.now, "", None)]
    _, at = look(house, book, acts, Standing(stage="SAL", peak="SAL", since=house.now), house.now)
    true = house.now + timedelta(days=10)  # 30 - 20 / 2 = 20: warm
    assert true - MINUTE <= at <= true


def test_near_nothing_left_the_looks_do_not_crowd(house: Any) -> None:
    """A threshold at zero is crossed when the sixth decimal goes out: some hundred looks, not one a second."""
    book = house.rulebook(
        bands=(
            Band("silent", house.when({"activity": {"at_most": 0}}), "s:1"),
            Band("x", ALWAYS, "s:2"),
        )
    )
    standing = Standing(stage="SAL", peak="SAL", since=house.now)
    acts, at, count = (
        [house.webinar(house.now), house.webinar(house.now - house.days(3))],
        house.now,
        0,
    )
    while at is not None and count < 1000:
        now, count = at, count + 1
        standing, at = look(house, book, acts, standing, now)
        assert at is None or at > now
    assert standing.shown.band == "silent"
    assert count < 300


SIGNAL = st.builds(
    lambda points, half_life, cap, window, at_most, group, only, unless: Signal(
        "",
        "",
        points=points,
        half_life=half_life,
        cap=cap,
        window=window,
        at_most=at_most,
        group=group,
        only=only,
        unless=unless,
    ),
    st.sampled_from([-15, -4, 3, 8, 12, 30]),
    st.sampled_from([None, timedelta(days=2), timedelta(days=9), timedelta(days=30)]),
    st.sampled_from([None, 10, 25]),
    st.sampled_from([None, None, timedelta(days=12)]),
    st.sampled_from([None, None, (1, "day")]),
    st.sampled_from(["", "g", "g", "h"]),
    st.sampled_from(["", "", "first"]),
    st.sampled_from([None, None, Follower("k0", timedelta(days=3))]),
)
CAPS = st.tuples(st.sampled_from([4.0, 9.5, 21.0]), st.sampled_from([7.0, 16.0]))
SIGNALS = st.lists(SIGNAL, min_size=1, max_size=4)
ACTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40 * 86_400)), max_size=10)
THRESHOLDS = st.lists(st.sampled_from([-12, -3, 2, 5, 9.5, 16, 20, 33]), min_size=1, max_size=3)


def made(
    house: Any,
    signals: list[Signal],
    thresholds: list[float],
    hold: timedelta | None,
    caps: tuple[float, float] = (inf, inf),
) -> Rulebook:
    named = tuple(replace(s, name=f"s{n}", kind=f"k{n}") for n, s in enumerate(signals))
    groups = tuple(Group(name, cap, "s:9") for name, cap in zip("gh", caps, strict=True))
    over = [
        house.when({"activity": {"at_least" if n else "above": v}})
        for n, v in enumerate(thresholds)
    ]
    ways = (
        Transition("up", ("Prospect",), "Lead", over[0], "l:1", hold_for=hold),
        Transition("on", ("Lead",), "MQL", over[-1], "l:2"),
        Transition(
            "down",
            ("Lead", "MQL"),
            "Prospect",
            house.when({"not": {"activity": {"above": thresholds[0]}}}),
            "l:3",
            back=True,
            rest=timedelta(days=1),
        ),
    )
    bands = tuple(Band(f"b{n}", condition, "s:1") for n, condition in enumerate(over))
    return house.rulebook(
        signals=named, groups=groups, transitions=ways, bands=bands, lead_events=()
    )


def seen(standing: Standing) -> tuple[Any, ...]:
    return standing.stage, standing.shown.band, standing.stream, standing.holding, standing.overdue


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    SIGNALS,
    ACTS,
    THRESHOLDS,
    st.sampled_from([None, timedelta(hours=5)]),
    CAPS,
    st.integers(0, 2**32),
)
def test_nothing_changes_before_the_next_look(
    house: Any,
    signals: list[Signal],
    log: Any,
    thresholds: list[float],
    hold: timedelta | None,
    caps: tuple[float, float],
    seed: int,
) -> None:
    """Steps through forty days, coarsely but at odd moments, and close before each look."""
    book, random = made(house, signals, thresholds, hold, caps), Random(seed)
    acts = [(f"k{kind}", house.now - timedelta(seconds=back), "", None) for kind, back in log]
    now, standing = house.now, Standing()
    end = now + timedelta(days=40)
    looks = 0
    while now < end:
        standing, at = look(house, book, acts, standing, now)
        looks += 1
        assert at is None or at > now
        assert looks < 400, "looks crowd"
        until = min(at or end, end)
        span = (until - now).total_seconds()
        activity = score(book, house.person(), house.strengths(book, acts, now), now).activity
        told_apart = min(abs(activity - v) for v in thresholds) > 2e-4  # than six decimals' worth
        moments = [now + timedelta(seconds=span * random.random()) for _ in range(6)]
        for moment in [*moments, until - timedelta(microseconds=1)]:
            if moment > now and told_apart:
                between, _ = look(house, book, acts, standing, moment)
                assert seen(between) == seen(standing)
        now = until


HOUSE_ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                ("form_submitted", "Sample order"),
                ("webinar_attended", "Seals"),
                ("page_viewed", "/prices/a"),
                ("page_viewed", "/careers/b"),
                ("email_opened", ""),
            ]
        ),
        st.integers(0, 90 * 86_400),
    ),
    max_size=14,
)
ANSWERS = st.lists(
    st.tuples(st.sampled_from(["accepted", "rejected", "opened", "lost"]), st.integers(0, 86_400)),
    max_size=2,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOUSE_ACTS, ANSWERS, st.integers(0, 5), st.randoms())
def test_nothing_in_the_house_changes_before_the_next_look(
    house: Any, log: Any, answers: Any, hours: int, random: Random
) -> None:
    """The whole example: lead events, windows, holds, rests, answer clocks, answers that are already known."""
    book, roster = house.rulebook(), house.roster()
    acts = [
        (kind, house.now - timedelta(seconds=back), asset, {"minutes": 30})
        for (kind, asset), back in log
    ]
    told = [
        house.outcome(kind, house.now + timedelta(seconds=s), "Too early") for kind, s in answers
    ]
    person = house.person(told)
    now, standing = house.now + timedelta(hours=hours), Standing()
    for _ in range(60):
        sums = house.strengths(book, acts, now)
        decision = decide(book, person, sums, standing, roster, now)
        standing, at = decision.standing, next_look(book, person, sums, decision, now)
        until = at or now + timedelta(days=400)
        for moment in (now + (until - now) * 0.999 * random.random(), until - timedelta(seconds=2)):
            if until - now > timedelta(seconds=10):  # else six decimals do not tell the moment
                sums = house.strengths(book, acts, moment)
                between = decide(book, person, sums, standing, roster, moment).standing
                assert seen(between) == seen(standing)
        if at is None:
            return
        now = until


@pytest.mark.parametrize("stays", [False, True])
def test_the_end_of_an_exclusion_is_awaited(house: Any, stays: bool) -> None:
    rule = Exclusion(
        "rival",
        house.when({"email_domain": {"in": ["pumpen.example"]}}),
        "rival",
        "s:1",
        span=timedelta(days=30),
        stays=stays,
    )
    book = house.rulebook(exclusions=(rule,), lead_events=())
    standing, at = look(house, book, [], Standing(), house.now)
    assert (standing.excluded, at) == ("rival", house.now + house.days(30))
    standing, at = look(house, book, [], standing, house.now + house.days(30))
    assert (standing.excluded, at) == ("", None)


def test_the_day_on_which_an_exclusion_ends_is_awaited(house: Any) -> None:
    day = house.now + house.days(9)
    rules = (
        Exclusion("all", ALWAYS, "all", "s:1", until=day),
        Exclusion(
            "nobody",
            house.when({"email": {"equals": "x"}}),
            "nobody",
            "s:2",
            until=house.now + MINUTE,
        ),
    )
    book = house.rulebook(exclusions=rules, lead_events=())
    standing, at = look(house, book, [], Standing(), house.now)
    assert (standing.excluded, at) == ("all", day)
    assert look(house, book, [], standing, day)[0].excluded == ""


def test_a_group_stays_on_its_plateau(house: Any) -> None:
    """Two signals of 20 points under a cap of 25: until they fade to 25 together, nothing moves."""
    signals = (
        Signal("one", "a", points=20, half_life=timedelta(days=10), group="g"),
        Signal("two", "b", points=20, half_life=timedelta(days=20), group="g"),
    )
    book = house.rulebook(
        signals=signals, groups=(Group("g", 25, "s:9"),), transitions=(), lead_events=()
    )
    acts = [("a", house.now, "", None), ("b", house.now, "", None)]
    _, at = look(house, book, acts, Standing(stage="SAL", peak="SAL"), house.now)
    later = {
        days: score(
            book,
            house.person(),
            house.strengths(book, acts, house.now + house.days(days)),
            house.now,
        ).activity
        for days in (0, 9, 13, 14)
    }
    assert later[0] == later[9] == 25
    assert later[13] > 20 > later[14]
    assert house.now + house.days(13) < at < house.now + house.days(14)


PARTS = st.lists(
    st.tuples(
        st.floats(0.1, 40),
        st.floats(0.001, 20).map(lambda s: round(s, 6)),
        st.sampled_from([None, 0.5 * DAY, 7 * DAY, 90 * DAY]),
        st.sampled_from([inf, 5.0, 30.0]),
    ),
    min_size=1,
    max_size=6,
)


@given(PARTS, st.floats(0.05, 200), st.floats(0, 1))
def test_a_sum_stays_above_as_long_as_is_said(rows: Any, limit: float, where: float) -> None:
    parts = [part(points, strength, half_life, cap) for points, strength, half_life, cap in rows]

    def read(t: float, off: float) -> float:
        """The activity as it would be read after `t` seconds if the strengths were really off by so little."""
        return sum(
            round(min(cap, points * round((s + off) * 2.0 ** (-t / half_life), 6)), 6)
            if half_life
            else round(min(cap, points * s), 6)
            for points, s, half_life, cap in rows
        )

    reached = stays_above([bundle(parts)], 0.0, limit)
    end = min(reached, 4000 * DAY)
    for off in (-4.9e-7, 0.0, 4.9e-7):
        assert reached == 0.0 or min(read(end * where, off), read(end, off)) > limit
    if reached == 0.0:
        assert read(0.0, 0.0) <= limit + 1e-3
    elif reached < inf:
        assert read(reached + 60.0, 0.0) <= limit + 1e-3


def test_a_constant_sum_stays_for_ever() -> None:
    assert stays_above([bundle([part(3.0, 2.0, None, inf)])], 0.0, 5.9) == inf
    assert stays_above([bundle([part(3.0, 2.0, None, inf)])], 0.0, 6.0) == 0.0
    assert stays_above([], 0.0, -1.0) == inf


def test_after_a_way_back_it_is_looked_at_once_whether_another_way_is_open(house: Any) -> None:
    """One decision takes no way after it. Whatever comes next does not wait for somebody to touch the contact."""
    german = house.when({"country": {"equals": "DE"}})
    ways = (
        Transition("fits", ("Lead",), "MQL", german, "l:1"),
        Transition("rejected", ("SAL",), "SQL", ALWAYS, "l:2", back=True),
        Transition("rejected-too", ("SQL",), "Lead", ALWAYS, "l:3", back=True),
    )
    book = house.rulebook(transitions=ways)
    standing, now, seen = Standing(stage="SAL", peak="SAL", since=house.now), house.now, []
    while True:
        standing, at = look(house, book, [], standing, now)
        seen.append(standing.stage)
        if at is None:
            break
        assert now < at <= now + timedelta(seconds=1)
        now = at
    assert seen == ["SQL", "Lead", "MQL"]


def test_ways_that_lead_in_a_circle_do_not_keep_anybody_busy(house: Any) -> None:
    ways = (
        Transition("up", ("Prospect", "Lead"), "MQL", ALWAYS, "l:1"),
        Transition("down", ("MQL",), "Lead", ALWAYS, "l:2", back=True),
    )
    book = house.rulebook(transitions=ways)
    standing = Standing(stage="MQL", peak="MQL", since=house.now)
    standing, at = look(house, book, [], standing, house.now)
    assert (standing.stage, at is None) == ("Lead", False)
    standing, at = look(house, book, [], standing, at)
    assert (standing.stage, at) == ("Lead", None)
