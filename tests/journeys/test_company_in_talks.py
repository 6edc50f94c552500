"""A colleague is being talked to: nobody else of the company is handed over until that deal is closed."""

from __future__ import annotations

from house import House

from connector.report.verify import verify


def _company(house: House) -> tuple[str, str]:
    """The account in the CRM, and an open deal that names nobody of its people."""
    account = house.crm.create("Account", {"Name": "Pumpen Kern", "Website": "kern.example"})
    deal = house.crm.create(
        "Opportunity",
        {
            "Name": "Seals",
            "AccountId": account,
            "StageName": "Prospecting",
            "CloseDate": "2026-09-01",
        },
    )
    house.pass_by(minutes=10)
    return account, deal


def test_nobody_of_a_company_in_talks_is_handed_over_until_the_deal_is_closed(house: House) -> None:
    _, deal = _company(house)
    house.person()
    house.ask()
    house.pass_by(minutes=10)
    assert house.leads() == []
    assert house.standing("ute@kern.example").guarded == "company-in-talks"
    house.crm.update("Opportunity", deal, {"StageName": "Closed Lost"})
    house.pass_by(minutes=10)
    assert len(house.leads()) == 1
    assert house.second_pass() == 0
    assert verify(house.store, house.now).holds


def test_an_open_deal_that_is_deleted_stands_in_nobodys_way(house: House) -> None:
    _, deal = _company(house)
    house.person()
    house.ask()
    house.pass_by(minutes=10)
    house.crm.delete("Opportunity", deal)
    house.pass_by(hours=2)
    assert len(house.leads()) == 1


def test_who_works_elsewhere_is_handed_over(house: House) -> None:
    _company(house)
    house.person("eva@alt.example", company="Alt")
    house.ask("eva@alt.example")
    house.pass_by(minutes=10)
    assert len(house.leads()) == 1
