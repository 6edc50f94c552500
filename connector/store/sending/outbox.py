"""Changes that wait: one per record, the newest that was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from connector.model.systems.change import LANES, Change, Over
from connector.model.systems.ref import Ref
from connector.store import shelf
from connector.store.shelf import Trouble
from connector.store.sql.codec import dumps, hub
from connector.store.sql.transaction import Transaction
from connector.store.tables import ledgers, projections

SUPERSEDED = "superseded"
DROPPED = "dropped"
NOTHING = 0  # `wanted` of a row whose change is on its way although nobody wants it any more

_COLUMNS = "b.id, b.platform, b.kind, b.record, b.contact, b.wanted, b.lane, b.not_before, b.attempts, b.attempt, b.sent"


class Pending(NamedTuple):
    """One row of the outbox."""

    id: int
    platform: str
    kind: str
    record: str
    contact: int
    wanted: int
    lane: int
    not_before: int
    attempts: int
    attempt: int | None
    sent: int | None

    @property
    def place(self) -> tuple[str, str, str]:
        return self.platform, self.kind, self.record

    @property
    def ref(self) -> Ref:
        return Ref(*self.place)


def pending(tx: Transaction, condition: str, *values: Any) -> list[Pending]:
    """Rows of the outbox; `b` in the condition is the outbox."""
    rows = tx.rows(f"SELECT {_COLUMNS} FROM outbox b WHERE {condition}", *values)  # noqa: S608  (ours)
    return [Pending(*row) for row in rows]


def body_of(change: Change) -> str:
    """What is wanted, as the ledger keeps it: equal changes have equal bytes."""
    return dumps(
        {
            "fields": _sorted(change.fields),
            "base": _sorted(change.base),
            "values": _sorted(change.values),
            "lookup": _sorted(change.lookup),
            "shared": list(change.shared),
            "create": change.create,
            **_lossy(change),
            **({"over": _sorted(change.over)} if change.over else {}),
        }
    )


def _lossy(change: Change) -> dict[str, Any]:
    return {"lossy": sorted(change.lossy)} if change.lossy else {}


def _sorted(values: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(values.items()))


def changes_of(tx: Transaction, rows: Sequence[Pending], *, sent: bool) -> list[Change]:
    """The changes behind rows of the outbox: as they are wanted now, or as they were sent."""
    numbers = [(row.sent or 0) if sent else row.wanted for row in rows]
    found = {
        number: (decision, key, body)
        for number, decision, key, body in tx.rows(
            "SELECT id, decision, key, body FROM wanted WHERE id IN [?]", sorted(set(numbers))
        )
    }
    return [_change(row, number, *found[number]) for row, number in zip(rows, numbers, strict=True)]


def _change(row: Pending, number: int, decision: int, key: str, body: str) -> Change:
    kept = orjson.loads(body)
    return Change(
        ref=row.ref,
        fields=kept["fields"],
        base=kept["base"],
        lane=LANES[row.lane],
        decision=decision,
        contact=row.contact,
        key=key,
        create=kept["create"],
        values={name: hub(value) for name, value in kept["values"].items()},
        lookup=kept["lookup"],
        shared=tuple(kept["shared"]),
        lossy=tuple(kept.get("lossy", ())),
        over={name: Over(*told) for name, told in kept.get("over", {}).items()},
        id=row.id,
        version=number,
        attempts=row.attempts,
    )


def drop(tx: Transaction, rows: Iterable[Pending], state: str, code: str, now: int) -> None:
    """Take changes back that were not sent; the receipts say why."""
    gone = [row for row in rows if row.wanted != NOTHING]
    note_never_sent(tx, [row.wanted for row in gone], state, code, now)
    tx.many("DELETE FROM outbox WHERE id = ?", [(row.id,) for row in gone])


def note_never_sent(
    tx: Transaction, wanted: Sequence[int], state: str, code: str, now: int
) -> None:
    """Receipts of our own for changes that never left."""
    tx.insert(
        ledgers.receipt,
        [(tx.entry(), number, None, state, None, code, "", None, now) for number in wanted],
    )


def drop_of_record(tx: Transaction, platform: str, kind: str, record: str, now: int) -> None:
    """The record moved on: what waited for it is decided again."""
    rows = pending(
        tx,
        "b.platform = ? AND b.kind = ? AND b.record = ? AND b.attempt IS NULL",
        platform,
        kind,
        record,
    )
    drop(tx, rows, SUPERSEDED, "MOVED", now)


def shelve_of_record(tx: Transaction, platform: str, kind: str, record: str, now: int) -> None:
    """The record is gone: what waited for it waits on the shelf."""
    rows = pending(
        tx,
        "b.platform = ? AND b.kind = ? AND b.record = ? AND b.attempt IS NULL",
        platform,
        kind,
        record,
    )
    shelf.put(tx, [gone_trouble(row.ref, row.contact, row.wanted) for row in rows], now)
    drop(tx, rows, DROPPED, "GONE", now)


def gone_trouble(ref: Ref, contact: int, wanted: int | None, hint: str = "") -> Trouble:
    """Somebody deleted a record that we were about to write."""
    return Trouble(
        origin="write",
        platform=ref.platform,
        record=str(ref),
        code="GONE",
        message="the record was deleted before this change could be written",
        hint=hint or "restore it there, or retry to let it be created again",
        contact=contact,
        wanted=wanted,
    )


def drop_of_person(
    tx: Transaction, contact: int, platform: str, kinds: Sequence[str], now: int
) -> None:
    """Another record of this person has come up there: what waits for the others is decided again."""
    rows = pending(
        tx,
        "b.contact = ? AND b.platform = ? AND b.kind IN [?] AND b.attempt IS NULL",
        contact,
        platform,
        list(kinds),
    )
    drop(tx, rows, SUPERSEDED, "DECIDED_AGAIN", now)


def drop_of_contact(tx: Transaction, loser: int, survivor: int, now: int) -> None:
    """The contact turned out to be another one. What is on its way belongs to the survivor when its answer comes."""
    rows = pending(tx, "b.contact = ? AND b.attempt IS NULL", loser)
    drop(tx, rows, SUPERSEDED, "JOINED", now)
    tx.run("UPDATE outbox SET contact = ? WHERE contact = ?", survivor, loser)


def put_pending(tx: Transaction, rows: Sequence[Pending]) -> None:
    """Rows of the outbox, new or changed."""
    tx.put(projections.outbox, [tuple(row) for row in rows])
