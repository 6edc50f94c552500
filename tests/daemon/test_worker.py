"""One platform's work in the order of its urgency; whatever fails rests alone and comes back by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk import NORTH, Book, Cabinet

from connector.errors import Bug, Stopped, TryLater, Unclear
from connector.model.systems.fact import Page
from connector.model.systems.ref import Ref


def quiet(*workers, now, steps=500) -> int:
    for done in range(steps):
        if not sum(worker.step(now) for worker in workers):
            return done
    raise AssertionError("no rest")


def pages(desk, count, first=100):
    return [Page((desk.contact(first + place),)) for place in range(count)]


def cycles(desk):
    return desk.store.status(desk.now)["streams"]


# The order of work


def test_urgent_lanes_are_pushed_before_each_pull(desk, worker, evaluator):
    """A backfill of many pages runs; whoever asks meanwhile is written before the next page is read."""
    desk.staff(*NORTH)
    book, hub = Book(contacts=pages(desk, 12)), Cabinet("hubspot")
    hub.journal = book.journal
    one = worker(book, hub, pages=1)
    for place in range(12):
        assert one.step(desk.now)
        if place == 4:
            desk.asks(1)
        evaluator.step(desk.now)
    journal = [line for line in book.journal if line.startswith(("read", "write"))]
    assert journal[:6] == [*(f"read contacts {place}" for place in range(5)), "write hot"]
    assert journal[6:] == [f"read contacts {place}" for place in range(5, 11)]
    assert hub.records[Ref("hubspot", "contacts", "1")]["lifecyclestage"] == "salesqualifiedlead"
    quiet(one, evaluator, now=desk.now)
    assert book.journal[-1].startswith("write ")
    assert len(hub.records) == 13


def test_a_hot_lead_overtakes_a_backfill_on_the_sandbox(town):
    for number in range(350):
        town.person(f"p{number}@kern.example")
    hub = town.worker("hubspot")
    hub.schedule = replace(hub.schedule, pages=1)
    town.parts.evaluator.limit = 20
    town.ask("p3@kern.example")
    town.work()
    calls = town.wires["hubspot"].calls
    reads = [place for place, call in enumerate(calls) if call.method == "GET"]
    first, *others = [place for place, call in enumerate(calls) if call.path.endswith("/update")]
    (urgent,) = calls[first].json()["inputs"]
    assert urgent["id"] == town.hubspot.find("p3@kern.example")
    assert urgent["properties"]["lifecyclestage"] == "salesqualifiedlead"
    assert sum(place > first for place in reads) >= 5, "the urgent write went between two readings"
    assert others
    assert min(others) > max(reads), "all others wait until everything is read"
    assert town.leads() == ["p3@kern.example"]


def test_whoever_was_away_reads_before_he_decides(desk, worker, evaluator):
    """A process before us has read these streams; nobody is decided from what it knew until they have been read again."""
    desk.staff(*NORTH)
    quiet(worker(Book(contacts=pages(desk, 1), forms=[])), now=desk.now)
    desk.later(hours=9)
    one = worker(Book(contacts=pages(desk, 3), forms=[]), pages=1)
    evaluator.behind = one.behind
    desk.asks(1)
    assert one.behind(desk.now)
    assert not evaluator.step(desk.now)
    assert evaluator.next_at(desk.now) == desk.now + timedelta(seconds=1)
    quiet(one, now=desk.now)
    assert not one.behind(desk.now)
    assert evaluator.step(desk.now)


def test_a_first_load_and_a_platform_that_is_down_hold_nobody_up(desk, worker):
    desk.staff(*NORTH)
    book = Book(contacts=pages(desk, 1), forms=[])
    assert not worker(book).behind(desk.now)
    quiet(worker(book), now=desk.now)
    again = worker(Book(contacts=pages(desk, 1), forms=[]))
    again.begun = desk.now
    assert again.behind(desk.now)
    assert not again.behind(desk.now + timedelta(minutes=6))


def test_whoever_slept_reads_before_he_decides(desk, worker, evaluator):
    """The same process, four days later: what it knew then is as old as after a boot."""
    desk.staff(*NORTH)
    book = Book(contacts=pages(desk, 1), forms=[])
    one = worker(book, pages=1)
    evaluator.behind = one.behind
    quiet(one, evaluator, now=desk.now)
    desk.later(minutes=10)
    assert not one.behind(desk.now), "some readings that were missed are no gap"
    quiet(one, now=desk.now)
    book.shelves["contacts"] += pages(desk, 3, first=200)
    desk.later(days=4).asks(1)
    assert not evaluator.step(desk.now)
    while one.behind(desk.now):
        assert not evaluator.step(desk.now)
        assert one.step(desk.now)
    assert desk.store.cursor("hubspot", "contacts") == "4"
    assert evaluator.step(desk.now)


def test_after_an_outage_of_the_vendor_everything_is_read_before_a_decision(desk, worker):
    book = Book(contacts=[], forms=[])
    one = worker(book)
    quiet(one, now=desk.now)
    book.fails = {(stream, 0): TryLater("down") for stream in book.streams()}
    for _ in range(96):
        quiet(one, now=desk.later(hours=1).now)
        assert not one.behind(desk.now), "nobody waits for whoever does not answer"
    book.fails.clear()
    desk.later(hours=1)
    one.step(desk.now)
    assert one.behind(desk.now), "one stream was read, the other one not yet"
    quiet(one, now=desk.now)
    assert not one.behind(desk.now)


@pytest.mark.parametrize("error", [TryLater("busy"), Stopped("hubspot", "no right"), None])
def test_a_stream_that_is_never_read_holds_decisions_up_for_minutes_only(desk, worker, error):
    """Not while it rests, nor each time that it is tried again; nor for long if it never comes to an end."""
    book = Book(contacts=[], forms=[])
    one = worker(book, pages=1)
    quiet(one, now=desk.now)
    if error:
        book.fails["contacts", 0] = error
    else:
        book.shelves["contacts"] = pages(desk, 1_000)
    desk.later(days=4)
    assert one.behind(desk.now)
    waited = 0
    for _ in range(120):
        one.step(desk.now)
        one.step(desk.now)
        waited += one.behind(desk.now)
        desk.later(minutes=1)
    assert waited <= 6


def test_the_stream_that_is_due_longest_comes_first(desk, worker):
    book = Book(contacts=[], forms=[])
    one = worker(book)
    quiet(one, now=desk.now)
    desk.later(minutes=5)
    one.nudge("forms")
    one.step(desk.now)
    assert book.asked[-1][0] == "contacts"
    one.step(desk.now)
    assert book.asked[-1][0] == "forms"


# Full calls


def test_patient_changes_are_sent_together_once_everybody_is_decided(desk, worker, evaluator):
    hub = Cabinet("hubspot")
    one = worker(target=hub)
    evaluator.limit = 20
    desk.merge(*(desk.contact(number) for number in range(1, 101)))
    quiet(one, evaluator, now=desk.now)
    assert hub.journal == ["write routine"]
    assert len(hub.records) == 100


def test_patient_changes_wait_neither_long_nor_for_more_than_a_call_holds(desk, worker, evaluator):
    hub = Cabinet("hubspot")
    one = worker(target=hub, largest=40)
    evaluator.limit = 20
    desk.merge(*(desk.contact(number) for number in range(1, 101)))
    evaluator.step(desk.now)
    assert not one.step(desk.now)
    desk.later(seconds=9)
    assert not one.step(desk.now)
    desk.later(seconds=1)
    assert one.step(desk.now), "it has waited long enough, though eighty are still to be decided"
    assert len(hub.records) == 20
    evaluator.step(desk.now)
    assert not one.step(desk.now)
    evaluator.step(desk.now)
    assert one.step(desk.now), "forty are a full call here"
    assert len(hub.records) == 60


def test_who_is_hot_waits_for_nobody_to_be_decided(desk, worker, evaluator):
    desk.staff(*NORTH)
    hub = Cabinet("hubspot")
    one = worker(target=hub)
    desk.merge(*(desk.contact(number) for number in range(1, 4)))
    desk.asks(1)
    evaluator.limit = 1
    evaluator.step(desk.now)
    assert one.step(desk.now)
    assert hub.journal == ["write hot"]


# Failures


def test_a_stream_that_must_wait_does_not_starve_the_others(desk, worker):
    book = Book(contacts=pages(desk, 2), forms=pages(desk, 3, first=200))
    book.fails["contacts", 1] = TryLater("busy", timedelta(minutes=2))
    one = worker(book)
    quiet(one, now=desk.now)
    assert desk.store.cursor("hubspot", "forms") == "3"
    assert desk.store.cursor("hubspot", "contacts") == "1"
    assert one.postponed == {"contacts": "busy"}
    assert one.next_at(desk.now) == desk.now + timedelta(minutes=1)
    desk.later(minutes=1)
    quiet(one, now=desk.now)
    assert desk.store.cursor("hubspot", "contacts") == "1"
    book.fails.clear()
    desk.later(minutes=1)
    quiet(one, now=desk.now)
    assert desk.store.cursor("hubspot", "contacts") == "2"
    assert one.postponed == {}


def test_failures_in_a_row_rest_longer_each_time(desk, worker):
    book = Book(contacts=[])
    book.fails["contacts", 0] = TryLater("busy")
    one = worker(book)
    waits = []
    for _ in range(4):
        quiet(one, now=desk.now)
        waits.append(one.next_at(desk.now) - desk.now)
        desk.now += waits[-1]
    assert [wait.total_seconds() for wait in waits] == [10, 20, 40, 80]
    book.fails.clear()
    quiet(one, now=desk.now)
    assert one.next_at(desk.now) == desk.now + timedelta(seconds=60)


def test_a_stream_that_crashes_is_told_and_does_not_starve_the_others(desk, worker):
    book = Book(contacts=pages(desk, 2), forms=pages(desk, 3, first=200))
    book.fails["contacts", 1] = RuntimeError("a fault of the source")
    one = worker(book)
    with pytest.raises(RuntimeError):
        one.step(desk.now)
    quiet(one, now=desk.now)
    assert desk.store.cursor("hubspot", "forms") == "3"
    assert one.postponed == {"contacts": "RuntimeError while reading contacts"}
    book.fails.clear()
    quiet(one, now=desk.later(seconds=10).now)
    assert desk.store.cursor("hubspot", "contacts") == "2"
    assert one.postponed == {}


@pytest.mark.parametrize("error", [TryLater("busy"), Stopped("hubspot", "no rights")])
def test_after_a_failure_the_stored_cursor_counts(desk, worker, error):
    book = Book(contacts=[Page()])
    one = worker(book)
    quiet(one, now=desk.now)
    book.shelves["contacts"] += pages(desk, 2)
    book.fails["contacts", 2] = error
    quiet(one, now=desk.later(minutes=1).now)
    assert desk.store.cursor("hubspot", "contacts") == "2"
    book.fails.clear()
    quiet(one, now=desk.later(hours=1).now)
    assert desk.store.cursor("hubspot", "contacts") == "3"
    assert book.asked == [("contacts", at) for at in (None, "1", "2")]


def test_a_stopped_platform_pauses_and_comes_back_by_itself(desk, worker):
    book = Book(contacts=pages(desk, 1))
    book.fails["contacts", 0] = Stopped("hubspot", "the token was revoked")
    one = worker(book)
    quiet(one, now=desk.now)
    assert one.trouble == "hubspot: the token was revoked"
    assert one.next_at(desk.now) == desk.now + timedelta(minutes=15)
    asked = len(book.asked)
    quiet(one, now=desk.later(minutes=14).now)
    assert len(book.asked) == asked
    quiet(one, now=desk.later(minutes=1).now)
    assert one.trouble
    book.fails.clear()
    quiet(one, now=desk.later(minutes=15).now)
    assert one.trouble == ""
    assert desk.store.cursor("hubspot", "contacts") == "1"


def test_the_pause_lasts_as_long_as_the_vendor_says(desk, worker):
    book = Book(contacts=[])
    book.fails["contacts", 0] = Stopped("hubspot", "the day is used up", timedelta(hours=7))
    one = worker(book)
    one.step(desk.now)
    assert one.next_at(desk.now) == desk.now + timedelta(hours=7)


def test_one_stopped_stream_lets_the_others_and_the_writes_go_on(desk, worker, evaluator):
    """A right that is missing for one stream: after each pause all else comes first, and the trouble stays told."""
    book, hub = Book(contacts=[], forms=[]), Cabinet("hubspot")
    book.fails["contacts", 0] = Stopped("hubspot", "no right to read contacts")
    one = worker(book, hub)
    quiet(one, now=desk.now)
    desk.merge(desk.contact(1))
    evaluator.step(desk.now)
    for place in range(3):
        book.shelves["forms"] += pages(desk, 1, first=300 + place)
        quiet(one, evaluator, now=desk.later(minutes=15).now)
        assert one.trouble == "hubspot: no right to read contacts"
        assert desk.store.cursor("hubspot", "forms") == str(place + 1)
    assert Ref("hubspot", "contacts", "1") in hub.records
    book.fails.clear()
    quiet(one, now=desk.later(minutes=15).now)
    assert one.trouble == ""


def test_a_push_that_was_stopped_is_told_until_it_works_or_is_not_wanted(desk, worker, evaluator):
    hub = Cabinet("hubspot")
    desk.merge(desk.contact(1))
    desk.decide()
    hub.moods = [Stopped("hubspot", "no right to write")]
    one = worker(Book(contacts=[]), hub)
    quiet(one, now=desk.now)
    assert one.trouble == "hubspot: no right to write"
    quiet(one, now=desk.later(minutes=15).now)
    assert one.trouble == ""
    assert len(hub.records) == 1
    desk.merge(desk.contact(2))
    desk.decide()
    hub.moods = [Stopped("hubspot", "no right to write")]
    quiet(one, now=desk.now)
    assert one.trouble
    desk.merge(desk.contact(2, lifecyclestage="subscriber"))
    quiet(one, evaluator, now=desk.later(minutes=15).now)
    assert one.trouble == ""


def test_a_patient_push_that_must_wait_does_not_hold_up_the_urgent(desk, worker, evaluator):
    """The rest of the day's calls is kept for hot leads: a backfill waits until midnight, they do not."""
    desk.staff(*NORTH)
    desk.merge(desk.contact(1))
    hub = Cabinet("hubspot")
    hub.moods = [TryLater("kept for more urgent work", timedelta(hours=9))]
    one = worker(Book(contacts=[]), hub)
    quiet(one, evaluator, now=desk.now)
    assert hub.records == {}
    assert one.postponed == {"patient push": "kept for more urgent work"}
    desk.later(minutes=1).asks(2)
    quiet(one, evaluator, now=desk.now)
    assert [ref.id for ref in hub.records] == ["2"]
    desk.later(hours=9)
    quiet(one, evaluator, now=desk.now)
    assert sorted(ref.id for ref in hub.records) == ["1", "2"]
    assert one.postponed == {}


