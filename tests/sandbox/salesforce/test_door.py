"""Tokens, versions, sessions, metadata, SOAP, the faults of the line; garbage (api-contracts B, B.2, B.7)."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Salesforce, quirks
from connector.sandbox.wire import Dropped, Request, Response

TOKEN = "/services/oauth2/token"
GOOD = {
    "grant_type": "client_credentials",
    "client_id": "sandbox-client",
    "client_secret": "sandbox-secret",
}


def ask(salesforce: Salesforce, form: dict[str, str], **headers: str) -> tuple[int, Any]:
    answer = salesforce.handle(
        Request("POST", TOKEN, headers=headers, body=urlencode(form).encode())
    )
    return answer.status, orjson.loads(answer.body)


def test_client_credentials(salesforce: Salesforce) -> None:
    """B.2: these keys and no `expires_in`; Basic header or form."""
    status, body = ask(salesforce, GOOD)
    assert status == 200
    assert set(body) == {
        "access_token",
        "instance_url",
        "id",
        "token_type",
        "issued_at",
        "signature",
        "scope",
    }
    assert (body["instance_url"], body["token_type"]) == (
        "https://nordring.my.salesforce.com",
        "Bearer",
    )
    assert body["issued_at"] == "1795255200000"
    basic = base64.b64encode(b"sandbox-client:sandbox-secret").decode()
    assert (
        ask(salesforce, {"grant_type": "client_credentials"}, authorization=f"Basic {basic}")[0]
        == 200
    )
    assert salesforce.total_calls == 0


@pytest.mark.parametrize(
    ("form", "headers", "error"),
    [
        ({}, {}, "invalid_request"),
        ({"grant_type": "erraten"}, {}, "unsupported_grant_type"),
        (GOOD | {"client_secret": "x"}, {}, "invalid_client"),
        (GOOD | {"client_id": "x"}, {}, "invalid_client_id"),
        (GOOD, {"host": "login.salesforce.com"}, "invalid_grant"),
        ({"grant_type": "client_credentials"}, {"authorization": "Basic ###"}, "invalid_client_id"),
        (GOOD | {"grant_type": "password", "username": "u", "password": "p"}, {}, "invalid_grant"),
        (GOOD | {"grant_type": "refresh_token", "refresh_token": "alt"}, {}, "invalid_grant"),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"},
            {},
            "invalid_grant",
        ),
    ],
)
def test_refused_tokens_are_objects(
    salesforce: Salesforce, form: dict[str, str], headers: dict[str, str], error: str
) -> None:
    """B.2: errors are `{"error":..., "error_description":...}`, an object, unlike data errors."""
    status, body = ask(salesforce, form, **headers)
    assert status in (400, 401)
    assert (set(body), body["error"]) == ({"error", "error_description"}, error)


def _pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def test_jwt_bearer(clock: Clock, faults: Faults) -> None:
    """B.2: iss, sub, aud; the signature counts when the sandbox knows the public key."""
    private, public = _pair()
    other, _ = _pair()
    claims = {
        "iss": "sandbox-client",
        "sub": "leadcycle@nordring.example",
        "aud": "https://login.salesforce.com",
        "exp": "1795255380",
    }
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

    def answer(salesforce: Salesforce, signed: dict[str, str], key: str) -> int:
        assertion = jwt.encode(signed, key, algorithm="RS256")
        return ask(salesforce, {"grant_type": grant, "assertion": assertion})[0]

    strict, trusting = Salesforce(clock, faults, public_key=public), Salesforce(clock, faults)
    assert answer(strict, claims, private) == 200
    assert answer(strict, claims, other) == 400
    assert answer(trusting, claims, other) == 200
    for wrong in ({"iss": "x"}, {"sub": "x"}, {"aud": "https://evil.example"}):
        assert answer(trusting, claims | wrong, private) == 400


def test_refresh_and_revocation(salesforce: Salesforce, api: Any) -> None:
    form = GOOD | {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh"}
    assert ask(salesforce, form)[0] == 200
    salesforce.revoke()
    assert api("GET", "/limits")[0] == 401
    assert ask(salesforce, form)[1]["error"] == "invalid_grant"
    assert ask(salesforce, GOOD)[1]["error"] == "invalid_grant"
    salesforce.revoke(revoked=False)
    assert ask(salesforce, GOOD)[0] == 200


def test_sessions_end(salesforce: Salesforce, api: Any, clock: Clock, faults: Faults) -> None:
    """B.4: 401 `INVALID_SESSION_ID`, "Session expired or invalid"; B.2: two hours without a call."""
    wanted = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    clock.advance(timedelta(minutes=119))
    assert api("GET", "/limits")[0] == 200
    clock.advance(timedelta(minutes=121))
    assert api("GET", "/limits") == (401, wanted)
    api.log_in()
    salesforce.expire_sessions()
    assert api("GET", "/limits") == (401, wanted)
    api.log_in()
    faults.rate["salesforce.session_expired"] = 1.0
    assert api("GET", "/limits") == (401, wanted)
    assert api("GET", "/limits", headers={"authorization": "Bearer x"})[0] == 401


def test_versions(salesforce: Salesforce, api: Any) -> None:
    """B: v31-v68 answer, Winter '27 = 68; a retired version is 410 GONE."""
    listed = orjson.loads(salesforce.handle(Request("GET", "/services/data/")).body)
    by_number = {each["version"]: each["label"] for each in listed}
    assert (by_number["66.0"], by_number["67.0"], by_number["68.0"]) == (
        "Spring '26",
        "Summer '26",
        "Winter '27",
    )
    assert by_number["65.0"] == "Winter '26"
    assert listed[0]["version"] == "31.0"
    assert api("GET", "/limits", version="v30.0")[1][0]["errorCode"] == "GONE"
    assert api("GET", "/limits", version="v30.0")[0] == 410
    assert api("GET", "/limits", version="v69.0")[0] == 404
    assert "sobjects" in api("GET", "/")[1]


