"""Turns: in virtual time until nobody has anything due, in real time on threads that stop when asked."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from desk import NORTH, Book, Cabinet

from connector.daemon import Threads, until_quiet, virtual_run
from connector.daemon import crew as daemon_crew
from connector.decide.scoring.score import score
from connector.errors import Bug, Fenced
from connector.model.systems.fact import Activity
from connector.model.systems.ref import Ref

START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
SOON = timedelta(seconds=1)


class Time:
    """Virtual time; `seen` are the moments it was moved to."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self.seen: list[datetime] = []

    def now(self) -> datetime:
        return self._now

    def advance(self, to: datetime) -> None:
        assert to > self._now
        self._now = to
        self.seen.append(to)


class Alarm:
    """Works once at each of its moments. `error` is raised at the first."""

    def __init__(self, *moments: datetime, name: str = "alarm") -> None:
        self.name = name
        self.moments = list(moments)
        self.rang: list[datetime] = []

    def step(self, now: datetime) -> bool:
        if self.moments and self.moments[0] <= now:
            self.moments.pop(0)
            self.rang.append(now)
            return True
        return False

    def next_at(self, now: datetime) -> datetime | None:
        return self.moments[0] if self.moments else None


class Endless:
    name = "endless"

    def step(self, now: datetime) -> bool:
        return True

    def next_at(self, now: datetime) -> datetime | None:
        return now


def test_until_quiet_counts_the_units():
    alarms = [Alarm(START, START), Alarm(START + timedelta(seconds=1)), Alarm(START)]
    assert until_quiet(alarms, START) == 3
    assert until_quiet(alarms, START) == 0


def test_a_worker_that_never_rests_is_a_bug_and_is_named():
    with pytest.raises(Bug, match="no rest after 50 units at one moment: alarm, endless"):
        until_quiet([Alarm(), Endless()], START, steps=50)


def test_virtual_time_jumps_to_the_next_due_moment():
    time = Time()
    moments = [START + timedelta(days=3), START + timedelta(days=3, hours=5)]
    alarm = Alarm(*moments)
    assert virtual_run([alarm], time, START + timedelta(days=9)) == 2
    assert alarm.rang == moments
    assert time.seen == [*moments, START + timedelta(days=9)]


def test_virtual_time_ends_exactly_when_it_is_told_to():
    time = Time()
    end = START + timedelta(milliseconds=2_500)
    virtual_run([Eager()], time, end)
    assert time.now() == end
    assert time.seen == [START + SOON, START + 2 * SOON, end]


class Eager:
    """Has nothing to do and is always due."""

    name = "eager"

    def step(self, now: datetime) -> bool:
        return False

    def next_at(self, now: datetime) -> datetime | None:
        return now


def test_everybody_is_told_the_time():
    told: list[datetime] = []
    virtual_run([], Time(), START + SOON, told.append)
    assert told == [START, START + SOON]


def test_a_decay_crossing_is_acted_on_at_its_moment(desk, evaluator):
    """No poll is near: the evaluator itself knows when the activity falls below 12, and when that has held for a week."""
    desk.merge(
        desk.contact(1, jobtitle="", country="DE"),
        activities=(*(desk.act(1, f"Whitepaper {n}") for n in range(3)), webinar(desk)),
    )
    until_quiet([evaluator], desk.now)
    assert desk.standing(1).stage == "MQL"
    time = Time(desk.now)
    virtual_run([evaluator], time, desk.now + timedelta(days=120))
    cooled = by_rule(desk, "cooled")
    assert (cooled.before.stage, cooled.standing.stage) == ("MQL", "Lead")
    held_since = dict(cooled.before.holding)["cooled"]
    assert cooled.at == held_since + timedelta(days=7)
    assert len(time.seen) < 60, "time jumped"
    at_crossing = desk.store.told.then(desk.number(1), held_since)
    assert activity(desk, at_crossing, held_since) < 12
    before = held_since - timedelta(minutes=5)
    assert activity(desk, desk.store.told.then(desk.number(1), before), before) >= 12


def by_rule(desk, rule):
    """The decision that took this way."""
    history = desk.store.told.history(desk.number(1))
    return next(
        one.decision for one in history if any(step.rule == rule for step in one.decision.steps)
    )


def activity(desk, dossier, at) -> float:
    return score(desk.book, dossier.contact, dossier.strengths, at).activity


def webinar(desk):
    ref = Ref("hubspot", "contacts", "1")
    detail = {"minutes": 50}
    return Activity(ref, "", "webinar_attended", desk.now, desk.now, "w1", "Seals", detail)


def test_an_answer_that_is_due_is_missed_at_its_moment(desk, evaluator, worker):
    desk.staff(*NORTH)
    desk.asks(1)
    crm = Cabinet()
    workers = [worker(target=crm, name="salesforce"), evaluator]
    until_quiet(workers, desk.now)
    due = desk.standing(1).handover.answer_due
    assert not desk.standing(1).overdue
    time = Time(desk.now)
    virtual_run(workers, time, due + timedelta(days=2))
    history = desk.store.told.history(desk.number(1))
    late = next(one.decision for one in history if one.decision.standing.overdue)
    assert late.at == due
    (lead,) = [shown for ref, shown in crm.records.items() if ref.kind == "Lead"]
    assert lead["Leadcycle_Overdue__c"] is True
    assert due in time.seen


