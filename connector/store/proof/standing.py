"""Every projection, made again from the ledgers, against the one that stands: byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Table

from connector.store.deciding.roster import VERSION
from connector.store.intake.work import Work
from connector.store.keeping import Keeping
from connector.store.proof.broken import Broken, Proof
from connector.store.proof.shadow import differing, hide, real, show
from connector.store.recall.again.rebuild import names, rebuild
from connector.store.sql.transaction import Row, Transaction
from connector.store.tables.bookkeeping import meta
from connector.store.tables.projections import PROJECTIONS

Tell = Callable[[str], None]
_BY_REF = ("ref", "identity", "observed", "strength", "owner")
_BY_CONTACT = ("contact", "standing", "look")


def projections_stand(tx: Transaction, keeping: Keeping, now: int, tell: Tell) -> Proof:
    """Rebuilds everything beside what stands and compares; `tell` hears the name of each projection."""
    hide(tx)
    try:
        untold = []
        for name in names():
            tell(name)
            untold += _rebuilt(tx, keeping, name, now)
        counts = {table.name: _count(tx, real(tx, table.name)) for table in PROJECTIONS}
        differences = [(table, differing(tx, table, _columns(table))) for table in PROJECTIONS]
        roster = _roster_differs(tx)
    finally:
        show(tx)
    broken = [one for table, (there, told) in differences for one in _tell(tx, table, there, told)]
    return Proof("projections", counts, (*untold, *broken, *roster))


def _rebuilt(tx: Transaction, keeping: Keeping, name: str, now: int) -> list[Broken]:
    """Ledgers that were damaged may contradict each other: that is a finding, and the other projections are looked at all the same."""
    tx.run("SAVEPOINT rebuilding")
    try:
        rebuild(Work(tx, keeping, _nobody, now), name)
    except Exception as error:  # noqa: BLE001  (whatever damage may cause)
        tx.run("ROLLBACK TO SAVEPOINT rebuilding")
        return [
            Broken(name, f"cannot be made again from the ledgers: {type(error).__name__} {error}")
        ]
    tx.run("RELEASE SAVEPOINT rebuilding")
    return []


def _nobody() -> str:
    raise AssertionError("a rebuild mints nobody")


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _count(tx: Transaction, table: str) -> int:
    return tx.number(f"SELECT count(*) FROM {table}")  # noqa: S608  (our own table)


def _roster_differs(tx: Transaction) -> list[Broken]:
    there = tx.one(f"SELECT value FROM {real(tx, meta.name)} WHERE name = ?", VERSION)  # noqa: S608  (ours)
    told = tx.one("SELECT value FROM meta WHERE name = ?", VERSION)
    if there == told:
        return []
    return [Broken("roster", f"stands at version {_first(there)}, the ledgers say {_first(told)}")]


def _first(row: Row | None) -> Any:
    return None if row is None else row[0]


def _tell(tx: Transaction, table: Table, there: list[Any], told: list[Any]) -> Iterator[Broken]:
    place = [list(table.columns).index(column) for column in table.primary_key.columns]
    stands = {tuple(row[at] for at in place): row for row in there}
    tells = {tuple(row[at] for at in place): row for row in told}
    for key in sorted(stands.keys() | tells.keys(), key=repr):
        row = stands.get(key) or tells[key]
        record, contact = whose(tx, table.name, row)
        yield Broken(record, _cause(table, stands.get(key), tells.get(key)), contact)


def _cause(table: Table, stands: Row | None, tells: Row | None) -> str:
    if stands is None:
        return f"{table.name}: a row is missing that the ledgers tell"
    if tells is None:
        return f"{table.name}: a row stands that no ledger tells"
    names = ", ".join(_members(_columns(table), stands, tells))
    return f"{table.name}: {names} is not what the ledgers tell"


def _members(columns: Sequence[str], stands: Row, tells: Row) -> Iterator[str]:
    """Names of what differs; of a body its members, never their values."""
    for name, one, other in zip(columns, stands, tells, strict=True):
        if one == other:
            continue
        inner = sorted(_inner(one, other)) if name in ("body", "keys") else []
        yield f"{name} ({', '.join(inner)})" if inner else name


def _inner(one: str, other: str) -> set[str]:
    try:
        before, after = orjson.loads(one), orjson.loads(other)
    except (TypeError, orjson.JSONDecodeError):
        return set()
    if not isinstance(before, dict) or not isinstance(after, dict):
        return set()
    missing = object()
    return {
        name
        for name in before.keys() | after.keys()
        if before.get(name, missing) != after.get(name, missing)
    }


def whose(tx: Transaction, table: str, row: Row) -> tuple[str, int | None]:
    """The record a row is about, and the contact behind it if there is one."""
    if table in _BY_CONTACT:
        return f"contact/{row[0]}", row[0]
    if table == "outbox":
        return "/".join(row[1:4]), row[4]
    if table in _BY_REF:
        return named(tx, row[2] if table == "identity" else row[0])
    return f"{table}/{row[0]}", None


def named(tx: Transaction, ref: int) -> tuple[str, int | None]:
    """A ref's name, and its contact."""
    found = tx.one(
        "SELECT h.platform, h.kind, r.key, r.contact FROM ref r JOIN home h ON h.id = r.home WHERE r.id = ?",
        ref,
    )
    return (f"ref/{ref}", None) if found is None else ("/".join(found[:3]), found[3])
