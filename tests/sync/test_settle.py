"""How long failed changes rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sync.settle import wait_after


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(-1, 10), (0, 10), (1, 10), (2, 20), (3, 40), (4, 80), (9, 2560), (10, 3600), (5000, 3600)],
)
def test_the_pace(attempts, seconds):
    assert wait_after(attempts) == timedelta(seconds=seconds)


@given(st.integers(0, 10_000))
def test_never_shorter_than_before_never_longer_than_an_hour(attempts):
    assert wait_after(attempts) <= wait_after(attempts + 1) <= timedelta(hours=1)