def test_user_info(salesforce: Salesforce, api: Any) -> None:
    body = orjson.loads(api.raw("GET", "/services/oauth2/userinfo").body)
    assert body["user_id"] == salesforce.integration_user
    assert body["preferred_username"] == "leadcycle@nordring.example"
    assert api.raw("GET", "/services/oauth2/userinfo", headers={"authorization": "x"}).status == 403


def test_describe(api: Any, salesforce: Salesforce, clock: Clock) -> None:
    """B.3: `fields[].{name,type,length,nillable,createable,...}`; 304 with If-Modified-Since."""
    _, body = api("GET", "/sobjects/Lead/describe")
    fields = {each["name"]: each for each in body["fields"]}
    assert (fields["LastName"]["nillable"], fields["LastName"]["length"]) == (False, 80)
    assert fields["OwnerId"]["referenceTo"] == ["User", "Group"]
    assert fields["Status"]["restrictedPicklist"] is True
    assert {each["value"] for each in fields["Status"]["picklistValues"]} >= {"New", "Qualified"}
    key = fields["Leadcycle_Key__c"]
    assert (key["externalId"], key["unique"], key["custom"], key["updateable"]) == (
        True,
        True,
        True,
        True,
    )
    assert fields["IsConverted"]["updateable"] is False
    assert "SystemModstamp" not in {
        each["name"] for each in api("GET", "/sobjects/LeadHistory/describe")[1]["fields"]
    }
    clock.advance(timedelta(hours=1))
    since = {"if-modified-since": "Sat, 21 Nov 2026 10:30:00 GMT"}
    assert api("GET", "/sobjects/Lead/describe", headers=since)[0] == 304
    salesforce.add_field("Lead", "Neu__c", "string")
    assert api("GET", "/sobjects/Lead/describe", headers=since)[0] == 200
    names = {each["name"] for each in api("GET", "/sobjects")[1]["sobjects"]}
    assert {"Lead", "Contact", "OpportunityFieldHistory", "PermissionSet"} <= names
    assert api("GET", "/sobjects/Nope/describe")[0] in (400, 404)


def test_limits(api: Any) -> None:
    """B.3: `{"DailyApiRequests":{"Max":..,"Remaining":..}, ...}`; the call itself counts."""
    assert api("GET", "/limits")[1]["DailyApiRequests"] == {"Max": 150_000, "Remaining": 149_999}


def test_updated_and_deleted(api: Any, salesforce: Salesforce, clock: Clock) -> None:
    """B.3: `{ids, latestDateCovered}` and `{deletedRecords:[{id,deletedDate}],...}`; 30 days back at most."""
    one, two = (salesforce.create("Lead", {"LastName": name, "Company": "C"}) for name in "ab")
    clock.advance(timedelta(minutes=5))
    salesforce.delete("Lead", two)
    window = {"start": "2026-11-21T09:59:59+00:00", "end": "2026-11-21T10:06:00Z"}
    _, body = api("GET", "/sobjects/Lead/updated/", **window)
    assert body == {"ids": [one], "latestDateCovered": "2026-11-21T10:05:00.000+0000"}
    _, body = api("GET", "/sobjects/Lead/deleted/", **window)
    assert body["deletedRecords"] == [{"id": two, "deletedDate": "2026-11-21T10:05:00.000+0000"}]
    assert set(body) == {"deletedRecords", "earliestDateAvailable", "latestDateCovered"}
    assert (
        api(
            "GET",
            "/sobjects/Lead/updated",
            start="2026-10-01T00:00:00Z",
            end="2026-11-21T00:00:00Z",
        )[0]
        == 400
    )
    assert api("GET", "/sobjects/Lead/updated", start="2026-11-21T09:00:00%3A", end="x")[0] == 400
    salesforce.switches.updated_cap = 0
    assert api("GET", "/sobjects/Lead/updated", **window)[1][0]["errorCode"] == "EXCEEDED_ID_LIMIT"


