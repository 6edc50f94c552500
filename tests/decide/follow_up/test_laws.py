"""No clock fires early, twice or not at all: against an oracle that counts working minutes one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.decide.clock import day_length
from connector.decide.facts import Facts
from connector.decide.follow_up import followed_up, moments
from connector.model.person.contact import Contact, Value
from connector.model.person.run import Told
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Calendar, Clock, FollowUp, Rulebook
from connector.model.rules.follow_up import DEFAULT, Event, Pause, Rung
from connector.model.systems.ref import Ref

MINUTE = timedelta(minutes=1)
LEAD = Ref("salesforce", "Lead", "00Q1")
WEEK = {**{day: ((time(8), time(17)),) for day in range(4)}, 4: ((time(8), time(15)),)}
HOLIDAYS = frozenset({date(2026, 3, 30), date(2026, 10, 26), date(2026, 11, 2)})
CALENDARS = {
    "berlin": Calendar("Europe/Berlin", WEEK, HOLIDAYS),
    "rome": Calendar(
        "Europe/Rome", {d: ((time(9), time(13)), (time(14), time(18))) for d in range(5)}
    ),
    "new york": Calendar(
        "America/New_York", {d: ((time(9), time(17)),) for d in range(5)}, HOLIDAYS
    ),
    "nights": Calendar("Europe/Berlin", {d: ((time(22), time(6)),) for d in range(7)}),
    "always": Calendar("Australia/Lord_Howe", {d: ((time(0), time(0)),) for d in range(7)}),
}
NEAR = [  # clock changes of 2026 in Berlin, New York and on Lord Howe (by half an hour), and an ordinary week
    datetime(2026, 3, 27, 12, tzinfo=UTC),
    datetime(2026, 10, 23, 9, tzinfo=UTC),
    datetime(2026, 3, 6, 20, tzinfo=UTC),
    datetime(2026, 10, 30, 15, tzinfo=UTC),
    datetime(2026, 4, 3, 3, tzinfo=UTC),
    datetime(2026, 6, 16, 8, tzinfo=UTC),
]


class Said(NamedTuple):
    """At this minute the field got this value (a minute, or None)."""

    at: int
    until: int | None


class Play(NamedTuple):
    """What is given: minutes count from the hand-over."""

    start: datetime
    calendar: str
    span: int
    shares: tuple[float, ...]
    after: tuple[int, ...]
    pauses: tuple[Said, ...]
    longest: int | None
    stopped: int | None
    days: int = 0  # the span in days of the first calendar; 0: `span`
    after_days: tuple[int, ...] = ()
    moves: tuple[
        tuple[int, str], ...
    ] = ()  # from this minute on the lead belongs to somebody with that calendar

    @property
    def steps(self) -> tuple[int, ...]:
        """Seconds of work until each rung, in the order of the ladder."""
        day = round(day_length(CALENDARS[self.calendar]).total_seconds())
        span = self.days * day if self.days else self.span * 60
        shares = (round(span * share) for share in self.shares)
        after = (span + more * 60 for more in self.after)
        return (*shares, *after, *(span + more * day for more in self.after_days))

    def calendar_at(self, minute: int) -> str:
        """Whose hours count at this minute."""
        return next((to for at, to in reversed(self.moves) if at <= minute), self.calendar)


def owner_of(calendar: str) -> str:
    return f"{calendar.replace(' ', '')}@x.example"


def works(calendar: Calendar, minute: datetime) -> bool:
    """Whether this minute is worked, by the clock on the wall."""
    local = minute.astimezone(ZoneInfo(calendar.timezone))
    for back in (0, 1):  # a shift of yesterday may reach into today
        day = local.date() - timedelta(days=back)
        for start, end in (
            calendar.hours.get(day.weekday(), ()) if day not in calendar.holidays else ()
        ):
            over = end <= start
            clock = local.time()
            if back == 0 and clock >= start and (over or clock < end):
                return True
            if back == 1 and over and clock < end:
                return True
    return False


def oracle(play: Play, minutes: int) -> Iterator[tuple[int, datetime]]:
    """(seconds of work, moment) of every rung that is due within so many minutes, one minute after the other."""
    steps = set(play.steps)
    worked = used = 0
    for minute in range(minutes):
        if play.stopped is not None and minute >= play.stopped:
            return
        said = [one.until for one in play.pauses if one.at <= minute]
        still = bool(said) and said[-1] is not None and minute < said[-1]
        if still and (play.longest is None or used < play.longest):
            used += 1
            continue
        moment = play.start + minute * MINUTE
        if works(CALENDARS[play.calendar_at(minute)], moment):
            inside = sorted(step for step in steps if worked < step <= worked + 60)
            for step in inside:
                at = moment + timedelta(seconds=step - worked)
                if play.stopped is None or at < play.start + play.stopped * MINUTE:
                    yield step, at
            worked += 60


def book_of(house: Any, play: Play) -> Rulebook:
    rungs = [Rung(f"f:{n}", share=share, tell=("owner",)) for n, share in enumerate(play.shares)]
    rungs += [
        Rung(f"f:{n}", after=timedelta(minutes=more), tell=("owner",), by=("email",))
        for n, more in enumerate(play.after)
    ]
    rungs += [Rung("f:8", after=more, tell=("owner",)) for more in play.after_days]
    longest = None if play.longest is None else play.longest * MINUTE
    rules = FollowUp(
        CALENDARS["berlin"],
        clocks=(
            Clock(
                "step",
                {"*": play.days or play.span * MINUTE},
                "f:9",
                starts=Event("handed_over"),
                stops=(Event("contacted"),),
                ladder=tuple(rungs),
            ),
        ),
        calendars={DEFAULT: CALENDARS["berlin"], **CALENDARS},
        by_owner={owner_of(name): name for name in CALENDARS},
        pauses=(Pause("asked for", "f:20", until="pause_until", longest=longest),),
    )
    return replace(house.rulebook(), follow_up=rules)  # type: ignore[no-any-return]


def person_at(house: Any, play: Play, now: datetime) -> Contact:
    """What is known at this moment."""
    told = []
    if play.stopped is not None and now >= play.start + play.stopped * MINUTE:
        told = [house.outcome("contacted", play.start + play.stopped * MINUTE)]
    contact: Contact = house.person(told)
    said = [one for one in play.pauses if play.start + one.at * MINUTE <= now]
    if not said or said[-1].until is None:
        return contact
    until = play.start + said[-1].until * MINUTE
    value = Value(until, LEAD, play.start + said[-1].at * MINUTE)
    return replace(contact, fields={**contact.fields, "pause_until": value})


def begun(play: Play) -> Standing:
    at, owner = play.start, owner_of(play.calendar)
    handover = Handover(at, owner, 1)
    return Standing(stage="SQL", peak="SQL", since=at, owner=owner, handover=handover)


def played(house: Any, play: Play, minutes: int, looks: Sequence[int]) -> tuple[Told, ...]:
    """Everybody told, if somebody looks whenever `moments` says so, whenever something happens, and at `looks`."""
    book, roster = book_of(house, play), house.roster()
    end = play.start + minutes * MINUTE
    happens = [one.at for one in play.pauses] + [at for at, _ in play.moves]
    happens += [] if play.stopped is None else [play.stopped]
    asked = sorted({play.start + minute * MINUTE for minute in (*happens, *looks)})
    now = play.start
    standing = begun(play)
    for _ in range(500):
        contact = person_at(house, play, now)
        standing = standing.at(owner=owner_of(play.calendar_at((now - play.start) // MINUTE)))
        standing = followed_up(book, Facts(contact, roster, book), standing, "A", now).standing
        again = followed_up(book, Facts(contact, roster, book), standing, "A", now).standing
        assert again == standing, "a second look at the same moment changes something"
        ahead = [at for at in (*moments(book, contact, standing), *asked) if at > now]
        if min(ahead, default=end) >= end:
            break
        now = min(ahead)
    else:
        raise AssertionError("looks crowd")
    assert standing.handover is not None
    return standing.handover.runs[0].told


MINUTES = 14 * 24 * 60
SAID = st.lists(
    st.tuples(st.integers(0, 2000), st.one_of(st.none(), st.integers(-500, 4000))), max_size=4
).map(
    lambda rows: tuple(
        Said(at, None if span is None else at + span) for at, span in sorted(dict(rows).items())
    )
)
PLAYS = st.builds(
    Play,
    start=st.builds(
        lambda near, off: near + off * MINUTE, st.sampled_from(NEAR), st.integers(0, 3000)
    ),
    calendar=st.sampled_from(sorted(CALENDARS)),
    span=st.integers(1, 900),
    shares=st.lists(st.sampled_from([0.1, 0.25, 0.5, 0.9]), max_size=2, unique=True).map(tuple),
    after=st.lists(st.sampled_from([0, 30, 120, 480]), max_size=3, unique=True).map(tuple),
    pauses=SAID,
    longest=st.sampled_from([None, 60, 700, 1500]),
    stopped=st.one_of(st.none(), st.none(), st.integers(0, 12_000)),
    days=st.sampled_from([0, 0, 1, 2]),
    after_days=st.lists(st.sampled_from([1, 2]), max_size=2, unique=True).map(tuple),
    moves=st.lists(
        st.tuples(st.integers(1, 8000), st.sampled_from(sorted(CALENDARS))),
        max_size=3,
        unique_by=lambda move: move[0],
    ).map(lambda moves: tuple(sorted(moves))),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLAYS, st.lists(st.integers(0, MINUTES), max_size=4))
def test_every_rung_at_its_moment_and_once(house: Any, play: Play, looks: list[int]) -> None:
    expected = list(oracle(play, MINUTES))
    told = played(house, play, MINUTES, looks)
    assert sorted({one.due for one in told}) == sorted({at for _, at in expected})
    assert all(one.at == one.due for one in told), "told late although somebody looked"
    assert len(told) == _count(play, expected)


def _count(play: Play, expected: Sequence[tuple[int, datetime]]) -> int:
    """Two rungs at one moment both tell."""
    due = {step for step, _ in expected}
    return sum(step in due for step in play.steps)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLAYS, st.lists(st.integers(0, MINUTES), min_size=1, max_size=5))
def test_after_a_downtime_only_the_highest_rung_tells(
    house: Any, play: Play, looks: list[int]
) -> None:
    """Nobody looks but at these minutes, and what happened is known then."""
    quiet = play._replace(pauses=(), moves=())
    book, roster = book_of(house, quiet), house.roster()
    start = play.start
    standing = begun(quiet)
    every = list(oracle(quiet, MINUTES))
    told_steps: list[datetime] = []
    reached = -1
    for look in sorted(set(looks)):
        now = start + look * MINUTE
        contact = person_at(house, quiet, now)
        standing = followed_up(book, Facts(contact, roster, book), standing, "A", now).standing
        over = quiet.stopped is not None and look >= quiet.stopped
        due = [] if over else [step for step in every if step[1] <= now and step[0] > reached]
        if due:
            reached = max(due)[0]
            told_steps.append(max(due)[1])
    assert standing.handover is not None
    told = standing.handover.runs[0].told
    assert list(dict.fromkeys(one.due for one in told)) == told_steps
