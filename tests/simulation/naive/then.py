"""Every decision on record beside what the ledgers knew when it was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Account, Contact
from connector.model.person.decision import Decision
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.ref import Ref
from connector.store.proof.past import Past
from connector.store.proof.shadow import snapshot
from connector.store.sql.codec import restored
from naive import sales
from naive.person import Deed, Person, Said

DEEDS = (
    "SELECT a.key, a.at, k.text, s.text, d.body, a.intake FROM activity a JOIN ref r ON r.id = a.ref"
    " JOIN intake i ON i.id = a.intake JOIN word k ON k.id = a.kind JOIN word s ON s.id = a.asset"
    " LEFT JOIN activity_detail d ON d.ref = a.ref AND d.at = a.at AND d.key = a.key WHERE r.contact = ?"
)


class Known(NamedTuple):
    """What a decision was made from: loaded by the store, decided by nobody."""

    contact: Contact
    deeds: Sequence[Deed]


class Made(NamedTuple):
    """A decision, the person it is about, and the roster it was made with."""

    number: int
    decision: Decision
    known: Known
    roster: Roster | None


def made(engine: Any, mappings: Mappings, book: Rulebook) -> Iterator[Made]:
    """All decisions by these rules, the oldest first."""
    with snapshot(engine) as tx:
        rows = [
            (number, contact, known, account, restored(Decision, body))
            for number, contact, known, account, digest, body in tx.rows(
                "SELECT id, contact, known, account, rulebook, body FROM decision ORDER BY id"
            )
            if digest == book.digest
        ]
        past = Past(tx)
        past.wanted = {decision.roster for *_, decision in rows}
        try:
            yield from _told(_Then(past, tx, mappings, book), rows)
        finally:
            past.close()


class _Then(NamedTuple):
    past: Past
    tx: Any
    mappings: Mappings
    book: Rulebook


def _told(then: _Then, rows: Sequence[Any]) -> Iterator[Made]:
    loads: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        loads[row[2]].append(row)
    by_number = {row[0]: row for row in rows}
    moments = sorted([(known, 0) for known in loads] + [(row[0] - 1, 1) for row in rows])
    people: dict[int, Known] = {}
    for position, decides in moments:
        then.past.advance(position)
        if not decides:
            people |= _load(then, loads[position])
            continue
        number, *_, decision = by_number[position + 1]
        if number in people:
            roster = then.past.roster(decision.roster, then.mappings, then.book)
            yield Made(number, decision, people.pop(number), roster)


def _load(then: _Then, rows: Sequence[Any]) -> Mapping[int, Known]:
    accounts = {row[1]: row[3] for row in rows}
    found = then.past.contacts(then.mappings, then.book, accounts)
    return {
        row[0]: Known(found[row[1]], _deeds(then.tx.rows(DEEDS, row[1])))
        for row in rows
        if row[1] in found
    }


def _deeds(rows: Sequence[Any]) -> list[Deed]:
    """Each once: what a record that was merged had done may be read again of the one that goes on."""
    found: dict[int, Deed] = {}
    for key, at, kind, asset, body, intake in sorted(rows, key=lambda row: row[-1]):
        detail = orjson.loads(body) if body else {}
        found.setdefault(key, Deed(_moment(at), kind, asset, detail, intake))
    return list(found.values())


def person(one: Made) -> Person:
    """As far as anybody knew when it was decided."""
    decision, beside = one.decision, {each.track: each.stage for each in one.decision.beside}
    return _person(one.known, decision.at, decision.before, beside, one.roster)


def now(store: Any, number: int, at: datetime) -> Iterator[Person]:
    """Somebody as they stand at this moment, in every track."""
    dossier, roster = store.dossier(number, at), store.roster()
    with store._engine.connect() as connection:
        deeds = _deeds(connection.exec_driver_sql(DEEDS, (number,)).fetchall())
    stages = {track: one.stage for track, one in dossier.standings.items()}
    for track, standing in dossier.standings.items():
        beside = {name: stage for name, stage in stages.items() if name != track}
        yield _person(Known(dossier.contact, deeds), at, standing, beside, roster)


def _person(
    known: Known, at: datetime, before: Any, beside: Mapping[str, str], roster: Roster | None
) -> Person:
    contact = known.contact
    account = contact.account
    return Person(
        key=contact.key,
        now=at,
        fields={name: value.value for name, value in contact.fields.items()},
        company=account.fields if account else {},
        company_deals=[one.kind for one in sales.deals(_all(contact, account))],
        account_owner=_key(roster, account.owner if account else None),
        owner_in_crm="owner" in contact.fields,
        deeds=known.deeds,
        said=[_said(contact, one) for one in contact.outcomes],
        seen=contact.first_seen,
        track=before.track,
        before=before,
        beside=beside,
    )


def _all(contact: Contact, account: Account | None) -> list[Said]:
    """What became of the company's opportunities."""
    return [_said(contact, one) for one in (account.deals if account is not None else ())]


def _said(contact: Contact, one: Any) -> Said:
    learned = contact.recorded.get(one.key, one.at)
    deal = str(one.evidence or one.ref)
    return Said(
        one.kind, one.at, learned, one.track or "main", one.reason or "", one.stage or "", deal
    )


def _key(roster: Roster | None, ref: Ref | None) -> str:
    owner = roster.of(ref) if roster is not None else None
    return owner.key if owner is not None else ""


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
