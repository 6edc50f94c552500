"""The real simple-salesforce against the emulated organisation, in process (api-contracts B.1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import requests
from simple_salesforce import Salesforce as Client
from simple_salesforce import bulk2
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)
from simple_salesforce.format import format_external_id, format_soql

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Salesforce

NEW = {"LastName": "Neu", "Company": "Neu AG"}


def test_the_life_of_a_lead(client: Client, salesforce: Salesforce) -> None:
    key = client.Lead.create(NEW | {"Email": "neu@x.de"})["id"]
    assert client.Lead.update(key, {"Title": "Leiterin"}) == 204
    assert client.Lead.get(key)["Title"] == "Leiterin"
    path = format_external_id("Leadcycle_Key__c", "a/b:c%")
    assert client.Lead.upsert(path, NEW) == 201
    assert client.Lead.upsert(path, NEW, raw_response=True).json()["created"] is False
    assert client.Lead.get_by_custom_id("Leadcycle_Key__c", "a/b:c%")["LastName"] == "Neu"
    assert client.Lead.delete(key) == 204
    assert [row["Leadcycle_Key__c"] for row in salesforce.rows("Lead")] == ["a/b:c%"]
    client.query("SELECT Id FROM Lead")
    assert client.api_usage["api-usage"].used == salesforce.total_calls
    assert salesforce.counts()["Lead"] == 1


def test_queries_over_pages(client: Client, salesforce: Salesforce, faults: Faults) -> None:
    ids = [salesforce.create("Lead", {"LastName": f"O'{n}", "Company": "C"}) for n in range(2500)]
    faults.rate["salesforce.short_pages"] = 0.5
    soql = format_soql("SELECT Id FROM Lead WHERE LastName != {} ORDER BY Id", "O'7")
    found = [row["Id"] for row in client.query_all_iter(soql)]
    assert found == [key for number, key in enumerate(ids) if number != 7]
    since = format_soql(
        "SELECT COUNT() FROM Lead WHERE CreatedDate >= {}", datetime(2026, 11, 21, 10, tzinfo=UTC)
    )
    assert client.query(since)["totalSize"] == 2500


def test_errors_have_the_classes_the_client_knows(
    client: Client, salesforce: Salesforce, lead: str
) -> None:
    """B.1: 300, 400, 401, 403, 404, all else general."""
    salesforce.add_field("Lead", "Legacy__c", "string", external_id=True)
    for _ in range(2):
        salesforce.create("Lead", NEW | {"Legacy__c": "7"})
    with pytest.raises(SalesforceMoreThanOneRecord):
        client.Lead.upsert("Legacy__c/7", {"Title": "x"})
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.Lead.update(lead, {"Status": "Erfunden"})
    assert caught.value.content[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    with pytest.raises(SalesforceResourceNotFound):
        client.Lead.get("00Q000000000001")
    salesforce.others_call(150_000)
    with pytest.raises(SalesforceRefusedRequest) as refused:
        client.query("SELECT Id FROM Lead")
    assert refused.value.content[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_an_ended_session_is_renewed(client: Client, salesforce: Salesforce, lead: str) -> None:
    salesforce.expire_sessions()
    assert client.query("SELECT Id FROM Lead")["totalSize"] == 1
    assert salesforce.calls["token"] == 2


def test_the_client_loses_the_header_after_a_401(
    client: Client, adapter: Any, salesforce: Salesforce, lead: str
) -> None:
    """B.1, F.2: the repeat comes without `Sforce-Auto-Assign`, so the assignment rule takes the lead away."""
    queue, rep = (
        salesforce.add_queue("Alle"),
        salesforce.add_user("Rita Rep", "rita@nordring.example"),
    )
    salesforce.switches.assignment_rule_owner = queue
    assert (
        client.Lead.update(lead, {"OwnerId": rep}, headers={"Sforce-Auto-Assign": "FALSE"}) == 204
    )
    assert salesforce.get("Lead", lead)["OwnerId"] == rep
    salesforce.expire_sessions()
    client.Lead.update(lead, {"OwnerId": rep}, headers={"Sforce-Auto-Assign": "FALSE"})
    assert "sforce-auto-assign" not in adapter.seen[-1].headers
    assert salesforce.get("Lead", lead)["OwnerId"] == queue


def test_collections_and_composite_through_restful(client: Client, salesforce: Salesforce) -> None:
    records = [{"attributes": {"type": "Lead"}, **NEW} for _ in range(3)]
    found = client.restful("composite/sobjects", method="POST", json={"records": records})
    assert [each["success"] for each in found] == [True] * 3
    part = {
        "method": "GET",
        "url": "/services/data/v66.0/query?q=SELECT+COUNT()+FROM+Lead",
        "referenceId": "n",
    }
    answer = client.restful("composite", method="POST", json={"compositeRequest": [part]})
    assert answer["compositeResponse"][0]["body"]["totalSize"] == 3


def test_updated_and_deleted(
    client: Client, salesforce: Salesforce, clock: Clock, lead: str
) -> None:
    start, end = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)
    assert client.Lead.updated(start, end)["ids"] == [lead]
    salesforce.delete("Lead", lead)
    assert client.Lead.deleted(start, end)["deletedRecords"][0]["id"] == lead


def test_describe(client: Client) -> None:
    assert client.Lead.describe()["name"] == "Lead"
    assert len(client.describe()["sobjects"]) > 20
    assert client.limits()["DailyApiRequests"]["Max"] == 150_000


def test_bulk_jobs(client: Client, salesforce: Salesforce, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk2, "sleep", lambda _seconds: None)
    rows = [
        NEW | {"Leadcycle_Key__c": f"k{number}", "Email": "kaputt" if number == 3 else "a@x.de"}
        for number in range(10)
    ]
    job = client.bulk2.Lead.upsert(records=rows, external_id_field="Leadcycle_Key__c")[0]
    assert (job["numberRecordsTotal"], job["numberRecordsFailed"]) == (10, 1)
    failed = client.bulk2.Lead.get_failed_records(job["job_id"])
    assert "INVALID_EMAIL_ADDRESS" in failed
    assert "sf__Id" in client.bulk2.Lead.get_successful_records(job["job_id"])
    pages = list(client.bulk2.Lead.query("SELECT Id, Email FROM Lead", max_records=4))
    assert [page.count("00Q") for page in pages] == [4, 4, 1]
    assert salesforce.writes["Lead"] == 10


def test_jwt_login(adapter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt, "encode", lambda payload, *_a, **_k: _unsigned(payload))
    with requests.Session() as session:
        session.mount("https://", adapter)
        client = Client(
            username="leadcycle@nordring.example",
            consumer_key="sandbox-client",
            privatekey="-",
            session=session,
        )
        assert client.query("SELECT COUNT() FROM User")["totalSize"] == 2


def _unsigned(payload: dict[str, Any]) -> str:
    """The client's own claims (its `exp` is a text), signed with a throw-away secret."""
    return jwt.PyJWT().encode(payload, "geheim" * 8, algorithm="HS256")


def test_logins_that_are_refused(adapter: Any) -> None:
    with requests.Session() as session:
        session.mount("https://", adapter)
        with pytest.raises(SalesforceAuthenticationFailed):
            Client(username="u", password="p", security_token="t", session=session)
        with pytest.raises(SalesforceAuthenticationFailed):
            Client(
                domain="nordring.my",
                consumer_key="sandbox-client",
                consumer_secret="falsch",
                session=session,
            )


def test_a_revoked_app_stays_out(client: Client, salesforce: Salesforce) -> None:
    salesforce.revoke()
    with (
        pytest.warns(UserWarning, match="authorize"),
        pytest.raises(SalesforceAuthenticationFailed),
    ):
        client.query("SELECT Id FROM Lead")