FIELD = {
    "FullName": "Lead.Answer_Due__c",
    "Metadata": {
        "type": "Text",
        "label": "Answer due",
        "length": 40,
        "externalId": True,
        "unique": True,
    },
}


def test_install_a_custom_field(api: Any, salesforce: Salesforce) -> None:
    """The Tooling API creates it; a second one of the name is DUPLICATE_DEVELOPER_NAME."""
    status, body = api("POST", "/tooling/sobjects/CustomField", FIELD)
    assert (status, body["success"]) == (201, True)
    status, again = api("POST", "/tooling/sobjects/CustomField/", FIELD)
    assert (status, again[0]["errorCode"]) == (400, "DUPLICATE_DEVELOPER_NAME")
    soql = "SELECT Id, DeveloperName, TableEnumOrId FROM CustomField WHERE DeveloperName = 'Answer_Due'"
    assert api.query(soql, path="/tooling/query")[0]["TableEnumOrId"] == "Lead"
    assert (
        api("PATCH", "/sobjects/Lead/Answer_Due__c/x", {"LastName": "L", "Company": "C"})[0] == 201
    )
    assert api("DELETE", f"/tooling/sobjects/CustomField/{body['id']}")[0] == 204
    assert api("GET", "/query", q="SELECT Answer_Due__c FROM Lead")[0] == 400


@pytest.mark.parametrize(
    "body",
    [{}, {"FullName": "Lead.X__c"}, FIELD | {"FullName": "Nope.X__c"}, FIELD | {"FullName": "Lead.X"},
     FIELD | {"Metadata": {"type": "Text", "label": "x"}}, FIELD | {"Metadata": {"type": "Nope", "label": "x"}},
     FIELD | {"Metadata": {"type": "Picklist", "label": "x", "valueSet": 3}}],
)  # fmt: skip
def test_fields_that_cannot_be(api: Any, body: Any) -> None:
    assert api("POST", "/tooling/sobjects/CustomField", body)[0] == 400


def test_a_new_field_needs_a_permission_set(clock: Clock, faults: Faults, fresh: Any) -> None:
    """With field-level security a field made by the Tooling API is invisible until it is granted and assigned."""
    salesforce, api = fresh(fls=True)
    api("POST", "/tooling/sobjects/CustomField", FIELD)
    soql = "SELECT Answer_Due__c FROM Lead"
    assert api("GET", "/query", q=soql)[1][0]["errorCode"] == "INVALID_FIELD"
    _, granted = api("POST", "/sobjects/PermissionSet", {"Name": "Leadcycle", "Label": "Leadcycle"})
    rights = {
        "ParentId": granted["id"],
        "SobjectType": "Lead",
        "Field": "Lead.Answer_Due__c",
        "PermissionsRead": True,
        "PermissionsEdit": True,
    }
    assert api("POST", "/sobjects/FieldPermissions", rights)[0] == 201
    assert api("GET", "/query", q=soql)[0] == 400
    assert api("POST", "/sobjects/FieldPermissions", rights)[1][0]["errorCode"] == "DUPLICATE_VALUE"
    assign = {"PermissionSetId": granted["id"], "AssigneeId": salesforce.integration_user}
    _, made = api("POST", "/sobjects/PermissionSetAssignment", assign)
    assert api("GET", "/query", q=soql)[0] == 200
    api("DELETE", f"/sobjects/PermissionSetAssignment/{made['id']}")
    assert api("GET", "/query", q=soql)[0] == 400


ENVELOPE = (
    '<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com">'
    "<e:Header><SessionHeader><sessionId>{session}</sessionId></SessionHeader></e:Header><e:Body>{body}</e:Body></e:Envelope>"
)


