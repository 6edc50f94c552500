"""What people do: owners, histories, tasks, conversion, merge, recycle bin (api-contracts B.6, B.7, B.8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Refusal, Salesforce


@pytest.fixture
def rep(salesforce: Salesforce) -> str:
    return salesforce.add_user("Rita Rep", "rita@nordring.example", alias="rrep")


def test_people_and_api_are_told_apart(
    salesforce: Salesforce, api: Any, lead: str, rep: str
) -> None:
    salesforce.update("Lead", lead, {"Status": "Working"}, by=rep)
    assert salesforce.get("Lead", lead)["LastModifiedById"] == rep
    api("PATCH", f"/sobjects/Lead/{lead}", {"Title": "x"})
    assert salesforce.get("Lead", lead)["LastModifiedById"] == salesforce.integration_user
    assert (salesforce.writes_total, salesforce.rows_changed) == (1, 1)


def test_people_are_bound_by_types_but_not_by_rules(salesforce: Salesforce, lead: str) -> None:
    salesforce.switches.duplicate_rules = "block"
    salesforce.add_validation("Lead", lambda _row: True, "nie")
    salesforce.create("Lead", {"LastName": "Zwilling", "Company": "C", "Email": "eva@muster.de"})
    for fields in ({"Status": "Erfunden"}, {"Email": "kaputt"}, {"LastName": ""}, {"Nope": 1}):
        with pytest.raises(Refusal):
            salesforce.update("Lead", lead, fields)
    with pytest.raises(TypeError):
        salesforce.get("Lead", lead)["Status"] = "x"  # type: ignore[index]


def test_lead_history(salesforce: Salesforce, api: Any, lead: str, rep: str) -> None:
    """B.6: owner changes appear twice, with names and with ids; `created` and `leadConverted` are fields too."""
    salesforce.update("Lead", lead, {"Status": "Working", "OwnerId": rep, "City": "Ulm"}, by=rep)
    api("PATCH", f"/sobjects/Lead/{lead}", {"Leadcycle_Stage__c": "SQL"})
    salesforce.convert(lead, by=rep)
    rows = [
        (row["Field"], row["OldValue"], row["NewValue"]) for row in salesforce.rows("LeadHistory")
    ]
    admin = salesforce.business_user
    assert rows == [
        ("created", None, None),
        ("Status", "New", "Working"),
        ("Owner", "Petra Admin", "Rita Rep"),
        ("Owner", admin, rep),
        ("Leadcycle_Stage__c", None, "SQL"),
        ("Status", "Working", "Qualified"),
        ("leadConverted", None, None),
    ]
    by = api.query(
        f"SELECT CreatedById FROM LeadHistory WHERE LeadId = '{lead}' AND Field = 'Leadcycle_Stage__c'"
    )
    assert by[0]["CreatedById"] == salesforce.integration_user


def test_opportunity_history(salesforce: Salesforce, clock: Clock) -> None:
    deal = salesforce.create(
        "Opportunity",
        {"Name": "D", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 1000},
    )
    for stage in ("Negotiation/Review", "Closed Won", "Prospecting", "Closed Lost"):
        clock.advance(timedelta(days=1))
        salesforce.update("Opportunity", deal, {"StageName": stage})
    rows = [
        (r["StageName"], r["Probability"], r["ExpectedRevenue"])
        for r in salesforce.rows("OpportunityHistory")
    ]
    assert rows == [
        ("Prospecting", 10, 100), ("Negotiation/Review", 90, 900), ("Closed Won", 100, 1000),
        ("Prospecting", 10, 100), ("Closed Lost", 0, 0),
    ]  # fmt: skip
    row = salesforce.get("Opportunity", deal)
    assert (row["IsClosed"], row["IsWon"]) == (True, False)
    changed = [
        r["NewValue"]
        for r in salesforce.rows("OpportunityFieldHistory")
        if r["Field"] == "StageName"
    ]
    assert changed == ["Negotiation/Review", "Closed Won", "Prospecting", "Closed Lost"]
    clock.advance(timedelta(days=1))
    salesforce.update("Opportunity", deal, {"NextStep": "anrufen"})
    assert len(list(salesforce.rows("OpportunityHistory"))) == 5


def test_tasks_and_events(salesforce: Salesforce, lead: str, rep: str, clock: Clock) -> None:
    task = salesforce.create(
        "Task", {"WhoId": lead, "Subject": "Anruf", "TaskSubtype": "Call", "OwnerId": rep}
    )
    assert salesforce.get("Task", task)["IsClosed"] is False
    clock.advance(timedelta(hours=2))
    salesforce.update("Task", task, {"Status": "Completed", "ActivityDate": "2026-11-21"}, by=rep)
    row = salesforce.get("Task", task)
    assert (row["IsClosed"], row["CompletedDateTime"]) == (True, "2026-11-21T12:00:00.000+0000")
    assert salesforce.get("Lead", lead)["LastActivityDate"] == "2026-11-21"
    assert salesforce.get("Lead", lead)["SystemModstamp"] == "2026-11-21T10:00:00.000+0000"
    salesforce.update("Task", task, {"Status": "Not Started"})
    assert salesforce.get("Task", task)["CompletedDateTime"] is None
    event = salesforce.create(
        "Event",
        {"WhoId": lead, "StartDateTime": "2026-11-22T09:00:00+01:00", "DurationInMinutes": 30},
    )
    row = salesforce.get("Event", event)
    assert (row["StartDateTime"], row["EndDateTime"]) == (
        "2026-11-22T08:00:00.000+0000",
        "2026-11-22T08:30:00.000+0000",
    )


def test_conversion_carries_the_person_over(salesforce: Salesforce, lead: str, rep: str) -> None:
    campaign = salesforce.create("Campaign", {"Name": "Messe"})
    member = salesforce.create("CampaignMember", {"CampaignId": campaign, "LeadId": lead})
    salesforce.update(
        "Lead",
        lead,
        {"OwnerId": rep, "Leadcycle_Key__c": "k1", "Title": "Leiterin", "CountryCode": "DE"},
    )
    task = salesforce.create("Task", {"WhoId": lead, "Subject": "offen"})
    account, contact, deal = salesforce.convert(lead, by=rep, opportunity_name="Dichtungen")
    person = salesforce.get("Contact", contact)
    assert (person["Email"], person["Title"], person["MailingCountryCode"]) == (
        "eva@muster.de",
        "Leiterin",
        "DE",
    )
    assert (person["Leadcycle_Key__c"], person["OwnerId"], person["AccountId"]) == (
        "k1",
        rep,
        account,
    )
    assert salesforce.get("Account", account)["Name"] == "Muster GmbH"
    assert deal is not None
    assert salesforce.get("Opportunity", deal)["Name"] == "Dichtungen"
    role = next(salesforce.rows("OpportunityContactRole"))
    assert (role["ContactId"], role["OpportunityId"]) == (contact, deal)
    moved = salesforce.get("Task", task)
    assert (moved["WhoId"], moved["WhatId"]) == (contact, deal)
    assert salesforce.get("CampaignMember", member)["ContactId"] == contact
    with pytest.raises(Refusal, match="CANNOT_UPDATE_CONVERTED_LEAD"):
        salesforce.update("Lead", lead, {"Title": "x"})


def test_conversion_into_existing_records_fills_only_gaps(
    salesforce: Salesforce, lead: str
) -> None:
    """B.7: "Target empty fields only are filled from the lead"."""
    account = salesforce.create("Account", {"Name": "Anders GmbH"})
    contact = salesforce.create("Contact", {"LastName": "Anders", "AccountId": account})
    assert salesforce.convert(lead, contact_id=contact, opportunity=False) == (
        account,
        contact,
        None,
    )
    row = salesforce.get("Contact", contact)
    assert (row["LastName"], row["Email"]) == ("Anders", "eva@muster.de")
    assert salesforce.get("Account", account)["Name"] == "Anders GmbH"


def test_a_refused_conversion_leaves_nothing(salesforce: Salesforce, lead: str) -> None:
    salesforce.update("Lead", lead, {"Leadcycle_Key__c": "k1"})
    salesforce.create("Contact", {"LastName": "Schon da", "Leadcycle_Key__c": "k1"})
    with pytest.raises(Refusal, match="DUPLICATE_VALUE"):
        salesforce.convert(lead)
    with pytest.raises(Refusal, match="INVALID_STATUS"):
        salesforce.convert(lead, status="New")
    assert list(salesforce.rows("Account")) == []
    assert salesforce.get("Lead", lead)["IsConverted"] is False


def test_merge(salesforce: Salesforce, api: Any, lead: str, clock: Clock) -> None:
    """B.6: the loser is deleted with MasterRecordId; what pointed at it points at the master."""
    loser = salesforce.create("Lead", {"LastName": "Doppelt", "Company": "C"})
    task = salesforce.create("Task", {"WhoId": loser, "Subject": "x"})
    clock.advance(timedelta(minutes=1))
    salesforce.merge("Lead", lead, loser)
    found = api.query(
        "SELECT Id, MasterRecordId FROM Lead WHERE MasterRecordId != null", path="/queryAll"
    )
    assert [(row["Id"], row["MasterRecordId"]) for row in found] == [(loser, lead)]
    assert salesforce.get("Task", task)["WhoId"] == lead
    assert salesforce.get("Lead", lead)["SystemModstamp"] == "2026-11-21T10:01:00.000+0000"
    with pytest.raises(Refusal):
        salesforce.undelete("Lead", loser)


def test_undelete_brings_the_children_back(
    salesforce: Salesforce, api: Any, lead: str, clock: Clock
) -> None:
    old = salesforce.create("Task", {"WhoId": lead, "Subject": "früher gelöscht"})
    salesforce.delete("Task", old)
    clock.advance(timedelta(minutes=1))
    task = salesforce.create("Task", {"WhoId": lead, "Subject": "x"})
    salesforce.delete("Lead", lead)
    assert list(salesforce.rows("Task")) == []
    salesforce.undelete("Lead", lead)
    assert [row["Id"] for row in salesforce.rows("Task")] == [task]
    assert api("GET", f"/sobjects/Lead/{lead}")[0] == 200


def test_duplicate_leads(salesforce: Salesforce, lead: str, clock: Clock) -> None:
    assert salesforce.duplicate_leads() == 0
    twin = salesforce.create("Lead", {"LastName": "Z", "Company": "C", "Email": "EVA@muster.de"})
    assert salesforce.duplicate_leads() == 2
    salesforce.delete("Lead", twin)
    assert salesforce.duplicate_leads() == 0
    salesforce.convert(lead)
    clock.advance(timedelta(minutes=1))
    salesforce.create("Lead", {"LastName": "Wieder", "Company": "C", "Email": "eva@muster.de"})
    assert salesforce.duplicate_leads() == 1


def test_picklists_change(salesforce: Salesforce, api: Any, lead: str) -> None:
    salesforce.remove_picklist_value("Lead", "Leadcycle_Stage__c", "SQL")
    status, body = api("PATCH", f"/sobjects/Lead/{lead}", {"Leadcycle_Stage__c": "SQL"})
    assert (status, body[0]["errorCode"]) == (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
    salesforce.add_picklist_value("Lead", "Leadcycle_Stage__c", "SQL")
    assert api("PATCH", f"/sobjects/Lead/{lead}", {"Leadcycle_Stage__c": "sql"})[0] == 204
    assert salesforce.get("Lead", lead)["Leadcycle_Stage__c"] == "SQL"
    salesforce.add_picklist_value("Lead", "Status", "Parked")
    assert (
        api.query("SELECT ApiName, IsConverted FROM LeadStatus WHERE MasterLabel = 'Parked'")[0][
            "IsConverted"
        ]
        is False
    )


def test_reading_a_lead_as_its_owner(salesforce: Salesforce, lead: str, rep: str) -> None:
    salesforce.update("Lead", lead, {"OwnerId": rep})
    assert salesforce.get("Lead", lead)["IsUnreadByOwner"] is True
    salesforce.update("Lead", lead, {"Status": "Working"}, by=rep)
    assert salesforce.get("Lead", lead)["IsUnreadByOwner"] is False


def test_users_have_managers(salesforce: Salesforce, api: Any, rep: str) -> None:
    boss = salesforce.add_user("Berta Boss", "berta@nordring.example")
    salesforce.update("User", rep, {"ManagerId": boss})
    assert (
        api.query(f"SELECT Manager.Email, IsActive FROM User WHERE Id = '{rep}'")[0]["Manager"][
            "Email"
        ]
        == "berta@nordring.example"
    )
    assert [row["Id"] for row in salesforce.find("User", "Email", "RITA@nordring.example")] == [rep]


def test_the_same_seed_makes_the_same_organisation(fresh: Any) -> None:
    def story() -> list[dict[str, Any]]:
        salesforce, _ = fresh()
        lead = salesforce.create("Lead", {"LastName": "L", "Company": "C"})
        salesforce.convert(lead)
        return [
            dict(row)
            for kind in ("Lead", "Contact", "LeadHistory")
            for row in salesforce.rows(kind)
        ]

    assert story() == story()


class Office(RuleBasedStateMachine):
    """Random people and API calls; the indexes always say what the rows say."""

    def __init__(self) -> None:
        super().__init__()
        from datetime import UTC, datetime

        self.clock = Clock(datetime(2026, 11, 21, 10, tzinfo=UTC))
        self.faults = Faults(rate={"salesforce.late_visible": 0.2})
        self.salesforce = Salesforce(self.clock, self.faults)
        self.salesforce.add_field(
            "Lead", "Leadcycle_Key__c", "string", length=40, external_id=True, unique=True
        )
        self.leads: list[str] = []

    def _any(self, number: int) -> str:
        return self.leads[number % len(self.leads)]

    @rule(
        email=st.sampled_from(["a@x.de", "b@x.de", None]),
        key=st.sampled_from(["k1", "k2", "K2", None]),
    )
    def create(self, email: str | None, key: str | None) -> None:
        fields = {"LastName": "L", "Company": "C", "Email": email, "Leadcycle_Key__c": key}
        taken = {row.get("Leadcycle_Key__c", "") for row in self.salesforce.rows("Lead")} - {None}
        if key is not None and key.lower() in {each.lower() for each in taken}:
            with pytest.raises(Refusal, match="DUPLICATE_VALUE"):
                self.salesforce.create("Lead", fields)
        else:
            self.leads.append(self.salesforce.create("Lead", fields))

    @precondition(lambda self: self.leads)
    @rule(
        number=st.integers(0, 9),
        what=st.sampled_from(["update", "delete", "undelete", "convert", "merge", "rollback"]),
    )
    def act(self, number: int, what: str) -> None:
        key, hands = self._any(number), self.salesforce
        try:
            match what:
                case "update":
                    hands.update(
                        "Lead",
                        key,
                        {"Email": f"n{number}@x.de", "Leadcycle_Key__c": f"k{number % 3}"},
                    )
                case "merge":
                    hands.merge("Lead", key, self._any(number + 1))
                case "rollback":
                    with hands._org.transaction() as rollback:
                        hands.update("Lead", key, {"Email": "weg@x.de"})
                        hands.create(
                            "Lead", {"LastName": "Weg", "Company": "C", "Email": "weg@x.de"}
                        )
                        rollback()
                case "convert":
                    hands.convert(key)
                case _:
                    getattr(hands, what)("Lead", key)
        except Refusal:
            pass

    @rule(seconds=st.integers(0, 400))
    def wait(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    @invariant()
    def indexes_agree_with_rows(self) -> None:
        table = self.salesforce._org.table("Lead")
        by_order = list(table.since(""))
        assert by_order == sorted(
            table.rows.values(), key=lambda row: (row["SystemModstamp"], row["Id"])
        )
        for name in ("Email", "Leadcycle_Key__c", "OwnerId"):
            for value in {row.get(name) for row in table.rows.values()} - {None}:
                expected = {
                    row["Id"]
                    for row in table.rows.values()
                    if (row.get(name) or "").lower() == value.lower()
                }
                assert set(table.ids_with(name, value)) == expected
        assert not table.ids_with("Email", "weg@x.de")

    @invariant()
    def no_key_is_held_twice(self) -> None:
        keys = [
            row["Leadcycle_Key__c"].lower()
            for row in self.salesforce.rows("Lead")
            if row.get("Leadcycle_Key__c")
        ]
        assert len(keys) == len(set(keys))


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
