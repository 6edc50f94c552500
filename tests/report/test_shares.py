"""Intervals of shares and of their difference, against the published ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.report.shares import Difference, Share


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_s_own_examples(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """Statistics in Medicine 17 (1998) 873, table II, method 10."""
    found = Difference(Share(*one), Share(*other)).interval
    assert found == pytest.approx((low, high), abs=6e-5)


def test_of_nobody_nothing_is_claimed() -> None:
    assert Share(0, 0).interval == (0.0, 1.0)
    nothing = Difference(Share(0, 0), Share(3, 4))
    assert (nothing.value, nothing.interval, nothing.says) == (None, (-1.0, 1.0), "")


SHARES = st.integers(0, 400).flatmap(lambda n: st.integers(0, n).map(lambda part: Share(part, n)))


@given(SHARES, SHARES)
def test_an_interval_holds_its_value(one: Share, other: Share) -> None:
    found, turned = Difference(one, other), Difference(other, one)
    low, high = found.interval
    if found.value is not None:
        assert low - 1e-9 <= found.value <= high + 1e-9
    assert -1 <= low <= high <= 1
    assert turned.interval == pytest.approx((-high, -low))
    assert {found.says, turned.says} in ({""}, {"more", "fewer"})
