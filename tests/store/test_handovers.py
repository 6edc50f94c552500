"""Every hand-over with its own answer, whatever period is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

REPS = ("j.brandt@nordring.example", "l.petersen@nordring.example")


@pytest.fixture
def twice(house):
    """Handed over, rejected, handed over again ten days later, called and accepted then."""
    house.buyer("j.brandt@nordring.example", "l.petersen@nordring.example")
    house.decide()
    house.send()
    lead = next(ref for ref in house.dossier().contact.refs if ref.kind == "Lead")
    house.later(hours=1).crm(outcomes=[house.outcome(lead, "rejected", reason="Too early")])
    house.decide()
    house.later(days=10).page(activities=[house.act("f2")])
    house.decide()
    house.send()
    house.later(hours=1).crm(
        outcomes=[house.outcome(lead, "contacted"), house.outcome(lead, "accepted")]
    )
    house.decide()
    return house


def answers(house, until):
    return [
        (one.answer, one.contacted_at is not None)
        for one in house.store.told.handovers(house.now - timedelta(days=90), until)
    ]


def test_each_has_its_own(twice):
    whole = [("rejected", False), ("accepted", True)]
    assert answers(twice, twice.now) == whole
    assert answers(twice, twice.now - timedelta(days=5)) == whole[:1]
