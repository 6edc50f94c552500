"""Forms, e-mail events, event occurrences (api-contracts A.12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

EVENTS = "/email/public/v1/events"


def _all(api, target, rows, cursor):
    """Every row of a paged stream; `cursor` takes the next target from a page or nothing."""
    found = []
    while target:
        page = api("GET", target)
        found += page[rows]
        target = cursor(page)
    return found


def test_a_submission_makes_a_contact_and_names_no_id(api, hubspot):
    form = hubspot.add_form("Demo request")
    id_ = hubspot.submit_form(
        form,
        {"email": "Ada@example.com", "firstname": "Ada", "fair_booth": "12"},
        page_url="https://example.com/demo",
    )
    held = hubspot.get("contacts", id_)
    assert (held["email"], held["firstname"], held["recent_conversion_event_name"]) == (
        "ada@example.com",
        "Ada",
        "Demo request",
    )
    assert hubspot.history("contacts", id_, "firstname")[0][2] == "FORM"
    row = api("GET", f"/form-integrations/v1/submissions/forms/{form}")["results"][0]
    assert set(row) == {"submittedAt", "values", "pageUrl"}  # no contact id
    assert {"name": "fair_booth", "value": "12", "objectTypeId": "0-1"} in row["values"]
    assert row["submittedAt"] == 1767596400000


def test_a_known_person_is_updated_by_any_of_their_addresses(hubspot, contact):
    new = hubspot.merge("contacts", contact("a@example.com"), contact("b@example.com"))
    form = hubspot.add_form("Newsletter")
    assert hubspot.submit_form(form, {"email": "B@example.com", "zip": "01067"}) == new
    assert hubspot.submit_form(form, {"email": "a@example.com", "zip": ""}) == new
    held = hubspot.get("contacts", new)
    assert (held["zip"], held["num_conversion_events"], held["email"]) == (
        "01067",
        "2",
        "a@example.com",
    )


def test_the_public_endpoint_needs_no_token(api, hubspot):
    form = hubspot.add_form("Demo request")
    body = {
        "fields": [{"objectTypeId": "0-1", "name": "email", "value": "ada@example.com"}],
        "context": {"pageUri": "https://example.com/"},
    }
    api.token = "nobody"
    api("POST", f"/submissions/v3/integration/submit/145678901/{form}", body)
    assert api.status == 200
    assert hubspot.find("ada@example.com")
    body["fields"][0]["value"] = "no address"
    answer = api("POST", f"/submissions/v3/integration/submit/145678901/{form}", body)
    assert (api.status, answer["errors"][0]["errorType"]) == (400, "INVALID_EMAIL")
    body["submittedAt"] = 1
    api("POST", f"/submissions/v3/integration/submit/145678901/{form}", body)
    assert api.status == 400
    api("POST", f"/submissions/v3/integration/secure/submit/145678901/{form}", body)
    assert api.status == 401


def test_submissions_come_newest_first_fifty_at_most(api, hubspot, clock):
    form = hubspot.add_form("Demo request")
    for number in range(120):
        clock.advance(timedelta(seconds=number % 2))
        hubspot.submit_form(form, {"email": f"p{number}@example.com"})
    base = f"/form-integrations/v1/submissions/forms/{form}?limit=1000"
    assert len(api("GET", base)["results"]) == 50

    def following(page):
        hubspot.submit_form(form, {"email": "new@example.com"})  # arrivals shift nothing
        return f"{base}&after={page['paging']['next']['after']}" if "paging" in page else ""

    rows = _all(api, base, "results", following)
    assert [row["values"][0]["value"] for row in rows] == [
        f"p{number}@example.com" for number in reversed(range(120))
    ]


def test_forms_are_listed(api, hubspot):
    made = [hubspot.add_form(name) for name in ("One", "Two")]
    assert [
        (row["id"], row["name"]) for row in api("GET", "/marketing/v3/forms/")["results"]
    ] == list(zip(made, ["One", "Two"], strict=True))
    api("GET", "/marketing/v3/forms/none")
    assert api.status == 404


def test_mail_events_have_two_keys_and_a_cause(api, hubspot, clock):
    hubspot.email_event("SENT", "ada@example.com", campaign="March")
    clock.advance(timedelta(minutes=1))
    hubspot.email_event("OPEN", "Ada@example.com", campaign="March", filtered=True)
    opened, sent = api("GET", EVENTS)["events"]
    assert (opened["type"], sent["type"]) == ("OPEN", "SENT")  # newest first
    assert opened["created"] == sent["created"] + 60_000
    assert opened["sentBy"] == {"id": sent["id"], "created": sent["created"]}
    assert opened["filteredEvent"] is True
    assert opened["recipient"] == "ada@example.com"
    assert api("GET", f"/email/public/v1/campaigns/{sent['emailCampaignId']}")["name"] == "March"
    with pytest.raises(ValueError, match="LOOKED_AT"):
        hubspot.email_event("LOOKED_AT", "ada@example.com", campaign="March")


def test_mail_events_filter_and_page(api, hubspot, clock):
    start = clock.ms()
    for number in range(50):
        hubspot.email_event(
            "OPEN" if number % 2 else "CLICK", f"p{number % 5}@example.com", campaign="March"
        )
        clock.advance(timedelta(seconds=1))
    base = f"{EVENTS}?eventType=OPEN&startTimestamp={start + 10_000}&endTimestamp={start + 40_000}&limit=4"
    found = _all(
        api,
        base,
        "events",
        lambda page: f"{base}&offset={page['offset']}" if page["hasMore"] else "",
    )
    times = [event["created"] for event in found]
    assert times == [start + 1000 * number for number in range(39, 9, -2)]
    assert {event["type"] for event in found} == {"OPEN"}
    mine = api("GET", f"{EVENTS}?recipient=P3@example.com&limit=1000")["events"]
    assert len(mine) == 10
    for bad in ("limit=1001", "offset=%21", "startTimestamp=x"):
        api("GET", f"{EVENTS}?{bad}")
        assert api.status == 400


def test_a_full_last_page_is_known_to_be_the_last(api, hubspot, contact):
    person = contact("a@example.com")
    for _ in range(2):
        hubspot.email_event("OPEN", "a@example.com", campaign="March")
        hubspot.occurrence("e_visited_page", person, {})
    assert api("GET", f"{EVENTS}?limit=2")["hasMore"] is False
    assert "paging" not in api("GET", "/events/v3/events?objectType=contact&limit=2")


def test_there_is_no_date_path_for_mail_events(api):
    api("GET", "/email/public/2026-09/events")
    assert api.status == 404


def test_a_late_event_is_behind_the_cursor(api, hubspot, clock):
    hubspot.email_event(
        "OPEN", "a@example.com", campaign="March", at=clock.now() + timedelta(hours=1)
    )
    hubspot.email_event("OPEN", "b@example.com", campaign="March", at=clock.now())
    assert [event["recipient"] for event in api("GET", EVENTS)["events"]] == [
        "a@example.com",
        "b@example.com",
    ]


@pytest.mark.parametrize(
    "base",
    [
        "/events/v3/events",
        "/events/v3/events/",
        "/events/event-occurrences/2026-03",
        "/events/event-occurrences/2026-09",
    ],
)
def test_occurrences(api, hubspot, clock, contact, base):
    first, second = contact("a@example.com"), contact("b@example.com")
    for number in range(6):
        hubspot.occurrence(
            "e_visited_page" if number < 4 else "e_clicked",
            (first, second)[number % 2],
            {"hs_url": str(number)},
        )
        clock.advance(timedelta(minutes=1))

    def seen(query):
        return [row["properties"]["hs_url"] for row in api("GET", f"{base}?{query}")["results"]]

    assert seen("objectType=contact") == ["5", "4", "3", "2", "1", "0"]
    assert seen("objectType=contact&sort=occurredAt") == ["0", "1", "2", "3", "4", "5"]
    assert seen(f"objectType=contact&objectId={first}") == ["4", "2", "0"]
    assert seen(f"objectType=0-1&objectId={first}&eventType=e_visited_page") == ["2", "0"]
    window = "occurredAfter=2026-01-05T07:02:00Z&occurredBefore=2026-01-05T07:03:00.000Z"
    assert seen(f"objectType=contact&{window}") == ["3", "2"]
    page = api("GET", f"{base}?objectType=contact&limit=4")
    assert seen(f"objectType=contact&limit=4&after={page['paging']['next']['after']}") == ["1", "0"]
    assert api("GET", f"{base.rstrip('/')}/event-types") == {
        "eventTypes": ["e_clicked", "e_visited_page"]
    }


def test_reading_events_needs_enterprise(api, hubspot):
    hubspot.switches.edition = "professional"
    body = api("GET", "/events/v3/events?objectType=contact")
    assert (api.status, body["category"]) == (403, "MISSING_SCOPES")


def test_a_page_may_repeat_an_event(api, hubspot, faults):
    hubspot.email_event("OPEN", "a@example.com", campaign="March")
    faults.rate["hubspot.duplicate_events"] = 1
    events = api("GET", EVENTS)["events"]
    assert len(events) == 2
    assert events[0] == events[1]


@given(st.lists(st.integers(0, 20), max_size=60), st.integers(1, 7), st.booleans())
def test_paging_shows_every_event_once_in_order(portal_with, offsets, limit, rising):
    """Whatever order things arrive in, and however many share one moment."""
    api = portal_with()
    hubspot, start = api.hubspot, api.hubspot.portal.clock.now()
    person = hubspot.create("contacts", {"email": "a@example.com"})
    for number, seconds in enumerate(offsets):
        hubspot.occurrence("e", person, {"n": str(number)}, at=start + timedelta(seconds=seconds))
    base = f"/events/v3/events?objectType=contact&limit={limit}" + (
        "&sort=occurredAt" if rising else ""
    )
    rows = _all(
        api,
        base,
        "results",
        lambda page: f"{base}&after={page['paging']['next']['after']}" if "paging" in page else "",
    )
    assert sorted(int(row["properties"]["n"]) for row in rows) == list(range(len(offsets)))
    times = [row["occurredAt"] for row in rows]
    assert times == sorted(times, reverse=not rising)