def test_an_unclear_row_is_looked_up_and_holds_up_nobody(desk, worker, evaluator):
    desk.staff(*NORTH)
    desk.asks(1)
    hub = Cabinet("hubspot")
    hub.moods, hub.loses = [Unclear("no answer"), TryLater("busy")], True
    one = worker(Book(contacts=[]), hub)
    quiet(one, evaluator, now=desk.now)
    assert one.postponed == {"look-up": "busy"}
    desk.asks(2)
    quiet(one, evaluator, now=desk.now)
    assert sorted(ref.id for ref in hub.records) == ["1", "2"]
    assert desk.open_attempts("hubspot") == 1
    quiet(one, evaluator, now=desk.later(seconds=10).now)
    assert desk.open_attempts("hubspot") == 0
    assert [change.ref.id for change in hub.sent] == ["1", "2"]


@pytest.mark.parametrize("error", [RuntimeError("a fault of the target"), None])
def test_a_crash_while_sending_is_looked_up_by_the_same_process(desk, worker, evaluator, error):
    """Also a target that gives a receipt too few: a Bug, and the attempt is not forgotten."""
    desk.merge(desk.contact(1))
    hub = Cabinet("hubspot")
    write = hub.write
    if error is None:
        hub.write = lambda changes, now: write(changes, now)[1:]
    else:
        hub.moods, hub.loses = [error], True
    one = worker(Book(contacts=[]), hub)
    with pytest.raises((RuntimeError, Bug)):
        quiet(one, evaluator, now=desk.now)
    hub.write = write
    quiet(one, evaluator, now=desk.now)
    assert desk.open_attempts("hubspot") == 0
    assert len(hub.sent) == 1
    assert len(hub.looked) == 1


