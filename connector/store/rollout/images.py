"""What an undone plan gives back: the standings from before it, and values that only its mapping wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from connector.decide.fields.inherit import writes
from connector.model.person.dossier import Image
from connector.model.person.standing import Standing
from connector.store.deciding.images import imaged
from connector.store.deciding.unanswered import count_unanswered
from connector.store.intake.records.memberships import LIST
from connector.store.keeping import Keeping
from connector.store.rollout.kept import Plan
from connector.store.rollout.moves import given_back, people_of, slices
from connector.store.sql.codec import record
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes
from connector.store.tables import ledgers, projections

_SINCE = "(SELECT max(id) FROM activation WHERE plan = ?)"
_WRITTEN_FOR = f"wanted WHERE id > {_SINCE}"


class Written(NamedTuple):
    """A property of a record that was there, written since a plan came into force: over what at `first`, to what at `last`."""

    contact: int
    home: int
    key: str
    property: str
    first_body: str
    last_body: str
    ref: int
    first: int
    last: int


def written_since(
    tx: Transaction, keeping: Keeping, plan: int, contacts: Sequence[int]
) -> list[Written]:
    """What was written for these since that plan came into force, and no rule of `keeping` writes."""
    homes, found = Homes(tx), dict[tuple[int, str], Written]()
    for contact, home, key, body, ref, wanted in tx.rows(
        "SELECT w.contact, f.home, f.key, w.body, f.id, w.id FROM wanted w"  # noqa: S608  (ours)
        " JOIN receipt r ON r.wanted = w.id JOIN ref f ON f.id = r.ref"
        f" WHERE w.id > {_SINCE} AND w.contact IN [?] AND r.state = 'written' AND substr(w.record, 1, 4) <> 'new:'"
        " AND f.gone_at IS NULL AND f.target IS NULL ORDER BY w.id",
        plan,
        list(contacts),
    ):
        kept = _still_written(keeping, *homes.place(home))
        for name in orjson.loads(body)["fields"]:
            if name not in kept:
                one = Written(contact, home, key, name, body, body, ref, wanted, wanted)
                before = found.get((ref, name), one)
                found[ref, name] = before._replace(last_body=body, last=wanted)
    return list(found.values())


def images_by(
    tx: Transaction, keeping: Keeping, plan: int, contacts: Sequence[int]
) -> dict[int, list[Image]]:
    """The same as images, before the plan is taken back."""
    return imaged(tx, (one[:6] for one in written_since(tx, keeping, plan, contacts)))


def _still_written(keeping: Keeping, platform: str, kind: str) -> set[str]:
    mapping, record = keeping.platform(platform), keeping.record(platform, kind)
    if mapping is None or record is None:
        return set()
    lists = {f"{LIST}{name}" for name in mapping.streams.values()}
    return lists | {write.property for write in writes(mapping, record)}


def give_back(tx: Transaction, keeping: Keeping, undo: Plan, now: int) -> None:
    """The standings from before the plan that is undone, each with a row in the ledger; and what its mapping alone wrote."""
    assert undo.undoes is not None  # noqa: S101  (the caller asked)
    for contacts in slices(tx, _WRITTEN_FOR, undo.undoes):
        for one in written_since(tx, keeping, undo.undoes, contacts):
            row = (undo.id, one.contact, one.ref, one.property, one.first, one.last, now)
            tx.insert(ledgers.image, [(tx.entry(), *row)])
    for contacts in people_of(tx, undo.undoes):
        for contact, standings in given_back(tx, undo.undoes, contacts).items():
            for track, standing in standings.items():
                _give_back(tx, undo.id, contact, track, standing, now)


def _give_back(
    tx: Transaction, plan: int, contact: int, track: str, standing: Standing, now: int
) -> None:
    number, body = tx.entry(), record(standing)
    stood = tx.one("SELECT body FROM standing WHERE contact = ? AND track = ?", contact, track)
    tx.insert(ledgers.restored, [(number, plan, contact, track, body, now)])
    tx.put(projections.standing, [(contact, track, body)])
    count_unanswered(tx, [(None if stood is None else stood[0], body)], number)
