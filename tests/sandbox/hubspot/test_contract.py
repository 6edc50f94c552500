"""Our answers against the OpenAPI files derived from the vendor's own client (api-contracts E)."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

SPECS = Path(__file__).resolve().parents[3].parent / "shared" / "specs" / "hubspot"
pytestmark = pytest.mark.skipif(
    not SPECS.is_dir(), reason="the derived OpenAPI files are not beside this repository"
)
JSON = "application/json"


@pytest.fixture(scope="module")
def spec():
    """Read a file once."""
    read = {}

    def named(group):
        if group not in read:
            content = json.loads((SPECS / f"{group}.openapi.json").read_text())
            if group == "forms":
                _narrow(content["components"]["schemas"])
            read[group] = OpenAPI.from_dict(content)
        return read[group]

    return named


def _narrow(schemas):
    """Of each union of forms the derived file kept one variant only; put those in its place that we answer."""
    schemas["FieldGroup"]["properties"]["fields"]["items"] = {
        "$ref": "#/components/schemas/EmailField"
    }
    schemas["HubSpotFormDefinitionAllOfLegalConsentOptions"] = schemas["LegalConsentOptionsNone"]


@pytest.fixture
def valid(api, spec):
    """Call the portal; request and answer must both satisfy the file."""

    def call(group, method, target, body=None, status=200):
        content = api(method, target, body)
        assert api.status == status, content
        path, _, query = target.partition("?")
        sent = MockRequest(
            "https://api.hubapi.com", method.lower(), path, args=_args(query), headers={"Authorization": "Bearer x"},
            data=json.dumps(body).encode() if body is not None else None, content_type=JSON if body is not None else "",
        )  # fmt: skip
        spec(group).validate_request(sent)
        if api.last.body:
            spec(group).validate_response(
                sent, MockResponse(api.last.body, status_code=status, content_type=JSON)
            )
        return content

    return call


def _args(query):
    found = {}
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        found.setdefault(name, []).append(value)
    return found


def _filter(name, operator, value):
    return {
        "filterGroups": [
            {"filters": [{"propertyName": name, "operator": operator, "value": value}]}
        ]
    }


def test_the_life_of_a_contact(valid, hubspot):
    base = "/crm/v3/objects/contacts"
    made = valid(
        "contacts", "POST", base, {"properties": {"email": "ada@example.com", "zip": None}}, 201
    )
    firm = hubspot.create("companies", {"name": "Acme"})
    hubspot.associate("contacts", made["id"], "companies", firm)
    valid(
        "contacts",
        "GET",
        f"{base}/{made['id']}?properties=zip&associations=companies&propertiesWithHistory=email",
    )
    valid("contacts", "GET", f"{base}?limit=10&properties=email&archived=false")
    valid("contacts", "PATCH", f"{base}/{made['id']}", {"properties": {"zip": "1"}})
    found = valid(
        "contacts",
        "POST",
        f"{base}/search",
        {**_filter("zip", "EQ", "1"), "limit": 200, "after": "0", "properties": ["zip"]},
    )
    assert found["total"] == 1
    other = hubspot.create("contacts", {"email": "b@example.com"})
    valid(
        "contacts",
        "POST",
        f"{base}/merge",
        {"primaryObjectId": made["id"], "objectIdToMerge": other},
    )
    valid("contacts", "GET", f"{base}/{other}")
    valid(
        "contacts",
        "POST",
        f"{base}/gdpr-delete",
        {"objectId": "ada@example.com", "idProperty": "email"},
        204,
    )
    valid("contacts", "GET", f"{base}/{other}", status=404)


@pytest.mark.parametrize(
    "kind",
    ["contacts", "companies", "deals", "leads", "tasks", "meetings", "calls", "emails", "notes"],
)
def test_batches_of_every_kind(valid, hubspot, contact, kind):
    base = f"/crm/v3/objects/{kind}/batch"
    needed = {"hs_lead_name": "x"} if kind == "leads" else {"hs_timestamp": "1767596400000"}
    properties = {
        "contacts": {"email": "a@example.com"},
        "companies": {"name": "Acme"},
        "deals": {"dealname": "Seals"},
    }.get(kind, needed)
    row = {"properties": properties, "objectWriteTraceId": "t1", "associations": []}
    if kind == "leads":
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 578}
        row["associations"] = [{"to": {"id": contact("p@example.com")}, "types": [spec]}]
    bad = {**row, "properties": {"nope": "x"}, "objectWriteTraceId": "t2"}
    made = valid(kind, "POST", f"{base}/create", {"inputs": [row]}, 201)
    valid(kind, "POST", f"{base}/create", {"inputs": [bad]}, 207)
    id_ = made["results"][0]["id"]
    valid(
        kind,
        "POST",
        f"{base}/read",
        {"inputs": [{"id": id_}, {"id": "999"}], "properties": ["hubspot_owner_id"]},
        207,
    )
    valid(
        kind,
        "POST",
        f"{base}/update",
        {"inputs": [{"id": id_, "properties": {"hubspot_owner_id": ""}}]},
    )
    valid(kind, "POST", f"{base}/archive", {"inputs": [{"id": id_}]}, 204)


def test_upserts(valid, hubspot):
    hubspot.add_property("contacts", "leadcycle_key", unique=True)
    row = {"id": "K1", "idProperty": "leadcycle_key", "properties": {"email": "a@example.com"}}
    assert (
        valid("contacts", "POST", "/crm/v3/objects/contacts/batch/upsert", {"inputs": [row]})[
            "results"
        ][0]["new"]
        is True
    )


def test_errors(valid, contact, faults):
    contact("ada@example.com")
    base = "/crm/v3/objects/contacts"
    valid("contacts", "POST", base, {"properties": {"email": "ada@example.com"}}, 409)
    valid("contacts", "POST", base, {"properties": {"nope": "x"}}, 400)
    faults.rate["hubspot.secondly429"] = 1
    valid("contacts", "POST", f"{base}/search", {}, 429)
    faults.rate["hubspot.error500"] = 1
    valid("contacts", "GET", base, status=500)


def test_associations(valid, hubspot, contact):
    person, firm = contact("ada@example.com"), hubspot.create("companies", {"name": "Acme"})
    group, pair = "associations-v4", f"contacts/{person}/associations"
    valid(group, "PUT", f"/crm/v4/objects/contacts/{person}/associations/default/companies/{firm}")
    spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    valid(group, "PUT", f"/crm/v4/objects/{pair}/companies/{firm}", spec, 201)
    valid(group, "GET", f"/crm/v4/objects/{pair}/companies?limit=500")
    valid(
        group,
        "POST",
        "/crm/v4/associations/contacts/companies/batch/read",
        {"inputs": [{"id": person}]},
    )
    valid(
        group,
        "POST",
        "/crm/v4/associations/contacts/companies/batch/read",
        {"inputs": [{"id": "999"}]},
        207,
    )
    rows = [{"from": {"id": person}, "to": {"id": firm}, "types": spec}]
    valid(
        group, "POST", "/crm/v4/associations/contacts/companies/batch/create", {"inputs": rows}, 201
    )
    rows = [{"from": {"id": person}, "to": [{"id": firm}]}]
    valid(
        group,
        "POST",
        "/crm/v4/associations/contacts/companies/batch/archive",
        {"inputs": rows},
        204,
    )


def test_owners_pipelines_properties(valid, hubspot):
    id_ = hubspot.add_owner("eva@example.com", "Eva", "Ohm", teams=["North"])
    valid("owners", "GET", "/crm/v3/owners/?limit=100")
    hubspot.archive_owner(id_)
    valid("owners", "GET", "/crm/v3/owners/?archived=true")
    valid("pipelines", "GET", "/crm/v3/pipelines/deals")
    valid("pipelines", "GET", "/crm/v3/pipelines/deals/default/stages")
    base = "/crm/v3/properties/contacts"
    valid("properties", "GET", base)
    valid("properties", "GET", f"{base}/lifecyclestage")
    valid("properties", "POST", f"{base}/groups", {"name": "leadcycle", "label": "Leadcycle"}, 201)
    valid("properties", "GET", f"{base}/groups")
    made = {
        "groupName": "leadcycle",
        "name": "grade",
        "label": "Grade",
        "type": "string",
        "fieldType": "text",
    }
    valid("properties", "POST", base, made, 201)


def test_lists(valid, contact):
    made = valid(
        "lists",
        "POST",
        "/crm/v3/lists/",
        {"name": "Fair", "objectTypeId": "0-1", "processingType": "MANUAL"},
    )
    list_id, person = made["list"]["listId"], contact("ada@example.com")
    valid("lists", "PUT", f"/crm/v3/lists/{list_id}/memberships/add", [person, "999"])
    valid("lists", "GET", f"/crm/v3/lists/{list_id}/memberships?limit=100")
    valid("lists", "GET", f"/crm/v3/lists/{list_id}")
    valid("lists", "GET", "/crm/v3/lists/object-type-id/0-1/name/Fair")
    valid("lists", "GET", f"/crm/v3/lists/records/0-1/{person}/memberships")
    valid("lists", "POST", "/crm/v3/lists/search", {"query": "fair", "count": 20, "offset": 0})


def test_events_forms_consent_oauth(valid, api, hubspot, contact, spec):
    person = contact("ada@example.com")
    hubspot.occurrence("e_visited_page", person, {"hs_url": "https://example.com/"})
    valid("events", "GET", f"/events/v3/events/?objectType=contact&objectId={person}&limit=1")
    valid("events", "GET", "/events/v3/events/event-types")
    hubspot.add_form("Demo request")
    valid("forms", "GET", "/marketing/v3/forms/")
    group = "communication-preferences-v3"
    valid(group, "GET", "/communication-preferences/v3/definitions")
    valid(group, "GET", "/communication-preferences/v3/status/email/ada@example.com")
    wish = {"emailAddress": "ada@example.com", "subscriptionId": "301"}
    valid(group, "POST", "/communication-preferences/v3/unsubscribe", wish)
    form = {
        "grant_type": "authorization_code",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "code": "sandbox-code",
    }
    token = api("POST", "/oauth/v1/token", urlencode(form).encode())["access_token"]
    sent = MockRequest(
        "https://api.hubapi.com",
        "post",
        "/oauth/v1/token",
        data=urlencode(form).encode(),
        content_type="application/x-www-form-urlencoded",
    )
    spec("oauth-v1").validate_response(sent, MockResponse(api.last.body, content_type=JSON))
    valid("oauth-v1", "GET", f"/oauth/v1/access-tokens/{token}")
