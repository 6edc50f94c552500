"""What signals together can give at most is never less than what anybody's activities give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config.compiled.rules.signals import activities
from connector.config.documents.rules.signals import ActivityDocument
from connector.config.lint.scoring.reach import most_activity
from connector.config.yaml import Source
from connector.decide.scoring.strength import from_log

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
SIGNAL = st.fixed_dictionaries(
    {
        "kind": st.just("k"),
        "points": st.sampled_from([-9.0, 2.0, 7.5]),
        "half_life": st.sampled_from(["6h", "1d", "9d", "never"]),
    },
    optional={
        "window": st.sampled_from(["1d", "10d"]),
        "cap": st.sampled_from([6.0, 30.0]),
        "at_most": st.sampled_from(["1 per day", "3 per day", "2 per week"]),
        "only": st.sampled_from(["first", "first_per_asset"]),
        "group": st.sampled_from(["g", "h"]),
    },
)
LOG = st.lists(st.integers(0, 60 * 24), max_size=60).map(
    lambda hours: [(NOW - timedelta(hours=each), "", None) for each in hours]
)


def document(signals: list[dict[str, Any]], **more: Any) -> ActivityDocument:
    named = [{**one, "name": f"s{n}"} for n, one in enumerate(signals)]
    groups = {"g": {"cap": 11.0}, "h": {"cap": 40.0}}
    return ActivityDocument.model_validate({"signals": tuple(named), "groups": groups, **more})


def given_by(doc: ActivityDocument, log: Any) -> float:
    """What the signals that give points give, within their caps and their groups'."""
    acts = activities(doc, Source("", None), "UTC")
    sums = {"": 0.0, "g": 0.0, "h": 0.0}
    for signal in acts.signals:
        if signal.points > 0:
            points = signal.points * from_log(signal, log, NOW, "UTC").sum
            sums[signal.group] += min(points, inf if signal.cap is None else signal.cap)
    return sums[""] + min(sums["g"], 11.0) + min(sums["h"], 40.0)


@given(st.lists(SIGNAL, min_size=1, max_size=4), LOG)
def test_nobody_gets_more(signals: list[dict[str, Any]], log: Any) -> None:
    doc = document(signals)
    assert given_by(doc, log) <= most_activity(doc) + 1e-4


@pytest.mark.parametrize(
    ("signal", "most"),
    [
        ({"points": 5.0}, inf),
        ({"points": 5.0, "cap": 20.0}, 20.0),
        ({"points": -5.0, "cap": 20.0}, 0.0),
        ({"points": 5.0, "only": "first"}, 5.0),
        ({"points": 5.0, "group": "g"}, 11.0),
        ({"points": 5.0, "at_most": "2 per day", "half_life": "1d"}, 5.0 * 2 * 3),
        ({"points": 5.0, "at_most": "2 per day", "window": "3d"}, 5.0 * 2 * 5),
        ({"points": 5.0, "at_most": "2 per day"}, inf),
    ],
)
def test_what_bounds_a_signal(signal: dict[str, Any], most: float) -> None:
    assert most_activity(document([{"kind": "k", **signal}])) == most


def test_the_half_life_and_window_of_all_count() -> None:
    signal = {"kind": "k", "points": 5.0, "at_most": "2 per day"}
    assert most_activity(document([signal], half_life="1d")) == 30.0
    assert most_activity(document([signal], window="3d")) == 50.0
