"""What waits behind the latches, counted and by example, for whoever is to let it go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.store.deciding.dossiers import dossiers, marks
from connector.store.keeping import Keeping
from connector.store.sending.guard.latch import Latch, held, state
from connector.store.sql.codec import restored
from connector.store.sql.transaction import Row, Transaction

ALONE = "values of their own, where they stand"


@dataclass(frozen=True, slots=True)
class Waits:
    """One person who waits, as somebody at the command line knows them. `fields` names properties, never their values."""

    contact: int
    who: str
    company: str
    cause: str
    record: str
    create: bool
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surge:
    """`changes` counts records by platform and kind, `causes` people by the rule that moved them, the most frequent first."""

    latches: tuple[Latch, ...]
    people: int
    changes: Mapping[str, int]
    causes: Mapping[str, int]
    samples: tuple[Waits, ...]


def people(tx: Transaction, latches: Mapping[str, Latch]) -> int:
    """How many wait."""
    if not latches:
        return 0
    condition, values = held(latches)
    sql = f"SELECT count(DISTINCT b.contact) FROM outbox b WHERE {condition}"  # noqa: S608  (ours)
    return tx.number(sql, *values)


def surge(tx: Transaction, keeping: Keeping, now: datetime, samples: int | None) -> Surge:
    """Everything that waits; `samples` None: everybody, else so many of each cause."""
    latches = state(tx).latches
    changes: Counter[str] = Counter()
    causes: dict[int, str] = {}
    first: dict[int, Row] = {}  # of each person, the new record if there is one
    made: set[int] = set()
    for row in _rows(tx, latches) if latches else ():
        contact, platform, kind, _, decision, body = row
        created = bool(orjson.loads(body)["create"])
        changes[f"{'new ' if created else ''}{platform}/{kind}"] += 1
        cause = _cause(decision)
        if causes.get(contact, ALONE) == ALONE:
            causes[contact] = cause
        if contact not in made and (created or contact not in first):
            first[contact] = row
            made.update([contact] if created else ())
    counted = Counter(causes.values())
    chosen = [first[contact] for contact in _examples(causes, counted, samples)]
    return Surge(
        tuple(latches.values()),
        len(causes),
        dict(changes.most_common()),
        dict(counted.most_common()),
        tuple(_samples(tx, keeping, chosen, causes, now)),
    )


def _rows(tx: Transaction, latches: Mapping[str, Latch]) -> Iterator[Row]:
    condition, values = held(latches)
    for rows in tx.slices(
        "SELECT b.contact, b.platform, b.kind, b.record, d.body, w.body FROM outbox b"  # noqa: S608  (ours)
        " JOIN wanted w ON w.id = b.wanted JOIN decision d ON d.id = w.decision"
        f" WHERE {condition} ORDER BY b.lane, b.id",
        *values,
    ):
        yield from rows


def _cause(body: str) -> str:
    """The rule that moved them last, where they went; else who got them."""
    decision = restored(Decision, body)
    if decision.steps:
        step = decision.steps[-1]
        return f"{step.before or 'new'} to {step.after}: {step.rule}"
    if decision.routing is not None:
        return f"given to somebody: {decision.routing.rule}"
    return ALONE


def _examples(
    causes: Mapping[int, str], counted: Counter[str], samples: int | None
) -> Iterator[int]:
    shown: Counter[str] = Counter()
    order = {cause: place for place, (cause, _) in enumerate(counted.most_common())}
    for contact in sorted(causes, key=lambda one: order[causes[one]]):
        shown[causes[contact]] += 1
        if samples is None or shown[causes[contact]] <= samples:
            yield contact


def _samples(
    tx: Transaction,
    keeping: Keeping,
    rows: Iterable[Row],
    causes: Mapping[int, str],
    now: datetime,
) -> Iterator[Waits]:
    chosen = list(rows)
    numbers = sorted({row[0] for row in chosen})
    known = {one.contact.id: one.contact for one in dossiers(tx, keeping, marks(tx, numbers), now)}
    for contact, platform, kind, record, _, text in chosen:
        person, body = known.get(contact), orjson.loads(text)
        yield Waits(
            contact=contact,
            who="" if person is None else _name(person),
            company="" if person is None else str(person.value("company") or ""),
            cause=causes[contact],
            record=f"{platform}/{kind}/{record}",
            create=bool(body["create"]),
            fields=tuple(sorted(body["fields"])),
        )


def _name(person: Contact) -> str:
    parts = (person.value("first_name"), person.value("last_name"))
    return " ".join(str(part) for part in parts if part) or str(person.value("email") or "")
