"""The store as everybody else sees it: each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine

from connector.model.mapping.mappings import Mappings
from connector.model.person.dossier import Decided, Dossier
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.blast import Blast
from connector.model.systems.change import Change, Lane, Receipt
from connector.model.systems.fact import Page
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store import due as marks
from connector.store import epochs, rulebooks, shelf
from connector.store.deciding import dossiers
from connector.store.deciding.choice import choose
from connector.store.deciding.leavers import shelve_leavers
from connector.store.deciding.record import record
from connector.store.deciding.roster import load_roster
from connector.store.identity import rulings
from connector.store.intake.done.addresses import SECRET
from connector.store.intake.page import Merged, merge
from connector.store.intake.work import Work, mint_key
from connector.store.keeping import Keeping
from connector.store.loops.loops import ROUNDS
from connector.store.proof.proofs import Proofs, proofs
from connector.store.proof.records import Records
from connector.store.recall.again.rebuild import names, rebuild
from connector.store.recall.person import lookup
from connector.store.recall.reports import status
from connector.store.recall.told import Told
from connector.store.rollout.plans import Plans
from connector.store.sending.first import FirstContacts
from connector.store.sending.guard.guard import Guard
from connector.store.sending.lease import lease, unclear
from connector.store.sending.settle import settle
from connector.store.sending.waiting import Waiting
from connector.store.shelf import Cause, Shelved
from connector.store.sql.database import open_engine, reading, writing
from connector.store.sql.migrate import migrate
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Words
from connector.store.systems import streams
from connector.store.systems.described import KnownShapes


class Store:
    """Everything the connector remembers.

    Times are aware UTC and always given. Methods that write take the `epoch` of a lease and raise Fenced, having written
    nothing, when it is not a current one. Readers see a snapshot and hinder nobody; writers take turns.
    """

    def __init__(self, engine: Engine, mint: Callable[[], str] = mint_key) -> None:
        self._engine = engine
        self._mint = mint
        self._keeping, self._words = Keeping(), Words()
        self._address_key: bytes | None = None
        self._activation: int | None = None
        self.described = KnownShapes(engine, self._writing, lambda: self._keeping)
        self.plans = Plans(engine, self._writing, lambda: self._keeping)
        self.guard = Guard(engine, self._writing, lambda: self._keeping)
        self.changes = 0
        """Commits by this process: who found nothing to do need not look again before it moves."""

    @classmethod
    def open(cls, url: str, mint: Callable[[], str] = mint_key, *, lasting: bool = True) -> Store:
        """`sqlite:///FILE` or `postgresql+psycopg://…`. Raises ValueError for anything else. `migrate` comes next.

        `lasting` False: a rehearsal's SQLite file, whose last commits a power failure may take.
        """
        return cls(open_engine(url, lasting=lasting), mint)

    def close(self) -> None:
        self._engine.dispose()

    def migrate(self) -> None:
        """Bring the schema to this version; nothing happens if it is."""
        with writing(self._engine) as tx:
            for name in migrate(tx):
                rebuild(Work(tx, self._keeping, self._mint, 0), name)

    def use(self, book: Rulebook, mappings: Mappings, activation: int | None = None) -> None:
        """The rules by which this process reads and keeps. With their `activation` every write raises Outdated once others are in force."""
        self._keeping, self._activation = Keeping(book, mappings), activation

    # Intake

    def cursor(self, platform: str, stream: str) -> str | None:
        """Where the stream stands; None: at its beginning."""
        with reading(self._engine) as tx:
            return streams.cursor(tx, platform, stream)

    def rewind(
        self,
        platform: str,
        stream: str,
        cursor: str | None,
        why: str,
        now: datetime,
        *,
        epoch: int | None = None,
    ) -> None:
        """Put a cursor back (None: to the beginning); the ledger keeps why."""
        with self._writing(epoch) as tx:
            streams.rewind(tx, platform, stream, cursor, why, to_ms(now))

    def merge(
        self,
        platform: str,
        stream: str,
        page: Page,
        readings: Sequence[Reading],
        now: datetime,
        *,
        epoch: int | None = None,
        backfill: bool = False,
    ) -> Merged:
        """Everything a page brings, with its cursor. Repeated and late rows are harmless; an unchanged one writes nothing."""
        with self._writing(epoch) as tx:
            work = self._work(tx, now, backfill)
            merged = merge(work, self._words, self._secret(tx), platform, stream, page, readings)
            if page.cursor:
                streams.move(tx, platform, stream, page.cursor, work.now)
            return merged

    def cycle(
        self,
        platform: str,
        reached: Mapping[str, str | None],
        now: datetime,
        *,
        epoch: int | None = None,
    ) -> None:
        """Heartbeat: these streams have been read to their end, and stand at these cursors (None: unchanged)."""
        with self._writing(epoch) as tx:
            for stream, cursor in reached.items():
                if cursor is not None:
                    streams.move(tx, platform, stream, cursor, to_ms(now))
                streams.cycle(tx, platform, stream, to_ms(now))

    # Deciding

    def due(self, now: datetime, limit: int) -> Sequence[Dossier]:
        """Contacts to decide, whole, the most urgent first: those with new activities and outcomes, backfills last."""
        with reading(self._engine) as tx:
            return dossiers.dossiers(tx, self._keeping, dossiers.due(tx, to_ms(now), limit), now)

    def dossier(self, contact: int, now: datetime) -> Dossier:
        """One contact, whole. Raises KeyError if there is none (or it turned out to be another one)."""
        with reading(self._engine) as tx:
            found = dossiers.dossiers(tx, self._keeping, dossiers.marks(tx, [contact]), now)
        if not found:
            raise KeyError(contact)
        return found[0]

    def next_due(self) -> datetime | None:
        """When the next contact is due."""
        with reading(self._engine) as tx:
            return dossiers.next_due(tx)

    def mark_all_due(self, now: datetime, *, epoch: int | None = None) -> None:
        """Everybody is decided again, behind all other work."""
        with self._writing(epoch) as tx:
            marks.touch_all(tx, marks.ASKED, to_ms(now))

    def roster(self) -> Roster:
        """Owners, turns and unanswered leads at one version."""
        with reading(self._engine) as tx:
            return load_roster(tx, self._keeping.mappings, self._keeping.book)

    def note_leavers(self, now: datetime, *, epoch: int | None = None) -> None:
        """Put those who have left and still own open leads on the shelf, as it stands now."""
        with self._writing(epoch) as tx:
            shelve_leavers(tx, self._keeping, to_ms(now))

    def record(
        self,
        decided: Sequence[Decided],
        roster_version: int,
        now: datetime,
        *,
        epoch: int | None = None,
        rounds: int = ROUNDS,
    ) -> bool:
        """Decisions, assignments, standings, outbox and next looks together.

        What a system has changed back for so many `rounds` is left out of the changes, and lies on the shelf. False, with nothing
        written, if an owner was assigned and the roster (or that contact) has moved on: load and decide again.
        """
        with self._writing(epoch) as tx:
            return record(tx, self._keeping, decided, roster_version, to_ms(now), rounds)

    # Sending

    def lease(
        self,
        platform: str,
        limit: int,
        now: datetime,
        *,
        lanes: Sequence[Lane] | None = None,
        epoch: int | None = None,
        blast: Blast | None = None,
    ) -> Sequence[Change]:
        """Changes to send now, each with its attempt on record; what no longer holds is dropped, what is beyond `blast` latched."""
        with self._writing(epoch) as tx:
            look = partial(self.guard.recent.guard, tx, blast, to_ms(now))
            return lease(tx, self._keeping, platform, limit, to_ms(now), lanes, epoch, look)

    def unclear(self, platform: str, limit: int, now: datetime) -> Sequence[Change]:
        """Changes that were sent and of which nobody knows what became."""
        with reading(self._engine) as tx:
            return unclear(tx, platform, limit, to_ms(now))

    def settle(
        self, receipts: Sequence[Receipt], now: datetime, *, epoch: int | None = None
    ) -> None:
        """What systems answered; a receipt that comes twice changes nothing."""
        with self._writing(epoch) as tx:
            settle(self._work(tx, now), receipts)

    @property
    def outbox(self) -> Waiting:
        """What waits to be sent."""
        return Waiting(self._engine)

    @property
    def first(self) -> FirstContacts:
        """First contact with systems that have people in them."""
        return FirstContacts(self._engine, self._writing, self._keeping)

    # The shelf

    def shelf_rows(
        self, states: Sequence[str] = (shelf.OPEN, shelf.RETRY), code: str | None = None
    ) -> Sequence[Shelved]:
        """What waits for a person (or was skipped or cured, if asked for), the oldest first."""
        with reading(self._engine) as tx:
            return shelf.shelf_rows(tx, states, code)

    def shelf(self) -> Sequence[Cause]:
        """The same grouped by cause, the most frequent first."""
        return shelf.causes(self.shelf_rows())

    def retry(self, row: int, now: datetime, *, epoch: int | None = None) -> None:
        """Try this one again. Raises KeyError for a row that does not exist."""
        with self._writing(epoch) as tx:
            lookup.retry(self._work(tx, now), row)

    def skip(self, row: int, now: datetime, *, epoch: int | None = None) -> None:
        """Leave this one be. Raises KeyError for a row that does not exist."""
        with self._writing(epoch) as tx:
            shelf.skip(tx, row, to_ms(now))

    def choose(
        self, row: int, platform: str, field: str | None, now: datetime, *, epoch: int | None = None
    ) -> Mapping[str, Ref]:
        """Whose value holds in a conflict, until somebody edits that field again. Raises KeyError, or ValueError with a sentence."""
        with self._writing(epoch) as tx:
            return choose(tx, self._keeping, row, platform, field, now)

    # Who is who

    def link(
        self, ref: Ref, contact: int, now: datetime, *, epoch: int | None = None
    ) -> rulings.Ruled:
        """By a person's word this record is that contact's. Raises KeyError for what we do not know, NothingToRule."""
        with self._writing(epoch) as tx:
            return lookup.link(self._work(tx, now), ref, contact)

    def unlink(self, ref: Ref, now: datetime, *, epoch: int | None = None) -> rulings.Ruled:
        """By a person's word this record is somebody else's: it gets a contact of its own, and no key joins them again.

        Raises KeyError for a record we do not know, NothingToRule for one that stands alone.
        """
        with self._writing(epoch) as tx:
            return lookup.unlink(self._work(tx, now), ref)

    # Rules

    def activate(
        self,
        texts: Mapping[str, str],
        book: Rulebook,
        mappings: Mappings,
        now: datetime,
        *,
        epoch: int | None = None,
    ) -> None:
        """Put a rulebook into force and use it: sums are kept for its signals, everybody is due behind all other work."""
        keeping = Keeping(book, mappings)
        with self._writing(epoch) as tx:
            activation = rulebooks.activate(tx, texts, keeping, to_ms(now))
        self._keeping, self._activation = keeping, activation

    def active(self) -> tuple[str, Mapping[str, str]] | None:
        """Digest and texts of the rulebook in force."""
        with reading(self._engine) as tx:
            return rulebooks.active(tx)

    # Who may write, and what it costs

    def hold(self, name: str, holder: str, now: datetime, ttl: timedelta) -> int:
        """Take or renew a lease and get its epoch. Raises Fenced while somebody else holds it."""
        with writing(self._engine) as tx:
            return epochs.hold(tx, name, holder, now, ttl)

    def holder(self, name: str, now: datetime) -> tuple[str, datetime] | None:
        """Who holds a lease, and until when unless it is renewed."""
        with reading(self._engine) as tx:
            return epochs.holder(tx, name, now)

    def release(self, name: str, holder: str, now: datetime) -> None:
        """Give a lease back."""
        del now
        with writing(self._engine) as tx:
            epochs.release(tx, name, holder)

    def spent(self, platform: str, day: date) -> int:
        """API calls of one day."""
        with reading(self._engine) as tx:
            return streams.spent(tx, platform, day)

    def spend(self, platform: str, day: date, calls: int) -> None:
        """Count API calls."""
        with writing(self._engine) as tx:
            streams.spend(tx, platform, day, calls)

    # Reading

    def find(self, text: str) -> Sequence[int]:
        """Contacts by e-mail address, ref (`platform/kind/id`), key or number."""
        with reading(self._engine) as tx:
            return lookup.find(tx, text)

    def contacts(self, after: int = 0, limit: int = 1000) -> Sequence[int]:
        """Numbers of living contacts, in order."""
        with reading(self._engine) as tx:
            return lookup.contacts(tx, after, limit)

    @property
    def told(self) -> Told:
        """What was known, decided and made of it: for explanations, reports and proofs."""
        return Told(self._engine, self._keeping)

    def counts(self) -> Mapping[str, int]:
        """How much there is of everything."""
        with reading(self._engine) as tx:
            return status.counts(tx)

    def status(self, now: datetime) -> Mapping[str, Any]:
        """What an operator looks at first."""
        with reading(self._engine) as tx:
            return status.status(tx, self._keeping.book, now)

    def records(self) -> Records:
        """Records as they are known, to be compared with what systems show."""
        return Records(self._engine, self._keeping)

    def proofs(self) -> AbstractContextManager[Proofs]:
        """One snapshot to prove things of, beside whoever writes."""
        return proofs(self._engine, self._keeping)

    def rebuild(self, name: str, now: datetime, *, epoch: int | None = None) -> None:
        """Make one projection again from the ledgers. Raises KeyError for a name that is not in `projections`."""
        with self._writing(epoch) as tx:
            rebuild(self._work(tx, now), name)

    @staticmethod
    def projections() -> Sequence[str]:
        """Names for `rebuild`; in this order they do not depend on each other's old content."""
        return names()

    @contextmanager
    def _writing(self, epoch: int | None) -> Iterator[Transaction]:
        with writing(self._engine) as tx:
            epochs.check(tx, epoch)
            rulebooks.check(tx, self._activation)
            yield tx
        self.changes += 1

    def _work(self, tx: Transaction, now: datetime, backfill: bool = False) -> Work:
        return Work(tx, self._keeping, self._mint, to_ms(now), backfill)

    def _secret(self, tx: Transaction) -> bytes:
        if self._address_key is None:
            found = tx.one("SELECT value FROM meta WHERE name = ?", SECRET)
            self._address_key = bytes.fromhex(found[0]) if found else b""
        return self._address_key
