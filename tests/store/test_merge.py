"""Pages into facts: whose they are, what is kept of them, and that repeats change nothing."""

from __future__ import annotations

from datetime import timedelta

from connector.model.systems.fact import Gone, Move
from connector.model.systems.ref import Ref
from connector.store import Merged

KERN = {"email": "Ute@Kern.example", "firstname": "Ute", "jobtitle": "Head of Purchasing"}


def test_a_new_record_is_a_new_contact(house):
    got = house.page(house.contact(1, **KERN))
    assert got == Merged(sightings=1, contacts_new=1)
    dossier = house.dossier()
    assert dossier.contact.refs == (Ref("hubspot", "contacts", "1"),)
    assert house.values() == {
        "email": "ute@kern.example",
        "first_name": "Ute",
        "job_title": "Head of Purchasing",
    }
    assert dossier.contact.key == "key000010001"


def test_a_repeated_page_writes_nothing(house):
    page = [house.contact(1, **KERN), house.contact(2, email="b@kern.example")]
    house.page(*page)
    house.decide()
    counts = house.store.counts()
    assert house.page(*page) == Merged()
    assert house.store.counts() == counts
    assert house.decide() == 0


def test_only_the_difference_is_kept(house):
    house.page(house.contact(1, **KERN))
    house.later(hours=1).page(house.contact(1, **{**KERN, "jobtitle": "Director"}))
    first, second = house.store.told.sightings(house.only())
    assert set(first.delta) == set(KERN)
    assert second.delta == {"jobtitle": ("Director", "Director")}
    assert second.at == house.now


def test_an_older_version_of_a_record_changes_nothing(house):
    house.page(house.contact(1, **KERN))
    house.later(hours=1).page(house.contact(1, **{**KERN, "jobtitle": "Director"}))
    old = house.contact(1, at=house.now - timedelta(minutes=30), **KERN)
    assert house.later(minutes=1).page(old) == Merged()
    assert house.values()["job_title"] == "Director"


def test_two_edits_within_one_moment_are_both_seen(house):
    house.page(house.contact(1, **KERN))
    house.page(house.contact(1, **{**KERN, "jobtitle": "Director"}))
    assert house.values()["job_title"] == "Director"


def test_nobody_knows_how_old_first_values_are(house):
    """On first contact `newest` falls back to the order of platforms, so no first value may be newer than another."""
    house.page(house.contact(1, **KERN))
    house.later(hours=1).crm(house.lead("00Q1", Email="ute@kern.example", Title="Buyer"))
    observed = house.dossier().contact.observed
    assert len(observed) == 2
    assert {seen.at.year for forms in observed.values() for seen in forms.values()} == {1970}


def test_a_later_edit_has_its_time(house):
    house.page(house.contact(1, **KERN))
    house.later(hours=1).crm(house.lead("00Q1", Email="ute@kern.example", Title="Buyer"))
    house.later(hours=1).crm(house.lead("00Q1", Email="ute@kern.example", Title="Head Buyer"))
    title = house.dossier().contact.fields["job_title"]
    assert (title.value, title.at) == ("Head Buyer", house.now)


def test_records_with_one_address_are_one_contact(house):
    house.page(house.contact(1, **KERN))
    house.crm(house.lead("00Q1", Email="UTE@kern.example"))
    assert [ref.kind for ref in house.dossier().contact.refs] == ["contacts", "Lead"]


def test_new_records_of_one_page_with_one_address_are_one_contact(house):
    house.page(house.contact(1, **KERN), house.contact(2, **KERN))
    assert len(house.dossier().contact.refs) == 2


def test_a_record_that_carries_our_key_is_that_contacts(house):
    """Also without any address: this is how a lead of ours is known again after an unclear answer."""
    house.page(house.contact(1, **KERN))
    house.crm(house.lead("00Q1", Leadcycle_Key__c="key000010001", Email=None))
    assert Ref("salesforce", "Lead", "00Q1") in house.dossier().contact.refs


def test_an_address_of_two_contacts_is_ambiguous_until_it_is_not(house):
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    house.later(hours=1).page(house.contact(2, email="a@kern.example"))
    house.crm(house.lead("00Q1", Email="a@kern.example"))
    doubt, row = house.store.shelf_rows()
    assert (doubt.code, doubt.record) == ("PERHAPS_SAME", "hubspot/contacts/2")
    assert (row.code, row.record) == ("AMBIGUOUS", "salesforce/Lead/00Q1")
    assert "1, 2" in row.message
    assert house.store.find("salesforce/Lead/00Q1") == ()
    house.later(hours=1).page(house.contact(2, email="b@kern.example"))
    house.crm(house.lead("00Q1", Email="a@kern.example"))
    assert house.store.find("salesforce/Lead/00Q1") == (1,)
    assert house.store.shelf_rows() == ()


