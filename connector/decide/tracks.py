"""One contact in every business field: which outcomes belong to which, the decisions of all, and the one that leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connector.decide.decision import decide
from connector.decide.fields.scope import AFTER
from connector.model.contact import Contact
from connector.model.decision import Beside, Decision, Strength
from connector.model.fact import Outcome
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.standing import MAIN, Standing

Barred = Callable[[Decision], str]


def attributed(
    outcomes: Sequence[Outcome], standings: Mapping[str, Standing]
) -> tuple[Outcome, ...]:
    """Each outcome with its track: the one it names, else that of the hand-over it answers (the last one before it), else `main`.

    CRM times carry whole seconds, so the second of a hand-over already counts; of two at once that of `main`.
    """
    if all(track == MAIN for track in standings):
        return tuple(outcomes)
    handed = [(at, track) for track, standing in standings.items() for at in _handed(standing)]
    return tuple(one if one.track else replace(one, track=_track(one, handed)) for one in outcomes)


def _handed(standing: Standing) -> tuple[datetime, ...]:
    last = () if standing.handover is None else (standing.handover.at,)
    return tuple(at.replace(microsecond=0) for at in standing.handed or last)


def _track(outcome: Outcome, handed: Sequence[tuple[datetime, str]]) -> str:
    before = [(at, track == MAIN, track) for at, track in handed if at <= outcome.at]
    return max(before)[2] if before else MAIN


def decisions(
    book: Rulebook,
    contact: Contact,
    strengths: Mapping[str, Strength],
    standings: Mapping[str, Standing],
    roster: Roster,
    now: datetime,
    barred: Barred = lambda _: "",
) -> tuple[Decision, ...]:
    """The decision in every track, `main` first; one without a stage about a track that the contact has not entered.

    `barred` says of a decision that hands over why nobody may; it is then made again. Only one of them assigns an owner.
    """
    stages = {track: standings.get(track, Standing(track=track)) for track in every_track(book)}
    made: list[Decision] = []
    for track, standing in stages.items():
        beside = tuple(
            Beside(name, one.stage, one.owner) for name, one in stages.items() if name != track
        )
        decision = decide(book, contact, strengths, standing, roster, now, beside=beside)
        if decision.routing is not None:
            assigned = any(one.routing is not None for one in made)
            why = AFTER if assigned else barred(decision)
            if why:
                decision = decide(
                    book, contact, strengths, standing, roster, now, why, beside=beside
                )
        stages[track] = decision.standing
        made.append(decision)
    return tuple(made)


def every_track(book: Rulebook) -> tuple[str, ...]:
    """The names of all tracks, `main` first."""
    return (MAIN, *(track.name for track in book.lifecycle.tracks))


def waiting(made: Sequence[Decision]) -> bool:
    """Whether a hand-over waits for nothing but the one that was just made."""
    return any(AFTER in one.waits for one in made)


def entered(made: Sequence[Decision]) -> Iterator[Decision]:
    """Those about tracks in which the contact stands."""
    return (one for one in made if one.standing.stage)