@pytest.mark.parametrize("outage", ["revoked", "refused"])
def test_an_outage_of_one_platform_leaves_the_other_working_and_ends_by_itself(town, outage):
    town.person("ute@kern.example")
    town.pass_by(minutes=6)
    wire = town.wires["salesforce"]
    if outage == "revoked":
        town.crm.revoke()
    else:
        wire.cut = True
    town.ask("ute@kern.example")
    town.person("ada@kern.example")
    town.pass_by(minutes=20)
    assert town.leads() == []
    stages = {
        email: town.hubspot.get("contacts", town.hubspot.find(email) or "")["lifecyclestage"]
        for email in ("ute@kern.example", "ada@kern.example")
    }
    assert stages == {"ute@kern.example": "salesqualifiedlead", "ada@kern.example": "subscriber"}
    crm = town.worker("salesforce")
    assert crm.trouble or crm.postponed
    assert not town.worker("hubspot").trouble
    town.crm.revoke(revoked=False)
    wire.cut = False
    town.pass_by(minutes=40)
    assert town.leads() == ["ute@kern.example"]
    assert not crm.trouble
    assert not crm.postponed
    assert town.store.shelf_rows() == ()
    assert town.crm.duplicate_leads() == 0


# Heartbeat and time


def test_the_heartbeat_tells_when_a_stream_was_read_to_its_end(desk, worker):
    book = Book(contacts=[Page()], forms=[])
    book.fails["forms", 0] = TryLater("busy")
    one = worker(book)
    quiet(one, now=desk.now)
    assert cycles(desk) == {("hubspot", "contacts"): desk.now}
    assert desk.store.cursor("hubspot", "contacts") == "1"
    book.fails.clear()
    quiet(one, now=desk.later(seconds=60).now)
    assert set(cycles(desk).values()) == {desk.now}


