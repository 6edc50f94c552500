"""Contacts by windows: complete under lag, ties, caps and rows that move; one call when nothing happened."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import Stopped, TryLater
from connector.model.systems.fact import Move
from connector.model.systems.ref import Ref


def test_the_first_load_lists_everything_and_keeps_only_mapped_properties(
    portal: Any, seen: Any
) -> None:
    created = portal.contacts(250, firstname="Ada", city="Emden")
    pages = portal.pull("contacts")
    assert seen(pages) == created
    sighting = pages[0].sightings[0]
    assert set(sighting.fields) == {
        "email",
        "firstname",
        "country",
        "lifecyclestage",
        "associatedcompanyid",
    }
    assert sighting.fields["country"] is None
    assert sighting.ref == Ref("hubspot", "contacts", created[0])
    assert sighting.at == datetime(2026, 1, 4, 7, tzinfo=UTC)
    assert sighting.seen_at == portal.clock.now()


def test_nothing_new_costs_one_call_and_shows_nothing(portal: Any, seen: Any) -> None:
    portal.contacts(250)
    source = portal.source()
    portal.pull("contacts", source)
    portal.pass_time(minutes=10)
    portal.pull("contacts", source)
    portal.pass_time(minutes=1)
    before = portal.hubspot.total_calls
    assert seen(portal.pull("contacts", source)) == []
    assert portal.hubspot.total_calls == before + 1


def test_a_company_is_linked(portal: Any) -> None:
    person = portal.contacts(1)[0]
    company = portal.hubspot.create("companies", {"domain": "kunde.example", "name": "Kunde"})
    portal.hubspot.associate("contacts", person, "companies", company)
    sighting = portal.pull("contacts")[0].sightings[0]
    assert sighting.links == (("account", Ref("hubspot", "companies", company)),)


def test_more_than_ten_thousand_rows_with_one_time_are_all_seen(portal: Any, seen: Any) -> None:
    created = portal.contacts(10_500)
    portal.pull("contacts")
    portal.pass_time(hours=1)
    portal.hubspot.touch_all("contacts")
    portal.pass_time(minutes=1)
    assert sorted(seen(portal.pull("contacts")), key=int) == created
    assert portal.hubspot.calls["search contacts"] == 53


def test_rows_that_change_while_others_are_paged_are_not_missed(portal: Any, seen: Any) -> None:
    created = portal.contacts(700)
    source = portal.source()
    portal.pull("contacts", source)
    portal.pass_time(hours=1)
    portal.hubspot.touch_all("contacts")
    portal.pass_time(seconds=30)
    found: set[str] = set()
    for number, page in enumerate(
        source.pages("contacts", portal.cursors["contacts"], portal.clock.now())
    ):
        portal.cursors["contacts"] = page.cursor
        found |= {sighting.ref.id for sighting in page.sightings}
        portal.pass_time(seconds=1)
        for id_ in created[number * 150 : number * 150 + 300]:  # behind and ahead of the page
            portal.hubspot.update("contacts", id_, {"firstname": f"N{number}"})
    portal.pass_time(seconds=1)
    pages = portal.pull("contacts", source)
    assert found | set(seen(pages)) == set(created)
    last = {
        sighting.ref.id: sighting.fields["firstname"]
        for page in pages
        for sighting in page.sightings
    }
    changed = [id_ for id_ in created if portal.shown(id_, "firstname")]
    assert len(changed) >= 500
    assert {id_: last.get(id_) for id_ in changed} == {
        id_: portal.shown(id_, "firstname") for id_ in changed
    }


def test_an_index_that_lags_a_minute_loses_nothing(portal: Any, seen: Any) -> None:
    created = portal.contacts(60)
    source = portal.source()
    portal.pull("contacts", source)
    portal.faults.rate["hubspot.search_lag"] = 0.7
    shown: dict[str, str] = {}
    for round_ in range(12):
        portal.pass_time(seconds=20)
        for id_ in created[round_ * 5 : round_ * 5 + 5]:
            portal.hubspot.update("contacts", id_, {"firstname": f"N{round_}"})
        for page in portal.pull("contacts", source):
            shown |= {sighting.ref.id: sighting.fields["firstname"] for sighting in page.sightings}
    portal.pass_time(seconds=61)
    for page in portal.pull("contacts", source):
        shown |= {sighting.ref.id: sighting.fields["firstname"] for sighting in page.sightings}
    assert portal.faults.fired["hubspot.search_lag"] > 20
    assert shown == {id_: portal.shown(id_, "firstname") for id_ in created}


def test_every_stored_cursor_is_a_place_to_go_on_from(portal: Any, seen: Any) -> None:
    created = portal.contacts(330)
    source = portal.source()
    cursors = [page.cursor for page in source.pages("contacts", None, portal.clock.now())]
    assert len(cursors) == 4
    for number, cursor in enumerate(cursors[:-1]):
        again = list(portal.source().pages("contacts", cursor, portal.clock.now()))
        assert seen(again) == created[(number + 1) * 100 :]
    portal.pass_time(hours=1)
    portal.hubspot.touch_all("contacts")
    window = [page.cursor for page in source.pages("contacts", cursors[-1], portal.clock.now())]
    assert len(window) == 2
    rest = portal.source().pages("contacts", window[0], portal.clock.now() + timedelta(minutes=3))
    assert seen(list(rest)) == created[200:]


def test_a_merge_moves_both_old_ids(portal: Any) -> None:
    first, second, _ = portal.contacts(3)
    portal.pull("contacts")
    portal.pass_time(minutes=10)
    survivor = portal.hubspot.merge("contacts", first, second)
    page = portal.pull("contacts")[0]
    new = Ref("hubspot", "contacts", survivor)
    at = page.sightings[0].at
    assert set(page.moved) == {
        Move(Ref("hubspot", "contacts", old), new, "merged", at) for old in (first, second)
    }


def test_a_deleted_contact_is_gone_and_a_merged_one_has_moved(portal: Any) -> None:
    first, second, third, _ = portal.contacts(4)
    source = portal.source()
    portal.pull("archived", source)
    portal.hubspot.delete("contacts", third)
    survivor = portal.hubspot.merge("contacts", first, second)
    pages = portal.pull("archived", source)
    assert [gone.ref.id for page in pages for gone in page.gone] == [third]
    assert {(move.old.id, move.new.id) for page in pages for move in page.moved} == {
        (first, survivor),
        (second, survivor),
    }
    portal.pass_time(minutes=20)
    portal.pull("archived", source)
    portal.pass_time(minutes=20)
    before = portal.hubspot.total_calls
    pages = portal.pull("archived", source)
    assert [page.gone + page.moved for page in pages] == [()]
    assert portal.hubspot.total_calls == before + 1


def test_a_big_recycle_bin_is_read_whole_once_and_then_a_page_at_a_time(portal: Any) -> None:
    created = portal.contacts(340)
    for id_ in created[:320]:
        portal.hubspot.delete("contacts", id_)
    portal.pass_time(minutes=10)
    source = portal.source()
    gone = [gone.ref.id for page in portal.pull("archived", source) for gone in page.gone]
    assert gone == created[:320]
    portal.pass_time(hours=1)
    portal.hubspot.delete("contacts", created[330])
    late: list[str] = []
    for _ in range(4):
        pages = portal.pull("archived", source)
        assert len(pages) == 1
        late += [gone.ref.id for page in pages for gone in page.gone]
        portal.pass_time(minutes=1)
    assert late == [created[330]]


def test_custom_stages_are_shown_by_the_name_the_mapping_uses(portal: Any) -> None:
    portal.install()
    person = portal.contacts(1)[0]
    options = portal.hubspot.portal.schemas["contacts"].properties["lifecyclestage"].options
    internal = next(value for value, label in options.items() if label == "Sales accepted")
    portal.hubspot.update("contacts", person, {"lifecyclestage": internal})
    assert (
        portal.pull("contacts")[0].sightings[0].fields["lifecyclestage"] == "custom:Sales accepted"
    )


def test_rows_nobody_can_read_are_problems_in_their_page(portal: Any) -> None:
    from connector.platforms.hubspot.reading.rows import Shape

    good = {
        "id": "1",
        "properties": {"email": "a@b.example", "lastmodifieddate": "2026-01-05T07:00:00.000Z"},
    }
    bad: list[Any] = [
        None,
        "x",
        {},
        {"id": "2"},
        {"id": "3", "properties": {}},
        {"id": 4, "properties": good["properties"]},
        {"id": "5", "properties": {"lastmodifieddate": "gestern"}},
        {"id": "6", "properties": {"lastmodifieddate": "2026-01-05T07:00:00"}},
        {"id": "7", "properties": None},
        {"id": "", "properties": good["properties"]},
    ]
    page = Shape("hubspot", "contacts", ("email",)).page([*bad, good], portal.clock.now())
    assert [sighting.ref.id for sighting in page.sightings] == ["1"]
    assert len(page.problems) == len(bad)
    assert {problem.code for problem in page.problems} == {"ROW_UNREADABLE"}
    assert page.problems[4].where == "hubspot/contacts/3"


def test_a_search_too_long_for_hubspot_reads_the_rows_by_id(portal: Any, seen: Any) -> None:
    from dataclasses import replace

    from connector.model.mapping.property import Read

    mapping = portal.mappings.platforms["hubspot"]
    record = mapping.records["contacts"]
    many = tuple(
        Read(f"f{number}", f"a_rather_long_name_of_a_property_{number}", "text")
        for number in range(90)
    )
    wide = replace(
        mapping, records={**mapping.records, "contacts": replace(record, read=record.read + many)}
    )
    portal.mappings = replace(portal.mappings, platforms={"hubspot": wide})
    created = portal.contacts(150)
    portal.pull("contacts")
    portal.pass_time(hours=1)
    portal.hubspot.touch_all("contacts")
    pages = portal.pull("contacts")
    assert seen(pages) == created
    assert pages[0].sightings[0].fields["email"] == "p0@kunde.example"


@pytest.mark.parametrize(
    "fault",
    [
        "hubspot.error500",
        "hubspot.bad_gateway",
        "hubspot.html503",
        "hubspot.secondly429",
        "hubspot.migration477",
    ],
)
def test_a_read_without_an_answer_is_tried_later(portal: Any, fault: str) -> None:
    portal.contacts(1)
    portal.pull("contacts")
    portal.faults.rate[fault] = 1.0
    with pytest.raises(TryLater) as caught:
        portal.pull("contacts")
    assert "kunde.example" not in str(caught.value)
    assert "sandbox-hubspot" not in str(caught.value)
    portal.faults.rate.clear()
    assert len(portal.pull("contacts")) == 1


@pytest.mark.parametrize("fault", ["hubspot.reset", "hubspot.truncated"])
def test_a_broken_connection_is_asked_again_at_once(portal: Any, fault: str, seen: Any) -> None:
    created = portal.contacts(100)
    portal.faults.rate[fault] = 0.3
    found: list[str] = []
    for _ in range(20):
        with contextlib.suppress(TryLater):
            found = seen(portal.pull("contacts"))
            break
    assert found == created
    portal.faults.rate[fault] = 1.0
    calls = portal.hubspot.total_calls
    with pytest.raises(TryLater) as caught:
        portal.pull("companies")
    assert caught.value.after == timedelta()
    assert portal.hubspot.total_calls == calls + 3


def test_a_short_wait_is_spent_inside_if_somebody_may_sleep(portal: Any, seen: Any) -> None:
    created = portal.contacts(5)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        portal.faults.rate.clear()

    source = portal.source(sleep=sleep)
    portal.pull("contacts", source)
    portal.pass_time(hours=1)
    portal.hubspot.touch_all("contacts")
    portal.faults.rate["hubspot.secondly429"] = 1.0
    assert seen(portal.pull("contacts", source)) == created
    assert slept == [1.0]


def test_one_false_401_is_forgiven_and_a_lasting_one_stops_the_platform(portal: Any) -> None:
    portal.contacts(1)
    portal.faults.rate["hubspot.unauthorized"] = 0.4
    for _ in range(12):
        try:
            portal.pull("contacts")
        except Stopped:
            break
    assert portal.faults.fired["hubspot.unauthorized"] >= 2
    portal.faults.rate.clear()
    portal.hubspot.switches.token_state = "revoked"
    calls = portal.hubspot.total_calls
    with pytest.raises(Stopped):
        portal.pull("contacts")
    assert portal.hubspot.total_calls == calls + 2


def test_the_daily_limit_stops_and_is_not_asked_again(portal: Any) -> None:
    portal.faults.rate["hubspot.daily429"] = 1.0
    calls = portal.hubspot.total_calls
    with pytest.raises(Stopped, match="midnight"):
        portal.pull("contacts")
    assert portal.hubspot.total_calls == calls + 1


def test_a_missing_scope_stops_and_is_named(portal: Any) -> None:
    portal.hubspot.switches.scopes = frozenset({"crm.objects.companies.read"})
    with pytest.raises(Stopped, match=r"crm\.objects\.contacts\.read"):
        portal.pull("contacts")


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_all_streams_can_be_read_under_every_path_version(portal: Any, version: str) -> None:
    portal.contacts(3)
    portal.hubspot.add_form("Whitepaper")
    source = portal.source(paths=version)
    for stream in source.streams():
        assert portal.pull(stream, source)
    portal.pass_time(minutes=1)
    for stream in source.streams():
        assert portal.pull(stream, source)
    assert portal.hubspot.calls["unknown path"] == 0
    dated = [request.path for request in portal.board.seen if "/2026-" in request.path]
    assert bool(dated) == (version != "v3")


def test_the_last_user_comes_with_the_record_and_costs_no_call(portal: Any) -> None:
    one, other = portal.contacts(2)
    source = portal.source()
    portal.pull("contacts", source)
    portal.pass_time(minutes=10)
    before = portal.hubspot.total_calls
    portal.hubspot.update("contacts", one, {"firstname": "Ada"}, by="77")
    portal.hubspot.update("contacts", other, {"firstname": "Eva"})
    (page,) = portal.pull("contacts", source)
    assert portal.hubspot.total_calls == before + 1
    assert {each.ref.id: each.by for each in page.sightings} == {
        one: Ref("hubspot", "users", "77"),
        other: None,
    }
    assert "hs_updated_by_user_id" not in page.sightings[0].fields
