"""Pages are merged one by one, each with its cursor; what was merged stays merged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk import Book

from connector.errors import Fenced, Stopped, TryLater
from connector.model.problem import Problem
from connector.model.systems.fact import Page, Sighting
from connector.model.systems.ref import Ref
from connector.store.sql.database import reading
from connector.sync.pull import empty


def pages_of(desk, count: int, each: int = 2) -> list[Page]:
    return [
        Page(tuple(desk.contact(each * place + one) for one in range(each)))
        for place in range(count)
    ]


def stored(desk) -> str | None:
    return desk.store.cursor("hubspot", "contacts")


ERRORS = [TryLater("busy"), Stopped("hubspot", "no rights"), RuntimeError("a fault of the source")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda each: type(each).__name__)
def test_a_failure_in_the_third_page_keeps_the_first_two(desk, error):
    book = Book(contacts=pages_of(desk, 5))
    book.fails["contacts", 2] = error
    with pytest.raises(type(error)):
        desk.pull(book)
    assert stored(desk) == "2"
    assert desk.store.counts()["contacts"] == 4
    book.fails.clear()
    assert desk.pull(book).pages == 3
    assert book.asked == [("contacts", None), ("contacts", "2")]
    assert stored(desk) == "5"
    assert desk.store.counts()["contacts"] == 10


def test_a_failure_in_the_first_page_leaves_the_stored_cursor(desk):
    book = Book(contacts=pages_of(desk, 2))
    desk.pull(book)
    book.fails["contacts", 2] = TryLater("busy")
    with pytest.raises(TryLater):
        desk.pull(book)
    assert stored(desk) == "2"


def test_empty_pages_cost_no_commit(desk):
    book = Book(contacts=[Page()] * 4)
    commits = desk.store.changes
    pulled = desk.pull(book)
    assert desk.store.changes == commits
    assert (pulled.cursor, pulled.pages, stored(desk)) == ("4", 4, None)
    book.shelves["contacts"] += pages_of(desk, 1)
    assert desk.pull(book, start=pulled.cursor).sightings == 2
    assert book.asked[-1] == ("contacts", "4")
    assert stored(desk) == "5"
    assert desk.store.changes == commits + 1


def test_an_empty_page_between_full_ones_is_carried_by_the_next(desk):
    first, second = pages_of(desk, 2)
    commits = desk.store.changes
    desk.pull(Book(contacts=[first, Page(), second]))
    assert desk.store.changes == commits + 2
    assert stored(desk) == "3"


@pytest.mark.parametrize(
    "name", ["sightings", "activities", "outcomes", "moved", "gone", "problems", "outcomes_of"]
)
def test_whatever_a_page_brings_is_worth_a_commit(name):
    assert empty(Page(cursor="7"))
    assert not empty(replace(Page(), **{name: (object(),)}))


def test_a_pull_is_bounded_and_says_that_there_is_more(desk):
    book = Book(contacts=pages_of(desk, 5))
    parts = [desk.pull(book, pages=2) for _ in range(4)]
    assert [(part.pages, part.more) for part in parts] == [
        (2, True),
        (2, True),
        (1, False),
        (0, False),
    ]
    assert [part.cursor for part in parts] == ["2", "4", "5", "5"]
    assert desk.store.counts()["contacts"] == 10


def test_a_bounded_pull_leaves_the_rest_unread(desk):
    book = Book(contacts=pages_of(desk, 5))
    desk.pull(book, pages=2)
    assert book.journal == ["read contacts 0", "read contacts 1"]


def test_a_source_that_says_it_is_at_the_end_is_not_asked_again(desk):
    *others, last = pages_of(desk, 2)
    assert not desk.pull(Book(contacts=[*others, replace(last, last=True)]), pages=2).more


def test_reading_everything_again_changes_nothing(desk):
    pages = pages_of(desk, 3)
    acts = tuple(desk.act(number) for number in range(4))
    book = Book(contacts=[*pages, Page(activities=acts)])
    desk.pull(book)
    desk.decide()
    before, tables = desk.store.counts(), facts(desk)
    desk.store.rewind("hubspot", "contacts", None, "test", desk.now)
    desk.later(hours=1)
    assert desk.pull(book).pages == 4
    assert desk.store.counts() == before
    assert facts(desk) == tables
    assert desk.decide() == 0


def facts(desk) -> list[object]:
    with reading(desk.store._engine) as tx:
        return [
            tx.rows(f"SELECT * FROM {table} ORDER BY 1")
            for table in ("ref", "sighting", "activity", "strength", "contact", "identity")
        ]


def test_a_row_nobody_can_read_stops_only_itself(desk):
    problem = Problem("hubspot/contacts/9", "the row has no date", code="UNREADABLE")
    page = Page((desk.contact(1), desk.contact(2)), problems=(problem,))
    pulled = desk.pull(Book(contacts=[page]))
    assert (pulled.sightings, pulled.problems) == (2, 1)
    assert desk.store.counts()["contacts"] == 2
    assert [(row.record, row.code) for row in desk.store.shelf_rows()] == [
        ("hubspot/contacts/9", "UNREADABLE")
    ]


def test_a_record_of_a_kind_nobody_maps_is_no_contact(desk):
    deal = Sighting(Ref("hubspot", "deals", "1"), {"amount": "3"}, desk.now, desk.now)
    desk.pull(Book(contacts=[Page((deal, desk.contact(1)))]))
    assert desk.store.counts()["contacts"] == 1


def test_a_stale_epoch_merges_nothing(desk):
    ttl = timedelta(minutes=1)
    old = desk.store.hold("daemon", "one", desk.now, ttl)
    desk.store.hold("daemon", "two", desk.now + ttl, ttl)
    with pytest.raises(Fenced):
        desk.pull(Book(contacts=pages_of(desk, 2)), epoch=old)
    assert stored(desk) is None
    assert desk.store.counts()["contacts"] == 0
