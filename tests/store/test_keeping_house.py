"""Who may write, what it costs, and what an operator sees."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from connector.errors import Fenced
from connector.model.systems.change import Receipt
from connector.model.systems.fact import Page
from connector.model.systems.ref import Ref

TTL = timedelta(minutes=1)


def test_a_lease_is_renewed_by_its_holder_and_refused_to_others(house):
    epoch = house.store.hold("daemon", "one", house.now, TTL)
    assert house.store.hold("daemon", "one", house.now + TTL / 2, TTL) == epoch
    with pytest.raises(Fenced, match="one holds the lease"):
        house.store.hold("daemon", "two", house.now + TTL, TTL)
    assert house.store.hold("other", "two", house.now, TTL) != epoch


def test_a_lease_that_ran_out_goes_to_the_next_under_a_higher_epoch(house):
    first = house.store.hold("daemon", "one", house.now, TTL)
    second = house.store.hold("daemon", "two", house.now + TTL, TTL)
    assert second > first
    with pytest.raises(Fenced):
        house.page(house.contact(1, **house.BUYER), epoch=first)
    assert house.store.contacts() == ()
    assert house.store.cursor("hubspot", "contacts") is None
    house.page(house.contact(1, **house.BUYER), epoch=second)
    assert house.store.contacts() == (1,)


def test_every_writing_method_is_fenced(house):
    house.page(house.contact(1, **house.BUYER))
    house.decide()
    (change,) = house.store.lease("hubspot", 1, house.now)
    counts = house.store.counts()
    old = house.store.hold("daemon", "one", house.now, TTL)
    house.store.hold("daemon", "two", house.now + TTL, TTL)
    store, now = house.store, house.now
    acts = [
        lambda: store.merge("hubspot", "contacts", Page(cursor="x"), [], now, epoch=old),
        lambda: store.record([], 0, now, epoch=old),
        lambda: store.lease("hubspot", 1, now, epoch=old),
        lambda: store.settle([Receipt(change, "written")], now, epoch=old),
        lambda: store.retry(1, now, epoch=old),
        lambda: store.skip(1, now, epoch=old),
        lambda: store.mark_all_due(now, epoch=old),
        lambda: store.activate({}, house.book, house.mappings, now, epoch=old),
        lambda: store.rebuild("look", now, epoch=old),
        lambda: store.rewind("hubspot", "contacts", None, "again", now, epoch=old),
        lambda: store.cycle("hubspot", {"contacts": "x"}, now, epoch=old),
    ]
    for act in acts:
        with pytest.raises(Fenced):
            act()
    assert store.counts() == counts


def test_a_lease_given_back_is_free_at_once(house):
    epoch = house.store.hold("daemon", "one", house.now, TTL)
    house.store.release("daemon", "two", house.now)
    assert house.store.hold("daemon", "one", house.now, TTL) == epoch
    house.store.release("daemon", "one", house.now)
    house.store.hold("daemon", "two", house.now, TTL)
    with pytest.raises(Fenced):
        house.page(house.contact(1, **house.BUYER), epoch=epoch)


def test_calls_are_counted_by_platform_and_day(store):
    day = date(2026, 11, 21)
    store.spend("hubspot", day, 3)
    store.spend("hubspot", day, 4)
    store.spend("salesforce", day, 1)
    assert store.spent("hubspot", day) == 7
    assert store.spent("hubspot", date(2026, 11, 22)) == 0


def test_the_rulebook_in_force(house, example):
    digest, texts = house.store.active()
    assert digest == house.book.digest
    assert dict(texts) == dict(example.text)
    from dataclasses import replace

    other = replace(house.book, digest="b2")
    house.later(hours=1).store.activate(
        {"rules/scoring.yaml": "x"}, other, house.mappings, house.now
    )
    assert house.store.active() == ("b2", {"rules/scoring.yaml": "x"})
    assert house.store.told.rulebook(digest) == dict(example.text)
    assert house.store.told.rulebook("b3") is None


def test_an_activation_makes_everybody_due_behind_all_else(house):
    house.page(house.contact(1, **house.BUYER))
    house.decide()
    house.store.activate({}, house.book, house.mappings, house.later(hours=1).now)
    (one,) = house.store.due(house.now, 10)
    assert one.backfill


def test_status(house):
    house.page(house.contact(1, **house.BUYER))
    house.store.cycle("hubspot", {"contacts": None}, house.now)
    epoch = house.store.hold("daemon", "one", house.now, TTL)
    house.decide()
    found = house.store.status(house.now)
    assert found["streams"] == {("hubspot", "contacts"): house.now}
    assert found["outbox"] == sum(found["outbox_by_lane"].values()) > 0
    assert (found["due"], found["overdue"], found["unclear"]) == (0, 0, 0)
    assert found["leases"] == {"daemon": ("one", house.now + TTL)}
    assert epoch > 0
    assert house.store.cursor("hubspot", "contacts") == "c0"


@pytest.fixture
def handed(house):
    house.users("j.brandt@nordring.example")
    house.page(
        house.contact(1, **house.BUYER),
        house.company(7, domain="kern.example", industry="Pumpen", numberofemployees="400"),
    )
    house.page(activities=[house.act("f1")])
    house.decide()
    return house


def test_overdue_answers_are_counted(handed):
    due = handed.dossier().standings["main"].handover.answer_due
    assert handed.store.status(due)["overdue"] == 0
    assert handed.store.status(due + timedelta(seconds=1))["overdue"] == 1


def test_the_funnel_counts_people_and_ways(handed):
    handed.page(handed.contact(2, email="b@gmx.de"))
    handed.decide()
    flow = handed.store.told.funnel(handed.now, handed.now + timedelta(days=1))
    assert dict(flow.standing) == {"SQL": 1, "Prospect": 1}
    assert flow.entered["SQL"] == 1
    later = handed.store.told.funnel(handed.now + timedelta(days=1), handed.now + timedelta(days=2))
    assert dict(later.entered) == {}
    assert dict(later.standing) == {"SQL": 1, "Prospect": 1}


def test_history_up_to_a_moment(handed):
    first = handed.now
    handed.later(days=1).crm(
        outcomes=[handed.outcome(Ref("salesforce", "Lead", "00Q1"), "accepted")]
    )
    handed.send("salesforce")
    lead = next(ref for ref in handed.dossier().contact.refs if ref.kind == "Lead")
    handed.later(days=1).crm(outcomes=[handed.outcome(lead, "accepted")])
    handed.decide()
    whole = handed.store.told.history(1)
    assert [one.decision.standing.stage for one in whole] == ["SQL", "SAL"]
    assert handed.store.told.history(1, first) == whole[:1]
    states = {w.ref.kind: w.receipts[-1][0] for w in whole[0].wanted if w.receipts}
    assert states["Lead"] == "written"


def test_what_was_observed_then(handed):
    then = handed.now
    handed.later(days=1).page(handed.contact(1, **{**handed.BUYER, "jobtitle": "CPO"}))
    handed.send("salesforce")
    ref = Ref("hubspot", "contacts", "1")
    assert handed.store.told.observed_at(1, then)[ref]["jobtitle"].form == "Head of Purchasing"
    assert set(handed.store.told.observed_at(1, then)) == {ref}
    assert handed.store.told.observed_at(1, handed.now) == handed.dossier().contact.observed
    assert handed.store.told.observed_at(1, then - timedelta(days=1)) == {}
    assert [one.written for one in handed.store.told.sightings(1)][-1]
    assert len(handed.store.told.sightings(1, then)) == 1


def test_people_are_found_by_address_ref_key_and_number(handed):
    key = handed.dossier().contact.key
    for text in (" Ute@Kern.example ", "hubspot/contacts/1", key, "1"):
        assert handed.store.find(text) == (1,), text
    for text in (
        "",
        "nobody@kern.example",
        "hubspot/contacts/2",
        "a/b",
        "7",
        "//",
        "hubspot/",
        "9" * 30,
    ):
        assert handed.store.find(text) == (), text


def test_contacts_in_slices(house):
    house.page(*(house.contact(n, email=f"p{n}@kern.example") for n in range(1, 6)))
    assert house.store.contacts(limit=2) == (1, 2)
    assert house.store.contacts(after=2, limit=10) == (3, 4, 5)
