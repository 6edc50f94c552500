"""Records one at a time: what api-contracts A.4 and A.5 say of them."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

CONTACTS = "/crm/v3/objects/contacts"


def test_a_created_contact_has_strings_and_nulls_only(api):
    made = api(
        "POST",
        CONTACTS,
        {"properties": {"email": "Ada@Example.com", "numemployees": 12, "hs_email_optout": True}},
    )
    assert api.status == 201
    read = api(
        "GET",
        f"{CONTACTS}/{made['id']}?properties=email,numemployees,hs_email_optout,zip,no_such_property",
    )
    # A.5: every value is a string, a defined property without value is null, an undefined one is left out.
    assert read["properties"] == {
        "email": "ada@example.com",
        "numemployees": "12",
        "hs_email_optout": "true",
        "zip": None,
        "createdate": "2026-01-05T07:00:00.000Z",
        "lastmodifieddate": "2026-01-05T07:00:00.000Z",
        "hs_object_id": made["id"],
    }
    assert read["archived"] is False
    assert isinstance(read["id"], str)


@pytest.mark.parametrize("address", ["ada@example.com", "ADA@Example.com", " ada@example.com "])
def test_a_duplicate_is_a_409_with_the_id_in_the_text_only(api, contact, address):
    known = contact("ada@example.com")
    body = api("POST", CONTACTS, {"properties": {"email": address}})
    assert api.status == 409
    assert body["category"] == "CONFLICT"
    assert body["message"] == f"Contact already exists. Existing ID: {known}"  # A.4, word by word


def test_an_additional_address_conflicts_too(api, hubspot, contact):
    survivor = hubspot.merge("contacts", contact("a@example.com"), contact("b@example.com"))
    body = api("POST", CONTACTS, {"properties": {"email": "b@example.com"}})
    assert body["message"].endswith(f"Existing ID: {survivor}")


def test_property_errors_hide_an_array_in_the_message(api):
    body = api(
        "POST",
        CONTACTS,
        {"properties": {"email": "a@example.com", "missing": "x", "numemployees": "many"}},
    )
    assert api.status == 400
    assert body["status"] == "error"
    assert body["category"] == "VALIDATION_ERROR"
    text = body["message"].removeprefix("Property values were not valid: ")
    problems = {row["name"]: row for row in orjson.loads(text)}
    # A.4: the documented example, member by member.
    assert problems["missing"] == {
        "isValid": False,
        "message": 'Property "missing" does not exist',
        "error": "PROPERTY_DOESNT_EXIST",
        "name": "missing",
        "localizedErrorMessage": 'Property "missing" does not exist',
        "portalId": 145678901,
    }
    assert problems["numemployees"]["error"] == "INVALID_INTEGER"
    assert problems["numemployees"]["message"] == "many was not a valid number"
    assert api("GET", CONTACTS)["results"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lifecyclestage", "Lead"),
        ("lifecyclestage", "no such stage"),
        ("hs_analytics_first_timestamp", "yesterday"),
        ("hs_email_optout", "perhaps"),
        ("annualrevenue", "1.234,50"),
        ("annualrevenue", "NaN"),
        ("email", "not an address"),
        ("email", "somebody@company.invalid"),
        ("createdate", "2026-01-01T00:00:00Z"),
        ("hs_object_id", "1"),
        ("hubspot_owner_id", "1"),
        ("firstname", ["a"]),
        ("firstname", "x" * 65_537),
    ],
)
def test_values_that_are_refused(api, contact, name, value):
    id_ = contact("ada@example.com")
    before = api("GET", f"{CONTACTS}/{id_}?properties={name}")
    body = api("PATCH", f"{CONTACTS}/{id_}", {"properties": {name: value, "zip": "01067"}})
    assert api.status == 400, body
    assert body["errors"][0]["context"] == {"propertyName": [name]}
    assert api("GET", f"{CONTACTS}/{id_}?properties={name}") == before


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("hs_analytics_first_timestamp", "1767596400000", "2026-01-05T07:00:00.000Z"),
        ("hs_analytics_first_timestamp", "2026-01-05T08:00:00+01:00", "2026-01-05T07:00:00.000Z"),
        ("hs_analytics_first_timestamp", "2026-01-05", "2026-01-05T00:00:00.000Z"),
        ("hs_email_optout", "TRUE", "true"),
        ("annualrevenue", 12.0, "12"),
        ("zip", "01067", "01067"),
        ("lifecyclestage", "marketingqualifiedlead", "marketingqualifiedlead"),
        ("firstname", "", None),
        ("firstname", None, None),
    ],
)
def test_values_as_they_are_stored(api, contact, name, written, read):
    id_ = contact("ada@example.com", firstname="Ada")
    api("PATCH", f"{CONTACTS}/{id_}", {"properties": {name: written}})
    assert api.status == 200
    assert api("GET", f"{CONTACTS}/{id_}?properties={name}")["properties"][name] == read


def test_dates_are_days_or_midnights(api, hubspot, contact):
    hubspot.add_property("contacts", "born_on", "date", "date")
    id_ = contact("ada@example.com")
    for good in ("2026-01-05", "1767571200000"):
        api("PATCH", f"{CONTACTS}/{id_}", {"properties": {"born_on": good}})
        assert hubspot.get("contacts", id_)["born_on"] == "2026-01-05"
    body = api("PATCH", f"{CONTACTS}/{id_}", {"properties": {"born_on": "1767571200001"}})
    assert body["errors"][0]["code"] == "INVALID_DATE"


def test_checkboxes_append_after_a_leading_semicolon(api, hubspot, contact):
    hubspot.add_property(
        "contacts", "topics", "enumeration", "checkbox", options=["seals", "valves", "pumps"]
    )
    id_ = contact("ada@example.com", topics="seals")
    api("PATCH", f"{CONTACTS}/{id_}", {"properties": {"topics": ";valves;seals"}})
    assert hubspot.get("contacts", id_)["topics"] == "seals;valves"
    api("PATCH", f"{CONTACTS}/{id_}", {"properties": {"topics": "pumps"}})
    assert hubspot.get("contacts", id_)["topics"] == "pumps"


def test_modification_times_have_two_names(api, hubspot, clock):
    person, firm = (
        hubspot.create("contacts", {"email": "a@example.com"}),
        hubspot.create("companies", {"name": "Acme"}),
    )
    clock.advance(timedelta(seconds=5))
    api("PATCH", f"/crm/v3/objects/contacts/{person}", {"properties": {"zip": "1"}})
    api("PATCH", f"/crm/v3/objects/companies/{firm}", {"properties": {"zip": "1"}})
    assert hubspot.get("contacts", person)["lastmodifieddate"] == "2026-01-05T07:00:05.000Z"
    assert hubspot.get("companies", firm)["hs_lastmodifieddate"] == "2026-01-05T07:00:05.000Z"
    assert "hs_lastmodifieddate" not in hubspot.get("contacts", person).properties


def test_the_modification_time_never_moves_back(hubspot, contact, clock):
    id_ = contact("ada@example.com")
    hubspot.update("contacts", id_, {"zip": "1"}, at=clock.now() - timedelta(days=1))
    held = hubspot.get("contacts", id_)
    assert (held["zip"], held["lastmodifieddate"]) == ("1", "2026-01-05T07:00:00.000Z")


def test_writing_what_is_there_is_counted_but_changes_nothing(api, hubspot, contact, clock):
    id_ = contact("ada@example.com", zip="1")
    clock.advance(timedelta(seconds=5))
    api("PATCH", f"{CONTACTS}/{id_}", {"properties": {"zip": "1"}})
    assert (hubspot.api_rows_written, hubspot.rows_changed) == (1, 0)
    assert hubspot.get("contacts", id_)["lastmodifieddate"] == "2026-01-05T07:00:00.000Z"
    api("PATCH", f"{CONTACTS}/{id_}", {"properties": {"zip": "2"}})
    assert (hubspot.writes_total, hubspot.writes["contacts"]) == (2, 1)
    assert hubspot.calls["update contacts"] == 2


def test_a_unique_property_finds_and_guards(api, hubspot, contact):
    hubspot.add_property("contacts", "leadcycle_key", unique=True)
    id_ = contact("ada@example.com", leadcycle_key="K1")
    other = contact("bob@example.com")
    assert api("GET", f"{CONTACTS}/K1?idProperty=leadcycle_key")["id"] == id_
    assert api("GET", f"{CONTACTS}/ada@example.com?idProperty=email")["id"] == id_
    body = api("PATCH", f"{CONTACTS}/{other}", {"properties": {"leadcycle_key": "K1"}})
    assert (api.status, body["errors"][0]["code"]) == (400, "CONFLICTING_UNIQUE_VALUE")
    api("PATCH", f"{CONTACTS}/{id_}", {"properties": {"leadcycle_key": "K2"}})
    api("PATCH", f"{CONTACTS}/{other}", {"properties": {"leadcycle_key": "K1"}})
    assert api("GET", f"{CONTACTS}/K1?idProperty=leadcycle_key")["id"] == other
    api("GET", f"{CONTACTS}/x?idProperty=firstname")
    assert api.status == 400


def test_lists_page_by_the_id_of_the_next_record(api, contact):
    ids = [contact(f"p{n}@example.com") for n in range(25)]
    seen, target = [], f"{CONTACTS}?limit=10"
    while target:
        page = api("GET", target)
        seen += [row["id"] for row in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
        assert after is None or after == ids[len(seen)]  # A.5: the record id of the next record
        target = f"{CONTACTS}?limit=10&after={after}" if after else ""
    assert seen == ids


@pytest.mark.parametrize("limit", ["0", "101", "x", "-1"])
def test_page_sizes_have_bounds(api, limit):
    api("GET", f"{CONTACTS}?limit={limit}")
    assert api.status == 400


def test_history_halves_the_page_and_names_the_source(api, contact, clock):
    id_ = contact("ada@example.com", jobtitle="Engineer")
    clock.advance(timedelta(hours=1))
    api("PATCH", f"{CONTACTS}/{id_}", {"properties": {"jobtitle": "Head of Engineering"}})
    row = api("GET", f"{CONTACTS}?limit=50&propertiesWithHistory=jobtitle")["results"][0]
    versions = row["propertiesWithHistory"]["jobtitle"]
    assert [(found["value"], found["timestamp"], found["sourceType"]) for found in versions] == [
        ("Head of Engineering", "2026-01-05T08:00:00.000Z", "INTEGRATION"),
        ("Engineer", "2026-01-05T07:00:00.000Z", "CRM_UI"),
    ]
    api("GET", f"{CONTACTS}?limit=51&propertiesWithHistory=jobtitle")
    assert api.status == 400


def test_deleted_restored_and_created_again(api, hubspot, contact):
    old = contact("ada@example.com")
    api("DELETE", f"{CONTACTS}/{old}")
    assert api.status == 204
    api("GET", f"{CONTACTS}/{old}")
    assert api.status == 404
    assert (
        api("GET", f"{CONTACTS}?archived=true")["results"][0]["archivedAt"]
        == "2026-01-05T07:00:00.000Z"
    )
    hubspot.restore("contacts", old)
    assert api("GET", f"{CONTACTS}/{old}")["archived"] is False
    hubspot.delete("contacts", old)
    new = contact("ada@example.com")
    assert new != old
    with pytest.raises(ValueError, match="already exists"):
        hubspot.restore("contacts", old)


@pytest.mark.parametrize(
    "demand",
    [({}, "contacts"), ({"hs_task_subject": "Call"}, "tasks"), ({"hs_lead_name": "x"}, "leads")],
)
def test_what_a_new_record_needs(api, demand):
    properties, kind = demand
    api("POST", f"/crm/v3/objects/{kind}", {"properties": properties})
    assert api.status == 400


def test_associations_of_a_new_record_lead_to_existing_ones_only(api, hubspot, contact):
    person = contact("ada@example.com")

    def task(to: str) -> dict[str, object]:
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 204}]
        return {
            "properties": {"hs_timestamp": "1767596400000"},
            "associations": [{"to": {"id": to}, "types": types}],
        }

    made = api("POST", "/crm/v3/objects/tasks", task(person))
    assert hubspot.associated("tasks", made["id"], "contacts") == [person]
    api("POST", "/crm/v3/objects/tasks", task("999"))
    assert api.status == 400
    assert len(hubspot.ids("tasks")) == 1


def test_deals_know_whether_they_are_won(api, hubspot):
    id_ = hubspot.create("deals", {"dealname": "Seals", "dealstage": "contractsent"})
    assert hubspot.get("deals", id_)["hs_is_closed"] == "false"
    hubspot.update("deals", id_, {"dealstage": "closedwon"})
    held = hubspot.get("deals", id_)
    assert (held["hs_is_closed"], held["hs_is_closed_won"], held["hs_is_closed_lost"]) == (
        "true",
        "true",
        "false",
    )


def test_administrators_rules_bind_the_newest_path(api, hubspot):
    hubspot.require("contacts", "jobtitle", when=("lifecyclestage", "lead"))
    body = {"properties": {"email": "a@example.com", "lifecyclestage": "lead"}}
    api("POST", "/crm/objects/2026-09/contacts", body)
    assert api.status == 400  # failures 17
    api("POST", CONTACTS, body)
    assert api.status == 201


def test_an_archived_property_is_gone_for_readers_and_writers(api, hubspot, contact):
    hubspot.add_property("contacts", "grade")
    id_ = contact("ada@example.com", grade="A")
    hubspot.archive_property("contacts", "grade")
    assert "grade" not in api("GET", f"{CONTACTS}/{id_}?properties=grade")["properties"]
    api("PATCH", f"{CONTACTS}/{id_}", {"properties": {"grade": "B"}})
    assert api.status == 400  # failures 16
