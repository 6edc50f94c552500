"""Changes on their way out: leased with an attempt on record, checked once more, settled by their receipts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.model.systems.change import Receipt
from connector.model.systems.fact import Gone, Move
from connector.model.systems.ref import Ref
from connector.store.sql.database import reading

AGREED = {"newsletter": "yes", "newsletter_confirmed_at": "2026-11-01T08:00:00.000Z"}


@pytest.fixture
def handed(house):
    """A contact who has been handed over; its lead waits in the outbox."""
    house.buyer()
    house.decide()
    return house


def lease(house, kind=None, platform="salesforce", **more):
    changes = house.store.lease(platform, 100, house.now, **more)
    return [change for change in changes if kind in (None, change.ref.kind)]


def lead(house):
    """The lead after it was created and shown back."""
    house.send("salesforce")
    return next(ref for ref in house.dossier().contact.refs if ref.kind == "Lead")


def test_a_leased_change_has_an_attempt_and_is_not_leased_again(handed):
    (create,) = lease(handed, "Lead")
    assert create.create
    assert create.key == handed.dossier().contact.key
    assert create.ref.id == f"new:{create.key}"
    assert create.attempts == 1
    assert create.decision == handed.store.told.history(1)[-1].id
    assert lease(handed) == []
    assert [c.ref.kind for c in handed.store.unclear("salesforce", 10, handed.now)] == [
        "Lead",
        "Task",
    ]
    with reading(handed.store._engine) as tx:
        assert len(tx.rows("SELECT * FROM attempt")) == 2


def test_the_most_urgent_lane_goes_first(house):
    house.page(*(house.contact(n, email=f"p{n}@kern.example") for n in (1, 2)), backfill=True)
    house.decide()
    house.later(hours=1).page(
        house.contact(3, email="p3@kern.example"), activities=[house.act("f", 3)]
    )
    house.decide()
    (first,) = house.store.lease("hubspot", 1, house.now)
    assert first.contact == 3
    assert house.store.lease("hubspot", 10, house.now, lanes=["hot"]) == []
    assert {c.lane for c in house.store.lease("hubspot", 10, house.now)} == {"backfill"}


def test_a_created_record_is_known_at_once(handed):
    ref = lead(handed)
    dossier = handed.dossier()
    assert dossier.contact.observed[ref]["Email"].form == "ute@kern.example"
    assert dossier.contact.observed[ref]["Email"].at == handed.now
    assert dossier.contact.done == {f"{dossier.contact.key}-1"}
    handed.decide()
    assert lease(handed) == []


def test_our_own_write_comes_back_as_nothing_new(handed):
    ref = lead(handed)
    handed.send("hubspot")
    handed.decide()
    shown = {name: seen.form for name, seen in handed.dossier().contact.observed[ref].items()}
    observed = handed.dossier().contact.observed
    decisions = handed.store.counts()["decisions"]
    handed.later(minutes=1).crm(handed.record("Lead", ref.id, **shown))
    assert handed.decide() == 1  # from now on its address identifies it
    assert handed.store.counts()["decisions"] == decisions
    assert handed.dossier().contact.observed == observed
    assert lease(handed) == []
    assert handed.later(minutes=1).crm(handed.record("Lead", ref.id, **shown)).sightings == 0
    assert handed.decide() == 0


def test_a_version_from_before_our_write_does_not_undo_it(handed):
    handed.crm(handed.lead("00Q7", Email="ute@kern.example", Leadcycle_Stage__c=None))
    handed.later(minutes=1).decide()
    handed.send("salesforce")
    stage = handed.dossier().contact.observed[Ref("salesforce", "Lead", "00Q7")][
        "Leadcycle_Stage__c"
    ]
    assert stage.form == "SQL"
    old = handed.lead(
        "00Q7",
        at=handed.now - timedelta(seconds=30),
        Email="ute@kern.example",
        Leadcycle_Stage__c=None,
        Title="x",
    )
    handed.crm(old)
    observed = handed.dossier().contact.observed[Ref("salesforce", "Lead", "00Q7")]
    assert observed["Leadcycle_Stage__c"].form == "SQL"
    handed.later(minutes=1).crm(handed.lead("00Q7", Leadcycle_Stage__c="MQL"))
    observed = handed.dossier().contact.observed[Ref("salesforce", "Lead", "00Q7")]
    assert observed["Leadcycle_Stage__c"].form == "MQL"


def test_what_we_wrote_keeps_the_value_it_was_made_from(handed):
    """A cut text stands for the whole one; reading it back is not an edit."""
    (create, _) = lease(handed)
    cut = {**create.fields, "Company": "Pumpen K"}
    values = {**create.values, "Company": "Pumpen Kern GmbH"}
    from dataclasses import replace

    ref = Ref("salesforce", "Lead", "00Q1")
    handed.settle(replace(create, fields=cut, values=values), "written", ref=ref, fields=cut)
    handed.later(minutes=1).crm(handed.lead("00Q1", **cut))
    assert handed.dossier().contact.observed[ref]["Company"].value == "Pumpen Kern GmbH"


def test_a_receipt_that_comes_twice_changes_nothing(handed):
    (create, _) = lease(handed)
    receipt = Receipt(
        create, "written", ref=Ref("salesforce", "Lead", "00Q1"), fields=create.fields
    )
    handed.store.settle([receipt], handed.now)
    counts = handed.store.counts()
    handed.store.settle([receipt, receipt], handed.now)
    assert handed.store.counts() == counts


def test_a_retry_waits_and_counts_its_attempts(handed):
    (create, task) = lease(handed)
    handed.settle(create, "retry", code="UNABLE_TO_LOCK_ROW", retry_after=timedelta(minutes=5))
    handed.settle(task, "retry", code="TryLater", retry_after=timedelta(minutes=5))
    assert lease(handed) == []
    assert handed.store.outbox.next_send("salesforce") == handed.now + timedelta(minutes=5)
    handed.later(minutes=5)
    attempts = {c.ref.kind: c.attempts for c in lease(handed)}
    assert attempts == {"Lead": 2, "Task": 1}  # an outage of the whole system costs no try


def test_an_unclear_answer_is_looked_up_before_anything_else(handed):
    (create, task) = lease(handed)
    handed.settle(create, "unclear")
    handed.settle(task, "written", ref=Ref("salesforce", "Task", "00T1"))
    assert lease(handed) == []
    (doubtful,) = handed.store.unclear("salesforce", 10, handed.now)
    assert (doubtful.id, doubtful.version, doubtful.fields) == (
        create.id,
        create.version,
        create.fields,
    )
    handed.settle(doubtful, "written", ref=Ref("salesforce", "Lead", "00Q1"))
    assert handed.store.unclear("salesforce", 10, handed.now) == []


def test_a_refused_change_is_not_sent_again_until_somebody_asks_or_it_differs(handed):
    (create, task) = lease(handed)
    handed.settle(
        create, "refused", code="STRING_TOO_LONG", message="Title is too long", hint="shorten it"
    )
    handed.settle(task, "retry")
    (row,) = handed.store.shelf_rows()
    assert (row.code, row.contact, row.record) == ("STRING_TOO_LONG", 1, str(create.ref))
    handed.store.mark_all_due(handed.later(hours=1).now)
    handed.decide()
    assert lease(handed, "Lead") == []
    handed.store.retry(row.id, handed.now)
    handed.decide()
    (again,) = handed.store.lease("salesforce", 1, handed.now)
    assert again.fields == create.fields
    handed.settle(again, "refused", code="STRING_TOO_LONG")
    assert handed.store.shelf_rows()[0].count == 2
    handed.later(hours=1).page(handed.contact(1, **{**handed.BUYER, "jobtitle": "CPO"}))
    handed.decide()
    other = next(c for c in lease(handed) if c.ref.kind == "Lead")
    assert other.fields["Title"] == "CPO"
    handed.settle(other, "written", ref=Ref("salesforce", "Lead", "00Q1"))
    assert [one.record for one in handed.store.shelf_rows()] == []


def test_a_skipped_row_stays_quiet(handed):
    (create, _) = lease(handed)
    handed.settle(create, "refused", code="NOPE")
    (row,) = handed.store.shelf_rows()
    handed.store.skip(row.id, handed.now)
    assert handed.store.shelf_rows() == ()
    handed.store.mark_all_due(handed.now)
    handed.decide()
    assert lease(handed, "Lead") == []
    with pytest.raises(KeyError):
        handed.store.skip(99, handed.now)
    with pytest.raises(KeyError):
        handed.store.retry(99, handed.now)


def test_rows_of_one_cause_are_grouped(handed):
    (create, task) = lease(handed)
    handed.settle(create, "refused", code="NOPE", message="no")
    handed.settle(task, "refused", code="NOPE", message="no")
    (cause,) = handed.store.shelf()
    assert (cause.platform, cause.code, len(cause.rows)) == ("salesforce", "NOPE", 2)


def test_a_newer_change_replaces_an_older_one(handed):
    handed.later(minutes=1).page(handed.contact(1, **{**handed.BUYER, "jobtitle": "CPO"}))
    handed.decide()
    (create,) = lease(handed, "Lead")
    assert create.fields["Title"] == "CPO"
    states = [
        r[0]
        for w in handed.store.told.history(1)[0].wanted
        for r in w.receipts
        if w.ref.kind == "Lead"
    ]
    assert states == ["superseded"]


def test_an_unchanged_decision_leaves_the_outbox_alone(handed):
    with reading(handed.store._engine) as tx:
        before = tx.rows("SELECT * FROM outbox ORDER BY id")
    handed.store.mark_all_due(handed.later(seconds=1).now)
    handed.decide()
    with reading(handed.store._engine) as tx:
        assert tx.rows("SELECT * FROM outbox ORDER BY id") == before


def test_what_is_no_longer_wanted_is_taken_out(house):
    house.page(house.contact(1, email="p@kern.example", lifecyclestage=None))
    house.decide()
    house.later(minutes=1)
    (waiting,) = house.store.lease("hubspot", 10, house.now)
    house.settle(waiting, "retry")
    shown = {name: form for name, form in waiting.fields.items() if not name.startswith("list:")}
    house.later(minutes=5).page(house.contact(1, email="p@kern.example", **shown))
    house.decide()
    later = house.store.lease("hubspot", 10, house.now)
    assert not any(set(change.fields) & set(shown) for change in later)


def test_a_newer_change_waits_for_the_answer_to_the_one_on_its_way(handed):
    lead(handed)
    handed.later(minutes=1).page(handed.contact(1, **{**handed.BUYER, "firstname": "Ute"}))
    handed.decide()
    assert len(lease(handed, "Lead")) == 1
    handed.later(minutes=1).page(handed.contact(1, **{**handed.BUYER, "firstname": "Uta"}))
    handed.decide()
    assert lease(handed, "Lead") == []
    (doubtful,) = handed.store.unclear("salesforce", 10, handed.now)
    assert doubtful.fields["FirstName"] == "Ute"
    handed.settle(doubtful, "written")
    assert handed.send("salesforce") == []  # its base is no longer what is observed
    handed.decide()
    (second,) = handed.send("salesforce")
    assert (second.fields["FirstName"], second.base["FirstName"]) == ("Uta", "Ute")


def test_every_change_that_was_overtaken_says_so(handed):
    """One on its way without an answer, one that waited behind it, and the one that is sent at last."""
    lead(handed)
    for name in ("Ute", "Uta", "Ulla"):
        handed.later(minutes=1).page(handed.contact(1, **{**handed.BUYER, "firstname": name}))
        handed.decide()
        if name == "Ute":
            assert len(lease(handed, "Lead")) == 1
    (doubtful,) = handed.store.unclear("salesforce", 10, handed.now)
    handed.settle(doubtful, "retry", code="NOT_WRITTEN")
    (last,) = handed.send("salesforce")
    assert last.fields["FirstName"] == "Ulla"
    named = {
        w.fields["FirstName"]: [state for state, _, _ in w.receipts]
        for d in handed.store.told.history(1)
        for w in d.wanted
        if w.ref == last.ref and "FirstName" in w.fields
    }
    assert named == {"Ute": ["retry", "superseded"], "Uta": ["superseded"], "Ulla": ["written"]}


def member_of(house):
    """A contact about whom an attempt to put it into a list has no answer."""
    house.page(
        house.contact(1, email="p@kern.example", hs_language="de", **AGREED),
        activities=[house.act("f", kind="email_clicked")],
    )
    house.decide()
    (change,) = house.store.lease("hubspot", 10, house.now)
    (name,) = [name for name in change.fields if name.startswith("list:")]
    return change, name


def observed(house, number, name):
    seen = house.dossier().contact.observed[Ref("hubspot", "contacts", str(number))].get(name)
    return None if seen is None else (seen.form,)


def test_a_membership_whose_fate_is_unknown_is_taken_back_when_nobody_wants_it(house):
    change, name = member_of(house)
    house.settle(change, "retry", code="NOT_WRITTEN")
    assert observed(house, 1, name) == (None,)
    house.later(minutes=1).page(
        house.contact(1, email="p@kern.example", hs_language="de", **AGREED, hs_email_optout="true")
    )
    house.decide()
    sent = [c for c in house.send("hubspot") if name in c.fields]
    assert [c.fields[name] for c in sent] == [False]
    assert observed(house, 1, name) == (False,)
    house.store.mark_all_due(house.now)
    house.decide()
    assert house.send("hubspot") == []


def test_a_system_that_was_not_reached_has_changed_no_membership(house):
    change, name = member_of(house)
    house.settle(change, "retry", code="TryLater")
    assert observed(house, 1, name) is None


def test_memberships_go_along_with_a_merge_once(house):
    _, name = member_of(house)
    (doubtful,) = house.store.unclear("hubspot", 10, house.now)
    house.settle(doubtful, "written", fields=doubtful.fields)
    house.page(house.contact(2, email="o@kern.example", hs_email_optout="true"))
    one, two, three = (Ref("hubspot", "contacts", str(number)) for number in (1, 2, 3))
    merged = house.contact(3, email="p@kern.example", hs_email_optout="true")
    moves = [Move(old, three, "merged", house.now) for old in (one, two)]
    house.later(minutes=1).page(merged, moved=moves)
    assert observed(house, 3, name) == (True,)
    house.decide()
    assert [c.fields[name] for c in house.send("hubspot") if name in c.fields] == [False]
    house.later(minutes=1).page(merged, moved=moves)
    assert observed(house, 3, name) == (False,)


def test_a_base_that_changed_is_decided_again(handed):
    ref = lead(handed)
    handed.later(minutes=1).page(handed.contact(1, **{**handed.BUYER, "firstname": "Ute"}))
    handed.decide()
    handed.later(minutes=1).crm(handed.record("Lead", ref.id, FirstName="Ulla"))
    assert lease(handed, "Lead") == []
    assert [d.contact.id for d in handed.store.due(handed.now, 10)] == [1]
    states = [r for d in handed.store.told.history(1) for w in d.wanted for r in w.receipts]
    assert ("dropped", "BASE_CHANGED") in [(state, code) for state, code, _ in states]


def test_a_record_that_appeared_meanwhile_is_not_created(handed):
    handed.crm(handed.lead("00Q9", Email="ute@kern.example"))
    assert lease(handed, "Lead") == []
    handed.decide()
    (update,) = lease(handed, "Lead")
    assert update.ref == Ref("salesforce", "Lead", "00Q9")
    assert not update.create


def test_nobody_who_opted_out_joins_a_list(house):
    house.page(
        house.contact(1, email="p@kern.example", hs_language="de", **AGREED),
        activities=[house.act("f", kind="email_clicked")],
    )
    house.decide()
    house.later(minutes=1).page(
        house.contact(1, email="p@kern.example", hs_language="de", **AGREED, hs_email_optout="true")
    )
    with reading(house.store._engine) as tx:
        (body,) = next(
            iter(tx.rows("SELECT w.body FROM outbox b JOIN wanted w ON w.id = b.wanted"))
        )
    assert "list:" in body
    assert house.store.lease("hubspot", 10, house.now) == []
    house.decide()
    for change in house.store.lease("hubspot", 10, house.now):
        assert not any(name.startswith("list:") and form for name, form in change.fields.items())


def test_a_change_for_a_deleted_record_waits_on_the_shelf(handed):
    ref = lead(handed)
    handed.later(minutes=1).page(handed.contact(1, **{**handed.BUYER, "firstname": "Ute"}))
    handed.decide()
    handed.crm(gone=[Gone(ref, handed.now)])
    (row,) = handed.store.shelf_rows()
    assert (row.code, row.record) == ("GONE", str(ref))
    handed.decide()
    assert lease(handed, "Lead") == []


def test_a_lead_that_a_rep_deleted_is_not_created_again_unless_somebody_says_so(handed):
    ref = lead(handed)
    handed.later(minutes=1).crm(gone=[Gone(ref, handed.now)])
    handed.decide()
    assert lease(handed, "Lead") == []
    (row,) = handed.store.shelf_rows()
    assert row.code == "GONE"
    handed.store.retry(row.id, handed.now)
    handed.decide()
    (create,) = lease(handed, "Lead")
    assert create.create


def test_a_restored_lead_cures_the_shelf(handed):
    ref = lead(handed)
    handed.later(minutes=1).crm(gone=[Gone(ref, handed.now)])
    handed.decide()
    assert len(handed.store.shelf_rows()) == 1
    handed.later(minutes=1).crm(handed.record("Lead", ref.id, Title="CPO"))
    assert handed.store.shelf_rows() == ()
    assert ref in handed.dossier().contact.refs


def test_gone_by_receipt(handed):
    ref = lead(handed)
    handed.later(minutes=1).page(handed.contact(1, **{**handed.BUYER, "firstname": "Ute"}))
    handed.decide()
    (update,) = lease(handed, "Lead")
    handed.settle(update, "gone", code="ENTITY_IS_DELETED")
    assert ref not in handed.dossier().contact.refs
    assert [row.code for row in handed.store.shelf_rows()] == ["GONE"]


def test_a_found_record_is_adopted_instead_of_created(handed):
    (create, _) = lease(handed)
    found = Ref("salesforce", "Lead", "00Q9")
    handed.settle(create, "moved", ref=found)
    assert found in handed.dossier().contact.refs
    handed.decide()
    (update,) = lease(handed, "Lead")
    assert (update.ref, update.create) == (found, False)


def test_a_found_record_of_somebody_else_is_not_taken(handed):
    handed.crm(handed.lead("00Q9", Email="other@kern.example"))
    (create, _) = lease(handed)
    handed.settle(create, "moved", ref=Ref("salesforce", "Lead", "00Q9"))
    assert [row.code for row in handed.store.shelf_rows()] == ["AMBIGUOUS"]
    assert handed.store.find("salesforce/Lead/00Q9") == handed.store.find("other@kern.example")
    handed.decide()
    left = lease(handed.later(hours=1))
    assert not any(change.create for change in left)  # it would find the same lead again, for ever
    (row,) = handed.store.shelf_rows()
    handed.store.retry(row.id, handed.now)
    handed.decide()
    assert [c.ref.kind for c in lease(handed) if c.create] == ["Lead"]


def test_a_converted_lead_is_followed(handed):
    ref = lead(handed)
    handed.later(minutes=1).page(handed.contact(1, **{**handed.BUYER, "firstname": "Ute"}))
    handed.decide()
    (update,) = lease(handed, "Lead")
    new = Ref("salesforce", "Contact", "0031")
    handed.settle(update, "moved", ref=new, code="CANNOT_UPDATE_CONVERTED_LEAD")
    refs = handed.dossier().contact.refs
    assert new in refs
    assert ref not in refs
    handed.decide()
    assert {c.ref for c in lease(handed)} == {new}


def test_a_move_takes_waiting_changes_back(handed):
    ref = lead(handed)
    handed.later(minutes=1).page(handed.contact(1, **{**handed.BUYER, "firstname": "Ute"}))
    handed.decide()
    handed.crm(moved=[Move(ref, Ref("salesforce", "Contact", "0031"), "converted", handed.now)])
    handed.decide()
    assert {c.ref.kind for c in lease(handed)} == {"Contact"}


def test_an_answer_for_a_contact_that_was_joined_meanwhile(handed):
    handed.page(handed.contact(2, email="b@kern.example"))
    handed.decide()
    (create, _) = lease(handed)
    old, new = Ref("hubspot", "contacts", "1"), Ref("hubspot", "contacts", "2")
    handed.page(moved=[Move(old, new, "merged", handed.now)])
    handed.settle(create, "written", ref=Ref("salesforce", "Lead", "00Q1"))
    assert handed.store.find("salesforce/Lead/00Q1") == handed.store.contacts()
    assert len(handed.store.contacts()) == 1


def test_a_consent_rule_may_ask_the_company(house):
    """What decisions see must be what the lease sees, or a change would be dropped and decided for ever."""
    from dataclasses import replace

    from connector.model.condition import Test

    consent = Test("industry", "equals", "Pumpen")  # a field that only the company shows
    book = replace(house.book, digest="b2", nurture=replace(house.book.nurture, consent=consent))
    house.store.activate({}, book, house.mappings, house.now)
    house.loaded = replace(house.loaded, book=book)
    house.page(house.company(7, domain="kern.example", industry="Pumpen"))
    house.page(house.contact(1, email="p@kern.example", hs_language="de", **AGREED))
    house.page(activities=[house.act("f", kind="email_clicked")])
    house.decide()
    sent = house.send("hubspot")
    assert any(name.startswith("list:") for change in sent for name in change.fields)
