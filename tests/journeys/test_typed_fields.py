"""Amounts, lists and values that a property cannot hold, over both systems: nothing travels that nobody typed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from house import House

from connector.cli.example import example_root
from connector.report.explain import explain
from connector.report.verify import verify

EMAIL = "ute@kern.example"
LONG = "Head of Purchasing for Seals, Bearings and Hydraulics " * 4  # 216 characters
CRM_FIRST = "{rule: newest, order: [salesforce, hubspot]}"
EDITS = {
    "mappings/fields.yaml": [
        (
            "job_title:   {type: text, wins: newest}",
            f"job_title: {{type: text, wins: {CRM_FIRST}}}",
        ),
        (
            "  owner:       {",
            (
                "  branch:      {type: choice, wins: newest}\n"
                "  turnover:    {type: number, wins: newest}\n"
                "  budget:      {type: money, currency: EUR, wins: newest}\n"
                "  topics:      {type: list, of: text, wins: union}\n"
                "  owner:       {"
            ),
        ),
    ],
    "mappings/hubspot.yaml": [
        (
            "      opted_out: hs_email_optout\n",
            (
                "      opted_out: hs_email_optout\n"
                "      branch: industry\n"
                "      turnover: annualrevenue\n"
                "      budget: {property: budget, currency: budget_currency}\n"
                "      topics: topics\n"
            ),
        ),
        (
            "      leadcycle_grade: {",
            (
                "      jobtitle: {from: job_title}\n"
                "      industry: {from: branch}\n"
                "      annualrevenue: {from: turnover}\n"
                "      budget: {from: budget, currency: budget_currency}\n"
                "      topics: {from: topics}\n"
                "      leadcycle_grade: {"
            ),
        ),
    ],
    "mappings/salesforce.yaml": [
        (
            "      opted_out: HasOptedOutOfEmail\n",
            (
                "      opted_out: HasOptedOutOfEmail\n"
                "      branch: {property: Industry, values: {Machinery: MACHINERY, Chemicals: CHEMICALS}, unknown: ignore}\n"
                "      turnover: Turnover__c\n"
                "      budget: {property: Budget__c, currency: CurrencyIsoCode}\n"
                "      topics: Topics__c\n"
            ),
        ),
        (
            "      Leadcycle_Stage__c: {",
            (
                "      Industry: {from: branch, values: {MACHINERY: Machinery, CHEMICALS: Chemicals}, unknown: ignore}\n"
                "      Turnover__c: {from: turnover, decimals: 0}\n"
                "      Budget__c: {from: budget, currency: CurrencyIsoCode}\n"
                "      Topics__c: {from: topics}\n"
                "      Leadcycle_Stage__c: {"
            ),
        ),
    ],
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The example's company, whose mappings know an industry, a turnover, a budget and topics besides."""
    root = tmp_path / "project"
    root.mkdir()
    for name in ("leadcycle.yaml", "mappings", "rules", "values"):
        place = example_root() / name
        (shutil.copytree if place.is_dir() else shutil.copyfile)(place, root / name)
    for name, edits in EDITS.items():
        text = (root / name).read_text("utf-8")
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (root / name).write_text(text, "utf-8")
    built = House(tmp_path / "house", root=root)
    for name in ("budget", "budget_currency", "topics"):
        built.hubspot.add_property("contacts", name, label=name)
    for kind in ("Lead", "Contact"):
        built.crm.add_field(kind, "Turnover__c", "double", label="Turnover")
        built.crm.add_field(kind, "Budget__c", "currency", label="Budget")
        built.crm.add_field(
            kind,
            "CurrencyIsoCode",
            "picklist",
            label="Currency",
            values=["EUR", "USD"],
            restricted=True,
        )
        built.crm.add_field(
            kind, "Topics__c", "multipicklist", label="Topics", values=["Pumps", "Seals", "Valves"]
        )
    yield built
    assert [proof.broken for proof in verify(built.store, built.now).proofs if proof.broken] == []
    built.close()


def contact(house: House) -> Any:
    return house.hubspot.get("contacts", house.hubspot.find(EMAIL) or "")


def lossy(house: House) -> tuple[str, ...]:
    (number,) = house.store.find(EMAIL)
    active = house.parts.active
    return explain(house.store, active.book, number, None, house.now, active.mappings).lossy


def test_a_cut_title_does_not_travel_back(house: House) -> None:
    lead = house.handed_over(jobtitle=LONG.strip())
    assert lead["Title"] == LONG[:128].rstrip()
    assert lossy(house) == (f"salesforce Lead: Title was cut to {len(lead['Title'])} characters",)
    house.crm.update("Lead", lead["Id"], {"Phone": "+49 511 123456"}, by=house.rep(lead))
    house.pass_by(minutes=11)
    assert contact(house)["jobtitle"] == LONG.strip()
    assert house.second_pass() == 0
    house.crm.update("Lead", lead["Id"], {"Title": "CPO"}, by=house.rep(lead))
    house.pass_by(minutes=11)
    assert contact(house)["jobtitle"] == house.lead()["Title"] == "CPO"
    assert house.second_pass() == 0


