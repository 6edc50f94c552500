"""What should be decided about one person at one moment, and in what a decision on record differs from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from naive import places, sales
from naive.interest import liked
from naive.person import DAY, Person
from naive.score import Scored, excluded, heard, scored
from naive.streams import Situation, nurtured
from naive.walk import Walk, shown

LOST = "handed over already"
"""A hand-over read back from the CRM: the naive rules know of none."""


class Naive:
    """One decision made anew. `near` is set where a threshold is so near that six decimals do not tell."""

    def __init__(self, person: Person, barred: str = "") -> None:
        self.person, before = person, person.before
        self.score: Scored = scored(person)
        self.heard = heard(person)
        self.excluded, self.excluding = excluded(person)
        self.interest = liked(person.deeds, person.now)
        self.near = self.score.near or self.interest.near
        stage = before.stage or ("Prospect" if self._entered() else "")
        self.walk = Walk(
            person,
            self.score,
            self.heard,
            self.excluded,
            stage,
            before.handover is not None,
            barred,
        )
        if stage:
            self.walk.run()

    def _entered(self) -> bool:
        """The second track is for customers who ask for it."""
        person = self.person
        if person.track == "main":
            return True
        bought = person.beside.get("main") == "Customer"
        fresh = self.heard.get("service_request")
        return bought and fresh is not None and fresh.last + 14 * DAY > person.now

    def says(self) -> Mapping[str, Any]:
        """By name, what the decision must say; nothing but the score of somebody outside the track."""
        found = {
            "grade": self.score.grade,
            "band": self.score.band,
            "classification": places.classification(self.person),
            "targeted": places.targeted(self.person),
            "origin": places.origin(self.person),
            "channel": places.channel(self.person),
        }
        if not self.walk.stage:
            return {**found, "stage": ""}
        stream = nurtured(self.person, self._where())
        return {
            **found,
            **shown(self.walk),
            "excluded": self.excluded,
            "excluding": self.excluding,
            "topics": self.interest.topics[:3],
            "phase": self.interest.phase,
            "stream": stream.stream,
            "held_out": stream.held_out,
            "owned": self.walk.handed,
        }

    def _where(self) -> Situation:
        walk, before = self.walk, self.person.before
        since = before.since if walk.stage == before.stage else self.person.now
        offer = sales.facts(self.person).chance_stage if not walk.all_spent else ""
        band, topics = self.score.band, self.interest.topics
        return Situation(
            walk.stage, since, walk.goal(), walk.excluded, band, offer, topics, self.heard
        )


def said(decision: Any) -> Mapping[str, Any]:
    """The same of a decision on record."""
    standing = decision.standing
    placed = {one.what: one.value for one in decision.placed}
    interest = standing.interest
    return {
        "grade": decision.score.grade,
        "band": decision.score.band,
        "classification": placed.get("classification", ""),
        "targeted": placed.get("targeted"),
        "origin": placed.get("origin"),
        "channel": placed.get("channel", ""),
        "stage": standing.stage,
        "steps": [step.rule for step in decision.steps if not _again(step.rule)],
        "waits": set(decision.waits),
        "asks": standing.asks,
        "guarded": standing.guarded,
        "peak": standing.peak,
        "cycle": standing.cycle,
        "rest_until": standing.rest_until,
        "asked": standing.asked,
        "holding": dict(standing.holding),
        "excluded": standing.excluded,
        "excluding": dict(standing.excluding),
        "topics": interest.topics if interest else (),
        "phase": interest.phase if interest else "",
        "stream": standing.stream,
        "held_out": standing.stream_held_out,
        "owned": decision.routing is not None
        and not any(_again(step.rule) for step in decision.steps),
    }


def _moving_on(decision: Any) -> bool:
    """Whether an unanswered lead is to go to somebody else: what is in the way of that is told among what is waited for."""
    handover = decision.standing.handover
    runs = handover.runs if handover is not None else ()
    return any(told.open or told.note for run in runs for told in run.told)


def _again(rule: str) -> bool:
    return rule.endswith(": reassign")


def differing(naive: Naive, decision: Any) -> Iterator[str]:
    """What the decision says otherwise than it should."""
    if abs(naive.score.activity - decision.score.activity) > 1e-3:
        yield f"activity {decision.score.activity}, should be {naive.score.activity:.6f}"
    if abs(naive.score.profile - decision.score.profile) > 1e-6:
        yield f"profile {decision.score.profile}, should be {naive.score.profile}"
    if naive.near or any(step.rule == LOST for step in decision.steps):
        return
    there, should_all = said(decision), dict(naive.says())
    if "waits" in should_all and _moving_on(decision):
        should_all["waits"] |= there["waits"]
    for name, should in should_all.items():
        if there[name] != should:
            yield f"{name} {there[name]!r}, should be {should!r}"


STANDS = ("stage", "asks", "guarded", "peak", "rest_until", "holding", "excluded", "excluding", "stream")  # fmt: skip


def at_rest(naive: Naive, standing: Any) -> Iterator[str]:
    """What would change now although nothing has happened: then it was looked at too late, or not at all."""
    if naive.near or not naive.walk.stage:
        return
    should, shown = naive.says(), standing.shown
    if should["steps"]:
        yield f"it should take {should['steps']}"
    there = {name: getattr(standing, name) for name in STANDS}
    there |= {name: dict(there[name]) for name in ("holding", "excluding")}
    there |= {"grade": shown.grade, "band": shown.band, "held_out": standing.stream_held_out}
    interest = standing.interest
    there |= {
        "topics": interest.topics if interest else (),
        "phase": interest.phase if interest else "",
    }
    for name, value in there.items():
        if value != should[name]:
            yield f"{name} is {value!r}, should be {should[name]!r}"
