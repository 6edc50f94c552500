"""Credit is one whole person, and split amounts have no rest: laws, against an oracle that counts one cent at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.costs.credit import NOBODY, Touched, credit, split

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CENT = Decimal("0.01")
touches = st.lists(
    st.builds(
        Touched,
        st.integers(-40, 5).map(lambda days: NOW + days * DAY),
        st.sampled_from(["Webinar", "Search ads", "Fair"]),
    ),
    max_size=8,
)
models = st.sampled_from(["first", "last", "linear"])
windows = st.one_of(st.none(), st.integers(1, 60).map(lambda days: days * DAY))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", {"Fair": Fraction(1)}),
        ("last", {"Webinar": Fraction(1)}),
        ("linear", {"Fair": Fraction(1, 3), "Webinar": Fraction(2, 3)}),
    ],
)
def test_models(model, expected):
    path = [Touched(NOW - DAY, "Webinar"), Touched(NOW - 9 * DAY, "Fair")]
    path.append(Touched(NOW - 4 * DAY, "Webinar"))
    path.append(Touched(NOW + DAY, "Search ads"))  # afterwards: it brought nobody
    assert credit(path, NOW, model, None) == expected


def test_the_window_includes_its_first_moment():
    path = [Touched(NOW - 30 * DAY, "Fair"), Touched(NOW - DAY, "Webinar")]
    assert credit(path, NOW, "first", 30 * DAY) == {"Fair": 1}
    assert credit(path, NOW, "first", 30 * DAY - timedelta(milliseconds=1)) == {"Webinar": 1}
    assert credit(path, NOW, "first", timedelta(seconds=1)) == {NOBODY: 1}


def _slow(path, at, model, window):
    """By the prose: look at each moment of the calendar in turn."""
    days = [touch for touch in path if not touch.at > at]
    days = [t for t in days if window is None or at - t.at <= window]
    if not days:
        return {NOBODY: Fraction(1)}
    moments = sorted({touch.at for touch in days})
    if model == "first":
        return {next(t.channel for t in days if t.at == moments[0]): Fraction(1)}
    if model == "last":
        return {[t.channel for t in days if t.at == moments[-1]][-1]: Fraction(1)}
    names = {touch.channel for touch in days}
    return {n: Fraction(sum(t.channel == n for t in days), len(days)) for n in names}


@given(touches, models, windows)
def test_credit_is_what_the_words_say_and_one_in_all(path, model, window):
    found = credit(path, NOW, model, window)
    assert sum(found.values()) == 1
    assert all(share > 0 for share in found.values())
    assert found == _slow(path, NOW, model, window)


@given(
    st.integers(0, 10**9),
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 50), min_size=1, max_size=6),
)
def test_an_amount_is_split_to_the_cent(cents, weights):
    amount, whole = CENT * cents, sum(weights.values())
    shares = {name: Fraction(weight, whole) for name, weight in weights.items()}
    parts = split(amount, shares, CENT)
    assert sum(parts.values()) == amount
    for name, part in parts.items():
        assert abs(Fraction(part) - shares[name] * Fraction(amount)) < Fraction(1, 100)
        assert part == part.quantize(CENT)


def test_what_is_left_goes_to_the_largest_remainder_then_by_name():
    thirds = {name: Fraction(1, 3) for name in ("c", "b", "a")}
    assert split(Decimal("1.00"), thirds, CENT) == {
        "a": Decimal("0.34"),
        "b": Decimal("0.33"),
        "c": Decimal("0.33"),
    }
    assert split(Decimal(5), {"a": Fraction(1, 4), "b": Fraction(3, 4)}, Decimal(1)) == {
        "a": Decimal(1),
        "b": Decimal(4),
    }
