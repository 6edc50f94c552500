"""Who is who in the store: keys, shared addresses, doubts, and what people rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.model.systems.ref import Ref
from connector.store import NothingToRule

UTE = {"firstname": "Ute", "lastname": "Kern"}
JAN = {"FirstName": "Jan", "LastName": "Vogt"}
LEAD = Ref("salesforce", "Lead", "00Q1")
ANNA = Ref("hubspot", "contacts", "1")


def codes(house, state="open"):
    return [row.code for row in house.store.shelf_rows((state,))]


def test_an_alias_identifies(house):
    house.page(
        house.contact(
            1, email="ute@kern.example", hs_additional_emails="u.kern@kern.example;ute@alt.example"
        )
    )
    house.crm(house.lead("00Q1", Email="U.Kern@kern.example"))
    assert house.store.find("salesforce/Lead/00Q1") == (1,)
    assert house.store.find("ute@alt.example") == (1,)
    assert house.store.told.links(1)[LEAD] == "key:email"


def test_a_role_address_identifies_nobody_but_is_found(house):
    house.page(house.contact(1, email="info@kern.example"))
    house.crm(house.lead("00Q1", Email="info@kern.example"))
    assert len(house.store.contacts()) == 2
    assert house.store.find("info@kern.example") == (1, 2)


def test_an_address_under_two_names_identifies_nobody_from_then_on(house):
    house.page(house.contact(1, email="b1@kern.example", **UTE))
    house.crm(house.lead("00Q1", Email="b1@kern.example"))
    house.later(hours=1).crm(house.lead("00Q2", Email="b1@kern.example", **JAN))
    assert len(house.store.contacts()) == 2
    (row,) = house.store.shelf_rows()
    assert (row.code, row.record) == ("SHARED", str(LEAD))
    assert "kern" not in row.message + row.hint
    house.crm(house.lead("00Q3", Email="b1@kern.example", FirstName="Ute", LastName="Kern"))
    assert len(house.store.contacts()) == 3


def test_a_joined_record_that_turns_out_to_be_somebody_else_is_told(house):
    house.page(house.contact(1, email="u@kern.example", **UTE))
    house.crm(house.lead("00Q1", Email="u@kern.example"))
    house.later(hours=1).crm(house.lead("00Q1", Email="u@kern.example", **JAN))
    assert codes(house) == ["SHARED"]
    house.crm(house.lead("00Q2", Email="u@kern.example"))
    assert len(house.store.contacts()) == 2


def test_a_first_name_that_we_copied_beside_a_typed_surname_is_no_other_person(house):
    house.page(house.contact(1, email="u@kern.example", **UTE))
    house.crm(house.lead("00Q1", Email="u@kern.example", LastName="Typed"))
    house.decide()
    (change,) = house.send()
    assert change.fields["FirstName"] == "Ute"
    house.later(hours=1).page(
        house.contact(1, email="u@kern.example", firstname="Ana", lastname="Kern")
    )
    assert codes(house) == []
    house.crm(house.lead("00Q2", Email="u@kern.example", FirstName="Ana", LastName="Kern"))
    assert house.store.contacts() == (1,)
    assert codes(house) == ["DUPLICATE"]


def test_a_changed_surname_stays_the_same_person(house):
    house.page(house.contact(1, email="u@kern.example", **UTE))
    house.crm(house.lead("00Q1", Email="u@kern.example", FirstName="Ute", LastName="Vogt"))
    assert house.store.contacts() == (1,)
    assert codes(house) == []


def test_two_leads_of_one_person_are_told_until_one_is_merged(house):
    house.page(house.contact(1, email="u@kern.example"))
    house.crm(
        house.lead("00Q1", Email="u@kern.example"), house.lead("00Q2", Email="u@kern.example")
    )
    assert house.store.contacts() == (1,)
    assert set(codes(house)) == {"DUPLICATE"}
    house.later(hours=1).crm(house.lead("00Q1", Email="u@kern.example", Title="x"))
    assert set(codes(house)) == {"DUPLICATE"}


def test_two_leads_that_a_person_links_again_are_told_again(house):
    house.page(house.contact(1, email="u@kern.example"))
    house.crm(
        house.lead("00Q1", Email="u@kern.example"), house.lead("00Q2", Email="u@kern.example")
    )
    second = Ref("salesforce", "Lead", "00Q2")
    house.store.unlink(second, house.now)
    assert codes(house) == []
    house.store.link(second, 1, house.now)
    assert codes(house) == ["DUPLICATE"]


def test_unlink_gives_a_record_its_own_contact_for_ever(house):
    house.page(house.contact(1, email="u@kern.example", jobtitle="Buyer"))
    house.crm(house.lead("00Q1", Email="u@kern.example", Company="Vogt"))
    ruled = house.store.unlink(LEAD, house.now)
    assert (ruled.contact, ruled.other, ruled.moved, ruled.stay) == (2, 1, (LEAD,), (ANNA,))
    house.later(hours=1).crm(
        house.lead("00Q1", Email="u@kern.example", Company="Vogt", Title="CEO")
    )
    assert house.store.find(str(LEAD)) == (2,)
    assert "company" not in house.values(1)
    assert house.values(2)["job_title"] == "CEO"
    assert codes(house) == []
    assert house.store.told.links(2) == {LEAD: "person"}


def test_a_record_that_stands_alone_cannot_be_taken_out(house):
    house.page(house.contact(1, email="u@kern.example"))
    with pytest.raises(NothingToRule):
        house.store.unlink(ANNA, house.now)
    with pytest.raises(KeyError):
        house.store.unlink(LEAD, house.now)


def test_link_joins_two_contacts_or_moves_one_record(house):
    house.page(house.contact(1, email="u@kern.example"), house.contact(2, email="v@kern.example"))
    house.crm(house.lead("00Q1", Email="v@kern.example"))
    ruled = house.store.link(LEAD, 1, house.now)
    assert (ruled.contact, ruled.other) == (1, 2)
    assert house.store.told.links(1)[LEAD] == "person"
    ruled = house.store.link(Ref("hubspot", "contacts", "2"), 1, house.now + timedelta(hours=1))
    assert (ruled.contact, ruled.other) == (1, None)
    assert house.store.contacts() == (1,)
    with pytest.raises(NothingToRule):
        house.store.link(LEAD, 1, house.now)


def test_link_settles_an_ambiguous_record(house):
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    house.later(hours=1).page(house.contact(2, email="a@kern.example"))
    house.crm(house.lead("00Q1", Email="a@kern.example"))
    assert sorted(codes(house)) == ["AMBIGUOUS", "PERHAPS_SAME"]
    house.store.link(LEAD, 2, house.now)
    assert codes(house) == ["PERHAPS_SAME"]
    house.store.link(Ref("hubspot", "contacts", "2"), 1, house.now)
    house.store.link(LEAD, 1, house.now) if house.store.find(str(LEAD)) != (1,) else None
    assert house.store.contacts() == (1,)
    assert codes(house) == ["DUPLICATE"]  # one person, and two contacts in HubSpot


def create_of(house):
    """The look-up of the lead that a demo request makes us create."""
    house.users(*REPS)
    house.page(
        house.company(7, domain="kern.example", industry="Pumpen", numberofemployees="400"),
        activities=[house.act("f1")],
    )
    house.decide()
    found = [change for change in house.store.lease("salesforce", 10, house.now) if change.create]
    return next(change.lookup for change in found if change.ref.kind == "Lead")


REPS = ("j.brandt@nordring.example", "l.petersen@nordring.example", "a.wolff@nordring.example")
PERSON = {
    "jobtitle": "Head of Purchasing",
    "firstname": "Ute",
    "lastname": "Kern",
    "company": "Kern",
    "country": "Deutschland",
    "zip": "30159",
}


def test_before_a_create_every_address_of_the_person_is_looked_for(house):
    house.page(house.contact(1, email="first@kern.example", **PERSON))
    house.later(hours=1).page(
        house.contact(1, email="ute@kern.example", hs_additional_emails="u@kern.example", **PERSON)
    )
    assert create_of(house) == {
        "email": "ute@kern.example",
        "aliases": "u@kern.example first@kern.example",
    }


def test_before_a_create_nobody_is_looked_for_under_a_role(house):
    house.page(house.contact(1, email="info@kern.example", **PERSON))
    assert create_of(house) == {}


def test_unlink_after_a_join_gives_each_side_its_own_standing(house):
    house.page(house.contact(1, email="u@kern.example", **PERSON))
    house.page(house.contact(2, email="v@kern.example", **PERSON))
    house.users(*REPS)
    house.page(activities=[house.act("f2", 2)])
    house.decide()
    before = house.dossier(2)
    assert before.standings["main"].handover is not None
    second = Ref("hubspot", "contacts", "2")
    assert house.store.link(second, 1, house.now).contact == 1
    assert house.dossier(1).standings["main"].handover is not None
    ruled = house.store.unlink(second, house.now)
    assert (ruled.contact, ruled.other) == (2, 1)
    after = house.dossier(2)
    assert (after.contact.key, after.standings) == (before.contact.key, before.standings)
    assert house.dossier(1).standings["main"].handover is None
    assert sum(house.store.roster().open.values()) == 1
    before_rebuild = _rows(house)
    for name in house.store.projections():
        house.store.rebuild(name, house.now)
    assert _rows(house) == before_rebuild


def _rows(house):
    tables = ("ref", "contact", "account", "identity", "observed", "standing", "unanswered", "look")
    with house.store._engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}").fetchall()))
            for name in tables
        }
