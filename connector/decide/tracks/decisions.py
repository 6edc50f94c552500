"""One contact in every business field: which outcomes belong to which, the decisions of all, and the one that leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from connector.decide.decision import decide
from connector.decide.fields.scope import AFTER
from connector.model.person.contact import Contact
from connector.model.person.decision import Beside, Decision, Strength
from connector.model.person.standing import MAIN, Standing
from connector.model.roster import Roster
from connector.model.rules import Rulebook

Barred = Callable[[Decision], str]


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
