"""The CRM as a source: nothing missed, nothing told for ever, two calls when idle."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector.errors import TryLater
from connector.model.systems.ref import Ref

PERSON = {"LastName": "Meier", "Company": "Seals"}


def leads(rig: Any, count: int, start: int = 0) -> list[str]:
    return [
        rig.org.create("Lead", {**PERSON, "Email": f"l{n}@kunde.example"})
        for n in range(start, start + count)
    ]


def test_one_stream_and_an_unknown_one_is_named(rig, reader):
    assert reader.source.streams() == ("crm",)
    with pytest.raises(KeyError):
        next(reader.source.pages("leads", None, rig.now))


def test_an_idle_cycle_costs_two_calls_and_yields_nothing(rig, reader):
    leads(rig, 3)
    reader.pull()
    rig.pass_by(minutes=10)
    reader.pull()
    rig.pass_by(minutes=1)
    assert reader.pull() == []
    assert reader.calls == 2


def test_owners_come_whole_with_manager_and_queues(rig, reader):
    boss = rig.rep("Berta Boss")
    rep = rig.org.add_user("Anna Rep", "anna@nordring.example", manager=boss)
    queue = rig.org.add_queue("Seals DACH")
    reader.pull()
    shown = {each.ref: each for page in reader.pages for each in page.sightings}
    user = shown[Ref("salesforce", "User", rep)]
    assert user.fields["IsActive"] is True
    assert user.fields["Email"] == "anna@nordring.example"
    assert user.links == (("manager", Ref("salesforce", "User", boss)),)
    assert shown[Ref("salesforce", "Group", queue)].fields["Name"] == "Seals DACH"


def test_owners_and_companies_come_before_the_people_who_name_them(rig, reader):
    account = rig.org.create("Account", {"Name": "Kunde"})
    rig.org.create("Contact", {"LastName": "Roth", "AccountId": account})
    leads(rig, 1)
    reader.pull()
    order = [each.ref.kind for page in reader.pages for each in page.sightings]
    assert (
        order.index("User") < order.index("Account") < order.index("Lead") < order.index("Contact")
    )


def test_only_mapped_properties_are_shown_and_a_contacts_address_under_its_own_name(rig, reader):
    rig.org.create("Contact", {"LastName": "Roth", "MailingCountryCode": "AT", "Title": "Head"})
    reader.pull()
    (contact,) = [
        each for page in reader.pages for each in page.sightings if each.ref.kind == "Contact"
    ]
    assert contact.fields["MailingCountryCode"] == "AT"
    assert "Title" not in contact.fields
    assert "Company" not in contact.fields


def test_rows_that_share_one_second_are_all_read_although_pages_end_between_them(rig, reader):
    wanted = set(leads(rig, 4500))
    reader.pull()
    assert reader.seen("Lead") == wanted
    assert max(len(page.sightings) for page in reader.pages) < 4500


def test_short_pages_lose_nothing(rig, reader):
    rig.faults.rate["salesforce.short_pages"] = 0.7
    wanted = set(leads(rig, 900))
    reader.pull()
    assert rig.faults.fired["salesforce.short_pages"]
    assert reader.seen("Lead") == wanted


def test_a_pull_cut_after_any_page_goes_on_from_its_cursor_in_another_process(rig, reader):
    wanted = set(leads(rig, 4500))
    for _ in range(12):
        reader.source = rig.source()
        reader.pull(pages=1)
    assert reader.seen("Lead") == wanted


def test_rows_that_change_while_being_paged_are_seen_in_their_last_state(rig, reader):
    ids = leads(rig, 4500)
    pages = reader.source.pages("crm", None, rig.now)
    first = next(pages)
    rig.pass_by(seconds=5)
    rig.org.update("Lead", ids[0], {"LastName": "Neu"})
    rig.org.update("Lead", ids[-1], {"LastName": "Neu"})
    rest = list(pages)
    reader.cursor = (rest or [first])[-1].cursor
    later = reader.pull()
    last = {
        each.ref.id: each.fields["LastName"]
        for page in [first, *rest, *later]
        for each in page.sightings
        if each.ref.kind == "Lead"
    }
    assert set(last) == set(ids)
    assert last[ids[0]] == last[ids[-1]] == "Neu"


def test_rows_that_become_visible_late_with_an_older_stamp_are_found(rig, reader):
    reader.pull()
    rig.faults.rate["salesforce.late_visible"] = 0.5
    wanted: set[str] = set()
    for minute in range(40):
        wanted.update(leads(rig, 5, minute * 5))
        rig.pass_by(seconds=60)
        reader.pull()
    for _ in range(8):
        rig.pass_by(seconds=60)
        reader.pull()
    assert rig.faults.fired["salesforce.late_visible"] > 20
    assert reader.seen("Lead") == wanted


@pytest.mark.parametrize("hours", [-7, 9])
def test_a_clock_that_is_wrong_by_hours_loses_nothing(rig, reader, hours):
    wanted: set[str] = set()
    for minute in range(15):
        wanted.update(leads(rig, 2, minute * 2))
        rig.pass_by(seconds=90)
        for page in reader.source.pages("crm", reader.cursor, rig.now + timedelta(hours=hours)):
            reader.cursor = page.cursor
            reader.pages.append(page)
    assert reader.seen("Lead") == wanted


def test_unchanged_rows_of_the_overlap_are_not_told_again_in_one_process_but_in_another(
    rig, reader
):
    leads(rig, 10)
    reader.pull()
    rig.pass_by(seconds=30)
    assert sum(len(page.sightings) for page in reader.pull()) == 0
    reader.source = rig.source()
    assert sum(len(page.sightings) for page in reader.pull()) > 0


def test_a_page_that_was_not_merged_is_told_again(rig, reader):
    leads(rig, 3)
    list(reader.source.pages("crm", None, rig.now))  # its cursor never reaches the store
    reader.pull()
    assert len(reader.seen("Lead")) == 3


def test_a_cursor_nobody_can_read_starts_from_the_beginning(rig, reader):
    leads(rig, 2)
    for garbage in ("", "{", "[]", '{"Lead": {"base": "soon"}}', '{"Lead": 7}', "null"):
        reader.cursor = garbage
        reader.pull()
    assert len(reader.seen("Lead")) == 2


def test_merge_delete_and_undelete(rig, reader):
    kept, loser, gone = leads(rig, 3)
    reader.pull()
    rig.pass_by(minutes=1)
    rig.org.merge("Lead", kept, loser)
    rig.org.delete("Lead", gone)
    (page,) = reader.pull()
    assert [(each.old.id, each.new.id, each.kind) for each in page.moved] == [
        (loser, kept, "merged")
    ]
    assert [each.ref.id for each in page.gone] == [gone]
    rig.pass_by(minutes=1)
    rig.org.undelete("Lead", gone)
    (page,) = reader.pull()
    assert [each.ref.id for each in page.sightings] == [gone]


def test_a_removed_field_is_left_out_after_one_retry_and_the_rest_goes_on(rig, reader):
    leads(rig, 2)
    reader.pull()
    rig.pass_by(minutes=6)
    rig.org.remove_field("Lead", "Leadcycle_Grade__c")
    new = leads(rig, 1, 5)
    with pytest.raises(TryLater):
        reader.pull()
    reader.pull()
    assert new[0] in reader.seen("Lead")


def test_a_kind_we_may_not_see_is_passed_over_and_the_others_are_read(rig):
    source = rig.source()
    rig.mappings.platforms["salesforce"].records["Vehicle__c"] = rig.mappings.platforms[
        "salesforce"
    ].records["User"]
    leads(rig, 1)
    kinds = {
        each.ref.kind for page in source.pages("crm", None, rig.now) for each in page.sightings
    }
    assert {"Lead", "User"} <= kinds


def test_a_later_page_that_was_not_merged_is_told_again_by_the_same_source(rig, reader):
    leads(rig, 1)
    reader.pull()
    rig.pass_by(minutes=1)
    new = leads(rig, 1, 9)
    list(reader.source.pages("crm", reader.cursor, rig.now))  # merging these pages failed
    reader.pull()
    assert new[0] in reader.seen("Lead")


def test_a_first_load_of_many_pages_is_not_read_twice(rig, reader):
    for hour in range(30):
        leads(rig, 150, hour * 150)
        rig.pass_by(hours=1)
    for _ in range(6):
        reader.source = rig.source()
        reader.pull(pages=1)
    told = [
        each.ref.id for page in reader.pages for each in page.sightings if each.ref.kind == "Lead"
    ]
    assert len(set(told)) == 4500
    assert len(told) < 5100  # the last block is told again by each new process


def test_a_full_last_page_ends_the_pull_all_the_same(rig, reader):
    """Otherwise rows that become visible late would be looked for only when others change."""
    leads(rig, 2000)
    reader.pull()
    assert '"at"' not in reader.cursor
    rig.pass_by(minutes=20)
    reader.pull()
    assert reader.pull() == []
    assert reader.calls == 2


def test_who_edited_a_record_comes_with_it_and_so_does_who_we_are(rig, reader):
    rep = rig.rep()
    typed = rig.org.create("Lead", {"LastName": "Kern", "Company": "Pumpen Kern"}, by=rep)
    (receipt,) = rig.target().write([rig.create(1, rep)], rig.now)
    pages = reader.pull()
    by = {one.ref.id: one.by for page in pages for one in page.sightings if one.ref.kind == "Lead"}
    us = Ref("salesforce", "User", rig.org.integration_user)
    assert by == {typed: Ref("salesforce", "User", rep), receipt.ref.id: us}
    assert [page.us for page in pages] == [us]
