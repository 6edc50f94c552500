"""Who was in which nurture stream, on which side of a hold-out, and what became of them since."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.model.person.standing import MAIN, Standing
from connector.model.person.stay import Stay
from connector.store.deciding import dossiers
from connector.store.keeping import Keeping
from connector.store.recall.undone import undone
from connector.store.sql.codec import restored
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Transaction

SLICE = 500


@dataclass(frozen=True, slots=True)
class Nursed:
    """One person's stays, the stages reached and the hand-overs and won deals, each with its moment, oldest first."""

    contact: int
    stays: tuple[Stay, ...]
    drawn: Mapping[str, str]
    stages: tuple[tuple[datetime, str], ...]
    handed: tuple[datetime, ...]
    won: tuple[datetime, ...]


def nursed(tx: Transaction, keeping: Keeping, now: datetime, track: str = MAIN) -> Iterator[Nursed]:
    """Everybody who ever was in a stream, or would have been."""
    like = '%"stays":[{%'
    sql = "SELECT contact, body FROM standing WHERE track = ? AND body LIKE ? ORDER BY contact"
    for rows in tx.slices(sql, track, like, size=SLICE):
        standings = {contact: restored(Standing, body) for contact, body in rows}
        yield from _people(tx, keeping, standings, now, track)


def _people(
    tx: Transaction,
    keeping: Keeping,
    standings: Mapping[int, Standing],
    now: datetime,
    track: str,
) -> Iterator[Nursed]:
    contacts = sorted(standings)
    back = undone(tx, contacts=contacts)
    stages = _by_contact(
        tx,
        back,
        "SELECT COALESCE(c.survivor, c.id), d.at, d.stage, d.id FROM decision d"
        " JOIN contact c ON c.id = d.contact"
        " WHERE d.track = ? AND (c.id IN [?] OR c.survivor IN [?]) ORDER BY d.id",
        (track, contacts, contacts),
    )
    handed = _by_contact(
        tx,
        back,
        "SELECT COALESCE(c.survivor, c.id), a.at, a.owner, a.decision FROM assignment a"
        " JOIN contact c ON c.id = a.contact WHERE c.id IN [?] OR c.survivor IN [?] ORDER BY a.id",
        (contacts, contacts),
    )
    people = dossiers.dossiers(tx, keeping, dossiers.marks(tx, contacts), now)
    won = {
        one.contact.id: tuple(each.at for each in one.contact.outcomes if each.kind == "won")
        for one in people
    }
    for contact, standing in standings.items():
        yield Nursed(
            contact,
            standing.stays,
            dict(standing.drawn),
            tuple(stages.get(contact, ())),
            tuple(at for at, _ in handed.get(contact, ())),
            won.get(contact, ()),
        )


def _by_contact(
    tx: Transaction, back: Container[int], sql: str, values: Sequence[object]
) -> dict[int, list[tuple[datetime, str]]]:
    found: dict[int, list[tuple[datetime, str]]] = {}
    rows: Iterable[tuple[int, int, str, int]] = tx.rows(sql, *values)
    for contact, at, what, decision in rows:
        if decision in back:
            continue
        found.setdefault(contact, []).append((from_ms(at), what))
    return found