def test_an_ambiguous_record_can_be_matched_again_by_hand(house):
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    house.later(hours=1).page(house.contact(2, email="a@kern.example"))
    house.crm(house.lead("00Q1", Email="a@kern.example", Title="Buyer"))
    (row,) = house.store.shelf_rows(code="AMBIGUOUS")
    house.store.retry(row.id, house.now)
    assert house.store.find("salesforce/Lead/00Q1") == ()
    house.later(hours=1).page(house.contact(2, email="b@kern.example"))
    house.store.retry(row.id, house.now)
    assert house.store.find("salesforce/Lead/00Q1") == (1,)
    assert house.values(1)["job_title"] == "Buyer"


def test_a_changed_address_identifies_from_now_on_and_the_old_one_still_does(house):
    house.page(house.contact(1, email="old@kern.example"))
    house.later(hours=1).page(house.contact(1, email="new@kern.example"))
    assert house.store.find("old@kern.example") == (1,)
    assert house.store.find("New@kern.example") == (1,)
    house.crm(house.lead("00Q1", Email="old@kern.example"))
    assert len(house.store.contacts()) == 1


def test_an_old_address_gives_way_to_whoever_has_it_now(house):
    house.page(house.contact(1, email="second@kern.example"))
    house.later(hours=1).page(house.contact(1, email="new@kern.example"))
    house.page(house.contact(2, email="b@kern.example"))
    house.later(hours=1).page(house.contact(2, email="second@kern.example"))
    house.crm(house.lead("00Q1", Email="second@kern.example"))
    assert house.store.find("salesforce/Lead/00Q1") == (2,)
    assert house.store.find("second@kern.example") == (2,)


def test_an_erased_value_is_gone_with_its_time(house):
    house.page(house.contact(1, **KERN))
    house.later(hours=1).page(house.contact(1, **{**KERN, "jobtitle": ""}))
    (observed,) = house.dossier().contact.observed.values()
    assert (observed["jobtitle"].form, observed["jobtitle"].at) == (None, house.now)
    assert "job_title" not in house.values()


def test_a_property_that_never_had_a_value_is_not_observed(house):
    house.page(house.contact(1, **KERN, phone=None))
    (observed,) = house.dossier().contact.observed.values()
    assert "phone" not in observed
    house.later(hours=1).page(house.contact(1, **KERN, phone="+49 30 1234567"))
    (observed,) = house.dossier().contact.observed.values()
    assert observed["phone"].at == house.now


def test_a_light_sighting_takes_nothing_away(house):
    house.page(house.contact(1, **KERN))
    opportunity = Ref("salesforce", "Opportunity", "006A")
    house.crm(house.lead("00Q1", Email="ute@kern.example"))
    house.later(hours=1).crm(house.lead("00Q1", links=[("opportunity", opportunity)]))
    assert house.store.find("ute@kern.example") == (1,)
    house.later(hours=1).crm(house.lead("00Q1", Title="Buyer"))
    assert house.store.find("ute@kern.example") == (1,)


def test_a_problem_of_one_value_waits_on_the_shelf_and_is_cured(house):
    house.page(house.contact(1, **KERN, phone="call me"))
    (row,) = house.store.shelf_rows()
    assert row.level == "warning"
    assert row.contact == 1
    assert "call me" not in row.message
    assert house.store.counts()["shelf"] == 0
    house.page(house.contact(1, **KERN, phone="call me"))
    assert house.store.shelf_rows()[0].count == 1
    house.later(hours=1).page(house.contact(1, **KERN, phone="+49 30 1234567"))
    assert house.store.shelf_rows() == ()


def test_merged_records_are_one_contact_and_the_lower_number_survives(house):
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    house.page(activities=[house.act("f1", 2)])
    house.decide()
    old, new = Ref("hubspot", "contacts", "1"), Ref("hubspot", "contacts", "2")
    house.later(minutes=5).page(moved=[Move(old, new, "merged", house.now)])
    assert house.store.contacts() == (1,)
    contact = house.dossier().contact
    assert contact.refs == (new,)
    assert house.dossier().strengths["demo_request"].sum > 0.9
    assert house.values()["email"] == "b@kern.example"
    assert house.store.due(house.now, 10)[0].contact.id == 1
    assert house.store.find("hubspot/contacts/1") == (1,)


