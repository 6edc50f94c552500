"""Collections, composite, graphs and bulk jobs (api-contracts B.3, B.10; section F 3, 8)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Salesforce


def record(name: str = "L", **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Lead"}, "LastName": name, "Company": "C", **fields}


def test_a_collection_answers_200_although_rows_failed(api: Any, salesforce: Salesforce) -> None:
    """B.3: `[{id,success,errors:[{statusCode,message,fields}]}]`, `statusCode` here, order kept."""
    records = [record("A"), record("B", Email="kaputt"), record("C")]
    status, body = api("POST", "/composite/sobjects", {"records": records})
    assert status == 200
    assert [each["success"] for each in body] == [True, False, True]
    assert body[1]["errors"][0].keys() >= {"statusCode", "message", "fields"}
    assert body[1]["errors"][0]["statusCode"] == "INVALID_EMAIL_ADDRESS"
    assert [row["LastName"] for row in salesforce.rows("Lead")] == ["A", "C"]
    assert body[0] == {"id": body[0]["id"], "success": True, "errors": []}


def test_all_or_none_takes_the_good_rows_back(api: Any, salesforce: Salesforce) -> None:
    body = {"allOrNone": True, "records": [record("A"), record("B", Email="kaputt")]}
    status, results = api("POST", "/composite/sobjects", body)
    codes = [each["errors"][0]["statusCode"] for each in results]
    assert (status, codes) == (200, ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_EMAIL_ADDRESS"])
    assert list(salesforce.rows("Lead")) == []
    assert list(salesforce.rows("LeadHistory")) == []
    assert salesforce.rows_changed == 0


def test_update_and_delete_many(api: Any, salesforce: Salesforce) -> None:
    ids = [salesforce.create("Lead", record(str(number))) for number in range(200)]
    changed = [{"attributes": {"type": "Lead"}, "id": key, "Title": "x"} for key in ids]
    _, results = api("PATCH", "/composite/sobjects", {"records": changed})
    assert [each["id"] for each in results] == ids
    assert all(row["Title"] == "x" for row in salesforce.rows("Lead"))
    _, results = api("DELETE", "/composite/sobjects", ids=",".join([*ids[:2], ids[0]]))
    assert [each["success"] for each in results] == [True, True, False]
    status, body = api("PATCH", "/composite/sobjects", {"records": [*changed, changed[0]]})
    assert (status, body[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")


def test_upsert_many_by_external_id(api: Any, salesforce: Salesforce) -> None:
    """B.3: list with `created`; the same key twice in one call fails both."""
    path = "/composite/sobjects/Lead/Leadcycle_Key__c"
    records = [record(str(n), Leadcycle_Key__c=f"k{n}") for n in range(3)]
    assert [each["created"] for each in api("PATCH", path, {"records": records})[1]] == [True] * 3
    records[1]["Leadcycle_Key__c"] = "k0"
    results = api("PATCH", path, {"records": records})[1]
    assert [each["success"] for each in results] == [False, False, True]
    assert results[2]["created"] is False
    assert len(list(salesforce.rows("Lead"))) == 3


def test_retrieve_many_keeps_places(api: Any, lead: str) -> None:
    body = {"ids": ["00Q000000000001", lead], "fields": ["Email"]}
    status, found = api("POST", "/composite/sobjects/Lead", body)
    assert (status, found[0], found[1]["Email"]) == (200, None, "eva@muster.de")
    assert api("GET", "/composite/sobjects/Lead", ids=lead, fields="Id,Email")[1][0]["Id"] == lead


def test_a_lock_fails_single_rows(api: Any, salesforce: Salesforce, faults: Faults) -> None:
    ids = [salesforce.create("Lead", record(str(number))) for number in range(100)]
    faults.rate["salesforce.lock"] = 0.3
    changed = [{"attributes": {"type": "Lead"}, "id": key, "Title": "x"} for key in ids]
    _, results = api("PATCH", "/composite/sobjects", {"records": changed})
    failed = [each for each in results if not each["success"]]
    assert len(failed) == faults.fired["salesforce.lock"]
    assert 10 < len(failed) < 60
    assert {each["errors"][0]["statusCode"] for each in failed} == {"UNABLE_TO_LOCK_ROW"}
    assert sum(row.get("Title") == "x" for row in salesforce.rows("Lead")) == 100 - len(failed)


def part(name: str, method: str, url: str, body: Any = None, **headers: str) -> dict[str, Any]:
    made = {"referenceId": name, "method": method, "url": f"/services/data/v66.0{url}"}
    return (
        made
        | ({"body": body} if body is not None else {})
        | ({"httpHeaders": headers} if headers else {})
    )


def test_a_composite_is_one_call_with_references(api: Any, salesforce: Salesforce) -> None:
    """B.3: always 200; references; dependants of a failure get 400 PROCESSING_HALTED."""
    before = salesforce.total_calls
    request = [
        part("acc", "POST", "/sobjects/Account", {"Name": "A"}),
        part("con", "POST", "/sobjects/Contact", {"LastName": "K", "AccountId": "@{acc.id}"}),
        part(
            "read",
            "GET",
            "/query?q=SELECT+Id,Account.Name+FROM+Contact+WHERE+AccountId='@{acc.id}'",
        ),
        part(
            "task", "POST", "/sobjects/Task", {"WhoId": "@{read.records[0].Id}", "Subject": "Anruf"}
        ),
        part("bad", "POST", "/sobjects/Contact", {"Email": "x"}),
        part("after", "PATCH", "/sobjects/Contact/@{bad.id}", {"Title": "x"}),
    ]
    status, body = api("POST", "/composite", {"compositeRequest": request})
    found = {each["referenceId"]: each for each in body["compositeResponse"]}
    assert status == 200
    assert [each["httpStatusCode"] for each in found.values()] == [201, 201, 200, 201, 400, 400]
    assert found["read"]["body"]["records"][0]["Account"]["Name"] == "A"
    assert found["after"]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert set(found["acc"]) == {"body", "httpHeaders", "httpStatusCode", "referenceId"}
    assert salesforce.total_calls - before == 1
    assert next(salesforce.rows("Task"))["WhoId"] == found["con"]["body"]["id"]


def test_composite_all_or_none(api: Any, salesforce: Salesforce) -> None:
    request = [
        part("a", "POST", "/sobjects/Account", {"Name": "A"}),
        part("b", "POST", "/sobjects/Contact", {}),
    ]
    _, body = api("POST", "/composite", {"allOrNone": True, "compositeRequest": request})
    codes = [each["body"][0]["errorCode"] for each in body["compositeResponse"]]
    assert codes == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"]
    assert list(salesforce.rows("Account")) == []


def test_composite_bounds_and_headers(api: Any, salesforce: Salesforce) -> None:
    """B.3: 25 subrequests, 5 of them queries or collections; a part carries its own headers."""
    reads = [part(f"q{n}", "GET", "/query?q=SELECT+Id+FROM+Lead") for n in range(6)]
    assert api("POST", "/composite", {"compositeRequest": reads[:5]})[0] == 200
    assert api("POST", "/composite", {"compositeRequest": reads})[0] == 400
    many = [part(f"p{n}", "POST", "/sobjects/Account", {"Name": "A"}) for n in range(26)]
    assert api("POST", "/composite", {"compositeRequest": many})[0] == 400
    assert api("POST", "/composite", {"compositeRequest": [many[0], many[0]]})[0] == 400
    queue = salesforce.add_queue("Alle")
    salesforce.switches.assignment_rule_owner = queue
    plain, kept = record("plain"), record("kept")
    request = [
        part("a", "POST", "/composite/sobjects", {"records": [plain]}),
        part(
            "b",
            "POST",
            "/composite/sobjects",
            {"records": [kept]},
            **{"Sforce-Auto-Assign": "FALSE"},
        ),
    ]
    api("POST", "/composite", {"compositeRequest": request})
    owners = {row["LastName"]: row["OwnerId"] for row in salesforce.rows("Lead")}
    assert owners == {"plain": queue, "kept": salesforce.integration_user}


def test_a_graph_is_all_or_nothing_by_itself(api: Any, salesforce: Salesforce) -> None:
    good = [part("a", "POST", "/sobjects/Account", {"Name": "gut"})]
    bad = [
        part("a", "POST", "/sobjects/Account", {"Name": "schlecht"}),
        part("b", "POST", "/sobjects/Contact", {}),
    ]
    graphs = [{"graphId": "1", "compositeRequest": good}, {"graphId": "2", "compositeRequest": bad}]
    status, body = api("POST", "/composite/graph", {"graphs": graphs})
    assert (status, [each["isSuccessful"] for each in body["graphs"]]) == (200, [True, False])
    assert [row["Name"] for row in salesforce.rows("Account")] == ["gut"]


def test_pages_may_be_short_and_locators_end(
    api: Any, salesforce: Salesforce, faults: Faults, clock: Clock
) -> None:
    """B.3, F.5: loop on `done`; a locator lives two days, then INVALID_QUERY_LOCATOR."""
    ids = [salesforce.create("Lead", record(str(number))) for number in range(450)]
    small = {"sforce-query-options": "batchSize=200"}
    _, page = api("GET", "/query", q="SELECT Id FROM Lead ORDER BY Id", headers=small)
    assert (len(page["records"]), page["totalSize"], page["done"]) == (200, 450, False)
    faults.rate["salesforce.short_pages"] = 1.0
    assert api.ids("SELECT Id FROM Lead ORDER BY Id", headers=small) == ids
    faults.rate = {"salesforce.locator_expired": 1.0}
    status, body = api("GET", page["nextRecordsUrl"])
    assert (status, body[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")
    faults.rate.clear()
    _, page = api("GET", "/query", q="SELECT Id FROM Lead", headers=small)
    clock.advance(timedelta(days=2, minutes=1))
    api.log_in()
    assert api("GET", page["nextRecordsUrl"])[1][0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_a_long_uri_is_414(api: Any) -> None:
    """B.3: total URI <= 16,384 bytes; a composite body has no such bound."""
    ids = ",".join(f"'00Q0000000{number:05d}'" for number in range(900))
    soql = f"SELECT Id FROM Lead WHERE Id IN ({ids})"
    assert api.raw("GET", "/query", q=soql).status == 414
    _, body = api(
        "POST",
        "/composite",
        {"compositeRequest": [part("q", "GET", f"/query?q={soql.replace(' ', '+')}")]},
    )
    assert body["compositeResponse"][0]["httpStatusCode"] == 200


def _rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode())))


def test_bulk_ingest(api: Any, salesforce: Salesforce) -> None:
    """B.10: Open, 201 for the data, UploadComplete, InProgress, JobComplete although rows failed."""
    kept = salesforce.create("Lead", record("Alt", Leadcycle_Key__c="k0", Title="weg", City="Ulm"))
    job = {
        "object": "Lead",
        "operation": "upsert",
        "externalIdFieldName": "Leadcycle_Key__c",
        "contentType": "CSV",
        "lineEnding": "LF",
    }
    status, made = api("POST", "/jobs/ingest", job)
    assert (status, made["state"], made["jobType"]) == (200, "Open", "V2Ingest")
    assert made["contentUrl"] == f"services/data/v66.0/jobs/ingest/{made['id']}/batches"
    data = (
        "Leadcycle_Key__c,LastName,Company,Email,Title,City,DoNotCall,NumberOfEmployees\n"
        'k0,Neu,C,a@x.de,#N/A,,true,12\nk1,"Zwei, mit\nZeilen",C,b@x.de,,,false,\nk2,Drei,C,kaputt,,,,\n'
    )
    path = f"/jobs/ingest/{made['id']}"
    assert api.raw("PUT", f"{path}/batches", data.encode()).status == 201
    assert api("PATCH", path, {"state": "UploadComplete"})[1]["state"] == "UploadComplete"
    states = [api("GET", path)[1]["state"] for _ in range(2)]
    assert states == ["InProgress", "JobComplete"]
    info = api("GET", path)[1]
    assert (info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (3, 1)
    good = _rows(api.raw("GET", f"{path}/successfulResults").body)
    assert [(row["sf__Id"] == kept, row["sf__Created"]) for row in good] == [
        (True, "false"),
        (False, "true"),
    ]
    bad = _rows(api.raw("GET", f"{path}/failedResults").body)
    assert bad[0]["sf__Error"].startswith("INVALID_EMAIL_ADDRESS:")
    assert bad[0]["sf__Error"].endswith(":Email --")
    row = salesforce.get("Lead", kept)
    assert (row["Title"], row["City"], row["DoNotCall"], row["NumberOfEmployees"]) == (
        None,
        "Ulm",
        True,
        12,
    )
    assert api("DELETE", path) == (204, None)


@pytest.mark.parametrize(
    "data", [b"Nope\nx\n", b'LastName,Company\n"x\x00\n', b"", b"LastName,Company\nx\n"]
)
def test_bulk_data_that_is_wrong(api: Any, salesforce: Salesforce, data: bytes) -> None:
    made = api("POST", "/jobs/ingest", {"object": "Lead", "operation": "insert"})[1]
    path = f"/jobs/ingest/{made['id']}"
    api.raw("PUT", f"{path}/batches", data)
    api("PATCH", path, {"state": "UploadComplete"})
    assert [api("GET", path)[0] for _ in range(3)] == [200, 200, 200]
    assert api("GET", path)[1]["state"] in ("Failed", "JobComplete")
    assert list(salesforce.rows("Lead")) == []


def test_bulk_query(api: Any, salesforce: Salesforce) -> None:
    """B.10: `Sforce-Locator` is the text `null` at the end, `Sforce-NumberOfRecords` counts the page."""
    for number in range(5):
        salesforce.create("Lead", record(f"L{number}"))
    soql = "SELECT LastName, Owner.Name, IsConverted FROM Lead ORDER BY LastName"
    made = api("POST", "/jobs/query", {"operation": "query", "query": soql})[1]
    path = f"/jobs/query/{made['id']}"
    assert [api("GET", path)[1]["state"] for _ in range(2)] == ["InProgress", "JobComplete"]
    names: list[str] = []
    locator = "0"
    while locator != "null":
        page = api.raw("GET", f"{path}/results", locator=locator, maxRecords="2")
        names += [row["LastName"] for row in _rows(page.body)]
        locator = page.headers["Sforce-Locator"]
    assert names == ["L0", "L1", "L2", "L3", "L4"]
    assert page.headers["Sforce-NumberOfRecords"] == "1"
    assert _rows(page.body)[0] == {
        "LastName": "L4",
        "Owner.Name": "Petra Admin",
        "IsConverted": "false",
    }
