"""Associations in the v4 shapes (api-contracts A.8)."""

from __future__ import annotations

import pytest


@pytest.fixture
def linked(hubspot, contact):
    person, firm = contact("ada@example.com"), hubspot.create("companies", {"name": "Acme"})
    hubspot.associate("contacts", person, "companies", firm)
    return person, firm


@pytest.mark.parametrize(
    "base", ["/crm/v4/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"]
)
def test_ids_are_integers_and_the_first_company_is_primary(api, hubspot, linked, base):
    person, firm = linked
    body = api("GET", f"{base}/contacts/{person}/associations/companies")
    assert body["results"] == [
        {
            "toObjectId": int(firm),
            "associationTypes": [
                {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"},
                {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
            ],
        }
    ]
    other = hubspot.create("companies", {"name": "Other"})
    hubspot.associate("contacts", person, "companies", other)
    types = api("GET", f"{base}/contacts/{person}/associations/companies")["results"][1][
        "associationTypes"
    ]
    assert [row["typeId"] for row in types] == [279]
    assert hubspot.get("contacts", person)["associatedcompanyid"] == firm


def test_direction_matters(api, linked):
    person, firm = linked
    types = api("GET", f"/crm/v4/objects/companies/{firm}/associations/contacts")["results"][0][
        "associationTypes"
    ]
    assert {row["typeId"] for row in types} == {280, 2}
    record = api("GET", f"/crm/v3/objects/contacts/{person}?associations=companies")
    # In the record itself the ids are strings (F.10).
    assert record["associations"]["companies"]["results"][0] == {
        "id": firm,
        "type": "contact_to_company",
    }


@pytest.mark.parametrize(
    ("kind", "to_kind", "type_id"),
    [
        ("contacts", "companies", 279), ("companies", "contacts", 280), ("deals", "contacts", 3), ("contacts", "deals", 4),
        ("deals", "companies", 341), ("contacts", "leads", 609), ("leads", "contacts", 608), ("leads", "deals", 1037),
        ("tasks", "contacts", 204), ("tasks", "deals", 216), ("tasks", "leads", 647), ("notes", "contacts", 202),
        ("calls", "contacts", 194), ("meetings", "contacts", 200), ("emails", "contacts", 198), ("contacts", "tasks", 203),
    ],
)  # fmt: skip
def test_documented_type_ids(api, hubspot, kind, to_kind, type_id):
    first, second = hubspot.create(kind, {}), hubspot.create(to_kind, {})
    body = api("PUT", f"/crm/v4/objects/{kind}/{first}/associations/default/{to_kind}/{second}")
    assert (api.status, body["status"]) == (200, "COMPLETE")
    assert body["results"][0]["associationSpec"] == {
        "associationCategory": "HUBSPOT_DEFINED",
        "associationTypeId": type_id,
    }


def test_a_labelled_association_answers_both_ids(api, hubspot, contact):
    person, deal = contact("ada@example.com"), hubspot.create("deals", {"dealname": "Seals"})
    spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}]
    body = api("PUT", f"/crm/v4/objects/deals/{deal}/associations/contacts/{person}", spec)
    assert api.status == 201
    assert body == {
        "fromObjectTypeId": "0-3",
        "fromObjectId": int(deal),
        "toObjectTypeId": "0-1",
        "toObjectId": int(person),
        "labels": [],
    }


def test_batch_read_names_those_without(api, hubspot, contact, linked):
    person, firm = linked
    lonely = contact("bob@example.com")
    body = api(
        "POST",
        "/crm/v4/associations/contacts/companies/batch/read",
        {"inputs": [{"id": person}, {"id": lonely}]},
    )
    assert api.status == 207
    assert [
        (row["from"]["id"], [to["toObjectId"] for to in row["to"]]) for row in body["results"]
    ] == [(person, [int(firm)])]
    assert body["errors"][0]["context"]["fromObjectId"] == [lonely]


def test_batches_of_a_thousand(api, hubspot, contact):
    person = contact("ada@example.com")
    rows = [
        {"from": {"id": hubspot.create("tasks", {})}, "to": {"id": person}} for _ in range(1000)
    ]
    body = api(
        "POST", "/crm/v4/associations/tasks/contacts/batch/associate/default", {"inputs": rows}
    )
    assert len(body["results"]) == 1000
    api(
        "POST",
        "/crm/v4/associations/tasks/contacts/batch/associate/default",
        {"inputs": [*rows, rows[0]]},
    )
    assert api.status == 400
    target, seen = f"/crm/v4/objects/contacts/{person}/associations/tasks?limit=300", []
    while target:
        page = api("GET", target)
        seen += [row["toObjectId"] for row in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
        target = (
            f"/crm/v4/objects/contacts/{person}/associations/tasks?limit=300&after={after}"
            if after
            else ""
        )
    assert seen == [int(row["from"]["id"]) for row in rows]


def test_taking_an_association_away_takes_both_directions(api, hubspot, linked):
    person, firm = linked
    api("DELETE", f"/crm/v4/objects/contacts/{person}/associations/companies/{firm}")
    assert api.status == 204
    assert hubspot.associated("companies", firm, "contacts") == []
    assert hubspot.writes["associations"] == 1


@pytest.mark.parametrize(
    ("base", "status"), [("/crm/v4/associations", 204), ("/crm/associations/2026-03", 200)]
)
def test_batch_archive_answers_by_version(api, hubspot, linked, base, status):
    rows = [{"from": {"id": linked[0]}, "to": [{"id": linked[1]}]}]
    api("POST", f"{base}/contacts/companies/batch/archive", {"inputs": rows})
    assert (api.status, hubspot.associated("contacts", linked[0], "companies")) == (status, [])


def test_deleted_records_are_not_shown(api, hubspot, linked):
    hubspot.delete("companies", linked[1])
    assert (
        api("GET", f"/crm/v4/objects/contacts/{linked[0]}/associations/companies")["results"] == []
    )


@pytest.mark.parametrize("from_lead", [True, False])
def test_a_lead_without_its_last_contact_is_deleted(api, hubspot, contact, from_lead):
    first, second = contact("a@example.com"), contact("b@example.com")
    lead = hubspot.create(
        "leads", {"hs_lead_name": "x"}, associations=[("contacts", first), ("contacts", second)]
    )
    for person in (first, second):
        assert hubspot.ids("leads") == [lead]
        pair = f"leads/{lead}/associations/contacts/{person}"
        back = f"contacts/{person}/associations/leads/{lead}"
        api("DELETE", f"/crm/v4/objects/{pair if from_lead else back}")
    assert hubspot.ids("leads") == []
