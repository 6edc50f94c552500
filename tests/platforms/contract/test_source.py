"""What every source keeps: all is shown, from wherever one goes on, and reading changes nothing."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from itertools import islice
from typing import Any

from connector.errors import TryLater


def test_streams_have_names_of_their_own(side: Any) -> None:
    streams = side.source().streams()
    assert streams
    assert len(set(streams)) == len(streams)
    assert all(stream.strip() for stream in streams)


def test_everybody_is_shown_and_every_page_has_a_cursor(side: Any, reader: Any) -> None:
    people = side.add(430)
    pages = reader.pull()
    assert set(people) <= set(reader.texts)
    assert all(page.cursor for page in pages)
    assert not [problem for page in pages for problem in page.problems]


def test_reading_in_units_comes_to_an_end_whatever_their_size(side: Any, reader: Any) -> None:
    """A unit that is full must not look as if more followed, time and again, for as long as the overlap shows the same rows."""
    side.add(430)
    reader.pull()
    side.clock.advance(timedelta(seconds=30))
    now, source = side.clock.now(), side.source()
    for stream in source.streams():
        size = len(list(source.pages(stream, reader.cursors.get(stream), now)))
        cursor = reader.cursors.get(stream)
        for _ in range(10):
            unit = list(islice(source.pages(stream, cursor, now), size))
            cursor = unit[-1].cursor if unit else cursor
            if not size or len(unit) < size or unit[-1].last:
                break
        else:
            raise AssertionError(f"{stream} does not end in units of {size} pages")


def test_times_are_aware_and_nothing_is_seen_before_it_changed(side: Any, reader: Any) -> None:
    side.add(3)
    side.clock.advance(timedelta(minutes=1))
    for page in reader.pull():
        for sighting in page.sightings:
            assert sighting.at.utcoffset() is not None
            assert sighting.at <= sighting.seen_at == side.clock.now()


def test_reading_goes_on_from_every_stored_cursor(side: Any, reader: Any) -> None:
    people = set(side.add(430))
    now = side.clock.now()
    for stream in side.source().streams():
        pages = list(side.source().pages(stream, None, now))
        for number, page in enumerate(pages):
            before = {
                sighting.ref for earlier in pages[: number + 1] for sighting in earlier.sightings
            }
            rest = {
                sighting.ref
                for later in side.source().pages(stream, page.cursor, now)
                for sighting in later.sightings
            }
            assert {sighting.ref for each in pages for sighting in each.sightings} <= before | rest
    reader.pull()
    assert people <= set(reader.texts)


def test_a_replay_shows_the_same(side: Any) -> None:
    side.add(20)
    now = side.clock.now()
    for stream in side.source().streams():
        first, second = (
            [
                (page.sightings, page.activities, page.outcomes, page.moved, page.gone)
                for page in side.source().pages(stream, None, now)
            ]
            for _ in range(2)
        )
        assert first == second


def test_a_change_is_seen_by_the_next_pull(side: Any, reader: Any) -> None:
    people = side.add(30)
    reader.pull()
    for number in range(5):
        side.clock.advance(timedelta(minutes=1))
        side.edit(people[number], f"N{number}")
        reader.pull()
        assert reader.texts[people[number]] == f"N{number}"


def test_two_changes_within_one_moment_are_both_seen(side: Any, reader: Any) -> None:
    (person,) = side.add(1)
    reader.pull()
    side.clock.advance(timedelta(minutes=1))
    side.edit(person, "One")
    reader.pull()
    side.edit(person, "Two")
    side.clock.advance(timedelta(minutes=1))
    reader.pull()
    assert reader.texts[person] == "Two"


def test_nothing_is_missed_that_changes_while_pages_are_read(side: Any, reader: Any) -> None:
    people = list(side.add(430))
    reader.pull()
    side.clock.advance(timedelta(hours=1))
    for person in people:
        side.edit(person, "All")
    side.clock.advance(timedelta(seconds=10))
    turn = 0
    for stream in reader.source.streams():
        for page in reader.source.pages(stream, reader.cursors.get(stream), side.clock.now()):
            reader.take(stream, page)
            side.clock.advance(timedelta(seconds=2))
            for person in people[turn * 70 : turn * 70 + 140]:
                side.edit(person, f"T{turn}")
            turn += 1
    side.clock.advance(timedelta(seconds=10))
    reader.pull()
    latest = dict.fromkeys(people, "All")
    for number in range(turn):
        latest |= dict.fromkeys(people[number * 70 : number * 70 + 140], f"T{number}")
    assert {person: reader.texts[person] for person in people} == latest


def test_at_rest_a_pull_shows_nothing_new(side: Any, reader: Any) -> None:
    side.add(30)
    reader.pull()
    side.clock.advance(timedelta(hours=1))
    reader.pull()
    known = {
        (sighting.ref, tuple(sighting.fields.items()))
        for page in reader.pages
        for sighting in page.sightings
    }
    side.clock.advance(timedelta(minutes=1))
    again = {
        (sighting.ref, tuple(sighting.fields.items()))
        for page in reader.pull()
        for sighting in page.sightings
    }
    assert again <= known


def test_who_was_deleted_is_gone(side: Any, reader: Any) -> None:
    people = side.add(5)
    reader.pull()
    side.clock.advance(timedelta(minutes=10))
    side.delete(people[2])
    side.clock.advance(timedelta(minutes=1))
    pages = reader.pull()
    assert [gone.ref for page in pages for gone in page.gone if gone.ref in people] == [people[2]]


def test_who_was_merged_has_moved_and_is_not_gone(side: Any, reader: Any) -> None:
    winner, loser, _ = side.add(3)
    reader.pull()
    side.clock.advance(timedelta(minutes=10))
    survivor = side.merge(winner, loser)
    side.clock.advance(timedelta(minutes=1))
    pages = reader.pull()
    moves = {move.old: move.new for page in pages for move in page.moved}
    assert moves[loser] == survivor
    assert winner == survivor or moves[winner] == survivor
    assert loser not in {gone.ref for page in pages for gone in page.gone}
    assert survivor in {sighting.ref for page in pages for sighting in page.sightings}


def test_reading_changes_nothing(side: Any, reader: Any) -> None:
    side.add(30)
    before = side.rows_written()
    reader.pull()
    side.clock.advance(timedelta(minutes=5))
    reader.pull()
    assert side.rows_written() == before


def test_a_failing_read_says_try_later_and_loses_nothing(side: Any, reader: Any) -> None:
    people = set(side.add(430))
    side.faults.rate[side.read_fault] = 0.4
    for _ in range(200):
        with contextlib.suppress(TryLater):
            reader.pull()
            break
    assert side.faults.fired[side.read_fault]
    side.faults.rate.clear()
    reader.pull()
    assert people <= set(reader.texts)