def soap(api: Any, body: str, session: str | None = None) -> tuple[int, str]:
    known = api.headers["authorization"].partition(" ")[2]
    text = ENVELOPE.format(session=known if session is None else session, body=body)
    answer = api.salesforce.handle(
        Request("POST", "/services/Soap/u/66.0", headers={"soapaction": '""'}, body=text.encode())
    )
    return answer.status, answer.body.decode()


def test_soap_conversion(api: Any, salesforce: Salesforce, lead: str) -> None:
    """B.7: `result{success, leadId, accountId, contactId, opportunityId, errors}` per item."""
    good = f"<leadConverts><leadId>{lead}</leadId><convertedStatus>Qualified</convertedStatus><doNotCreateOpportunity>true</doNotCreateOpportunity></leadConverts>"
    bad = f"<leadConverts><leadId>{lead}</leadId><convertedStatus>New</convertedStatus></leadConverts>"
    assert "INVALID_STATUS" in soap(api, f"<convertLead>{bad}</convertLead>")[1]
    status, text = soap(api, f"<convertLead>{good}{bad}</convertLead>")
    contact = salesforce.get("Lead", lead)["ConvertedContactId"]
    assert status == 200
    assert f"<contactId>{contact}</contactId>" in text
    assert '<opportunityId xsi:nil="true"/>' in text
    assert "CANNOT_UPDATE_CONVERTED_LEAD" in text
    assert salesforce.get("Lead", lead)["LastModifiedById"] == salesforce.integration_user


def test_soap_refusals(api: Any) -> None:
    """B.2: HTTP 500 with `sf:exceptionCode`; the login call is not offered."""
    status, text = soap(api, "<login><username>u</username><password>p</password></login>")
    assert (status, "<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>" in text) == (500, True)
    assert "INVALID_SESSION_ID" in soap(api, "<convertLead/>", session="x")[1]
    assert soap(api, "<query/>")[0] == 500
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert api.salesforce.handle(Request("POST", "/services/Soap/u/66.0", body=bomb)).status == 500


def test_no_rest_conversion(api: Any, lead: str) -> None:
    """Section 0.7: `/actions/standard/convertLead` answers 404."""
    assert api("POST", "/actions/standard/convertLead", {"inputs": [{"leadId": lead}]})[0] == 404


def test_faults_of_the_line(api: Any, salesforce: Salesforce, faults: Faults) -> None:
    """Each fault leaves the state it promises: nothing, or the committed write."""
    new = {"LastName": "L", "Company": "C"}

    def strike(name: str) -> Response | None:
        faults.rate = {name: 1.0}
        try:
            return api.raw("POST", "/sobjects/Lead", new)
        except Dropped:
            return None
        finally:
            faults.rate = {}

    def count() -> int:
        return len(list(salesforce.rows("Lead")))

    assert (strike("salesforce.error500").status, count()) == (500, 0)
    html = strike("salesforce.html503")
    assert (html.status, html.headers["Content-Type"][:9], count()) == (503, "text/html", 0)
    assert (strike("salesforce.reset"), count()) == (None, 0)
    assert (strike("salesforce.reset_after_commit"), count()) == (None, 1)
    assert (strike("salesforce.after_commit_500").status, count()) == (503, 2)
    cut = strike("salesforce.truncated")
    assert (cut.status, count()) == (201, 3)
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(cut.body)
    assert set(faults.fired.values()) == {1}


def test_the_table_names_every_fault_there_is() -> None:
    folder = Path(quirks.__file__).parent
    source = "".join(path.read_text() for path in folder.rglob("*.py") if path.name != "quirks.py")
    assert set(re.findall(r'"(salesforce\.\w+)"', source)) - {"salesforce.token"} == set(
        quirks.FAULTS
    )


def test_a_flow_rewrites_our_value(
    api: Any, salesforce: Salesforce, faults: Faults, lead: str
) -> None:
    salesforce.flows.append(
        lambda kind, row: (
            {"Rating": "Hot"} if kind == "Lead" and row.get("Rating") == "Cold" else None
        )
    )
    faults.rate["salesforce.flow_rewrites"] = 1.0
    api("PATCH", f"/sobjects/Lead/{lead}", {"Rating": "Cold"})
    assert salesforce.get("Lead", lead)["Rating"] == "Hot"