def test_a_long_backfill_does_not_silence_the_heartbeat_of_the_others(desk, worker):
    book = Book(forms=[], contacts=pages(desk, 30))
    one = worker(book, pages=1)
    for _ in range(30):
        assert one.step(desk.now)
        desk.later(seconds=30)
    beat = cycles(desk)["hubspot", "forms"]
    assert desk.now - beat <= timedelta(seconds=120)


def test_idle_time_costs_one_commit_an_interval(desk, worker):
    one = worker(Book(contacts=[], forms=[], mails=[]), Cabinet("hubspot"))
    quiet(one, now=desk.now)
    commits = desk.store.changes
    for _ in range(6):
        quiet(one, now=desk.later(seconds=20).now)
    assert desk.store.changes - commits <= 2 + 3 * 2  # two rounds; the lease is renewed as well


def test_next_at_is_the_next_stream_or_the_next_change(desk, worker, evaluator):
    hub = Cabinet("hubspot")
    one = worker(Book(contacts=[], owners=[]), hub)
    assert one.next_at(desk.now) == desk.now
    quiet(one, now=desk.now)
    assert one.next_at(desk.now) == desk.now + timedelta(seconds=60)
    desk.merge(desk.contact(1))
    hub.moods = [TryLater("busy", timedelta(seconds=25))]
    quiet(one, evaluator, now=desk.now)
    assert one.next_at(desk.now) == desk.now + timedelta(seconds=25)