def test_a_cut_title_that_was_there_before_us_is_no_edit(house: House) -> None:
    rep = house.company.staff.reps[0].user
    typed = {"LastName": "Kern", "Company": "Kern", "Email": EMAIL, "Title": LONG[:128].strip()}
    house.crm.create("Lead", {**typed, "OwnerId": rep}, by=rep)
    house.person(EMAIL, jobtitle=LONG.strip())
    house.ask(EMAIL)
    house.pass_by(minutes=11)
    assert contact(house)["jobtitle"] == LONG.strip()
    assert house.lead()["Title"] == typed["Title"]
    assert house.second_pass() == 0


def test_a_cut_title_stays_cut_on_the_contact_after_conversion(house: House) -> None:
    lead = house.handed_over(jobtitle=LONG.strip())
    house.crm.convert(lead["Id"], by=house.rep(lead))
    house.pass_by(minutes=21)
    assert contact(house)["jobtitle"] == LONG.strip()
    (person,) = house.crm.find("Contact", "Email", EMAIL)
    assert person["Title"] == LONG[:128].strip()
    assert house.second_pass() == 0


def test_an_industry_the_table_lacks_is_left_alone_on_both_sides(house: House) -> None:
    lead = house.handed_over(industry="TEXTILES")
    assert lead.get("Industry") is None
    assert lossy(house) == (
        "salesforce Lead: Industry was left as it is: the mapping's table lacks the value",
    )
    house.crm.update("Lead", lead["Id"], {"Industry": "Banking"}, by=house.rep(lead))
    house.pass_by(minutes=11)
    assert (contact(house)["industry"], house.lead()["Industry"]) == ("TEXTILES", "Banking")
    assert (
        "salesforce Lead: Industry shows what cannot be read into branch; it stays there"
        in lossy(house)
    )
    assert house.shelf() == {}
    assert house.second_pass() == 0
    house.hubspot.update("contacts", house.hubspot.find(EMAIL) or "", {"industry": "MACHINERY"})
    house.pass_by(minutes=11)
    assert house.lead()["Industry"] == "Machinery"
    assert house.second_pass() == 0


def test_what_a_rep_chose_and_nobody_can_read_stays_until_it_is_older(house: House) -> None:
    lead = house.handed_over(industry="MACHINERY")
    assert lead["Industry"] == "Machinery"
    house.crm.update("Lead", lead["Id"], {"Industry": "Banking"}, by=house.rep(lead))
    house.pass_by(minutes=11)
    assert (contact(house)["industry"], house.lead()["Industry"]) == ("MACHINERY", "Banking")
    assert house.second_pass() == 0
    house.hubspot.update("contacts", house.hubspot.find(EMAIL) or "", {"industry": "CHEMICALS"})
    house.pass_by(minutes=11)
    assert house.lead()["Industry"] == "Chemicals"
    assert house.second_pass() == 0


def test_a_rounded_turnover_does_not_travel_back(house: House) -> None:
    lead = house.handed_over(annualrevenue="1234.5678")
    assert lead["Turnover__c"] == 1235
    assert lossy(house) == ("salesforce Lead: Turnover__c was rounded to 1235",)
    house.crm.update("Lead", lead["Id"], {"Title": "CPO"}, by=house.rep(lead))
    house.pass_by(minutes=11)
    assert contact(house)["annualrevenue"] == "1234.5678"
    assert house.second_pass() == 0


def test_an_amount_travels_with_its_currency(house: House) -> None:
    lead = house.handed_over(budget="1.234,50 €")
    assert (lead["Budget__c"], lead["CurrencyIsoCode"]) == (1234.5, "EUR")
    assert contact(house)["budget"] == "1.234,50 €"
    assert house.second_pass() == 0
    house.crm.update("Lead", lead["Id"], {"CurrencyIsoCode": "USD"}, by=house.rep(lead))
    house.pass_by(minutes=11)
    shown = contact(house)
    assert (shown["budget"], shown["budget_currency"]) == ("1234.5", "USD")
    house.hubspot.update("contacts", house.hubspot.find(EMAIL) or "", {"budget_currency": "EUR"})
    house.pass_by(minutes=11)
    lead = house.lead()
    assert (lead["Budget__c"], lead["CurrencyIsoCode"]) == (1234.5, "EUR")
    assert house.second_pass() == 0


def test_lists_are_united_whatever_their_order(house: House) -> None:
    lead = house.handed_over(topics="Seals; Pumps;Seals")
    assert set(lead["Topics__c"].split(";")) == {"Seals", "Pumps"}
    house.crm.update("Lead", lead["Id"], {"Topics__c": "Valves;Seals;Pumps"}, by=house.rep(lead))
    house.pass_by(minutes=11)
    everything = {"Valves", "Seals", "Pumps"}
    assert set(contact(house)["topics"].split(";")) == everything
    assert set(house.lead()["Topics__c"].split(";")) == everything
    assert house.second_pass() == 0
