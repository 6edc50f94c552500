"""One daemon per store: others are refused, the dead are followed at once, strangers are waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from desk import Book, Cabinet
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from connector.daemon import Lease, Worker
from connector.daemon.lease import TTL, gone, here, machine, this_process
from connector.errors import Fenced
from connector.model.systems.fact import Page

STRANGER = "elsewhere@0a1b2c3d-4026531836:77:abcd"


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """Some other process of this machine."""
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as child:
        yield child
        child.kill()


def of(pid: int) -> str:
    return f"{machine()}:{pid}:cafe"


class Waiter:
    """Time that passes only while somebody rests; `meanwhile` happens then."""

    def __init__(self, now: datetime, meanwhile: object = None) -> None:
        self.time, self.rests, self.meanwhile = now, [], meanwhile

    def now(self) -> datetime:
        return self.time

    def rest(self, span: timedelta) -> None:
        self.rests.append(span)
        self.time += span
        if callable(self.meanwhile):
            self.meanwhile(self.time)


def nobody_rests(span: timedelta) -> None:
    raise AssertionError(f"waited {span}")


def test_the_first_renews_and_the_second_is_refused(desk):
    first, other = Lease(desk.store, this_process()), desk.another()
    second = Lease(other, this_process())
    epoch = first.epoch(desk.now)
    for _ in range(10):
        with pytest.raises(Fenced, match="holds the lease 'daemon' until"):
            second.epoch(desk.now)
        assert first.epoch(desk.later(seconds=25).now) == epoch
    other.close()


def test_it_is_renewed_in_good_time_and_not_at_every_turn(desk):
    lease = Lease(desk.store, "a:1:b")
    lease.epoch(desk.now)
    first = desk.now + TTL
    for _ in range(19):
        lease.epoch(desk.later(seconds=1).now)
    assert desk.store.holder("daemon", desk.now) == ("a:1:b", first)
    lease.epoch(desk.later(seconds=1).now)
    assert desk.store.holder("daemon", desk.now) == ("a:1:b", desk.now + TTL)


def test_a_daemon_that_slept_through_its_lease_writes_nothing_any_more(desk, worker, evaluator):
    """It would merge a page, decide a contact, send a change and beat its heart: all of that is too late."""
    desk.merge(desk.contact(1))
    desk.decide()
    desk.merge(desk.contact(2))
    hub = Cabinet("hubspot")
    sends, reads = (
        worker(target=hub, gather=timedelta()),
        worker(Book(contacts=[Page((desk.contact(3),))])),
    )
    idles = worker(Book(contacts=[]))
    idles.lease.epoch(desk.now)
    idles._puller.step(desk.now, ["contacts"])
    other = desk.another()
    successor = Lease(other, "here:2:b")
    successor.epoch(desk.now + TTL)
    counts = desk.store.counts()
    for late in (sends, reads, idles, evaluator):
        with pytest.raises(Fenced):
            late.step(desk.now)
    assert desk.store.counts() == counts
    assert desk.store.cursor("hubspot", "contacts") is None
    assert desk.store.status(desk.now)["streams"] == {}
    assert desk.standing(2) is None
    assert hub.journal == []
    assert desk.open_attempts("hubspot") == 0
    with pytest.raises(Fenced, match="here:2:b holds the lease"):
        evaluator.lease.epoch(desk.now + TTL)
    other.close()


def test_the_lease_of_a_killed_process_is_taken_at_once(desk, process):
    dead = Lease(desk.store, of(process.pid))
    old = dead.epoch(desk.now)
    with pytest.raises(Fenced):
        Lease(desk.store, this_process()).epoch(desk.now)
    process.kill()
    process.wait()
    successor = Lease(desk.store, this_process())
    with capture_logs() as lines:
        successor.take(lambda: desk.now, nobody_rests)
    assert [line["event"] for line in lines] == ["lease_of_the_dead"]
    new = successor.epoch(desk.now)
    assert new > old
    with pytest.raises(Fenced):
        desk.store.mark_all_due(desk.now, epoch=old)
    desk.store.mark_all_due(desk.now, epoch=new)


def test_of_two_heirs_one_inherits(desk, process):
    Lease(desk.store, of(process.pid)).epoch(desk.now)
    process.kill()
    process.wait()
    heirs = [Lease(desk.store, this_process()) for _ in range(2)]
    heirs[0].epoch(desk.now)
    with pytest.raises(Fenced):
        heirs[1].epoch(desk.now)
    heirs[0].epoch(desk.now)


def test_a_killed_process_nobody_has_buried_yet_is_dead(process):
    assert not gone(of(process.pid))
    process.kill()
    for _ in range(1_000_000):
        if gone(of(process.pid)):
            return
    raise AssertionError("still alive")


def test_a_living_holder_of_this_machine_is_not_waited_for(desk, process):
    Lease(desk.store, of(process.pid)).epoch(desk.now)
    with pytest.raises(Fenced):
        Lease(desk.store, this_process()).take(lambda: desk.now, nobody_rests)


def test_a_stranger_is_waited_for_with_one_line(desk):
    Lease(desk.store, STRANGER).epoch(desk.now)
    waiter = Waiter(desk.now + timedelta(seconds=13))
    heir = Lease(desk.store, this_process())
    with capture_logs() as lines:
        heir.take(waiter.now, waiter.rest)
    (line,) = lines
    assert (line["event"], line["holder"], line["until"]) == (
        "lease_awaited",
        STRANGER,
        (desk.now + TTL).isoformat(),
    )
    (span,) = waiter.rests
    assert timedelta(seconds=47) <= span < timedelta(seconds=48)
    heir.epoch(waiter.time)


def test_a_stranger_who_renews_is_alive(desk):
    stranger = Lease(desk.store, STRANGER)
    stranger.epoch(desk.now)
    waiter = Waiter(desk.now, lambda now: stranger.epoch(now - timedelta(seconds=1)))
    with pytest.raises(Fenced):
        Lease(desk.store, this_process()).take(waiter.now, waiter.rest)
    assert len(waiter.rests) == 1


def test_who_is_asked_to_stop_while_waiting_takes_nothing(desk):
    Lease(desk.store, STRANGER).epoch(desk.now)
    Lease(desk.store, this_process()).take(lambda: desk.now, lambda _: True)
    assert desk.store.holder("daemon", desk.now)[0] == STRANGER


def test_a_process_id_says_nothing_on_another_machine(desk, process):
    process.kill()
    process.wait()
    stranger = f"elsewhere@0a1b2c3d-1:{process.pid}:cafe"
    Lease(desk.store, stranger).epoch(desk.now)
    with pytest.raises(Fenced):
        Lease(desk.store, this_process()).epoch(desk.now)


def test_a_lease_given_back_is_free_at_once(desk):
    first = Lease(desk.store, STRANGER)
    first.epoch(desk.now)
    first.release(desk.now)
    Lease(desk.store, this_process()).take(lambda: desk.now, nobody_rests)
    first.release(desk.now)
    with pytest.raises(Fenced):
        first.epoch(desk.now)


def test_processes_tell_themselves_apart():
    one, two = this_process(), this_process()
    assert one != two
    assert here(one)
    assert not gone(one)
    assert f":{os.getpid()}:" in one


@given(st.text() | st.sampled_from(["", ":", "::", f"{machine()}:", f"{machine()}:x:y", STRANGER]))
def test_whatever_a_holder_is_called_only_a_dead_process_of_ours_is_dead(name):
    assert not (here(name) and gone(name))


def test_a_new_daemon_goes_on_where_the_killed_one_stopped(desk, process):
    """The whole of it: read under one lease, killed, read on under the next one."""
    book = Book(contacts=[Page((desk.contact(number),)) for number in range(4)])

    def daemon(holder: str) -> Worker:
        worker = Worker("hubspot", book, None, desk.store, desk.mappings, Lease(desk.store, holder))
        worker.schedule = type(worker.schedule)(pages=2)
        return worker

    daemon(of(process.pid)).step(desk.now)
    assert desk.store.cursor("hubspot", "contacts") == "2"
    process.kill()
    process.wait()
    again = daemon(this_process())
    while again.step(desk.now):
        pass
    assert desk.store.counts()["contacts"] == 4
    assert book.asked == [("contacts", None), ("contacts", "2"), ("contacts", "4")]
    assert Path(desk.file).exists()
