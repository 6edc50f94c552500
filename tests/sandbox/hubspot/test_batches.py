"""Batches (api-contracts A.5, F.4): 100 inputs, all or nothing without trace ids, 207 with them."""

from __future__ import annotations

import pytest

BATCH = "/crm/v3/objects/contacts/batch"


def _people(*emails, **more):
    return {"inputs": [{"properties": {"email": email, **more}} for email in emails]}


def test_without_trace_ids_one_bad_input_fails_all(api, hubspot):
    body = api("POST", f"{BATCH}/create", _people("a@example.com", "not an address"))
    assert (api.status, body["category"]) == (400, "VALIDATION_ERROR")
    assert hubspot.ids("contacts") == []


def test_with_trace_ids_the_others_go_through(api, hubspot):
    sent = _people("a@example.com", "not an address")
    for number, row in enumerate(sent["inputs"]):
        row["objectWriteTraceId"] = f"t{number}"
    body = api("POST", f"{BATCH}/create", sent)
    assert api.status == 207
    assert (body["status"], body["numErrors"], len(body["results"])) == ("COMPLETE", 1, 1)
    assert body["errors"][0]["context"] == {"objectWriteTraceId": ["t1"]}
    assert body["errors"][0]["category"] == "VALIDATION_ERROR"
    assert hubspot.find("a@example.com") == body["results"][0]["id"]


def test_trace_ids_must_be_unique_to_count(api, hubspot):
    sent = _people("a@example.com", "not an address")
    for row in sent["inputs"]:
        row["objectWriteTraceId"] = "same"
    api("POST", f"{BATCH}/create", sent)
    assert api.status == 400
    assert hubspot.ids("contacts") == []


@pytest.mark.parametrize("verb", ["create", "update", "upsert", "read", "archive"])
def test_a_hundred_and_one_are_too_many(api, verb):
    rows = [
        {"id": str(n), "idProperty": "email", "properties": {"email": f"p{n}@example.com"}}
        for n in range(101)
    ]
    api("POST", f"{BATCH}/{verb}", {"inputs": rows})
    assert api.status == 400


def test_one_conflict_fails_a_whole_upsert(api, hubspot, contact):
    hubspot.add_property("contacts", "leadcycle_key", unique=True)
    contact("taken@example.com", leadcycle_key="K0")
    rows = [
        {"id": f"K{n}", "idProperty": "leadcycle_key", "properties": {"email": f"p{n}@example.com"}}
        for n in range(1, 5)
    ]
    rows.append(
        {"id": "K9", "idProperty": "leadcycle_key", "properties": {"email": "taken@example.com"}}
    )
    api("POST", f"{BATCH}/upsert", {"inputs": rows})
    assert api.status == 409  # failures 13
    assert len(hubspot.ids("contacts")) == 1
    made = api(
        "POST",
        f"{BATCH}/upsert",
        {
            "inputs": [
                *rows[:4],
                {"id": "K0", "idProperty": "leadcycle_key", "properties": {"zip": "1"}},
            ]
        },
    )
    assert [row["new"] for row in made["results"]] == [True, True, True, True, False]


def test_updates_refuse_merged_and_repeated_ids(api, hubspot, contact):
    old, other = contact("a@example.com"), contact("b@example.com")
    new = hubspot.merge("contacts", old, other)
    api("POST", f"{BATCH}/update", {"inputs": [{"id": old, "properties": {"zip": "1"}}]})
    assert api.status == 400
    twice = {
        "inputs": [{"id": new, "properties": {"zip": "1"}}, {"id": new, "properties": {"zip": "2"}}]
    }
    api("POST", f"{BATCH}/update", twice)
    assert api.status == 400
    api("POST", f"{BATCH}/update", {"inputs": [{"id": new, "properties": {"zip": "3"}}]})
    assert (api.status, hubspot.get("contacts", new)["zip"]) == (200, "3")


def test_a_read_names_what_is_missing(api, contact):
    id_ = contact("ada@example.com")
    body = api(
        "POST",
        f"{BATCH}/read",
        {"properties": ["email"], "inputs": [{"id": id_}, {"id": "999"}, {"id": "x"}]},
    )
    assert api.status == 207
    assert [row["properties"]["email"] for row in body["results"]] == ["ada@example.com"]
    assert body["errors"][0]["context"]["ids"] == ["999", "x"]
    body = api(
        "POST",
        f"{BATCH}/read",
        {"properties": ["email"], "idProperty": "email", "inputs": [{"id": "ada@example.com"}]},
    )
    assert (api.status, body["results"][0]["id"]) == (200, id_)


def test_the_same_address_twice_in_one_batch(api, hubspot):
    api("POST", f"{BATCH}/create", _people("a@example.com", "A@example.com"))
    assert api.status == 409
    assert hubspot.ids("contacts") == []


def test_archive_says_nothing_of_unknown_ids(api, hubspot, contact):
    id_ = contact("ada@example.com")
    api("POST", f"{BATCH}/archive", {"inputs": [{"id": id_}, {"id": "999"}, {"id": id_}]})
    assert (api.status, hubspot.ids("contacts")) == (204, [])
    assert hubspot.writes["contacts"] == 1


def test_partial_failure_by_fault_concerns_single_rows(api, hubspot, faults):
    faults.rate["hubspot.batch_partial"] = 0.3
    sent = _people(*(f"p{n}@example.com" for n in range(100)))
    for number, row in enumerate(sent["inputs"]):
        row["objectWriteTraceId"] = str(number)
    body = api("POST", f"{BATCH}/create", sent)
    assert faults.fired["hubspot.batch_partial"] == body["numErrors"] > 0
    failed = {row["context"]["objectWriteTraceId"][0] for row in body["errors"]}
    done = {row["objectWriteTraceId"] for row in body["results"]}
    assert failed | done == {str(n) for n in range(100)}
    assert len(hubspot.ids("contacts")) == len(done)


def test_answers_may_come_in_any_order(api, faults):
    faults.rate["hubspot.batch_shuffled"] = 1
    emails = [f"p{n}@example.com" for n in range(50)]
    body = api("POST", f"{BATCH}/create", _people(*emails))
    got = [row["properties"]["email"] for row in body["results"]]
    assert sorted(got) == sorted(emails)
    assert got != emails
