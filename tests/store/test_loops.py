"""Ping-pong on both databases: rounds are read from the ledger, and the shelf is what stops a property."""

from __future__ import annotations

import pytest

from connector.model.systems.fact import Gone, Sighting
from connector.model.systems.ref import Ref

FLOW = Ref("salesforce", "User", "005000000000000003")  # the third of the users below
STAGE = "Leadcycle_Stage__c"
REPS = ("j.brandt@nordring.example", "l.petersen@nordring.example", "a.wolff@nordring.example")


@pytest.fixture
def crowd(house):
    """Six people whose leads were just written."""
    house.users(*REPS)
    house.page(
        *(
            house.contact(
                number,
                email=f"p{number}@firm{number}.example",
                jobtitle="Head of Purchasing",
                country="DE",
                zip="30159",
            )
            for number in range(1, 7)
        )
    )
    house.page(activities=[house.act(f"f{number}", number) for number in range(1, 7)])
    house.later(minutes=1).decide()
    house.send("salesforce")
    return house


def leads(house) -> list[Ref]:
    found = (house.dossier(number).contact.refs for number in house.store.contacts())
    return [ref for refs in found for ref in refs if ref.kind == "Lead"]


def back(house, *some: Ref) -> int:
    """A flow sets the stage of these leads to another value; how many of them are written again."""
    house.later(minutes=5)
    seen = house.now
    house.crm(*(Sighting(ref, {STAGE: "MQL"}, seen, seen, (), FLOW) for ref in some))
    house.later(minutes=5).decide()
    return sum(STAGE in change.fields for change in house.send("salesforce"))


def rows(house, *states: str):
    found = house.store.shelf_rows(states or ("open",))
    return {
        row.record.removeprefix("salesforce/Lead/"): row for row in found if row.code == "PING_PONG"
    }


def test_three_rounds_and_no_more(crowd):
    ref = leads(crowd)[0]
    assert [back(crowd, ref) for _ in range(4)] == [1, 1, 0, 0]
    (row,) = rows(crowd).values()
    assert row.record == f"{ref}/{STAGE}"
    assert "a.wolff (salesforce/User/005000000000000003)" in row.message
    assert row.count == 1
    assert row.contact == crowd.store.find(str(ref))[0]


def test_others_are_written_until_there_are_five(crowd):
    *most, last = leads(crowd)
    for ref in most:
        assert [back(crowd, ref) for _ in range(3)] == [1, 1, 0]
    assert rows(crowd).keys() == {f"{ref.id}/{STAGE}" for ref in most} | {f"*/{STAGE}"}
    assert back(crowd, last) == 0
    assert len(rows(crowd)) == 6


def test_retry_of_the_whole_property_takes_single_rows_along(crowd):
    *most, last = leads(crowd)
    for ref in most:
        for _ in range(3):
            back(crowd, ref)
    back(crowd, last)
    crowd.store.retry(rows(crowd)[f"*/{STAGE}"].id, crowd.now)
    assert not rows(crowd)
    crowd.later(minutes=1).decide()
    assert sum(STAGE in change.fields for change in crowd.send("salesforce")) == 6
    crowd.store.mark_all_due(crowd.now)
    crowd.decide()
    assert rows(crowd, "open", "retry").keys() == {f"*/{STAGE}"}  # those that show it are cured
    assert [back(crowd, last) for _ in range(2)] == [1, 0]  # its round of before the retry counts
    assert rows(crowd).keys() == {f"{last.id}/{STAGE}"}  # and one record is not five


def test_skipped_is_quiet_and_stays_unwritten(crowd):
    ref = leads(crowd)[0]
    for _ in range(3):
        back(crowd, ref)
    (row,) = rows(crowd).values()
    crowd.store.skip(row.id, crowd.now)
    assert [back(crowd, ref) for _ in range(2)] == [0, 0]
    assert not rows(crowd)
    assert rows(crowd, "skipped")


def test_a_record_that_is_gone_leaves_the_shelf(crowd):
    ref = leads(crowd)[0]
    for _ in range(3):
        back(crowd, ref)
    crowd.later(minutes=1)
    crowd.crm(gone=[Gone(ref, crowd.now)])
    crowd.decide()
    assert not rows(crowd)
