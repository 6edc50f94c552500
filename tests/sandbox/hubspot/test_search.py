"""Search (api-contracts A.7): its bounds, its lag, its end at 10,000, and the trap of equal times."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st


def _is(name, operator, value=None, **more):
    return {
        "propertyName": name,
        "operator": operator,
        **({"value": value} if value is not None else {}),
        **more,
    }


def _ids(body):
    return [row["id"] for row in body["results"]]


def test_ten_thousand_five_hundred_with_one_time(api, hubspot, clock):
    """The trap of A.7: a cursor by time loops or loses; the frozen window by id sees everyone, once."""
    for number in range(10_500):
        hubspot.create("contacts", {"email": f"p{number}@example.com"})
    clock.advance(timedelta(days=1))
    hubspot.touch_all("contacts")
    stamp = str(clock.ms())
    window = [_is("lastmodifieddate", "GTE", stamp), _is("lastmodifieddate", "LTE", stamp)]
    assert api.search("contacts", *window)["total"] == 10_500
    assert (
        api.search("contacts", _is("lastmodifieddate", "GT", stamp))["total"] == 0
    )  # GT loses them all
    page = api.search("contacts", *window, limit=200, after="9800")
    assert page["paging"]["next"]["after"] == "10000"
    api.search("contacts", *window, limit=200, after="10000")
    assert api.status == 400  # and paging ends here
    seen, last = [], "0"
    while found := _ids(
        api.search(
            "contacts",
            *window,
            _is("hs_object_id", "GT", last),
            limit=200,
            sorts=[{"propertyName": "hs_object_id"}],
        )
    ):
        seen += found
        last = found[-1]
    assert seen == hubspot.ids("contacts")


def test_a_new_record_is_found_when_the_index_has_caught_up(api, hubspot, faults, clock, contact):
    faults.rate["hubspot.search_lag"] = 1
    id_ = contact("ada@example.com")
    by_email = _is("email", "EQ", "ada@example.com")
    assert api("GET", f"/crm/v3/objects/contacts/{id_}")["id"] == id_
    assert api.search("contacts", by_email)["total"] == 0
    api("POST", "/crm/v3/objects/contacts", {"properties": {"email": "ada@example.com"}})
    assert api.status == 409  # F.2: search after create races, then 409
    clock.advance(timedelta(seconds=61))
    assert api.search("contacts", by_email)["total"] == 1


def test_a_lagging_index_shows_the_older_record(api, hubspot, faults, clock, contact):
    id_ = contact("ada@example.com", zip="1")
    faults.rate["hubspot.search_lag"] = 1
    clock.advance(timedelta(minutes=5))
    hubspot.update("contacts", id_, {"zip": "2"})
    since = _is("lastmodifieddate", "GTE", str(clock.ms()))
    assert api.search("contacts", since)["total"] == 0
    old = api.search("contacts", _is("zip", "EQ", "1"), properties=["zip"])["results"][0]
    assert (old["properties"]["zip"], old["updatedAt"]) == ("1", "2026-01-05T07:00:00.000Z")
    at = str(clock.ms())
    clock.advance(timedelta(seconds=61))
    # It becomes visible late, with the time of the change: behind a cursor that has gone on (failures 1).
    assert (
        api.search("contacts", _is("lastmodifieddate", "GTE", at))["results"][0]["properties"][
            "lastmodifieddate"
        ]
        == "2026-01-05T07:05:00.000Z"
    )


def test_archived_and_merged_records_are_never_found(api, hubspot, contact):
    first, second, third = (contact(f"{name}@example.com") for name in "abc")
    hubspot.delete("contacts", third)
    new = hubspot.merge("contacts", first, second)
    assert _ids(api.search("contacts")) == [new]


@pytest.mark.parametrize(
    "body",
    [
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [_is("zip", "EQ", "1")] * 7}]},
        {"filterGroups": [{"filters": [_is("zip", "EQ", "1")] * 5}] * 4},
        {"filterGroups": [{"filters": [_is("zip", "EQUALS", "1")]}]},
        {"filterGroups": [{"filters": [_is("no_such_property", "EQ", "1")]}]},
        {"filterGroups": [{"filters": [_is("zip", "IN")]}]},
        {"filterGroups": [{"filters": [_is("lastmodifieddate", "GT", "yesterday")]}]},
        {"limit": 201},
        {"limit": 0},
        {"after": "abc"},
        {"after": "10000"},
        {"query": "x" * 3001},
        {"filterGroups": "all"},
        [],
    ],
)
def test_requests_that_are_refused(api, body):
    answer = api("POST", "/crm/v3/objects/contacts/search", body)
    assert (api.status, answer["category"]) == (400, "VALIDATION_ERROR")


def test_the_bounds_themselves_are_allowed(api):
    groups = [{"filters": [_is("zip", "EQ", "1")] * 6}] * 3
    assert (
        api(
            "POST",
            "/crm/v3/objects/contacts/search",
            {"filterGroups": groups, "limit": 200, "after": "9999"},
        )["total"]
        == 0
    )
    groups = [{"filters": [_is("zip", "EQ", "1")]}] * 5
    api("POST", "/crm/v3/objects/contacts/search", {"filterGroups": groups})
    assert api.status == 200


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (_is("firstname", "EQ", "ADA"), "a"),
        (_is("firstname", "NEQ", "ada"), "b"),
        (_is("lifecyclestage", "EQ", "lead"), "a"),
        (_is("lifecyclestage", "EQ", "Lead"), ""),
        (_is("numemployees", "GT", "9"), "ab"),
        (_is("numemployees", "LT", "100"), "a"),
        (_is("numemployees", "BETWEEN", "10", highValue="100"), "ab"),
        (_is("zip", "HAS_PROPERTY"), "b"),
        (_is("zip", "NOT_HAS_PROPERTY"), "ac"),
        (_is("firstname", "IN", values=["ada", "eve"]), "a"),
        (_is("firstname", "IN", values=["Ada"]), ""),
        (_is("firstname", "NOT_IN", values=["ada"]), "b"),
        (_is("email", "CONTAINS_TOKEN", "*@example.com"), "ab"),
        (_is("company", "CONTAINS_TOKEN", "seals"), "a"),
        (_is("company", "NOT_CONTAINS_TOKEN", "seals"), "b"),
        (_is("email", "EQ", "A@EXAMPLE.COM"), "a"),
        (_is("email", "IN", values=["a@example.com", "c@example.org"]), "ac"),
    ],
)
def test_operators(api, hubspot, condition, found):
    hubspot.create(
        "contacts",
        {
            "email": "a@example.com",
            "firstname": "Ada",
            "lifecyclestage": "lead",
            "numemployees": "10",
            "company": "Seals & Sons",
        },
    )
    hubspot.create(
        "contacts",
        {
            "email": "b@example.com",
            "firstname": "Bob",
            "numemployees": "100",
            "zip": "01067",
            "company": "Valves",
        },
    )
    hubspot.create("contacts", {"email": "c@example.org"})
    rows = api.search("contacts", condition, properties=["email"])["results"]
    assert "".join(row["properties"]["email"][0] for row in rows) == found


def test_groups_are_alternatives_and_filters_alone_are_accepted(api, contact):
    for name in "abc":
        contact(f"{name}@example.com", zip=name)
    groups = [
        {"filters": [_is("zip", "EQ", "a")]},
        {"filters": [_is("zip", "EQ", "c")]},
        {"filters": [_is("zip", "IN", values=["a"])]},
    ]
    assert api("POST", "/crm/v3/objects/contacts/search", {"filterGroups": groups})["total"] == 2
    assert (
        api("POST", "/crm/v3/objects/contacts/search", {"filters": [_is("zip", "EQ", "b")]})[
            "total"
        ]
        == 1
    )
    assert api("POST", "/crm/v3/objects/contacts/search", {"query": "b@exam"})["total"] == 1


def test_only_the_first_sort_counts(api, contact):
    made = {zip_: contact(f"{zip_}@example.com", zip=zip_) for zip_ in ("b", "c", "a")}
    sorts = [
        {"propertyName": "zip", "direction": "DESCENDING"},
        {"propertyName": "email", "direction": "ASCENDING"},
    ]
    assert _ids(api.search("contacts", sorts=sorts)) == [made["c"], made["b"], made["a"]]
    assert _ids(api.search("contacts", sorts=["zip"])) == [made["a"], made["b"], made["c"]]
    assert _ids(api.search("contacts")) == list(made.values())  # createdate ascending


def test_record_ids_compare_as_numbers(api, hubspot, tmp_path):
    export = tmp_path / "export.csv"
    export.write_text("Record ID,Email\n9,a@example.com\n10,b@example.com\n100,c@example.com\n")
    hubspot.load_contacts(export)
    assert _ids(api.search("contacts", _is("hs_object_id", "GTE", "10"))) == ["10", "100"]


def test_associations_can_be_searched(api, hubspot, contact):
    person, other = contact("a@example.com"), contact("b@example.com")
    task = hubspot.create(
        "tasks", {"hs_timestamp": "1767596400000"}, associations=[("contacts", person)]
    )
    hubspot.create("tasks", {"hs_timestamp": "1767596400000"}, associations=[("contacts", other)])
    assert _ids(api.search("tasks", _is("associations.contact", "EQ", person))) == [task]


def test_search_answers_carry_no_rate_headers(api):
    api.search("contacts")
    assert not [name for name in api.last.headers if "RateLimit" in name]  # A.3
    api("GET", "/crm/v3/objects/contacts")
    assert api.last.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30), st.sampled_from(["write", "delete", "wait"])), max_size=40),
    st.integers(0, 60), st.integers(0, 60), st.integers(0, 60),
)  # fmt: skip
def test_a_window_finds_what_a_look_at_every_record_finds(portal_with, acts, since, length, lag):
    """The indexes of the search against a plain scan, whatever was written, deleted and seen late."""
    api = portal_with({"hubspot.search_lag": 0.5}, search_lag_s=lag)
    hubspot, clock = api.hubspot, api.hubspot.portal.clock
    ids = [hubspot.create("contacts", {"email": f"p{n}@example.com"}) for n in range(10)]
    for number, seconds, act in acts:
        clock.advance(timedelta(seconds=seconds))
        if act == "write" and ids[number] in hubspot.ids("contacts"):
            hubspot.update("contacts", ids[number], {"zip": str(clock.ms())})
        elif act == "delete" and ids[number] in hubspot.ids("contacts"):
            hubspot.delete("contacts", ids[number])
        else:
            api.search("contacts")
    clock.advance(timedelta(seconds=61))
    low = clock.ms() - 1000 * since * 10
    high = low + 1000 * length * 10
    found = _ids(
        api.search(
            "contacts",
            _is("lastmodifieddate", "GTE", str(low)),
            _is("lastmodifieddate", "LTE", str(high)),
            limit=200,
        )
    )
    views = [hubspot.get("contacts", id_) for id_ in hubspot.ids("contacts")]
    assert found == [view.id for view in views if low <= view.updated.timestamp() * 1000 <= high]
