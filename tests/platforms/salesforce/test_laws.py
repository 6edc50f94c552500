"""Laws of the small pure parts: cursors, equal forms, IN lists, histories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from connector.platforms.salesforce.parts import soql
from connector.platforms.salesforce.reading import cursor as marks
from connector.platforms.salesforce.reading.cursor import Mark
from connector.platforms.salesforce.reading.history import Histories, Step, chunks
from connector.platforms.salesforce.writing.forms import same

TIMES = st.integers(1_577_836_800, 1_893_456_000).map(lambda s: datetime.fromtimestamp(s, UTC))
STAMPS = TIMES.map(lambda t: t.strftime("%Y-%m-%dT%H:%M:%S.000+0000"))
MARKS = st.builds(
    Mark,
    st.none() | TIMES,
    st.none() | TIMES,
    st.none() | st.tuples(STAMPS, st.text(min_size=1)),
    st.none() | TIMES,
    st.none() | TIMES,
)
VALUES = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=20) | STAMPS


@given(st.dictionaries(st.text(), MARKS))
def test_a_cursor_reads_back_as_it_was_written(given_marks):
    assert marks.read(marks.write(given_marks)) == given_marks


@given(st.text())
def test_any_text_is_a_cursor_or_the_beginning(text):
    assert isinstance(marks.read(text), dict)


@given(st.lists(st.tuples(TIMES, st.integers(0, 600)), min_size=1, max_size=8), TIMES)
def test_the_next_pull_never_begins_after_the_servers_clock(steps, ours):
    """Pulls at the server's times; the newest row may be older. Our clock runs as fast but shows any time."""
    mark = Mark()
    start = steps[0][0]
    for server, age in sorted(steps):
        now = ours + (server - start)
        mark = mark.begin(now)
        row = (server - timedelta(seconds=age)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        mark = mark.after((row, "00Q")).end()
        assert mark.base is not None
        assert mark.base <= server


@given(VALUES, VALUES)
def test_sameness_is_symmetric_and_reflexive(first, second):
    assert same(first, first)
    assert same(first, second) == same(second, first)


def test_what_is_the_same_to_salesforce():
    assert same("", None)
    assert same(None, False)
    assert same(1, 1.0)
    assert same("a\r\nb ", "a\nb")
    assert same("00Q5g0000007B0b", "00Q5g0000007B0bEAE")
    assert same("2026-11-21T10:00:00.000+0000", "2026-11-21T11:00:00+01:00")
    assert not same(True, False)
    assert not same("Müller", "Mueller")
    assert not same(0, None)


@given(st.lists(st.text(max_size=60), max_size=200), st.integers(200, 4000))
def test_in_lists_fit_and_nothing_is_left_out(values, room):
    found = chunks(values, room)
    assert [value for chunk in found for value in chunk] == values
    for chunk in found:
        assert len(chunk) == 1 or len(quote(soql("{}", chunk), safe="")) <= room + 10


@given(st.lists(st.sampled_from(["A", "B"]), min_size=1, max_size=10))
def test_the_step_that_brought_the_present_value(values):
    past = Histories()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number, value in enumerate(values):
        past.add("00Q", "Stage", Step(start + timedelta(days=number), value, None))
    found = past.of("00Q", "Stage", values[-1])
    run = 0
    for value in reversed(values):
        if value != values[-1]:
            break
        run += 1
    assert found is not None
    assert found.at == start + timedelta(days=len(values) - run)


@given(TIMES, st.lists(st.integers(1, 900), min_size=1, max_size=6))
def test_a_pull_of_many_pages_counts_from_its_beginning(start, spans):
    """While it pages, rows go on changing; what becomes visible late may be as old as the pull's beginning."""
    mark, server = Mark().begin(start), start
    for span in [0, *spans]:
        server += timedelta(seconds=span)
        mark = mark.after((server.strftime("%Y-%m-%dT%H:%M:%S.000+0000"), "00Q"))
    base = mark.end().base
    assert base is not None
    assert base <= start
