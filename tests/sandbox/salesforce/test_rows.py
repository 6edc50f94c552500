"""Single records: bodies and codes of api-contracts B.3, B.4, B.5 and section F "Salesforce"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Salesforce

NEW = {"LastName": "Neu", "Company": "Neu AG"}


def error(body: Any) -> str:
    """The code of an error array (B.3: `[{"message":..., "errorCode":..., "fields":[...]}]`)."""
    assert isinstance(body, list)
    assert {"message", "errorCode"} <= set(body[0])
    return str(body[0]["errorCode"])


@pytest.mark.parametrize("path", ["/sobjects/Lead", "/sobjects/Lead/"])
def test_create(api: Any, salesforce: Salesforce, path: str) -> None:
    """B.3: 201 `{id,success:true,errors:[]}`; B.1: the client posts with a trailing slash."""
    status, body = api("POST", path, NEW | {"Email": "Neu@Example.DE", "Phone": ""})
    assert status == 201
    assert body == {"id": body["id"], "success": True, "errors": []}
    assert len(body["id"]) == 18
    row = salesforce.get("Lead", body["id"])
    assert row["Name"] == "Neu"
    assert row["Status"] == "New"
    assert row["Phone"] is None  # an empty string becomes null (B.8)
    assert row["CreatedDate"] == row["SystemModstamp"] == "2026-11-21T10:00:00.000+0000"
    assert row["OwnerId"] == row["CreatedById"] == salesforce.integration_user


def test_update_is_partial_and_empty(
    api: Any, salesforce: Salesforce, lead: str, clock: Clock
) -> None:
    clock.advance(timedelta(seconds=90, milliseconds=700))
    answer = api.raw("PATCH", f"/sobjects/Lead/{lead[:15]}", {"Title": "Leiterin"})
    assert (answer.status, answer.body) == (204, b"")
    row = salesforce.get("Lead", lead)
    assert (row["Title"], row["LastName"]) == ("Leiterin", "Beispiel")
    assert row["SystemModstamp"] == "2026-11-21T10:01:30.000+0000"
    assert row["LastModifiedById"] == salesforce.integration_user
    assert row["CreatedById"] == salesforce.business_user


def test_get_chosen_fields(api: Any, lead: str) -> None:
    status, body = api("GET", f"/sobjects/Lead/{lead}", fields="Id,Email,Owner.Name")
    assert status == 200
    assert body.pop("Owner")["Name"] == "Petra Admin"
    url = f"/services/data/v66.0/sobjects/Lead/{lead}"
    assert body == {
        "attributes": {"type": "Lead", "url": url},
        "Id": lead,
        "Email": "eva@muster.de",
    }


def test_delete_and_its_repeat(api: Any, lead: str) -> None:
    assert api("DELETE", f"/sobjects/Lead/{lead}") == (204, None)
    for method in ("DELETE", "PATCH", "GET"):
        status, body = api(method, f"/sobjects/Lead/{lead}", {} if method == "PATCH" else None)
        assert (status, error(body), body[0]["message"]) == (
            404,
            "ENTITY_IS_DELETED",
            "entity is deleted",
        )
    assert api.ids("SELECT Id FROM Lead") == []
    gone = api.query("SELECT Id, IsDeleted FROM Lead WHERE IsDeleted = true", path="/queryAll")
    assert [row["Id"] for row in gone] == [lead]


def test_upsert(api: Any, salesforce: Salesforce) -> None:
    """B.3: 201 created, 200 with `created:false` since v46, 204 before, 404 with updateOnly and no match."""
    path = "/sobjects/Lead/Leadcycle_Key__c/k%2F1"
    assert api("PATCH", path, NEW, updateOnly="true")[0] == 404
    status, made = api("PATCH", path, NEW)
    assert (status, made["created"]) == (201, True)
    assert salesforce.get("Lead", made["id"])["Leadcycle_Key__c"] == "k/1"
    assert api("PATCH", path, NEW) == (
        200,
        {"id": made["id"], "success": True, "errors": [], "created": False},
    )
    assert api("PATCH", path, NEW, version="v45.0") == (204, None)
    assert api("PATCH", path, NEW, updateOnly="true")[0] == 200
    status, body = api("PATCH", path, NEW | {"Leadcycle_Key__c": "k/1"})
    assert (status, error(body)) == (400, "INVALID_FIELD")
    assert api("PATCH", "/sobjects/Lead/Title/x", NEW)[0] == 404
    assert api("GET", path)[1]["Id"] == made["id"]


def test_several_matches_answer_300_and_write_nothing(api: Any, salesforce: Salesforce) -> None:
    """B.3: "300 = several matches, body = list of record URLs, nothing written"."""
    salesforce.add_field("Lead", "Legacy__c", "string", external_id=True)
    two = [salesforce.create("Lead", NEW | {"Legacy__c": "7"}) for _ in range(2)]
    status, body = api("PATCH", "/sobjects/Lead/Legacy__c/7", {"Title": "x"})
    assert status == 300
    assert body == [f"/services/data/v66.0/sobjects/Lead/{key}" for key in two]
    assert {salesforce.get("Lead", key).get("Title") for key in two} == {None}


def test_a_unique_key_names_the_other_record_by_15_characters(
    api: Any, salesforce: Salesforce
) -> None:
    """B.4: `duplicate value found: Ext__c duplicates value on record with id: 001U000001c83gK`."""
    first = salesforce.create("Lead", NEW | {"Leadcycle_Key__c": "Abc"})
    status, body = api("POST", "/sobjects/Lead", NEW | {"Leadcycle_Key__c": "aBC"})
    assert (status, error(body)) == (400, "DUPLICATE_VALUE")
    wanted = (
        f"duplicate value found: Leadcycle_Key__c duplicates value on record with id: {first[:15]}"
    )
    assert body[0]["message"] == wanted
    salesforce.delete("Lead", first)
    assert api("POST", "/sobjects/Lead", NEW | {"Leadcycle_Key__c": "aBC"})[0] == 201


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"LastName": "x"}, "REQUIRED_FIELD_MISSING"),
        (NEW | {"LastName": " "}, "REQUIRED_FIELD_MISSING"),
        (NEW | {"LastName": "x" * 81}, "STRING_TOO_LONG"),
        (NEW | {"Nope": 1}, "INVALID_FIELD"),
        (NEW | {"IsConverted": True}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        (NEW | {"Name": "x"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        (NEW | {"Email": "kein at zeichen"}, "INVALID_EMAIL_ADDRESS"),
        (NEW | {"Status": "Erfunden"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (NEW | {"CountryCode": "XX"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (NEW | {"Leadcycle_Stage__c": "mqx"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (NEW | {"OwnerId": "kaputt"}, "MALFORMED_ID"),
        (NEW | {"OwnerId": "005000000000001"}, "INVALID_CROSS_REFERENCE_KEY"),
        (NEW | {"OwnerId": "001000000000001"}, "MALFORMED_ID"),
        (NEW | {"NumberOfEmployees": "viele"}, "JSON_PARSER_ERROR"),
        (NEW | {"DoNotCall": 1}, "JSON_PARSER_ERROR"),
        (NEW | {"AnnualRevenue": 1e30}, "NUMBER_OUTSIDE_VALID_RANGE"),
        ([NEW], "JSON_PARSER_ERROR"),
        (b"{", "JSON_PARSER_ERROR"),
        (b"", "JSON_PARSER_ERROR"),
    ],
)
def test_refused_fields(api: Any, salesforce: Salesforce, fields: Any, code: str) -> None:
    status, body = api("POST", "/sobjects/Lead", fields)
    assert (status, error(body)) == (400, code)
    assert list(salesforce.rows("Lead")) == []
    assert salesforce.rows_changed == 0


def test_validation_rules_speak_for_themselves(api: Any, salesforce: Salesforce, lead: str) -> None:
    salesforce.add_validation("Lead", lambda row: row.get("Title") == "CEO", "Bitte ausschreiben.")
    status, body = api("PATCH", f"/sobjects/Lead/{lead}", {"Title": "CEO"})
    assert (status, error(body), body[0]["message"]) == (
        400,
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "Bitte ausschreiben.",
    )


def test_owners(api: Any, salesforce: Salesforce, lead: str) -> None:
    """B.8: a Lead may belong to a queue, a Contact may not; an inactive user owns nothing new."""
    rep = salesforce.add_user("Rita Rep", "rita@nordring.example")
    queue = salesforce.add_queue("Nord", rep)
    contact = salesforce.create("Contact", {"LastName": "K"})
    assert api("PATCH", f"/sobjects/Lead/{lead}", {"OwnerId": queue})[0] == 204
    assert (
        error(api("PATCH", f"/sobjects/Contact/{contact}", {"OwnerId": queue})[1]) == "MALFORMED_ID"
    )
    assert api("PATCH", f"/sobjects/Lead/{lead}", {"OwnerId": rep[:15]})[0] == 204
    assert salesforce.get("Lead", lead)["OwnerId"] == rep
    salesforce.deactivate(rep)
    status, body = api("PATCH", f"/sobjects/Contact/{contact}", {"OwnerId": rep})
    assert (status, error(body)) == (400, "INACTIVE_OWNER_OR_USER")
    salesforce.switches.inactive_owner_code = "OPERATION_WITH_INACTIVE_OWNER"
    assert (
        error(api("PATCH", f"/sobjects/Contact/{contact}", {"OwnerId": rep})[1])
        == "OPERATION_WITH_INACTIVE_OWNER"
    )
    assert api("PATCH", f"/sobjects/Lead/{lead}", {"Title": "x"})[0] == 204


@pytest.mark.parametrize(
    ("header", "moved"),
    [({}, True), ({"sforce-auto-assign": "TRUE"}, True), ({"sforce-auto-assign": "FALSE"}, False)],
)
def test_assignment_rules_run_unless_refused(
    salesforce: Salesforce, api: Any, header: dict[str, str], moved: bool
) -> None:
    """B.5: default TRUE; the rule overwrites the owner sent, on create and on update."""
    queue, rep = (
        salesforce.add_queue("Alle"),
        salesforce.add_user("Rita Rep", "rita@nordring.example"),
    )
    salesforce.switches.assignment_rule_owner = queue
    api.headers.pop("sforce-auto-assign")
    _, made = api("POST", "/sobjects/Lead", NEW | {"OwnerId": rep}, headers=header)
    assert salesforce.get("Lead", made["id"])["OwnerId"] == (queue if moved else rep)
    api("PATCH", f"/sobjects/Lead/{made['id']}", {"OwnerId": rep}, headers=header)
    assert salesforce.get("Lead", made["id"])["OwnerId"] == (queue if moved else rep)
    salesforce.update("Lead", made["id"], {"OwnerId": rep})
    assert salesforce.get("Lead", made["id"])["OwnerId"] == rep


def test_duplicate_rules(api: Any, salesforce: Salesforce, lead: str) -> None:
    """B.4: DUPLICATES_DETECTED with matchResults; B.5: allowSave passes an alert rule, never a block rule."""
    twin, allow = (
        NEW | {"Email": "EVA@muster.de"},
        {"sforce-duplicate-rule-header": "allowSave=true; runAsCurrentUser=true"},
    )
    contact = salesforce.create("Contact", {"LastName": "K", "Email": "eva@muster.de"})
    salesforce.switches.duplicate_rules = "alert"
    status, body = api("POST", "/sobjects/Lead", twin)
    assert (status, error(body), body[0]["message"]) == (
        400,
        "DUPLICATES_DETECTED",
        "Use one of these records?",
    )
    result = body[0]["duplicateResult"]
    assert (result["allowSave"], result["duplicateRuleEntityType"]) == (True, "Lead")
    ids = [
        match["record"]["Id"] for each in result["matchResults"] for match in each["matchRecords"]
    ]
    assert ids == [lead, contact]
    assert api("POST", "/sobjects/Lead", twin, headers=allow)[0] == 201
    salesforce.switches.duplicate_rules = "block"
    status, body = api("POST", "/sobjects/Lead", twin, headers=allow)
    assert (status, body[0]["duplicateResult"]["allowSave"]) == (400, False)
    assert api("PATCH", f"/sobjects/Lead/{lead}", {"Title": "x"})[0] == 204


def test_conditional_requests(api: Any, salesforce: Salesforce, lead: str, clock: Clock) -> None:
    """B.5: whole seconds, 412 and 304, 400 for an unreadable date, ETag on Account alone."""
    path, then = f"/sobjects/Lead/{lead}", {"if-unmodified-since": "Sat, 21 Nov 2026 10:00:00 GMT"}
    assert api("GET", path, headers={"if-modified-since": then["if-unmodified-since"]})[0] == 304
    assert (
        api("PATCH", path, {"Title": "a"}, headers=then)[0] == 204
    )  # the same second is not "since"
    clock.advance(timedelta(seconds=1))
    salesforce.update("Lead", lead, {"Title": "b"})
    assert api("PATCH", path, {"Title": "c"}, headers=then)[0] == 412
    assert salesforce.get("Lead", lead)["Title"] == "b"
    assert api("GET", path, headers={"if-modified-since": then["if-unmodified-since"]})[0] == 200
    assert api("PATCH", path, {"Title": "c"}, headers={"if-unmodified-since": "gestern"})[0] == 400
    assert "ETag" not in api.raw("GET", path).headers
    account = salesforce.create("Account", {"Name": "A"})
    tag = api.raw("GET", f"/sobjects/Account/{account}").headers["ETag"]
    assert (
        api("PATCH", f"/sobjects/Account/{account}", {"Phone": "1"}, headers={"if-match": tag})[0]
        == 204
    )
    clock.advance(timedelta(seconds=1))
    salesforce.update("Account", account, {"Phone": "2"})
    assert (
        api("PATCH", f"/sobjects/Account/{account}", {"Phone": "1"}, headers={"if-match": tag})[0]
        == 412
    )


def test_a_converted_lead_is_frozen(api: Any, salesforce: Salesforce, lead: str) -> None:
    """B.4, F.6: CANNOT_UPDATE_CONVERTED_LEAD; the person continues as ConvertedContactId."""
    account, contact, deal = salesforce.convert(lead)
    status, body = api("PATCH", f"/sobjects/Lead/{lead}", {"Title": "x"})
    assert (status, error(body), body[0]["message"]) == (
        400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead",
    )  # fmt: skip
    assert (
        error(api("POST", "/sobjects/Task", {"WhoId": lead, "Subject": "x"})[1])
        == "CANNOT_UPDATE_CONVERTED_LEAD"
    )
    _, row = api("GET", f"/sobjects/Lead/{lead}")
    assert (
        row["ConvertedAccountId"],
        row["ConvertedContactId"],
        row["ConvertedOpportunityId"],
    ) == (account, contact, deal)
    assert row["ConvertedDate"] == "2026-11-21"


def test_foreign_keys_by_external_id(api: Any, salesforce: Salesforce) -> None:
    salesforce.add_field("Account", "Number__c", "string", external_id=True, unique=True)
    account = salesforce.create("Account", {"Name": "A", "Number__c": "7"})
    _, made = api("POST", "/sobjects/Contact", {"LastName": "K", "Account": {"Number__c": "7"}})
    assert salesforce.get("Contact", made["id"])["AccountId"] == account
    assert (
        error(api("POST", "/sobjects/Contact", {"LastName": "K", "Account": {"Number__c": "8"}})[1])
        == "INVALID_FIELD"
    )


def test_campaign_members(api: Any, salesforce: Salesforce, lead: str) -> None:
    """B.8: LeadId xor ContactId; a duplicate member is DUPLICATE_VALUE."""
    member = {
        "CampaignId": salesforce.create("Campaign", {"Name": "Messe"}),
        "LeadId": lead,
        "Status": "Responded",
    }
    _, made = api("POST", "/sobjects/CampaignMember", member)
    assert salesforce.get("CampaignMember", made["id"])["HasResponded"] is True
    assert error(api("POST", "/sobjects/CampaignMember", member)[1]) == "DUPLICATE_VALUE"


def test_every_answer_carries_the_limit(
    api: Any, salesforce: Salesforce, clock: Clock, lead: str
) -> None:
    """B.5 header, B.4: 403 REQUEST_LIMIT_EXCEEDED `TotalRequests Limit exceeded.`; B.11: rolling 24 hours."""
    salesforce._site.budget.limit = 5
    assert api.raw("GET", f"/sobjects/Lead/{lead}").headers["Sforce-Limit-Info"] == "api-usage=1/5"
    assert (
        api.raw("GET", "/sobjects/Lead/00Q000000000001").headers["Sforce-Limit-Info"]
        == "api-usage=2/5"
    )
    salesforce.others_call(3)
    answer = api.raw("PATCH", f"/sobjects/Lead/{lead}", {"Title": "x"})
    assert (answer.status, answer.headers["Sforce-Limit-Info"]) == (403, "api-usage=5/5")
    assert (
        answer.body
        == b'[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]'
    )
    assert "Retry-After" not in answer.headers
    clock.advance(timedelta(hours=24, minutes=1))
    api.log_in()
    assert api("PATCH", f"/sobjects/Lead/{lead}", {"Title": "x"})[0] == 204


def test_counters_tell_rows_sent_from_rows_changed(
    api: Any, salesforce: Salesforce, lead: str
) -> None:
    before = salesforce.total_calls
    for _ in range(2):
        api("PATCH", f"/sobjects/Lead/{lead}", {"Title": "x"})
    api("PATCH", f"/sobjects/Lead/{lead}", {"Status": "Erfunden"})
    assert salesforce.total_calls - before == 3
    assert (salesforce.writes["Lead"], salesforce.writes_total, salesforce.rows_changed) == (
        3,
        3,
        1,
    )
    assert salesforce.calls["update Lead"] == 3


def test_locked_rows_are_untouched(
    api: Any, salesforce: Salesforce, faults: Faults, lead: str
) -> None:
    faults.rate["salesforce.lock"] = 1.0
    status, body = api("PATCH", f"/sobjects/Lead/{lead}", {"Title": "x"})
    assert (status, error(body)) == (400, "UNABLE_TO_LOCK_ROW")
    assert body[0]["message"].startswith("unable to obtain exclusive access to this record")
    assert salesforce.get("Lead", lead).get("Title") is None


def test_rights(api: Any, salesforce: Salesforce, lead: str) -> None:
    salesforce.read_only.add("Lead")
    assert (
        error(api("PATCH", f"/sobjects/Lead/{lead}", {"Title": "x"})[1])
        == "INSUFFICIENT_ACCESS_OR_READONLY"
    )
    salesforce.hide_field("Lead", "Title")
    assert error(api("GET", "/query", q="SELECT Title FROM Lead")[1]) == "INVALID_FIELD"
    salesforce.switches.api_disabled = True
    status, body = api("GET", f"/sobjects/Lead/{lead}")
    assert (status, error(body)) == (403, "API_DISABLED_FOR_ORG")


def test_a_removed_field_is_gone(api: Any, salesforce: Salesforce, lead: str) -> None:
    salesforce.update("Lead", lead, {"Leadcycle_Key__c": "k"})
    salesforce.remove_field("Lead", "Leadcycle_Key__c")
    assert error(api("GET", "/query", q="SELECT Leadcycle_Key__c FROM Lead")[1]) == "INVALID_FIELD"
    assert (
        error(api("PATCH", f"/sobjects/Lead/{lead}", {"Leadcycle_Key__c": "k"})[1])
        == "INVALID_FIELD"
    )
    assert api("PATCH", "/sobjects/Lead/Leadcycle_Key__c/k", NEW)[0] == 404
    assert "Leadcycle_Key__c" not in salesforce.get("Lead", lead)
