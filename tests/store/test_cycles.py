"""What a way back has spent, and what it never heard of: an activity that is read late is news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.report.verify import verify


@pytest.fixture
def rejected(house):
    """A lead that was handed over and rejected two days later; the moment of the first request."""
    house.buyer("j.brandt@nordring.example", "l.petersen@nordring.example")
    house.decide()
    house.send()
    lead = next(ref for ref in house.dossier().contact.refs if ref.kind == "Lead")
    house.later(days=2)
    house.crm(outcomes=[house.outcome(lead, "rejected", reason="No budget")])
    house.decide()
    standing = house.dossier().standings["main"]
    assert (standing.stage, standing.cycle, standing.handover) == ("MQL", 2, None)
    return house


def again(house):
    house.decide()
    return house.dossier().standings["main"]


def test_a_request_that_is_read_late_hands_over_again(rejected):
    """It was sent an hour before the way back, and nobody knew of it."""
    house = rejected
    house.later(minutes=10)
    before = house.now - timedelta(hours=1)
    house.page(activities=[house.act("f2", at=before)])
    standing = again(house)
    assert (standing.stage, standing.handovers, standing.cycle) == ("SQL", 2, 2)
    assert len(house.dossier().contact.late) == 1
    proved = verify(house.store, house.now)
    assert proved.holds, [one.broken for one in proved.proofs]


def test_a_request_that_was_known_does_not(rejected):
    house = rejected
    house.later(days=1)
    house.page(house.contact(1, **house.BUYER, phone="+49 511 1"))
    standing = again(house)
    assert (standing.stage, standing.handovers) == ("MQL", 1)
    assert house.dossier().contact.late == ()


def test_what_is_read_late_is_spent_by_the_next_way_back(rejected):
    house = rejected
    house.later(minutes=10)
    house.page(activities=[house.act("f2", at=house.now - timedelta(hours=1))])
    again(house)
    house.send()
    lead = next(ref for ref in house.dossier().contact.refs if ref.kind == "Lead")
    house.later(days=1)
    house.crm(outcomes=[house.outcome(lead, "rejected", "second", reason="No budget")])
    standing = again(house)
    assert (standing.stage, standing.cycle) == ("MQL", 3)
    assert house.dossier().contact.late == ()
    assert again(house) == standing