def test_a_hold_ends_at_its_moment_between_two_polls(desk, evaluator, worker):
    """`hot-fit` holds for a quarter of an hour; streams are read every hour."""
    desk.staff(*NORTH)
    acts = tuple(desk.act(1, f"Whitepaper {n}") for n in range(2))
    meetings = tuple(meeting(desk, n) for n in range(2))
    desk.merge(desk.contact(1), activities=(*acts, *meetings, webinar(desk)))
    book = Book(contacts=[])
    workers = [worker(book, pull=timedelta(hours=1)), evaluator]
    time = Time(desk.now)
    virtual_run(workers, time, desk.now + timedelta(minutes=30))
    decided = [found.decision for found in desk.store.told.history(desk.number(1))]
    handed = [one for one in decided if one.standing.stage == "SQL"]
    assert [one.at for one in handed] == [desk.now + timedelta(minutes=15)]
    assert len(book.asked) == 1


def meeting(desk, number):
    ref = Ref("hubspot", "contacts", "1")
    return Activity(ref, "", "meeting_held", desk.now, desk.now, f"m{number}", "Talk")


# Threads


class Busy:
    """Works all the time; `met` is set once it has begun."""

    def __init__(self, name: str = "busy", error: Exception | None = None) -> None:
        self.name, self.error = name, error
        self.met = threading.Event()
        self.done = 0

    def step(self, now: datetime) -> bool:
        self.done += 1
        self.met.set()
        if self.error is not None:
            raise self.error
        return False

    def next_at(self, now: datetime) -> datetime | None:
        return None


class Wall:
    def now(self) -> datetime:
        return datetime.now(UTC)


def crew_of(*workers: object) -> Threads:
    return Threads(workers, Wall(), after_crash=timedelta(milliseconds=1))  # type: ignore[arg-type]


def started(*workers: Busy) -> Threads:
    crew = crew_of(*workers)
    crew.start()
    for worker in workers:
        assert worker.met.wait(5)
    return crew


def test_threads_stop_when_asked():
    crew = started(Busy("one"), Busy("two"))
    assert crew.stop(patience=1.0)
    assert crew.failure is None
    crew.wait()


def test_who_is_stopped_before_the_start_never_works():
    worker = Busy()
    crew = crew_of(worker)
    assert crew.stop(patience=1.0)
    crew.start()
    crew.wait()
    assert crew.stop(patience=1.0)
    assert worker.done == 0


def test_a_worker_that_hangs_is_told_of():
    free = threading.Event()

    class Hangs(Busy):
        def step(self, now: datetime) -> bool:
            self.met.set()
            free.wait(10)
            return False

    crew = started(Hangs())
    assert not crew.stop(patience=0.05)
    free.set()
    assert crew.stop(patience=5.0)


@pytest.mark.parametrize("error", [Bug("the sum is wrong"), Fenced("somebody else works here")])
def test_a_bug_or_a_lost_lease_ends_the_crew(error):
    healthy = Busy("healthy")
    crew = started(healthy, Busy("broken", error))
    assert crew.rest(timedelta(seconds=5))
    assert crew.failure is error
    assert crew.stop(patience=1.0)


@pytest.mark.parametrize("where", ["step", "next_at"])
def test_a_crash_of_one_leaves_the_others_alive_and_is_tried_again(where):
    """Also a crash while it asks when it is due next: a thread that ended silently would be missed by nobody."""
    crashed = threading.Semaphore(0)

    class Crashes(Busy):
        def step(self, now: datetime) -> bool:
            super().step(now)
            if where == "step":
                self._crash()
            return False

        def next_at(self, now: datetime) -> datetime | None:
            self._crash()
            return None

        def _crash(self) -> None:
            crashed.release()
            raise RuntimeError("the database is locked")

    healthy = Busy("healthy")
    crew = started(healthy, Crashes("crashing"))
    for _ in range(3):
        assert crashed.acquire(timeout=5)
    before = healthy.done
    healthy.met.clear()
    crew.wake()
    assert healthy.met.wait(5)
    assert healthy.done > before
    assert crew.failure is None
    assert crew.stop(patience=1.0)


def test_somebody_waiting_after_a_crash_stops_at_once():
    crew = Threads([Busy("broken", RuntimeError("x"))], Wall(), after_crash=timedelta(hours=1))
    crew.start()
    assert crew.stop(patience=1.0)


def test_work_of_one_wakes_the_others(monkeypatch):
    """Nobody wakes by himself here; each has work only after the other has done some."""
    monkeypatch.setattr(daemon_crew, "NAP", timedelta(hours=1))
    done = threading.Event()
    turns: list[str] = []

    class Player(Busy):
        def step(self, now: datetime) -> bool:
            self.met.set()
            if len(turns) == 20:
                done.set()
            if len(turns) == 20 or (turns and turns[-1] == self.name):
                return False
            turns.append(self.name)
            return True

    crew = started(Player("one"), Player("two"))
    assert done.wait(5)
    assert crew.stop(patience=1.0)
    assert turns in (["one", "two"] * 10, ["two", "one"] * 10)


def test_a_call_between_a_look_and_a_sleep_is_not_missed(monkeypatch):
    monkeypatch.setattr(daemon_crew, "NAP", timedelta(hours=1))

    class Called(Busy):
        def step(self, now: datetime) -> bool:
            if self.done == 0:
                crew.wake()  # something became due just after this worker had looked
            self.done += 1
            if self.done == 2:
                self.met.set()
            return False

    worker = Called()
    crew = crew_of(worker)
    crew.start()
    assert worker.met.wait(5)
    assert crew.stop(patience=1.0)


def test_a_rest_ends_early_when_the_crew_stops():
    crew = crew_of()
    assert not crew.rest(timedelta(milliseconds=1))
    crew.stop()
    assert crew.rest(timedelta(hours=1))
