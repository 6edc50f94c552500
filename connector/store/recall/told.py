"""What was known, decided and made of it, asked for: each method reads one snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine

from connector.decide.costs.values import Journey
from connector.decide.scoring.own import Log
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Contact, Observed
from connector.model.person.dossier import Dossier
from connector.model.person.standing import MAIN
from connector.model.rules import Rulebook
from connector.model.systems.ref import Ref
from connector.store import rulebooks
from connector.store.deciding import dossiers
from connector.store.identity.population import Population, population
from connector.store.keeping import Keeping
from connector.store.recall.person import history
from connector.store.recall.person.assignments import Assigned, assignments
from connector.store.recall.person.conflicts import Losses, Lost, losses, lost_of
from connector.store.recall.person.history import Glimpse, Recorded
from connector.store.recall.person.late import Late, late
from connector.store.recall.person.statements import Statement, statements
from connector.store.recall.person.then import log_of, rulebook_at, then
from connector.store.recall.reports.census import Counted, census
from connector.store.recall.reports.content import Consumed, consumed, consumed_by
from connector.store.recall.reports.courses import Course, courses
from connector.store.recall.reports.funnel import Flow, funnel
from connector.store.recall.reports.handovers import Handed, handovers
from connector.store.recall.reports.journeys import journeys
from connector.store.recall.reports.stays import Nursed, nursed
from connector.store.sql.database import reading


class Told:
    """Times are aware UTC; whatever is asked for "then" is answered from the ledgers, as known at that moment."""

    def __init__(self, engine: Engine, keeping: Keeping) -> None:
        self._engine, self._keeping = engine, keeping

    def history(self, contact: int, at: datetime | None = None) -> Sequence[Recorded]:
        """Every decision about a contact (also under numbers that became this one) up to a moment, oldest first."""
        with reading(self._engine) as tx:
            return history.history(tx, contact, at)

    def sightings(self, contact: int, until: datetime | None = None) -> Sequence[Glimpse]:
        """What was seen and written of a contact's records, oldest first."""
        with reading(self._engine) as tx:
            return history.sightings(tx, contact, until)

    def observed_at(self, contact: int, at: datetime) -> Mapping[Ref, Mapping[str, Observed]]:
        """What was observed of a contact's records, as known at a moment."""
        with reading(self._engine) as tx:
            return history.observed_at(tx, contact, at)

    def then(
        self,
        contact: int,
        at: datetime,
        book: Rulebook | None = None,
        *,
        hindsight: bool = False,
    ) -> Dossier:
        """One contact as it was known at a moment, or with `hindsight` as it was then by what is known now.

        Its signals are those of `book`, by default of the one in force. Raises KeyError if there is no such contact.
        """
        with reading(self._engine) as tx:
            found = then(tx, self._keeping, contact, at, book, hindsight=hindsight)
        if found is None:
            raise KeyError(contact)
        return found

    def late(self, contact: int, at: datetime) -> Sequence[Late]:
        """What happened to a contact until a moment and was learned only after it, oldest first."""
        with reading(self._engine) as tx:
            return late(tx, contact, at)

    def log(self, contact: int, at: datetime, book: Rulebook) -> Log:
        """A contact's activities by kind, as known at a moment: those that signals of this book read."""
        with reading(self._engine) as tx:
            return log_of(tx, contact, at, book)

    def rulebook(self, digest: str) -> Mapping[str, str] | None:
        """The texts of any rulebook that was ever in force."""
        with reading(self._engine) as tx:
            return rulebooks.rulebook(tx, digest)

    def rulebook_at(self, at: datetime) -> str | None:
        """Digest of the rulebook that was in force at a moment."""
        with reading(self._engine) as tx:
            return rulebook_at(tx, at)

    def funnel(
        self, since: datetime, until: datetime, track: str = MAIN, order: Sequence[str] = ()
    ) -> Flow:
        """Ways through the stages in a period; `order` names the stages, lowest first, by their names now."""
        book = self._keeping.book
        renamed = {} if book is None else dict(book.lifecycle.renamed)
        with reading(self._engine) as tx:
            return funnel(tx, since, until, track, order, renamed)

    def handovers(self, since: datetime, until: datetime) -> Sequence[Handed]:
        """Every hand-over of a period with the answer sales gave, oldest first."""
        with reading(self._engine) as tx:
            return handovers(tx, self._keeping, since, until)

    def courses(self, since: datetime, until: datetime) -> Sequence[Course]:
        """Every hand-over of a period as it went on, with its clocks, oldest first."""
        with reading(self._engine) as tx:
            return courses(tx, since, until)

    def journeys(
        self, since: datetime, until: datetime, currency: str, track: str = MAIN
    ) -> Iterator[Journey]:
        """People who reached a stage, or bought, in a period, with what touched them; amounts that name none are in `currency`."""
        with reading(self._engine) as tx:
            yield from journeys(tx, self._keeping, since, until, track, currency)

    def assignments(self, since: datetime, until: datetime) -> Iterator[Assigned]:
        """Every lead that was given away in a period, with everybody who was passed over, oldest first."""
        with reading(self._engine) as tx:
            yield from assignments(tx, since, until)

    def people(self, contacts: Sequence[int], now: datetime) -> Mapping[int, Contact]:
        """These contacts as they are known, by number."""
        with reading(self._engine) as tx:
            found = dossiers.dossiers(tx, self._keeping, dossiers.marks(tx, contacts), now)
        return {one.contact.id: one.contact for one in found}

    def consumed_by(self, contact: int, until: datetime) -> Sequence[Consumed]:
        """Assets that one contact looked at, asked for or attended until then, the latest first."""
        with reading(self._engine) as tx:
            return consumed_by(tx, contact, until)

    def consumed(self, since: datetime, until: datetime) -> Iterator[Consumed]:
        """Everybody's in a period, in the order of contacts."""
        with reading(self._engine) as tx:
            yield from consumed(tx, since, until)

    def nursed(self, now: datetime) -> Iterator[Nursed]:
        """Everybody who ever was in a nurture stream, or would have been, and what became of them."""
        with reading(self._engine) as tx:
            yield from nursed(tx, self._keeping, now)

    def losses(
        self,
        since: datetime,
        until: datetime,
        field: str | None = None,
        limit: int = 100,
        *,
        known: bool = True,
    ) -> Losses:
        """Edits that a write of ours was put over, by which rule; the latest first. `known`: also those the winner had seen."""
        with reading(self._engine) as tx:
            return losses(tx, since, until, field, limit, known=known)

    def lost_of(self, contact: int, until: datetime) -> Sequence[Lost]:
        """The same for one contact, oldest first."""
        with reading(self._engine) as tx:
            return lost_of(tx, contact, until)

    def statements(self, contact: int, until: datetime | None = None) -> Sequence[Statement]:
        """What was said about being contacted on any record the contact ever had, oldest first."""
        with reading(self._engine) as tx:
            return statements(tx, contact, until)

    def links(self, contact: int) -> Mapping[Ref, str]:
        """By what each of a contact's records was linked: own, key:NAME, our key, redirect, joined, address, person."""
        with reading(self._engine) as tx:
            return history.links(tx, contact)

    def census(self, mappings: Mappings, fields: Collection[str], since: datetime) -> Counted:
        """What a sample of people show in these fields, and what was done since: for the lint of rules."""
        with reading(self._engine) as tx:
            return census(tx, mappings, fields, since)

    def population(self, mappings: Mappings, fields: Collection[str]) -> Population:
        """How many people there are, and what a sample of them shows in these fields by these mappings."""
        with reading(self._engine) as tx:
            return population(tx, mappings, fields)
