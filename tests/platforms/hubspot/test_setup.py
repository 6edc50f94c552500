"""connect, check, install."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector.errors import Stopped, TryLater
from connector.model.mapping.property import Write
from connector.platforms.budget import Budget
from connector.platforms.hubspot import platform


def codes(problems: Any) -> set[str]:
    return {problem.code for problem in problems}


def test_connect_says_who_we_are_and_what_is_left(portal: Any) -> None:
    portal.contacts(1)
    portal.pull("contacts")
    info = platform.account(portal.connection(edition="enterprise"))
    assert (info.id, info.edition, info.timezone) == ("145678901", "enterprise", "Europe/Berlin")
    assert info.limits.daily == 650_000
    assert info.limits.used == portal.hubspot.total_calls
    assert (info.limits.burst, info.limits.window) == (190, timedelta(seconds=10))
    assert info.problems == ()
    assert portal.hubspot.api_rows_written == 0


def test_connect_names_missing_scopes(portal: Any) -> None:
    portal.hubspot.switches.scopes = frozenset({"crm.objects.contacts.read"})
    info = platform.account(portal.connection())
    assert [problem.message for problem in info.problems] == [
        "the token lacks the scope crm.objects.contacts.write, needed for contacts"
    ]


def test_connect_with_a_bad_token_stops(portal: Any) -> None:
    portal.hubspot.switches.token_state = "revoked"
    with pytest.raises(Stopped):
        platform.account(portal.connection())


def test_limit_headers_are_read() -> None:
    headers = {
        "x-hubspot-ratelimit-max": "190",
        "x-hubspot-ratelimit-remaining": "180",
        "x-hubspot-ratelimit-interval-milliseconds": "10000",
        "x-hubspot-ratelimit-daily": "650000",
        "x-hubspot-ratelimit-daily-remaining": "649000",
    }
    found = platform.limits(headers)
    assert found is not None
    assert (found.daily, found.used, found.burst, found.burst_left) == (650_000, 1_000, 190, 180)
    assert platform.limits({"content-type": "application/json"}) is None
    oauth = platform.limits({"x-hubspot-ratelimit-max": "110"})
    assert oauth is not None
    assert (oauth.daily, oauth.used) == (None, None)


def test_the_installer_says_first_does_then_and_is_done(portal: Any) -> None:
    installer = platform.installer(portal.connection(), portal.mappings)
    assert codes(portal.target().check()) == {
        "FIELD_REMOVED",
        "VALUE_REMOVED",
        "NO_SUCH_LIST",
    }
    planned = installer.plan()
    assert planned == [
        "property group leadcycle of contacts",
        "property leadcycle_grade of contacts",
        "property leadcycle_due of contacts",
        "option Sales accepted of contacts.lifecyclestage",
        "list of contacts 'Nurture DE' (manual)",
        "list of contacts 'Nurture EN' (manual)",
    ]
    assert portal.hubspot.portal.lists.named("Nurture DE", "0-1") is None
    assert installer.install() == planned
    assert installer.plan() == []
    assert installer.install() == []
    assert portal.target().check() == []


def test_the_custom_stage_takes_its_place_in_the_order(portal: Any) -> None:
    portal.install()
    options = portal.hubspot.portal.schemas["contacts"].properties["lifecyclestage"].options
    labels = list(options.values())
    assert labels.index("Sales accepted") == labels.index("Sales Qualified Lead") + 1
    assert labels[-1] == "Other"


def test_a_broken_off_installation_goes_on(portal: Any) -> None:
    installer = platform.installer(portal.connection(), portal.mappings)
    full = installer.plan()
    portal.hubspot.portal.schemas["contacts"].groups["leadcycle"] = "Leadcycle"
    portal.hubspot.portal.lists.add("Nurture DE", "0-1", "MANUAL", 0)
    assert installer.install() == [
        line for line in full if "group" not in line and "DE" not in line
    ]


def test_check_finds_what_the_portal_cannot_take(portal: Any) -> None:
    portal.install()
    mapping = portal.mappings.platforms["hubspot"]
    contacts = mapping.records["contacts"]
    odd = (
        Write("hs_object_id", "key", "text", where="mappings/hubspot.yaml:9"),
        Write(
            "lifecyclestage",
            "stage",
            "text",
            values={"MQL": "mql"},
            where="mappings/hubspot.yaml:10",
        ),
    )
    records = {**mapping.records, "contacts": replace(contacts, write=contacts.write + odd)}
    portal.mappings = replace(
        portal.mappings, platforms={"hubspot": replace(mapping, records=records)}
    )
    portal.hubspot.portal.lists.named("Nurture EN", "0-1").processing = "DYNAMIC"
    portal.hubspot.archive_property("contacts", "country")
    found = {(problem.where, problem.code) for problem in portal.target().check()}
    assert found == {
        ("hubspot/contacts.hs_object_id", "FIELD_READ_ONLY"),
        ("hubspot/contacts.lifecyclestage", "VALUE_REMOVED"),
        ("hubspot/streams/en", "NOT_A_MANUAL_LIST"),
        ("hubspot/contacts.country", "FIELD_REMOVED"),
    }


@pytest.mark.parametrize("told", [True, False])
def test_check_names_events_this_edition_cannot_read(portal: Any, told: bool) -> None:
    portal.install()
    portal.hubspot.switches.edition = "professional"
    target = portal.target(edition="professional") if told else portal.target()
    problems = target.check()
    assert [(problem.code, problem.level) for problem in problems] == [("EDITION", "warning")]
    assert "e_visited_page, e_attended_webinar" in problems[0].message


def test_check_of_a_bad_token_is_one_problem(portal: Any) -> None:
    portal.hubspot.switches.token_state = "expired"
    assert codes(portal.target().check()) == {"STOPPED"}


def test_check_names_every_missing_scope(portal: Any) -> None:
    portal.install()
    everything = frozenset(platform.account(portal.connection()).scopes)
    portal.hubspot.switches.scopes = everything - {"forms", "content"}
    messages = [
        problem.message for problem in portal.target().check() if problem.code == "MISSING_SCOPE"
    ]
    assert messages == [
        "the token lacks the scope forms, needed for form submissions",
        "the token lacks the scope content, needed for e-mail events",
    ]


def test_every_call_is_asked_of_the_budget_and_its_headers_are_told(portal: Any) -> None:
    portal.contacts(3)
    portal.install()
    calls = portal.hubspot.total_calls
    portal.hubspot.switches.daily_limit = 1000
    meter = Budget("hubspot", platform.limits, portal.clock.now, share=0.5)
    portal.meter = meter
    source = portal.source()
    for stream in source.streams():
        portal.pull(stream, source)
    portal.target().check()
    assert meter.spent == portal.hubspot.total_calls - calls
    assert meter.left("hot") == 500 - meter.spent
    portal.hubspot.limits.used = 955
    portal.pull("owners", source)
    with pytest.raises(TryLater, match="more urgent"):
        portal.pull("contacts", source)
    assert meter.left("hot") == 24
