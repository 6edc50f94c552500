"""A case, played: decided at its moment, then at every moment at which the daemon would have looked, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from connector.config.documents.cases import AnswerDocument, DeedDocument, ThenDocument
from connector.config.examples import Case
from connector.config.trials.scene import Scene
from connector.decide.conditions.condition import Get
from connector.decide.decision import decide
from connector.decide.look import next_look
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision, Routing, Step
from connector.model.person.run import Told
from connector.model.person.standing import Standing
from connector.model.rules import Rulebook

LOOKS = (
    2_000  # by time alone within one step; what comes after that many is decided at the step's end
)


class Notice(NamedTuple):
    """Somebody whom a clock told; `by`: task, email."""

    who: str
    clock: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """What came out of one step: the last decision, the facts it ended with, and what happened since the step before."""

    at: datetime
    decision: Decision
    get: Get
    contact: Contact
    stages: tuple[str, ...]  # in their order
    steps: tuple[Step, ...] = ()
    routing: Routing | None = None
    told: tuple[Notice, ...] = ()


def played(book: Rulebook, mappings: Mappings, case: Case) -> Iterator[Came]:
    """One result for the case itself and one for each `then`, in their order.

    Everybody in the pools is there and nobody has had a turn, unless the case says otherwise. Raises ValueError for a value
    that its field cannot have, without the value.
    """
    scene = Scene(book, mappings, case.document)
    now = case.document.now.astimezone(UTC)
    came = _decided(scene, now)
    yield came
    for then in case.document.then:
        came = _went_on(scene, then, came)
        yield came


def moment_of(then: ThenDocument, before: datetime) -> datetime:
    """When a step is; never before the one before it."""
    at = then.at.astimezone(UTC) if then.at is not None else before
    return max(before, at + then.after if then.after is not None else at)


def _decided(scene: Scene, now: datetime) -> Came:
    contact, roster = scene.contact(), scene.roster()
    seen: list[Get] = []
    decision = decide(
        scene.book,
        contact,
        scene.strengths(now),
        scene.standing,
        roster,
        now,
        see=seen.append,
        beside=scene.beside(),
    )
    scene.follow(decision)
    stages, steps, routing = scene.book.lifecycle.stages, decision.steps, decision.routing
    return Came(now, decision, seen[0], contact, stages, steps, routing, tuple(_told(decision)))


def _told(decision: Decision) -> Iterator[Notice]:
    """Whom this decision tells: one message to each, in every way of the rung."""
    known = set(_notices(decision.before))
    for clock, told in _notices(decision.standing):
        if told.at == decision.at and (clock, told) not in known:
            yield from (Notice(to, clock, told.by) for to in told.to)


def _notices(standing: Standing) -> Iterator[tuple[str, Told]]:
    """What was told of a hand-over that nobody has answered; what has been is not sent any more."""
    for run in standing.handover.runs if standing.handover is not None else ():
        yield from ((run.clock, told) for told in run.told if run.running)


def _went_on(scene: Scene, then: ThenDocument, before: Came) -> Came:
    """Everything between two steps, in the order of time; what a step says of person, company and owners holds at its end."""
    end = moment_of(then, before.at)
    some: list[Came] = []
    last = before
    for at in sorted({*_moments(then, before.at, end), end}):
        some += _until(scene, last, at)
        scene.deeds += [one for one in then.activities if _learned(one, before.at, end) == at]
        for answer in then.outcomes:
            if _learned(answer, before.at, end) == at:
                scene.answer(answer, at)
        if at == end:
            scene.learn(then.person, then.account, end)
            scene.consents.update(then.consent)
            if then.account_deals is not None:
                scene.account_deals = then.account_deals
            scene.meet(then.owners)
        last = _decided(scene, at)
        some.append(last)
    return _together(some)


def _moments(then: ThenDocument, begin: datetime, end: datetime) -> Iterator[datetime]:
    for deed in then.activities:
        yield _learned(deed, begin, end)
    for answer in then.outcomes:
        yield _learned(answer, begin, end)


def _learned(one: DeedDocument | AnswerDocument, begin: datetime, end: datetime) -> datetime:
    """When it happened; what is older than the step before is learned late, with the step's beginning."""
    return min(max(one.at.astimezone(UTC), begin), end)


def _until(scene: Scene, last: Came, end: datetime) -> list[Came]:
    """What time alone does before `end`."""
    found = []
    for _ in range(LOOKS):
        strengths = scene.strengths(last.at)
        at = next_look(scene.book, scene.contact(), strengths, last.decision, last.at)
        if at is None or at >= end:
            break
        last = _decided(scene, at)
        found.append(last)
    return found


def _together(several: list[Came]) -> Came:
    last = several[-1]
    routed = [one.routing for one in several if one.routing is not None]
    steps = tuple(step for one in several for step in one.steps)
    told = tuple(notice for one in several for notice in one.told)
    return replace(last, steps=steps, routing=routed[-1] if routed else None, told=told)
