"""Merges and erasure (api-contracts A.15; failures 8, 85, 86)."""

from __future__ import annotations

from datetime import timedelta

import pytest

CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture
def pair(contact):
    first = contact("a@example.com", firstname="Ada", lifecyclestage="lead")
    second = contact("b@example.com", firstname="Bea", zip="01067", lifecyclestage="customer")
    return first, second


def test_the_survivor_is_a_third_record(api, hubspot, clock, pair):
    clock.advance(timedelta(hours=1))
    body = api(
        "POST", f"{CONTACTS}/merge", {"primaryObjectId": pair[0], "objectIdToMerge": pair[1]}
    )
    new = body["id"]
    assert api.status == 200
    assert new not in pair
    held = hubspot.get("contacts", new)
    assert (held["firstname"], held["zip"], held["email"]) == ("Ada", "01067", "a@example.com")
    assert held["hs_additional_emails"] == "b@example.com"
    assert held["lifecyclestage"] == "customer"  # furthest down the funnel
    assert held["hs_merged_object_ids"] == f"{pair[0]};{pair[1]}"
    stamp = clock.ms()
    assert (
        held["hs_calculated_merged_vids"] == f"{pair[0]}:{stamp};{pair[1]}:{stamp}"
    )  # id:epoch_ms;id:epoch_ms
    assert hubspot.ids("contacts") == [new]


def test_old_ids_lead_to_the_survivor_through_every_merge(api, hubspot, contact, pair):
    first = hubspot.merge("contacts", *pair)
    last = hubspot.merge("contacts", contact("c@example.com"), first)
    for old in (*pair, first):
        assert api("GET", f"{CONTACTS}/{old}")["id"] == last
        assert api("PATCH", f"{CONTACTS}/{old}", {"properties": {"zip": old}})["id"] == last
    assert hubspot.get("contacts", last)["zip"] == first
    assert set(hubspot.get("contacts", last)["hs_merged_object_ids"].split(";")) >= {*pair, first}
    for email in ("a@example.com", "b@example.com", "c@example.com"):
        assert hubspot.find(email) == last


def test_before_2025_the_primary_record_stayed(hubspot, pair):
    hubspot.switches.merged_id = "primary"
    assert hubspot.merge("contacts", *pair) == pair[0]
    assert hubspot.get("contacts", pair[1]).id == pair[0]
    assert hubspot.get("contacts", pair[0])["hs_merged_object_ids"] == pair[1]


def test_everything_moves_to_the_survivor(api, hubspot, pair):
    task = hubspot.create(
        "tasks", {"hs_timestamp": "1767596400000"}, associations=[("contacts", pair[1])]
    )
    made = api(
        "POST", "/crm/v3/lists", {"name": "Fair", "objectTypeId": "0-1", "processingType": "MANUAL"}
    )
    list_id = made["list"]["listId"]
    api("PUT", f"/crm/v3/lists/{list_id}/memberships/add", [pair[1]])
    hubspot.occurrence("e_visited_page", pair[1], {"hs_url": "https://example.com/"})
    new = hubspot.merge("contacts", *pair)
    assert hubspot.associated("contacts", new, "tasks") == [task]
    assert hubspot.associated("tasks", task, "contacts") == [new]
    assert api("GET", f"/crm/v3/lists/{list_id}/memberships")["results"][0]["recordId"] == new
    found = api("GET", f"/events/v3/events?objectType=contact&objectId={pair[1]}")["results"]
    assert [row["objectId"] for row in found] == [new]


def test_unique_values_are_the_survivors(api, hubspot, contact):
    hubspot.add_property("contacts", "leadcycle_key", unique=True)
    first = contact("a@example.com", leadcycle_key="K1")
    new = hubspot.merge("contacts", first, hubspot.create("contacts", {"lastname": "Ng"}))
    assert hubspot.find("a@example.com") == new
    assert api("GET", f"{CONTACTS}/K1?idProperty=leadcycle_key")["id"] == new


def test_a_record_cannot_be_merged_with_itself(api, hubspot, pair):
    api("POST", f"{CONTACTS}/merge", {"primaryObjectId": pair[0], "objectIdToMerge": pair[0]})
    assert api.status == 400
    hubspot.merge("contacts", *pair)
    api("POST", f"{CONTACTS}/merge", {"primaryObjectId": pair[0], "objectIdToMerge": pair[1]})
    assert api.status == 400


def test_no_more_than_250_identities(api, hubspot, contact):
    hubspot.switches.merged_id = "primary"
    survivor = contact("p@example.com")
    for number in range(250):
        hubspot.merge("contacts", survivor, contact(f"p{number}@example.com"))
    body = api(
        "POST",
        f"{CONTACTS}/merge",
        {"primaryObjectId": survivor, "objectIdToMerge": contact("x@example.com")},
    )
    assert (api.status, body["message"]) == (
        414,
        "Cannot have more than 250 identities on a profile",
    )  # A.3


def test_an_erased_person_is_gone_everywhere(api, hubspot, pair):
    form = hubspot.add_form("Demo request")
    hubspot.submit_form(form, {"email": "a@example.com", "firstname": "Ada"})
    hubspot.occurrence("e_visited_page", pair[0], {})
    api("POST", f"{CONTACTS}/gdpr-delete", {"objectId": "A@example.com", "idProperty": "email"})
    assert api.status == 204
    api("GET", f"{CONTACTS}/{pair[0]}")
    assert api.status == 404
    assert api("GET", f"{CONTACTS}?archived=true")["results"] == []
    assert api("GET", f"/form-integrations/v1/submissions/forms/{form}")["results"] == []
    assert api("GET", "/events/v3/events?objectType=contact")["results"] == []


def test_erasing_a_stranger_blocks_the_address(api, hubspot):
    api("POST", f"{CONTACTS}/gdpr-delete", {"objectId": "never@example.com", "idProperty": "email"})
    assert api.status == 204
    api("POST", CONTACTS, {"properties": {"email": "Never@example.com"}})
    assert api.status == 400
    form = hubspot.add_form("Demo request")
    assert hubspot.submit_form(form, {"email": "never@example.com"}) is None
    assert hubspot.ids("contacts") == []


def test_erasing_an_unknown_id_is_a_404(api):
    api("POST", f"{CONTACTS}/gdpr-delete", {"objectId": "999"})
    assert api.status == 404
