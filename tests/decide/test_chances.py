"""What several opportunities of one person come to."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from connector.decide.sales.outcomes import chance_of
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


def deal(number, kind, day):
    ref = Ref("salesforce", "Opportunity", f"006{number}")
    return Outcome(ref, kind, MONDAY + timedelta(days=day), f"{kind}:{ref.id}", evidence=ref)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ([(1, "opened", 0), (1, "won", 3), (2, "opened", 4)], "won"),
        ([(1, "opened", 0), (1, "won", 3), (2, "opened", 4), (2, "lost", 5)], "won"),
        ([(1, "opened", 0), (1, "lost", 3), (2, "opened", 4)], "opened"),
        ([(1, "opened", 0), (2, "opened", 1), (2, "lost", 5)], "opened"),
        ([(1, "opened", 0), (1, "lost", 3), (2, "opened", 4), (2, "lost", 5)], "lost"),
        ([(1, "opened", 3), (1, "won", 3)], "won"),
        ([(1, "won", 1), (1, "lost", 3)], "lost"),
    ],
)
def test_the_best_of_what_each_came_to_whatever_the_order(told, kind):
    for order in itertools.permutations(deal(*one) for one in told):
        assert chance_of(order).kind == kind


def test_no_opportunity_is_no_chance():
    assert chance_of([]) is None
