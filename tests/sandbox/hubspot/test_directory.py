"""Owners, pipelines, property definitions (api-contracts A.9)."""

from __future__ import annotations

import pytest

PROPERTIES = "/crm/v3/properties/contacts"


def test_owners_are_not_users(api, hubspot, contact):
    id_ = hubspot.add_owner("eva@example.com", "Eva", "Ohm", teams=["North"])
    owner = api("GET", "/crm/v3/owners/?email=eva@example.com")["results"][0]
    assert (owner["id"], owner["type"], owner["archived"]) == (id_, "PERSON", False)
    assert owner["teams"] == [{"id": "1", "name": "North", "primary": True}]
    person = contact("ada@example.com", hubspot_owner_id=id_)
    api(
        "PATCH",
        f"/crm/v3/objects/contacts/{person}",
        {"properties": {"hubspot_owner_id": str(owner["userId"])}},
    )
    assert api.status == 400  # assigning a userId is an error
    assert api("GET", f"/crm/v3/owners/{owner['userId']}?idProperty=userId")["id"] == id_


def test_archived_owners_are_shown_on_demand_without_user(api, hubspot, contact):
    id_ = hubspot.add_owner("eva@example.com", "Eva", "Ohm")
    person = contact("ada@example.com", hubspot_owner_id=id_)
    hubspot.archive_owner(id_)
    assert api("GET", "/crm/v3/owners/")["results"] == []
    archived = api("GET", "/crm/v3/owners?archived=true")["results"][0]
    assert (archived["id"], archived["userId"]) == (id_, None)
    assert archived["userIdIncludingInactive"]
    assert hubspot.get("contacts", person)["hubspot_owner_id"] == id_
    api(
        "POST",
        "/crm/v3/objects/contacts",
        {"properties": {"email": "b@example.com", "hubspot_owner_id": id_}},
    )
    assert api.status == 400


def test_owners_page(api, hubspot):
    made = [hubspot.add_owner(f"o{n}@example.com", "O", str(n), queue=n == 3) for n in range(5)]
    first = api("GET", "/crm/v3/owners/?limit=3")
    rest = api("GET", f"/crm/v3/owners/?limit=3&after={first['paging']['next']['after']}")
    assert [row["id"] for row in first["results"] + rest["results"]] == made
    assert rest["results"][0]["type"] == "QUEUE"
    assert "paging" not in rest


def test_stage_metadata_are_strings(api):
    body = api("GET", "/crm/v3/pipelines/deals")
    stages = {stage["id"]: stage["metadata"] for stage in body["results"][0]["stages"]}
    assert stages["closedwon"] == {"isClosed": "true", "probability": "1.0"}
    assert stages["closedlost"] == {"isClosed": "true", "probability": "0.0"}
    assert api("GET", "/crm/v3/pipelines/deals/default/stages/closedwon")["label"] == "Closed Won"
    api("GET", "/crm/v3/pipelines/deals/none")
    assert api.status == 404


def _property(name, **more):
    return {
        "groupName": "contactinformation",
        "name": name,
        "label": name,
        "type": "string",
        "fieldType": "text",
        **more,
    }


def test_a_property_is_made_once(api, contact):
    made = api("POST", PROPERTIES, _property("leadcycle_grade"))
    assert (api.status, made["hubspotDefined"]) == (201, False)
    api("POST", PROPERTIES, _property("leadcycle_grade"))
    assert api.status == 409
    id_ = contact("ada@example.com", leadcycle_grade="A")
    read = api("GET", f"/crm/v3/objects/contacts/{id_}?properties=leadcycle_grade")
    assert read["properties"]["leadcycle_grade"] == "A"
    api("DELETE", f"{PROPERTIES}/leadcycle_grade")
    api("GET", f"{PROPERTIES}/leadcycle_grade")
    assert api.status == 404
    archived = api("GET", f"{PROPERTIES}?archived=true")["results"]
    assert [row["name"] for row in archived] == ["leadcycle_grade"]


@pytest.mark.parametrize(
    "more",
    [
        {"type": "text"},
        {"fieldType": "slider"},
        {"groupName": "no_such_group"},
        {"name": "Upper"},
        {"name": "1st"},
        {"label": ""},
        {"type": "enumeration", "fieldType": "select"},
    ],
)
def test_definitions_that_are_refused(api, more):
    api("POST", PROPERTIES, {**_property("x"), **more})
    assert api.status == 400


def test_groups_and_batches(api):
    assert (
        api("POST", f"{PROPERTIES}/groups", {"name": "leadcycle", "label": "Leadcycle"})["archived"]
        is False
    )
    api("POST", f"{PROPERTIES}/groups", {"name": "leadcycle", "label": "Leadcycle"})
    assert api.status == 409
    rows = [_property(f"p{n}", groupName="leadcycle") for n in range(3)]
    body = api("POST", f"{PROPERTIES}/batch/create", {"inputs": rows})
    assert (api.status, len(body["results"])) == (201, 3)
    body = api("POST", f"{PROPERTIES}/batch/create", {"inputs": [rows[0], _property("p9")]})
    assert (api.status, body["numErrors"], body["results"][0]["name"]) == (207, 1, "p9")
    api("POST", f"{PROPERTIES}/batch/archive", {"inputs": [{"name": "p0"}, {"name": "none"}]})
    assert api.status == 204
    body = api(
        "POST",
        f"{PROPERTIES}/batch/read",
        {"archived": False, "inputs": [{"name": "p0"}, {"name": "p1"}]},
    )
    assert (api.status, [row["name"] for row in body["results"]]) == (207, ["p1"])


def test_unique_properties_are_few(api):
    for number in range(10):
        api("POST", PROPERTIES, _property(f"key_{number}", hasUniqueValue=True))
        assert api.status == 201
    api("POST", PROPERTIES, _property("key_10", hasUniqueValue=True))
    assert api.status == 400
