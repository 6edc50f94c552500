"""Lists, v3 (api-contracts A.10)."""

from __future__ import annotations

import pytest


@pytest.fixture
def fair(api):
    return api(
        "POST",
        "/crm/v3/lists/",
        {"name": "Fair 2026", "objectTypeId": "0-1", "processingType": "MANUAL"},
    )["list"]["listId"]


def test_a_list_is_found_by_name_and_by_search(api, fair):
    assert api("GET", "/crm/v3/lists/object-type-id/0-1/name/fair%202026")["list"]["listId"] == fair
    assert (
        api("POST", "/crm/v3/lists/search", {"query": "FAIR", "processingTypes": ["MANUAL"]})[
            "lists"
        ][0]["listId"]
        == fair
    )
    assert (
        api("POST", "/crm/v3/lists/search", {"query": "fair", "processingTypes": ["DYNAMIC"]})[
            "total"
        ]
        == 0
    )
    api("GET", "/crm/v3/lists/object-type-id/0-1/name/other")
    assert api.status == 404
    api(
        "POST",
        "/crm/v3/lists",
        {"name": "Fair 2026", "objectTypeId": "0-1", "processingType": "MANUAL"},
    )
    assert api.status == 400


def test_membership_is_idempotent_and_spelled_oddly(api, hubspot, contact, fair):
    first, second = contact("a@example.com"), contact("b@example.com")
    body = api("PUT", f"/crm/v3/lists/{fair}/memberships/add", [first, "999"])
    assert body == {"recordsIdsAdded": [first], "recordIdsRemoved": [], "recordIdsMissing": ["999"]}
    assert api("PUT", f"/crm/v3/lists/{fair}/memberships/add", [first])["recordsIdsAdded"] == []
    body = api(
        "PUT",
        f"/crm/lists/2026-09/{fair}/memberships/add-and-remove",
        {"recordIdsToAdd": [second], "recordIdsToRemove": [first]},
    )
    assert (body["recordsIdsAdded"], body["recordIdsRemoved"]) == ([second], [first])
    members = api("GET", f"/crm/v3/lists/{fair}/memberships")["results"]
    assert members == [{"recordId": second, "membershipTimestamp": "2026-01-05T07:00:00.000Z"}]
    assert (
        api("GET", f"/crm/v3/lists/records/0-1/{second}/memberships")["results"][0]["listId"]
        == fair
    )
    assert hubspot.writes["memberships"] == 3


def test_members_page(api, contact, fair):
    ids = [contact(f"p{n}@example.com") for n in range(7)]
    api("PUT", f"/crm/v3/lists/{fair}/memberships/add", ids)
    seen, target = [], f"/crm/v3/lists/{fair}/memberships?limit=3"
    while target:
        page = api("GET", target)
        seen += [row["recordId"] for row in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
        target = f"/crm/v3/lists/{fair}/memberships?limit=3&after={after}" if after else ""
    assert seen == ids


def test_dynamic_lists_follow_their_filters(api, contact):
    made = api(
        "POST",
        "/crm/v3/lists",
        {"name": "Hot", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": {}},
    )
    api(
        "PUT", f"/crm/v3/lists/{made['list']['listId']}/memberships/add", [contact("a@example.com")]
    )
    assert api.status == 400