def test_a_move_told_twice_or_before_the_record_is_harmless(house):
    old, new = Ref("salesforce", "Lead", "00Q1"), Ref("salesforce", "Contact", "0031")
    house.crm(house.lead("00Q1", Email="a@kern.example"))
    move = Move(old, new, "converted", house.now)
    house.crm(moved=[move])
    house.crm(moved=[move])
    house.crm(house.record("Contact", "0031", Email="other@kern.example"))
    assert house.dossier().contact.refs == (new,)
    assert house.store.contacts() == (1,)


def test_a_move_between_records_nobody_has_seen_yet(house):
    old, new = Ref("salesforce", "Lead", "00Q1"), Ref("salesforce", "Contact", "0031")
    house.crm(
        moved=[Move(old, new, "converted", house.now)], outcomes=[house.outcome(old, "accepted")]
    )
    assert house.store.contacts() == ()
    house.crm(house.record("Contact", "0031", Email="a@kern.example"))
    (outcome,) = house.dossier().contact.outcomes
    assert outcome.kind == "accepted"


def test_a_deleted_record_is_no_longer_the_contacts_until_it_is_restored(house):
    house.page(house.contact(1, **KERN))
    house.crm(house.lead("00Q1", Email="ute@kern.example", Title="Buyer"))
    ref = Ref("salesforce", "Lead", "00Q1")
    house.later(hours=1).crm(gone=[Gone(ref, house.now)])
    assert house.dossier().contact.refs == (Ref("hubspot", "contacts", "1"),)
    stale = house.lead("00Q1", at=house.now - timedelta(minutes=10), Email="ute@kern.example")
    house.crm(stale)
    assert ref not in house.dossier().contact.refs
    house.later(hours=1).crm(house.lead("00Q1", Email="ute@kern.example", Title="Buyer"))
    assert ref in house.dossier().contact.refs
    house.crm(gone=[Gone(ref, house.now - timedelta(hours=1))])
    assert ref in house.dossier().contact.refs


def test_a_tombstone_of_a_record_nobody_knows_is_nothing(house):
    house.crm(gone=[Gone(Ref("salesforce", "Lead", "00Q1"), house.now)])
    assert house.store.counts()["records"] == 0


def test_consent_has_a_ledger_of_its_own(house):
    from connector.store.sql.database import reading

    house.page(house.contact(1, **KERN, hs_email_optout="false"))
    house.later(hours=1).page(house.contact(1, **KERN, hs_email_optout="true"))
    with reading(house.store._engine) as tx:
        rows = tx.rows("SELECT field, value FROM consent ORDER BY id")
    assert rows == [("opted_out", "true")]


def test_the_cursor_moves_with_its_page(house):
    assert house.store.cursor("hubspot", "contacts") is None
    house.page(house.contact(1, **KERN))
    assert house.store.cursor("hubspot", "contacts") == "c0"
    house.store.rewind("hubspot", "contacts", None, "start over", house.now)
    assert house.store.cursor("hubspot", "contacts") is None
    assert house.store.cursor("hubspot", "companies") is None


def test_a_record_that_only_names_others_is_nobody_yet(house):
    """A contact role may be told before its contact: it must not become a person of its own."""
    deal, person = Ref("salesforce", "Opportunity", "0061"), Ref("salesforce", "Contact", "0031")
    house.page(house.contact(1, **KERN))
    house.crm(house.record("Contact", "0031", links=[("opportunity", deal)]))
    assert house.store.contacts() == (1,)
    house.crm(outcomes=[house.outcome(deal, "opened")])
    house.crm(house.record("Contact", "0031", Email="ute@kern.example"))
    assert house.store.contacts() == (1,)
    assert person in house.dossier().contact.refs
    assert [one.kind for one in house.dossier().contact.outcomes] == ["opened"]


def test_an_odd_value_does_not_stop_its_page(house):
    house.page(
        house.contact(1, **KERN, hs_language=2**70),
        house.contact(2, email="b@kern.example", zip="\ud800"),
    )
    assert len(house.store.contacts()) == 2


def test_an_owner_whose_record_was_deleted_gets_no_more_leads(house):
    house.users("j.brandt@nordring.example")
    before = house.store.roster()
    ref = Ref("salesforce", "User", f"005{1:015d}")
    house.later(hours=1).crm(gone=[Gone(ref, house.now)])
    after = house.store.roster()
    assert after.version > before.version
    assert not after.owners["j.brandt@nordring.example"].active
