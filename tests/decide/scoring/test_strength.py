"""Strengths: kept sums and the log say the same, in any order; windows and calendar limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.scoring.strength import NONE, add, from_log, matches, moved, strength_at
from connector.model.condition import Test as Single
from connector.model.person.decision import Strength
from connector.model.rules import Signal

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
MONTH, DAY, HOUR = timedelta(days=30), timedelta(days=1), timedelta(hours=1)
TIMES = st.lists(
    st.integers(0, 400 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds)), max_size=20
)


def log(times: list[datetime]) -> list[tuple[datetime, str, None]]:
    return [(at, "", None) for at in times]


def test_a_signal_matches_kind_asset_and_detail() -> None:
    signal = Signal("w", "webinar", Single("minutes", "at_least", 20))
    assert matches(signal, "webinar", "Seals", {"minutes": "45"})
    assert not matches(signal, "webinar", "Seals", {"minutes": 5})
    assert not matches(signal, "webinar", "Seals", None)
    assert not matches(signal, "form", "Seals", {"minutes": 45})
    by_asset = Signal("f", "form", Single("asset", "equals", "demo"))
    assert matches(by_asset, "form", "Demo", {"asset": "another"})
    assert not matches(by_asset, "form", "", None)


def test_half_a_strength_after_a_half_life() -> None:
    signal = Signal("s", "k", half_life=MONTH)
    assert from_log(signal, log([NOW]), NOW, "UTC") == Strength(1.0, NOW, None)
    assert from_log(signal, log([NOW - MONTH]), NOW, "UTC").sum == 0.5
    assert from_log(signal, log([NOW - MONTH, NOW]), NOW, "UTC") == Strength(1.5, NOW, None)
    assert from_log(signal, (), NOW, "UTC") == Strength(0.0)


def test_without_half_life_nothing_fades() -> None:
    signal = Signal("s", "k")
    assert from_log(signal, log([NOW - 100 * MONTH, NOW]), NOW, "UTC").sum == 2.0


def test_an_activity_leaves_at_the_end_of_its_window() -> None:
    signal = Signal("s", "k", window=MONTH)
    first, second = NOW - MONTH + timedelta(seconds=1), NOW
    assert from_log(signal, log([second, first]), NOW, "UTC") == Strength(2.0, NOW, first + MONTH)
    later = first + MONTH
    assert from_log(signal, log([second, first]), later, "UTC") == Strength(1.0, NOW, NOW + MONTH)
    assert from_log(signal, log([second, first]), NOW + MONTH, "UTC") == Strength(0.0)


def test_the_last_one_is_known_until_it_leaves_whether_it_counts_or_not() -> None:
    """Of two on one day the first counts; what asks when they last did anything hears of the second, three hours longer."""
    signal = Signal("s", "k", window=10 * DAY, at_most=(1, "day"))
    acts = [(NOW, "", None), (NOW + 3 * HOUR, "", None)]
    before, between, after = (
        from_log(signal, acts, NOW + 10 * DAY + hours * HOUR, "Europe/Berlin")
        for hours in (-1, 1, 3)
    )
    assert (before.sum, before.expires_at) == (1.0, NOW + 10 * DAY)
    assert (between.sum, between.last_at) == (0.0, NOW + 3 * HOUR)
    assert between.expires_at == NOW + 10 * DAY + 3 * HOUR
    assert after == NONE


def test_only_the_first_of_a_day_count_in_the_zone_of_the_project() -> None:
    signal = Signal("s", "k", at_most=(1, "day"))
    late = datetime(2026, 11, 16, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
    after_midnight = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)  # 00:30 on the 17th in Berlin
    assert from_log(signal, log([late, after_midnight]), NOW, "Europe/Berlin").sum == 2.0
    assert from_log(signal, log([late, after_midnight]), NOW, "UTC").sum == 1.0


def test_weeks_are_iso_weeks() -> None:
    signal = Signal("s", "k", at_most=(2, "week"))
    sunday, monday = datetime(2026, 11, 15, 12, tzinfo=UTC), datetime(2026, 11, 16, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    times = [sunday, sunday + hour, sunday + 2 * hour, monday, monday + hour]
    assert from_log(signal, log(times), NOW, "UTC").sum == 4.0
    new_year = [datetime(2027, 1, 1, 12, tzinfo=UTC), datetime(2026, 12, 31, 12, tzinfo=UTC)]
    assert from_log(signal, log([*new_year, new_year[0] + hour]), NOW, "UTC").sum == 2.0


def test_the_first_of_the_day_counts_even_if_it_is_learned_last() -> None:
    signal = Signal("s", "k", at_most=(1, "day"), half_life=timedelta(hours=1))
    early, late = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    assert from_log(signal, log([late, early]), NOW, "UTC").sum == 0.25
    assert from_log(signal, log([late, early]), NOW, "UTC").last_at == late


@given(TIMES, st.sampled_from([None, timedelta(days=3), MONTH]), st.randoms())
def test_kept_sums_equal_the_log_in_any_order(
    times: list[datetime], half_life: timedelta | None, random: Random
) -> None:
    signal = Signal("s", "k", half_life=half_life)
    kept, ref = 0.0, NOW - 5 * MONTH
    random.shuffle(times)
    for place, at in enumerate(times):
        kept = add(kept, ref, at, half_life)
        if place == 3:
            kept, ref = moved(kept, ref, NOW - MONTH, half_life), NOW - MONTH
    expected = from_log(signal, log(times), NOW, "UTC").sum
    assert strength_at(kept, ref, half_life, NOW) == pytest.approx(expected, abs=2e-6)


@given(
    TIMES,
    st.randoms(),
    st.sampled_from([None, (2, "day"), (3, "week")]),
    st.sampled_from([None, MONTH]),
)
def test_the_order_of_the_log_does_not_matter(
    times: list[datetime], random: Random, at_most: tuple[int, str] | None, window: timedelta | None
) -> None:
    signal = Signal("s", "k", half_life=MONTH, at_most=at_most, window=window)
    before = from_log(signal, log(times), NOW, "Europe/Berlin")
    random.shuffle(times)
    assert from_log(signal, log(times), NOW, "Europe/Berlin") == before


def test_too_far_from_the_reference_time_is_said_loudly() -> None:
    with pytest.raises(OverflowError):
        add(0.0, NOW - timedelta(days=3000), NOW, timedelta(days=1))
