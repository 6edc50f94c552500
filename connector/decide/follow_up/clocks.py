"""Which clocks of a hand-over run: begun by their event, standing still, stopped by what shows that the step was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from connector.decide.clock import working, working_between
from connector.decide.facts import Facts
from connector.decide.follow_up.evidence import ALWAYS, Seen, seen
from connector.decide.follow_up.ladder import measured
from connector.decide.follow_up.pauses import World, ended, goes_on, halts, held, stops_at
from connector.decide.follow_up.timing import expected_at, length, reached_at
from connector.model.person.run import Leg, Run
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Rulebook
from connector.model.rules.follow_up import Clock, Event

TAKEN_BACK = "its start was taken back"
"""What stops a clock whose event is no more."""


class Clocks:
    """All clocks of one hand-over at one moment."""

    __slots__ = ("_cycle", "_facts", "_grade", "_handover", "_rules", "_standing", "_world")

    def __init__(
        self,
        book: Rulebook,
        facts: Facts,
        standing: Standing,
        handover: Handover,
        grade: str,
        now: datetime,
    ) -> None:
        self._rules, self._cycle = book.follow_up, book.lifecycle
        self._facts, self._grade = facts, grade
        self._standing, self._handover = standing, handover
        self._world = World(book.follow_up, halts(book), facts, standing.owner, now)

    def all(self) -> Iterator[Run]:
        """One run for each rule whose event has come, in the order of the rules."""
        known = {run.clock: run for run in self._handover.runs}
        for clock in self._rules.all_clocks:
            run = self._one(clock, known.get(clock.name))
            if run is not None:
                yield run

    def _one(self, clock: Clock, run: Run | None) -> Run | None:
        start = self._start(clock)
        if start is None:
            return self._left(clock, run)
        if run is None or (run.at != start.at and self._anew(clock, run)):
            run = self._begun(clock, start, run)
        if run is None:
            return None
        return self._going(clock, measured(self._rules, clock, run))

    def _anew(self, clock: Clock, run: Run) -> bool:
        """Whether another moment of the event that starts it is another beginning."""
        return clock.starts.kind == "stage" or run.stopped_by == TAKEN_BACK

    def _start(self, clock: Clock) -> Seen | None:
        """A clock of a stage runs while the contact stands in just that stage."""
        event = clock.starts
        if event.kind == "stage" and self._standing.stage != event.name:
            return None
        return seen(event, self._standing, self._facts.contact, self._cycle, None)

    def _left(self, clock: Clock, run: Run | None) -> Run | None:
        """Its event is no more: a stage that was left stops its clock; one that an answer began, which was taken back, is as good
        as never begun, but for who was told.
        """
        if run is None:
            return None
        if clock.starts.kind == "stage":
            stop = Seen(self._standing.since or self._world.now, self._standing.stage)
            return self._stopped(run, stop) if run.running else run
        if run.stopped_by == TAKEN_BACK:
            return run
        back = replace(run, due=None)
        return self._stopped(back, Seen(self._world.now, TAKEN_BACK)) if run.told else None

    def _begun(self, clock: Clock, start: Seen, before: Run | None) -> Run | None:
        name = self._rules.calendar_of(self._standing.owner)
        calendar, span = self._rules.named(name), clock.span(self._grade)
        if not working(calendar):
            return None
        given = self._handover.answer_due if clock is self._rules.answer else None
        if given is not None:  # made before clocks were kept, or read back from the CRM
            seconds = round(working_between(calendar, start.at, given).total_seconds())
        elif span is None:
            return None
        else:
            seconds = round(length(span, calendar).total_seconds())
        run = Run(clock.name, start.at, seconds, (Leg(start.at, name),))
        if before is not None:
            told = tuple(one._replace(open=False) for one in before.told)
            run = replace(run, told=told, round=before.round + 1)
        return replace(run, due=given or reached_at(self._rules, run, timedelta(seconds=seconds)))

    def _going(self, clock: Clock, run: Run) -> Run:
        """The run as it is now; a stopped one goes on if what stopped it was taken back."""
        stop = self._stop(clock, run)
        if stop is not None and not run.running:
            return run if self._further(run, stop) else self._stopped(run, stop)
        going = self._resumed(run)
        going = self._legs(replace(going, stopped_at=None, stopped_by="", evidence=None))
        turns_at = goes_on(self._world, going) if going.pause else stops_at(self._world, going)
        if going.legs != run.legs or going.pause is not None or going.due is None:
            going = replace(going, due=self._due(going, turns_at if going.pause else None))
        if turns_at != going.turns_at:
            going = replace(going, turns_at=turns_at)
        return going if stop is None else self._stopped(going, stop)

    def _further(self, run: Run, stop: Seen) -> bool:
        """Whether a clock that a stage has stopped is only seen to stand further on."""
        stages = self._cycle.stages
        ahead = run.stopped_by in stages and stop.what in stages
        return ahead and run.stopped_at is not None and run.stopped_at <= stop.at

    def _resumed(self, run: Run) -> Run:
        """Between a stage that stopped the clock and the way back it stood still; other evidence that is no more never was one."""
        if run.stopped_at is None or run.stopped_by not in self._cycle.stages:
            return run
        stopped, now = run.stopped_at, self._world.now
        back = max(stopped, min(self._standing.since or now, now))
        if back == stopped:
            return run
        legs = tuple(leg for leg in run.legs if leg.since < stopped)
        name = self._rules.calendar_of(self._standing.owner)
        return replace(run, legs=(*legs, Leg(stopped, ""), Leg(back, name)))

    def _stop(self, clock: Clock, run: Run) -> Seen | None:
        after = run.at if clock.starts.kind in ("touched", "contacted", "evidence") else None
        contact = self._facts.contact
        events: tuple[Event, ...] = (*clock.stops, *ALWAYS)
        found = (seen(e, self._standing, contact, self._cycle, after) for e in events)
        return min((one for one in found if one is not None), key=lambda one: one.at, default=None)

    def _stopped(self, run: Run, stop: Seen) -> Run:
        at = max(run.at, min(stop.at, self._world.now))
        return replace(run, stopped_at=at, stopped_by=stop.what, evidence=stop.ref)

    def _legs(self, run: Run) -> Run:
        """Ends a pause that is over, goes on by the calendar of whose lead it is, begins a pause that holds."""
        now, name = self._world.now, self._rules.calendar_of(self._standing.owner)
        if run.legs[-1].calendar not in ("", name):
            run = _with(run, Leg(now, name))
        while True:
            if not run.legs[-1].calendar:
                over = ended(self._world, run)
                if over is None:
                    return run
                run = _with(run, Leg(over, name))
            pause = held(self._world, run)
            if pause is None:
                return run
            since = min(max(pause.since, run.legs[-1].since), now)
            run = _with(run, Leg(since, "", pause.name, pause.said_in))

    def _due(self, run: Run, goes_on: datetime | None) -> datetime | None:
        name = self._rules.calendar_of(self._standing.owner)
        return expected_at(self._rules, run, timedelta(seconds=run.span), goes_on, name)


def _with(run: Run, leg: Leg) -> Run:
    """The run with one more leg; one that lasted no time at all is replaced."""
    legs = run.legs[:-1] if run.legs[-1].since == leg.since else run.legs
    return replace(run, legs=(*legs, leg))
