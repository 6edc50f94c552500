"""Which company a contact belongs to."""

from __future__ import annotations

import pytest

from connector.model.systems.fact import Move
from connector.model.systems.ref import Ref


def account(house, contact=None):
    return house.dossier(contact).contact.account


def test_by_the_company_its_record_names(house):
    house.page(house.contact(1, email="a@gmail.com", associatedcompanyid="7"))
    assert account(house).refs == (Ref("hubspot", "companies", "7"),)
    assert account(house).fields == {}
    house.page(house.company(7, name="Kern", domain="kern.example"))
    assert account(house).fields == {"name": "Kern", "domain": "kern.example"}


def test_by_its_address_whichever_comes_first(house):
    house.page(house.contact(1, email="a@kern.example"))
    assert account(house) is None
    house.page(house.company(7, name="Kern", domain="www.kern.example"))
    assert account(house).fields["name"] == "Kern"
    house.page(house.contact(2, email="b@kern.example"))
    assert account(house, 2) == account(house, 1)


def test_free_mail_names_no_company(house):
    house.page(house.company(7, name="Mail", domain="gmail.com"))
    house.page(house.contact(1, email="a@gmail.com"))
    assert account(house) is None


def test_a_named_company_turns_out_to_be_one_we_know_by_its_domain(house):
    house.crm(house.record("Account", "0011", Website="https://kern.example/", Name="Kern GmbH"))
    house.page(house.contact(1, email="a@kern.example", associatedcompanyid="7"))
    assert house.store.counts()["accounts"] == 2
    house.page(house.company(7, name="Kern", domain="kern.example"))
    assert house.store.counts()["accounts"] == 1
    assert account(house).fields["name"] == "Kern GmbH"
    assert len(account(house).refs) == 2


def test_a_change_of_the_company_makes_its_people_due(house):
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@gmx.de"))
    house.page(house.company(7, name="Kern", domain="kern.example"))
    house.decide()
    house.later(hours=1).page(house.company(7, name="Kern AG", domain="kern.example"))
    assert [one.contact.id for one in house.store.due(house.now, 10)] == [1]


def test_the_owner_of_the_account_is_a_ref(house):
    house.crm(house.record("Account", "0011", Website="kern.example", OwnerId="005000000000000001"))
    house.page(house.contact(1, email="a@kern.example"))
    assert account(house).owner == Ref("salesforce", "User", "005000000000000001")


def test_another_company_and_none(house):
    house.page(house.contact(1, email="a@gmail.com", associatedcompanyid="7"))
    house.later(hours=1).page(house.contact(1, email="a@gmail.com", associatedcompanyid="8"))
    assert account(house).refs == (Ref("hubspot", "companies", "8"),)
    house.later(hours=1).page(house.contact(1, email="a@gmail.com", associatedcompanyid=""))
    assert account(house) is None


def test_merged_companies_are_one_account(house):
    house.page(house.company(7, domain="kern.example"), house.company(8, domain="other.example"))
    house.page(house.contact(1, email="a@other.example"))
    old, new = Ref("hubspot", "companies", "8"), Ref("hubspot", "companies", "7")
    house.page(moved=[Move(old, new, "merged", house.now)])
    assert house.store.counts()["accounts"] == 1
    assert account(house).refs == (new,)


@pytest.mark.parametrize("owner_first", [True, False])
def test_a_contact_of_two_records_belongs_to_the_company_that_is_named(house, owner_first):
    house.page(house.company(7, domain="kern.example", name="Kern"))
    one = house.contact(1, email="a@kern.example")
    two = house.record("Contact", "0031", Email="a@kern.example", AccountId="0019")
    if owner_first:
        house.page(one)
        house.crm(two)
    else:
        house.crm(two)
        house.page(one)
    assert account(house).refs == (Ref("salesforce", "Account", "0019"),)
