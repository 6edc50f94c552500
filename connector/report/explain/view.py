"""What an explanation looks at: one contact in one track at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from connector.decide.decision import decide
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Contact
from connector.model.person.decision import Beside, Decision, Strength
from connector.model.person.dossier import Dossier
from connector.model.person.standing import MAIN, Standing
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.store import Store


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a track, a past moment also by what is known now, what would lead to a stage (or to the next one)."""

    track: str = MAIN
    as_known_now: bool = False
    towards: str = ""
    next_stage: bool = False


PLAIN = Wish()


@dataclass(frozen=True)
class View:
    """The contact as its dossier shows it, `book` the rules of that moment; owners are those of today."""

    store: Store
    book: Rulebook
    mappings: Mappings | None
    contact: int
    dossier: Dossier
    track: str
    at: datetime

    @cached_property
    def standing(self) -> Standing:
        """Where it stands in this track: at the beginning of `main` before the first decision; nowhere in one it has not entered."""
        start = self.book.lifecycle.start if self.track == MAIN else ""
        nowhere = Standing(track=self.track, stage=start)
        return self.dossier.standings.get(self.track, nowhere)

    @cached_property
    def beside(self) -> tuple[Beside, ...]:
        """Where it stands in the other tracks."""
        standings = self.dossier.standings.items()
        return tuple(
            Beside(track, one.stage, one.owner) for track, one in standings if track != self.track
        )

    @cached_property
    def roster(self) -> Roster:
        return self.store.roster()

    @cached_property
    def decision(self) -> Decision:
        """What the rules would decide at that moment."""
        return self.decided(self.dossier.contact, self.dossier.strengths)

    def decided(self, contact: Contact, strengths: Mapping[str, Strength]) -> Decision:
        """The same for other facts, from the same standing."""
        return decide(
            self.book, contact, strengths, self.standing, self.roster, self.at, beside=self.beside
        )