def test_slow_and_calm_streams_have_times_of_their_own(desk, worker):
    book = Book(contacts=[], companies=[], owners=[])
    one = worker(book)
    for _ in range(60):
        quiet(one, now=desk.now)
        desk.later(minutes=1)
    asked = [stream for stream, _ in book.asked]
    assert {name: asked.count(name) for name in book.shelves} == {
        "contacts": 60,
        "companies": 10,
        "owners": 1,
    }


def test_a_nudge_reads_at_once_and_from_the_stored_cursor(desk, worker):
    book = Book(contacts=pages(desk, 1))
    one = worker(book)
    quiet(one, now=desk.now)
    quiet(one, now=desk.later(seconds=5).now)
    assert len(book.asked) == 1
    one.nudge("contacts")
    assert one.next_at(desk.now) == desk.now
    quiet(one, now=desk.now)
    assert book.asked == [("contacts", None), ("contacts", "1")]
    quiet(one, now=desk.now)
    assert len(book.asked) == 2


def test_a_nudge_during_a_reading_is_not_forgotten(desk, worker):
    class Nudged(Book):
        def pages(self, stream, cursor, now):
            yield from super().pages(stream, cursor, now)
            if len(self.asked) == 1:
                one.nudge(stream)

    book = Nudged(contacts=pages(desk, 1))
    one = worker(book)
    quiet(one, now=desk.now)
    assert len(book.asked) == 2


def test_a_nudge_does_not_break_the_rest_a_vendor_asked_for(desk, worker):
    book = Book(contacts=[])
    book.fails["contacts", 0] = TryLater("busy", timedelta(minutes=5))
    one = worker(book)
    quiet(one, now=desk.now)
    one.nudge("contacts")
    quiet(one, now=desk.later(minutes=4).now)
    assert len(book.asked) == 1
    quiet(one, now=desk.later(minutes=1).now)
    assert len(book.asked) == 2


def test_a_platform_that_is_only_read_and_one_that_is_only_written(desk, worker, evaluator):
    hub = Cabinet("hubspot")
    reads, writes = worker(Book(contacts=pages(desk, 1))), worker(target=hub)
    quiet(reads, evaluator, now=desk.now)
    assert reads.next_at(desk.now) == desk.now + timedelta(seconds=60)
    assert writes.next_at(desk.now) is not None
    quiet(writes, now=desk.now)
    assert len(hub.records) == 1
    assert writes.next_at(desk.now) is None
