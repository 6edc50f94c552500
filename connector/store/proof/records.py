"""Records as the store knows them, beside what a system shows: for comparing the two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Engine

from connector.model.person.contact import Observed
from connector.model.person.dossier import Dossier
from connector.model.systems.ref import Ref
from connector.store.deciding.dossiers import dossiers, marks
from connector.store.deciding.fields import Bodies
from connector.store.keeping import Keeping
from connector.store.sql.database import reading
from connector.store.sql.moment import maybe_moment, to_ms
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes
from connector.store.systems import streams

SLICE = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """One record. `at`: the vendor's time of the latest sighting; None: it was named, and never seen."""

    ref: Ref
    contact: int | None
    gone: bool
    moved: bool
    at: datetime | None
    observed: Mapping[str, Observed | None] = field(default_factory=dict)

    @property
    def living(self) -> bool:
        return not self.gone and not self.moved


@dataclass(frozen=True, slots=True)
class Waiting:
    """What stands between a decision and a record: a change in the outbox, rows of the shelf."""

    outbox: Mapping[Ref, bool]  # True: sent, and nobody knows yet what became of it
    sent: Mapping[Ref, Mapping[str, Any]]
    shelf: Mapping[
        str, tuple[int, str]
    ]  # record -> row, code; `contact/N` for a contact as a whole


class Records:
    """Looks at the store as it is at each call; one small snapshot each."""

    def __init__(self, engine: Engine, keeping: Keeping) -> None:
        self._engine, self._keeping = engine, keeping

    def known(self, refs: Sequence[Ref]) -> Mapping[Ref, Known]:
        """Those of the refs that the store knows."""
        by_place: dict[tuple[str, str], list[str]] = defaultdict(list)
        for ref in refs:
            by_place[ref[:2]].append(ref.id)
        found: dict[Ref, Known] = {}
        with reading(self._engine) as tx:
            homes, bodies = Homes(tx), Bodies()
            for place, keys in by_place.items():
                for row in tx.rows(
                    "SELECT r.key, r.contact, r.gone_at, r.target, o.at, o.body FROM ref r"
                    " LEFT JOIN observed o ON o.ref = r.id WHERE r.home = ? AND r.key IN [?]",
                    homes.known(*place) or 0,
                    keys,
                ):
                    ref = Ref(*place, row[0])
                    found[ref] = _known(ref, row, bodies)
        return found

    def living(self, platform: str, kinds: Iterable[str]) -> Iterator[Sequence[Ref]]:
        """Records of these kinds that were seen or written and are not known to be gone, in slices."""
        for kind in kinds:
            last = 0
            while True:
                with reading(self._engine) as tx:
                    rows = tx.rows(
                        "SELECT r.id, r.key FROM ref r JOIN observed o ON o.ref = r.id"
                        " WHERE r.home = ? AND r.id > ? AND r.gone_at IS NULL AND r.target IS NULL"
                        " ORDER BY r.id LIMIT ?",
                        Homes(tx).known(platform, kind) or 0,
                        last,
                        SLICE,
                    )
                if not rows:
                    break
                last = rows[-1][0]
                yield [Ref(platform, kind, key) for _, key in rows]

    def count(self, platform: str) -> int:
        """How many records of a platform are known."""
        with reading(self._engine) as tx:
            return tx.number(
                "SELECT count(*) FROM ref r JOIN home h ON h.id = r.home WHERE h.platform = ?"
                " AND r.gone_at IS NULL AND r.target IS NULL",
                platform,
            )

    def cycles(self) -> Mapping[tuple[str, str], datetime]:
        """When each stream was last read to its end."""
        with reading(self._engine) as tx:
            return streams.cycles(tx)

    def waiting(self) -> Waiting:
        """Everything that waits, for whatever reason."""
        with reading(self._engine) as tx:
            return Waiting(*_outbox(tx), _shelf(tx))

    def people(self, now: datetime) -> Iterator[tuple[Sequence[Dossier], frozenset[int]]]:
        """All contacts whole, in slices, with those that are due for a decision."""
        last, moment = 0, to_ms(now)
        while True:
            with reading(self._engine) as tx:
                rows = tx.rows(
                    "SELECT c.id, l.at FROM contact c LEFT JOIN look l ON l.contact = c.id"
                    " WHERE c.id > ? AND c.survivor IS NULL ORDER BY c.id LIMIT ?",
                    last,
                    SLICE // 5,
                )
                numbers = [number for number, _ in rows]
                found = dossiers(tx, self._keeping, marks(tx, numbers), now)
            if not rows:
                return
            last = numbers[-1]
            yield found, frozenset(n for n, at in rows if at is not None and at <= moment)


def _known(ref: Ref, row: Sequence[Any], bodies: Bodies) -> Known:
    _, contact, gone_at, target, at, body = row
    observed: dict[str, Observed | None] = {}
    if body is not None:
        observed = dict.fromkeys(orjson.loads(body))
        observed.update(bodies.observed(body))
    return Known(ref, contact, gone_at is not None, target is not None, maybe_moment(at), observed)


def _outbox(tx: Transaction) -> tuple[dict[Ref, bool], dict[Ref, dict[str, Any]]]:
    waits: dict[Ref, bool] = {}
    sent: dict[Ref, dict[str, Any]] = {}
    for platform, kind, record, attempt, body in tx.rows(
        "SELECT b.platform, b.kind, b.record, b.attempt, w.body FROM outbox b"
        " LEFT JOIN wanted w ON w.id = b.sent"
    ):
        ref = Ref(platform, kind, record)
        waits[ref] = attempt is not None
        if body is not None:
            sent[ref] = orjson.loads(body)["fields"]
    return waits, sent


def _shelf(tx: Transaction) -> dict[str, tuple[int, str]]:
    rows = tx.rows(
        "SELECT record, contact, id, code FROM shelf WHERE state IN ('open', 'retry', 'skipped') ORDER BY id"
    )
    found: dict[str, tuple[int, str]] = {}
    for record, contact, number, code in rows:
        found.setdefault(record, (number, code))
        if contact is not None:
            found.setdefault(f"contact/{contact}", (number, code))
    return found