METHODS = st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "X"])
PIECES = st.one_of(
    st.sampled_from(
        ["services", "data", "v66.0", "v99.0", "query", "queryAll", "sobjects", "Lead", "Task", "composite", "graph", "jobs",
         "ingest", "batches", "tooling", "CustomField", "describe", "updated", "limits", "Leadcycle_Key__c", "Id", "oauth2",
         "token", "userinfo", "Soap", "u", "00Q5g0000007B0b", "%00", "%ff", "Lead%2F", ""]
    ),
    st.text(max_size=6),
)  # fmt: skip
JSONISH = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8),
              st.sampled_from(["@{a.id}", "/services/data/v66.0/sobjects/Lead", "POST", "GET", "Lead", "insert", "Open"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["records", "attributes", "type", "id", "Id", "LastName", "Company", "compositeRequest", "referenceId", "method", "url", "body",
                         "graphs", "graphId", "allOrNone", "operation", "object", "state", "FullName", "Metadata", "query", "ids", "fields", "OwnerId",
                         "httpHeaders", "Owner", "Email", "StartDateTime", "label"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
BODIES = st.one_of(st.binary(max_size=60), JSONISH.map(orjson.dumps))
QUERIES = st.one_of(
    st.text(max_size=30),
    st.dictionaries(
        st.sampled_from(["q", "fields", "ids", "start", "end", "locator"]),
        st.text(max_size=20),
        max_size=3,
    ).map(urlencode),
)


@settings(max_examples=500, deadline=None)
@given(METHODS, st.lists(PIECES, max_size=7), QUERIES, BODIES, st.booleans(), st.booleans())
def test_any_request_has_an_answer(
    fresh: Any, method: str, pieces: list[str], query: str, body: bytes, inside: bool, known: bool
) -> None:
    salesforce, api = fresh()
    prefix = "/services/data/v66.0/" if inside else "/"
    headers = (
        api.headers
        if known
        else {"authorization": "Basic x", "sforce-query-options": "batchSize=x"}
    )
    answer = salesforce.handle(Request(method, prefix + "/".join(pieces), query, headers, body))
    assert isinstance(answer, Response)
    assert 200 <= answer.status < 600


TARGETS = st.sampled_from(
    ["/composite", "/composite/graph", "/composite/sobjects", "/composite/sobjects/Lead/Leadcycle_Key__c", "/sobjects/Lead",
     "/sobjects/Task", "/sobjects/Event", "/sobjects/Opportunity", "/sobjects/CampaignMember", "/jobs/ingest", "/jobs/query",
     "/tooling/sobjects/CustomField"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(TARGETS, st.sampled_from(["POST", "PATCH"]), JSONISH)
def test_any_body_has_an_answer(fresh: Any, path: str, method: str, body: Any) -> None:
    _, api = fresh()
    answer = api.raw(method, path, orjson.dumps(body))
    assert 200 <= answer.status < 500
    assert answer.headers["Sforce-Limit-Info"]


def test_a_deep_body_has_an_answer(api: Any) -> None:
    for depth in (61, 300, 900, 5000):
        nested = b'{"LastName":' * depth + b"1" + b"}" * depth
        inner = b'{"compositeRequest":[{"referenceId":"a","method":"POST","url":"/services/data/v66.0/sobjects/Lead","body":'
        bodies = {
            "/sobjects/Lead": nested,
            "/composite": inner + nested + b"}]}",
            "/tooling/sobjects/CustomField": nested,
        }
        for path, body in bodies.items():
            status, answer = api("POST", path, body)
            assert (status, answer[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
    wide = {"LastName": "[" * 200, "Company": "C", "Description": "{" * 200}
    assert api("POST", "/sobjects/Lead", wide)[0] == 400  # too long a name, not too deep a body
    assert api("POST", "/sobjects/Lead", wide | {"LastName": "L"})[0] == 201


def test_a_commit_may_come_after_the_retry(
    api: Any, salesforce: Salesforce, faults: Faults, clock: Clock
) -> None:
    """Failure catalogue 30: the first create is committed when the second one has already been answered."""
    new = {"LastName": "L", "Company": "C"}
    faults.rate["salesforce.delayed_commit"] = 1.0
    for body in (new, new | {"Leadcycle_Key__c": "k"}):
        with pytest.raises(Dropped):
            api("POST", "/sobjects/Lead", body)
    faults.rate.clear()
    assert api.query("SELECT Id FROM Lead") == []
    assert api("POST", "/sobjects/Lead", new | {"Leadcycle_Key__c": "k"})[0] == 201
    clock.advance(timedelta(seconds=60))
    keys = [
        row["Leadcycle_Key__c"]
        for row in api.query("SELECT Leadcycle_Key__c FROM Lead ORDER BY Id")
    ]
    assert keys == ["k", None]


def test_a_head_request_has_no_body(api: Any, lead: str) -> None:
    answer = api.raw("HEAD", f"/sobjects/Lead/{lead}")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Last-Modified"] == "Sat, 21 Nov 2026 10:00:00 GMT"
