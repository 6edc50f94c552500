"""Forms, e-mail events, behavioural events, meetings and calls as activities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import Bug, Stopped, TryLater
from connector.model.mapping.record import ActivityRead
from connector.model.systems.fact import Activity
from connector.model.systems.ref import Ref


def activities(portal: Any, stream: str, source: Any = None) -> list[Activity]:
    return [activity for page in portal.pull(stream, source) for activity in page.activities]


def test_a_submission_names_its_form_its_address_and_what_the_mapping_keeps(portal: Any) -> None:
    form = portal.hubspot.add_form("Musterbestellung")
    answers = {"email": "Ada@Kunde.example", "topic": "Pumpen", "message": "streng geheim"}
    portal.hubspot.submit_form(form, answers, page_url="https://nordring.example/muster?utm=1")
    found = activities(portal, "forms")
    assert len(found) == 1
    assert found[0].ref is None
    assert found[0].contact_hint == "ada@kunde.example"
    assert (found[0].kind, found[0].asset) == ("form_submitted", "Musterbestellung")
    assert (found[0].at, found[0].recorded_at) == (portal.clock.now(), portal.clock.now())
    assert found[0].detail == {"topic": "Pumpen"}
    assert "kunde" not in found[0].key


def test_submissions_are_read_down_to_the_old_mark(portal: Any) -> None:
    form = portal.hubspot.add_form("Whitepaper")
    source = portal.source()
    keys: set[str] = set()
    for round_ in range(4):
        for number in range(130):
            portal.hubspot.submit_form(form, {"email": f"p{round_}-{number}@kunde.example"})
        keys |= {activity.key for activity in activities(portal, "forms", source)}
        portal.pass_time(minutes=10)
    assert len(keys) == 520
    before = portal.hubspot.calls["read form submissions"]
    again = {activity.key for activity in activities(portal, "forms", source)}
    assert again <= keys
    assert (
        portal.hubspot.calls["read form submissions"] == before + 3
    )  # the newest 130 bear one time


def test_a_reading_that_breaks_off_goes_on_and_meets_what_came_meanwhile(portal: Any) -> None:
    form = portal.hubspot.add_form("Whitepaper")
    for number in range(180):
        at = portal.clock.now() - timedelta(minutes=number)
        portal.hubspot.submit_form(form, {"email": f"p{number}@kunde.example"}, at=at)
    pages = portal.source().pages("forms", None, portal.clock.now())
    found = [next(pages), next(pages)]
    portal.pass_time(minutes=1)
    for number in range(60):
        portal.hubspot.submit_form(form, {"email": f"q{number}@kunde.example"})
    rest = list(portal.source().pages("forms", found[-1].cursor, portal.clock.now()))
    portal.pass_time(minutes=1)
    last = list(portal.source().pages("forms", rest[-1].cursor, portal.clock.now()))
    hints = {
        activity.contact_hint for page in [*found, *rest, *last] for activity in page.activities
    }
    assert len(hints) == 240


def test_a_submission_sent_in_late_is_found_within_a_day(portal: Any) -> None:
    form = portal.hubspot.add_form("Messe")
    source = portal.source()
    portal.hubspot.submit_form(form, {"email": "now@kunde.example"})
    portal.pull("forms", source)
    portal.pass_time(hours=2)
    portal.hubspot.submit_form(
        form, {"email": "late@kunde.example"}, at=portal.clock.now() - timedelta(days=10)
    )
    assert "late@kunde.example" not in {
        activity.contact_hint for activity in activities(portal, "forms", source)
    }
    portal.pass_time(hours=23)
    assert "late@kunde.example" in {
        activity.contact_hint for activity in activities(portal, "forms", source)
    }


def test_a_new_form_is_read_from_its_first_submission(portal: Any) -> None:
    source = portal.source()
    portal.pull("forms", source)
    form = portal.hubspot.add_form("Neu")
    portal.hubspot.submit_form(form, {"email": "a@kunde.example"})
    portal.pass_time(minutes=61)
    assert [activity.asset for activity in activities(portal, "forms", source)] == ["Neu"]


def test_a_page_token_hubspot_forgot_starts_from_the_top_again(portal: Any) -> None:
    form = portal.hubspot.add_form("Whitepaper")
    for number in range(70):
        portal.hubspot.submit_form(form, {"email": f"p{number}@kunde.example"})
    first = next(iter(portal.source().pages("forms", None, portal.clock.now())))
    lost = first.cursor.replace('"after":"', '"after":"!!')
    rest = list(portal.source().pages("forms", lost, portal.clock.now()))
    assert (
        len({activity.contact_hint for page in [first, *rest] for activity in page.activities})
        == 70
    )


def test_mail_events_are_known_by_id_and_time_and_machines_are_marked(portal: Any) -> None:
    portal.hubspot.email_event("SENT", "a@kunde.example", campaign="News")
    opened = portal.hubspot.email_event("OPEN", "A@kunde.example", campaign="News", filtered=True)
    portal.hubspot.email_event("CLICK", "a@kunde.example", campaign="News")
    found = activities(portal, "email_events")
    ms = int(portal.clock.now().timestamp() * 1000)
    assert [(activity.kind, activity.asset, activity.contact_hint) for activity in found] == [
        ("email_opened", "News", "a@kunde.example"),
        ("email_clicked", "News", "a@kunde.example"),
    ]
    assert found[0].key == f"mail:{opened}:{ms}"
    assert (found[0].detail, found[1].detail) == ({"machine": True}, None)


def test_details_have_our_names_and_the_time_since_sending_is_worked_out(portal: Any) -> None:
    """`sentBy` names the event of the sending (api-contracts A.12); a machine clicks seconds after it."""
    details = {
        "mail": "emailCampaignId",
        "link": "url",
        "program": "userAgent",
        "after_sending": "seconds_after_sending",
    }
    names, members = tuple(details), tuple(details.values())
    click = ActivityRead("email_click", "email_clicked", "campaign", members, "", names)
    portal.mappings.platforms["hubspot"].activities["email_click"] = click
    sent = portal.clock.now()
    more = {"url": "https://nordring.example/a", "userAgent": "Mozilla/5.0"}
    portal.hubspot.email_event("SENT", "a@kunde.example", campaign="News", at=sent)
    late = sent + timedelta(seconds=2, milliseconds=500)
    portal.hubspot.email_event("CLICK", "a@kunde.example", campaign="News", at=late, **more)
    portal.hubspot.email_event("CLICK", "b@kunde.example", campaign="News", at=late)
    portal.clock.advance(timedelta(minutes=1))
    known, alone = activities(portal, "email_events")
    campaign = known.detail["mail"]
    assert known.detail == {
        "mail": campaign,
        "link": "https://nordring.example/a",
        "program": "Mozilla/5.0",
        "after_sending": 2.5,
    }
    assert alone.detail == {"mail": campaign}, "nothing tells when that mail was sent"


def test_a_long_window_of_mail_is_read_to_its_end_before_the_mark_moves(portal: Any) -> None:
    for number in range(2500):
        at = portal.clock.now() - timedelta(seconds=number)
        portal.hubspot.email_event("CLICK", f"p{number}@kunde.example", campaign="News", at=at)
    portal.faults.rate["hubspot.duplicate_events"] = 1.0
    pages = list(portal.source().pages("email_events", None, portal.clock.now()))
    assert len(pages) == 3
    portal.pass_time(seconds=90)
    portal.hubspot.email_event("OPEN", "neu@kunde.example", campaign="News")
    rest = list(portal.source().pages("email_events", pages[0].cursor, portal.clock.now()))
    after = list(portal.source().pages("email_events", rest[-1].cursor, portal.clock.now()))
    hints = {
        activity.contact_hint for page in [pages[0], *rest, *after] for activity in page.activities
    }
    assert len(hints) == 2501


def test_page_views_name_the_path_and_webinars_their_minutes(portal: Any) -> None:
    person = portal.contacts(1)[0]
    portal.hubspot.occurrence(
        "e_visited_page", person, {"hs_url": "https://nordring.example/preise/o-ringe?a=1"}
    )
    portal.hubspot.occurrence("e_attended_webinar", person, {"webinar": "Dichten", "minutes": "25"})
    view, webinar = (
        activities(portal, "e_visited_page")[0],
        activities(portal, "e_attended_webinar")[0],
    )
    assert (view.ref, view.kind, view.asset) == (
        Ref("hubspot", "contacts", person),
        "page_viewed",
        "/preise/o-ringe",
    )
    assert (webinar.asset, webinar.detail) == ("Dichten", {"minutes": 25})


def test_occurrences_are_complete_over_pages_and_windows(portal: Any) -> None:
    person = portal.contacts(1)[0]
    source = portal.source()
    keys: set[str] = set()
    for round_ in range(3):
        for number in range(250):
            portal.hubspot.occurrence("e_visited_page", person, {"path": f"/{round_}/{number}"})
        keys |= {activity.key for activity in activities(portal, "e_visited_page", source)}
        portal.pass_time(minutes=4)
    assert len(keys) == 750


def test_where_the_edition_may_not_read_events_only_that_stream_says_so(portal: Any) -> None:
    person = portal.contacts(1)[0]
    portal.hubspot.switches.edition = "professional"
    source = portal.source()
    pages = portal.pull("e_visited_page", source)
    assert [problem.code for page in pages for problem in page.problems] == ["EDITION"]
    before = portal.hubspot.total_calls
    portal.pass_time(minutes=1)
    assert portal.pull("e_visited_page", source) == []
    assert portal.hubspot.total_calls == before
    portal.hubspot.occurrence("e_visited_page", person, {"path": "/preise"})
    portal.hubspot.switches.edition = "enterprise"
    portal.pass_time(hours=2)
    assert [activity.asset for activity in activities(portal, "e_visited_page", source)] == [
        "/preise"
    ]


def test_a_portal_said_to_be_professional_is_not_asked_for_events(portal: Any) -> None:
    assert "e_visited_page" not in portal.source(edition="professional").streams()
    assert "e_visited_page" in portal.source(edition="enterprise").streams()


def test_a_pull_that_is_cut_off_reaches_every_form_in_the_end(portal: Any) -> None:
    forms = [portal.hubspot.add_form(f"Form {number}") for number in range(30)]
    source, cursor, found = portal.source(), None, set()
    for round_ in range(12):
        for form in forms:
            portal.hubspot.submit_form(form, {"email": f"p{round_}@kunde.example"})
        for page, _ in zip(
            source.pages("forms", cursor, portal.clock.now()), range(8), strict=False
        ):
            cursor = page.cursor
            found |= {activity.asset for activity in page.activities}
        portal.pass_time(minutes=1)
    assert len(found) == 30


def test_a_deleted_form_stops_no_other(portal: Any) -> None:
    kept, deleted, other = (portal.hubspot.add_form(name) for name in ("A", "B", "C"))
    source = portal.source()
    portal.pull("forms", source)
    del portal.hubspot.portal.forms.by_guid[deleted]
    for form in (kept, other):
        portal.hubspot.submit_form(form, {"email": "a@kunde.example"})
    pages = portal.pull("forms", source)
    assert {activity.asset for page in pages for activity in page.activities} == {"A", "C"}
    assert [problem.code for page in pages for problem in page.problems] == ["OBJECT_NOT_FOUND"]


def test_idle_forms_are_one_page_together(portal: Any) -> None:
    for number in range(10):
        portal.hubspot.add_form(f"Form {number}")
    source = portal.source()
    portal.pull("forms", source)
    portal.pass_time(minutes=10)
    assert len(portal.pull("forms", source)) == 1


def test_a_meeting_counts_for_everybody_once_it_is_held(portal: Any) -> None:
    one, other = portal.contacts(2)
    source = portal.source()
    portal.pull("meetings", source)
    start = portal.clock.now() + timedelta(hours=2)
    ends = [("contacts", one), ("contacts", other)]
    fields = {"hs_timestamp": start.isoformat(), "hs_meeting_title": "Erstgespräch"}
    meeting = portal.hubspot.create("meetings", fields, associations=ends)
    void = portal.hubspot.create(
        "meetings", {**fields, "hs_meeting_outcome": "CANCELED"}, associations=ends
    )
    portal.pass_time(minutes=30)
    assert activities(portal, "meetings", source) == []
    portal.pass_time(hours=2)
    found = activities(portal, "meetings", source)
    assert {activity.ref.id for activity in found if activity.ref} == {one, other}
    assert {(activity.asset, activity.at, activity.key) for activity in found} == {
        ("Erstgespräch", start, f"meetings:{meeting}")
    }
    assert void not in {activity.key for activity in found}


def test_listed_and_searched_meetings_are_the_same_activities(portal: Any) -> None:
    person = portal.contacts(1)[0]
    fields = {"hs_timestamp": "2026-01-05T06:30:00Z", "hs_meeting_title": "Besuch"}
    portal.hubspot.create("meetings", fields, associations=[("contacts", person)])
    listed = activities(portal, "meetings")
    portal.pass_time(minutes=1)
    searched = activities(portal, "meetings")
    assert [activity.key for activity in listed] == [activity.key for activity in searched]
    assert listed[0].ref == searched[0].ref == Ref("hubspot", "contacts", person)
    assert portal.hubspot.calls["batch read associations"] == 1


def test_calls_carry_their_disposition(portal: Any) -> None:
    person = portal.contacts(1)[0]
    fields = {
        "hs_timestamp": "2026-01-05T06:30:00Z",
        "hs_call_disposition": "f240bbac",
        "hs_call_status": "COMPLETED",
    }
    portal.hubspot.create("calls", fields, associations=[("contacts", person)])
    found = activities(portal, "calls")
    assert [(activity.kind, activity.asset) for activity in found] == [("call_made", "f240bbac")]
    assert found[0].at == datetime(2026, 1, 5, 6, 30, tzinfo=UTC)


def test_owners_are_read_whole(portal: Any) -> None:
    ids = [
        portal.hubspot.add_owner(f"o{number}@nordring.example", "O", str(number))
        for number in range(120)
    ]
    pages = portal.pull("owners")
    assert [sighting.ref.id for page in pages for sighting in page.sightings] == ids
    assert pages[0].sightings[0].fields == {"email": "o0@nordring.example"}


def test_an_idle_cycle_costs_no_more_calls_than_there_are_streams(portal: Any) -> None:
    portal.contacts(30)
    portal.hubspot.add_form("Whitepaper")
    source = portal.source()
    for _ in range(2):
        for stream in source.streams():
            portal.pull(stream, source)
        portal.pass_time(minutes=10)
    before = portal.hubspot.total_calls
    for stream in source.streams():
        portal.pull(stream, source)
    assert portal.hubspot.total_calls - before <= len(source.streams()) == 10
    assert portal.hubspot.api_rows_written == 0


@pytest.mark.parametrize(
    "stream",
    ["forms", "email_events", "e_visited_page", "meetings", "owners", "companies", "archived"],
)
def test_every_stream_survives_a_bad_hour(portal: Any, stream: str) -> None:
    person = portal.contacts(1)[0]
    form = portal.hubspot.add_form("Whitepaper")
    for number in range(120):
        portal.hubspot.submit_form(form, {"email": f"f{number}@kunde.example"})
        portal.hubspot.email_event("OPEN", f"f{number}@kunde.example", campaign="News")
        portal.hubspot.occurrence("e_visited_page", person, {"path": f"/{number}"})
        portal.hubspot.create(
            "meetings",
            {"hs_timestamp": "2026-01-05T06:30:00Z"},
            associations=[("contacts", person)],
        )
        portal.hubspot.add_owner(f"o{number}@nordring.example", "O", "W")
        portal.hubspot.create("companies", {"name": f"C{number}"})
        portal.hubspot.delete("contacts", portal.hubspot.create("contacts", {"firstname": "weg"}))
    for fault in (
        "error500",
        "bad_gateway",
        "html503",
        "burst429",
        "secondly429",
        "reset",
        "truncated",
        "migration477",
    ):
        portal.faults.rate[f"hubspot.{fault}"] = 0.04
    source, found = portal.source(), 0
    for _ in range(60):
        try:
            for page in source.pages(stream, portal.cursors.get(stream), portal.clock.now()):
                portal.cursors[stream] = page.cursor
                found += len(page.activities) + len(page.sightings) + len(page.gone)
            break
        except TryLater:
            continue
    assert found >= 120


def test_what_hubspot_refuses_to_show_stops_the_platform(portal: Any) -> None:
    portal.hubspot.archive_property("contacts", "lastmodifieddate")
    portal.pull("contacts")
    with pytest.raises(Stopped, match="reading contacts was refused: VALIDATION_ERROR"):
        portal.pull("contacts")


def test_an_unknown_stream_and_an_odd_cursor_are_bugs(portal: Any) -> None:
    for stream, cursor in (("deals", None), ("contacts", "no json"), ("forms", "[1]")):
        with pytest.raises(Bug):
            list(portal.source().pages(stream, cursor, portal.clock.now()))
