"""The budget: our share of the day, the urgent lanes first, the burst of the moment."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import Stopped, TryLater
from connector.model.systems.change import LANES
from connector.platforms.budget import Budget, Burst, Limits

START = datetime(2026, 1, 5, 7, tzinfo=UTC)


class Time:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def limits(headers: Any) -> Limits | None:
    if "x-daily" not in headers:
        return None
    return Limits(
        daily=int(headers["x-daily"]),
        used=int(headers["x-used"]),
        burst_left=int(headers.get("x-left", 1)),
    )


def budget(time: Time, **settings: Any) -> Budget:
    return Budget("hubspot", limits, time, **settings)


def test_without_a_known_limit_everything_goes() -> None:
    found = budget(Time(), share=0.1)
    for _ in range(1000):
        found.before()
    assert (found.spent, found.left()) == (1000, None)


def test_our_share_of_the_day_ends_and_begins_again_at_midnight() -> None:
    time = Time()
    spent: dict[date, int] = {}

    def spend(day: date, calls: int) -> None:
        spent[day] = spent.get(day, 0) + calls

    found = budget(time, share=0.5, daily=100, zone=ZoneInfo("Europe/Berlin"), spend=spend)
    for _ in range(50):
        found.before(lane="hot")
    with pytest.raises(Stopped) as caught:
        found.before(lane="hot")
    assert caught.value.after == timedelta(hours=16)  # Berlin's midnight
    time.now += timedelta(hours=16)
    found.before(lane="hot")
    assert spent == {date(2026, 1, 5): 50, date(2026, 1, 6): 1}


def test_the_last_calls_belong_to_the_urgent_lanes() -> None:
    found = budget(Time(), daily=1000)
    reached = {}
    for lane in reversed(LANES):
        while found.left(lane):
            found.before(lane=lane)
        with pytest.raises((TryLater, Stopped)):
            found.before(lane=lane)
        reached[lane] = found.spent
    assert reached == {"backfill": 700, "routine": 900, "follow_up": 950, "hot": 980}


def test_what_others_used_counts() -> None:
    found = budget(Time(), daily=1000)
    found.after({"X-Daily": "1000", "X-Used": "975"})
    assert found.left("hot") == 5
    found.after({"Content-Type": "text/html"})
    assert found.left("hot") == 5


def test_what_the_day_has_cost_before_a_restart_counts() -> None:
    assert budget(Time(), daily=1000, spent=400).left("hot") == 600


def test_a_burst_is_refilled_by_time() -> None:
    time = Time()
    found = budget(time, burst=Burst(10, timedelta(seconds=10)))
    for _ in range(10):
        found.before()
    with pytest.raises(TryLater) as caught:
        found.before(3)
    assert caught.value.after == timedelta(seconds=3)
    time.now += timedelta(seconds=3)
    found.before(3)
    with pytest.raises(TryLater):
        found.before()


def test_an_empty_window_of_everybody_makes_us_wait() -> None:
    found = budget(Time(), daily=1000, burst=Burst(10, timedelta(seconds=10)))
    found.after({"x-daily": "1000", "x-used": "1", "x-left": "0"})
    with pytest.raises(TryLater):
        found.before()


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3000)), max_size=200))
def test_no_window_ever_holds_more_than_twice_the_burst(steps: list[tuple[int, int]]) -> None:
    """A token bucket lets at most the bucket plus its refill through in one window."""
    time = Time()
    found = budget(time, burst=Burst(10, timedelta(seconds=10)))
    made: list[datetime] = []
    for calls, wait in steps:
        time.now += timedelta(milliseconds=wait)
        with contextlib.suppress(TryLater):
            found.before(calls)
            made += [time.now] * calls
    for moment in made:
        assert sum(moment <= other < moment + timedelta(seconds=10) for other in made) <= 20
