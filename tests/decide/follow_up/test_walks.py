"""Whoever looks often, and whoever looks only when `moments` says so, come to the same: several clocks, absences, pauses, owners, answers
that are given and taken back, near clock changes and holidays. After a downtime clocks stand where they would have stood.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from connector.decide.facts import Facts
from connector.decide.follow_up import followed_up, moments
from connector.decide.sales.outcomes import answered
from connector.model.condition import Test as Asked
from connector.model.person.contact import Contact, Value
from connector.model.person.standing import Handover, Standing
from connector.model.roster import Away
from connector.model.rules import Calendar, Clock, FollowUp
from connector.model.rules.follow_up import DEFAULT, Event, Pause, Rung, Suspicion
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

MINUTE = timedelta(minutes=1)
LEAD = Ref("salesforce", "Lead", "00Q1")
WEEK = {**{day: ((time(8), time(17)),) for day in range(4)}, 4: ((time(8), time(15)),)}
OFF = frozenset({date(2026, 3, 30), date(2026, 10, 26), date(2026, 11, 2)})
CALENDARS = {
    "j@x.example": Calendar("Europe/Berlin", WEEK, OFF),
    "l@x.example": Calendar("America/New_York", {d: ((time(9), time(17)),) for d in range(5)}, OFF),
    "a@x.example": Calendar("Europe/Berlin", {d: ((time(22), time(6)),) for d in range(7)}),
}
NEAR = [  # clock changes of 2026 in Berlin and New York, and an ordinary week
    datetime(2026, 3, 27, 12, tzinfo=UTC),
    datetime(2026, 10, 23, 9, tzinfo=UTC),
    datetime(2026, 3, 6, 20, tzinfo=UTC),
    datetime(2026, 10, 30, 15, tzinfo=UTC),
    datetime(2026, 6, 16, 8, tzinfo=UTC),
]
DAYS = 9
END = DAYS * 24 * 60


class Course:
    """What happens to one lead, drawn from a seed; minutes count from the hand-over."""

    def __init__(self, seed: int, house: Any) -> None:
        self.dice, self.house = random.Random(seed), house
        dice = self.dice
        self.start = dice.choice(NEAR) + 5 * MINUTE * dice.randint(0, 600)
        people = sorted(CALENDARS)
        self.absences = {
            key: (Away(self.at(begun := self._any()), self.at(begun + dice.randint(5, 4500))),)
            for key in people
            if dice.random() < 0.5
        }
        self.owners = [(0, dice.choice(people))]
        self.owners += sorted(
            (self._any(), dice.choice(people)) for _ in range(dice.choice((0, 1, 2)))
        )
        self.said = sorted(
            (self._any(), dice.choice((None, self._any()))) for _ in range(dice.choice((0, 1, 2)))
        )
        self.held = sorted((self._any(), dice.random() < 0.5) for _ in range(dice.choice((0, 2))))
        kinds = ("accepted", "contacted", "opened", "rejected", "touched")
        self.answers = [
            (
                begun := self._any(),
                dice.choice((END * 2, begun + dice.randint(5, 3000))),
                dice.choice(kinds),
            )
            for _ in range(dice.randint(0, 3))
        ]  # from when to when it is known, and what it is
        self.book = replace(house.rulebook(), follow_up=self._rules())
        self.roster = replace(house.roster(), absences=self.absences)

    def at(self, minute: float) -> datetime:
        return self.start + minute * MINUTE

    def _any(self) -> int:
        return 5 * self.dice.randrange(END // 5)

    def _rules(self) -> FollowUp:
        dice = self.dice
        clocks = [self._clock("contacted", Event("handed_over"), Event("contacted"))]
        if dice.random() < 0.7:
            starts = Event(dice.choice(("accepted", "contacted", "touched")))
            clocks.append(self._clock("next", starts, Event("opened")))
        if dice.random() < 0.4:
            clocks.append(self._clock("stay", Event("stage", "SAL"), Event("opened")))
        longest = dice.choice((None, 5 * MINUTE * dice.randint(1, 400)))
        pauses = [
            Pause("asked", "f:1", until="pause_until", longest=longest),
            Pause("away", "f:2", owner_away=True, longest=dice.choice((None, longest))),
            Pause("held", "f:3", when=Asked("on_hold", "equals", True), clocks=("next",)),
        ]
        return FollowUp(
            CALENDARS["j@x.example"],
            answer=self._clock(
                "answer", Event("handed_over"), Event("accepted"), Event("rejected")
            ),
            clocks=tuple(clocks),
            calendars={DEFAULT: CALENDARS["j@x.example"], **CALENDARS},
            by_owner={key: key for key in CALENDARS},
            pauses=tuple(dice.sample(pauses, dice.randint(0, 3))),
            suspicions=(Suspicion("left", "f:4", "accepted", ("contacted", "opened"), 2),),
        )

    def _clock(self, name: str, starts: Event, *stops: Event) -> Clock:
        dice = self.dice
        spans = [5 * MINUTE * dice.randint(1, 150), dice.randint(1, 2)]
        ladder = [Rung(f"s:{s}", share=s, tell=("owner",)) for s in dice.sample((0.1, 0.5, 0.9), 2)]
        ladder += [
            Rung(f"a:{more}", after=more * MINUTE, tell=("owner",), by=("task", "email"))
            for more in dice.sample((0, 30, 120, 480), 2)
        ]
        ladder += [Rung("d:1", after=1, tell=("owner",))]
        within = {"A": dice.choice(spans), "*": dice.choice(spans)}
        return Clock(name, within, "f:9", starts=starts, stops=stops, ladder=tuple(ladder))

    def happens(self) -> set[int]:
        """The minutes at which something becomes known."""
        found = {at for at, _ in (*self.owners, *self.said, *self.held)}
        return found | {at for begun, ended, _ in self.answers for at in (begun, ended)}

    def contact(self, minute: float) -> Contact:
        """What is known then."""
        told = [
            Outcome(LEAD, kind, self.at(begun), f"{kind}{place}")  # type: ignore[arg-type]  # drawn from the kinds
            for place, (begun, ended, kind) in enumerate(self.answers)
            if begun <= minute < ended
        ]
        contact: Contact = self.house.person(sorted(told, key=lambda one: (one.at, one.key)))
        fields = dict(contact.fields)
        said = [one for one in self.said if one[0] <= minute]
        if said and said[-1][1] is not None:
            fields["pause_until"] = Value(self.at(said[-1][1]), LEAD, self.at(said[-1][0]))
        held = [one for one in self.held if one[0] <= minute]
        if held and held[-1][1]:
            fields["on_hold"] = Value(True, LEAD, self.at(held[-1][0]))
        return replace(contact, fields=fields)

    def looked(self, standing: Standing, now: datetime) -> tuple[Standing, Contact]:
        """One look, and a second one that changes nothing."""
        minute = (now - self.start) / MINUTE
        contact = self.contact(minute)
        owner = [key for at, key in self.owners if at <= minute][-1]
        assert standing.handover is not None
        standing = standing.at(owner=owner, handover=answered(standing.handover, contact, standing))
        stage = "SAL" if any(one.kind == "accepted" for one in contact.outcomes) else "SQL"
        if stage != standing.stage:
            standing = standing.at(stage=stage, since=now)
        facts = Facts(contact, self.roster, self.book, now)
        standing = followed_up(self.book, facts, standing, "A", now).standing
        assert followed_up(self.book, facts, standing, "A", now).standing == standing
        return standing, contact

    def lived(
        self, more: Iterable[int] = (), there: Callable[[datetime], bool] = lambda _: True
    ) -> Standing:
        """To the end: looks at what happens, at what `moments` names, and at `more`, whenever somebody is `there`."""
        owner = self.owners[0][1]
        handover = Handover(self.start, owner, 1)
        standing = Standing(
            stage="SQL", peak="SQL", since=self.start, owner=owner, handover=handover
        )
        asked = [self.at(minute) for minute in (*self.happens(), *more, END)]
        now = self.start
        for _ in range(3_000):
            standing, contact = self.looked(standing, now)
            ahead = [at for at in (*asked, *moments(self.book, contact, standing)) if at > now]
            ahead = [at for at in ahead if there(at)]
            if min(ahead) > self.at(END):
                return standing
            now = min(ahead)
            if now == self.at(END):
                return self.looked(standing, now)[0]
        raise AssertionError("looks crowd")


def told(standing: Standing) -> list[Any]:
    assert standing.handover is not None
    return [
        (run.clock, one.step, one.due, one.to) for run in standing.handover.runs for one in run.told
    ]


def ends(standing: Standing) -> list[Any]:
    assert standing.handover is not None
    return [(run.clock, run.due, run.stopped_at, run.reached) for run in standing.handover.runs]


@pytest.mark.parametrize("seed", range(12))
def test_looking_more_often_changes_nothing(house: Any, seed: int) -> None:
    course = Course(seed, house)
    seldom, often = course.lived(), course.lived(range(0, END, 95))
    assert (told(often), ends(often)) == (told(seldom), ends(seldom))
    assert often.suspicions == seldom.suspicions
    steps = [(clock, step) for clock, step, _, _ in told(seldom)]
    assert len(steps) == len(set(steps)), "somebody is told twice"


@pytest.mark.parametrize("seed", range(100, 108))
def test_after_a_downtime_the_clocks_stand_where_they_would_have(house: Any, seed: int) -> None:
    """Two days in which nothing happens and nobody looks."""
    course = Course(seed, house)
    course.absences.clear()
    course.said, course.held = [], []
    down = course.at(3 * 1440), course.at(5 * 1440)
    course.owners = [one for one in course.owners if not 3 * 1440 <= one[0] < 5 * 1440]
    course.answers = [
        (begun, ended, kind)
        for begun, ended, kind in course.answers
        if not any(3 * 1440 <= at < 5 * 1440 for at in (begun, ended))
    ]
    there = course.lived()
    away = course.lived([5 * 1440], lambda at: not down[0] <= at < down[1])
    assert ends(away) == ends(there)
    assert {one[:2] for one in told(away)} <= {one[:2] for one in told(there)}
