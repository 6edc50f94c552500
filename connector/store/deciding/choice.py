"""A person says whose value holds where two systems were edited differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from connector.decide.fields.resolve import contested
from connector.model.person.contact import Contact
from connector.model.systems.ref import Ref
from connector.store import shelf
from connector.store.deciding.contests import CHOOSE
from connector.store.deciding.dossiers import dossiers, marks
from connector.store.due import RETRY, touch
from connector.store.keeping import Keeping
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes
from connector.store.tables import ledgers

CONFLICT = "CONFLICT"


def choose(
    tx: Transaction, keeping: Keeping, row: int, platform: str, field: str | None, now: datetime
) -> Mapping[str, Ref]:
    """The record whose value holds, per field, until somebody edits that field again.

    Raises KeyError for an unknown row, and ValueError with a sentence where there is nothing to choose.
    """
    found = tx.one("SELECT code, contact FROM shelf WHERE id = ?", row)
    if found is None:
        raise KeyError(row)
    code, contact = found
    if code != CONFLICT:
        raise ValueError(f"row {row} is no conflict but {code}")
    loaded = dossiers(tx, keeping, marks(tx, [contact]), now)
    chosen = _chosen(keeping, loaded[0].contact, platform, field) if loaded else {}
    if not chosen:
        raise ValueError(f"nothing of row {row} waits for a choice any more")
    tx.insert(
        ledgers.ruling,
        [
            (tx.entry(), CHOOSE, contact, _number(tx, ref), None, name, "{}", to_ms(now))
            for name, ref in chosen.items()
        ],
    )
    shelf.set_state(tx, row, shelf.RETRY, to_ms(now))
    touch(tx, {contact: RETRY}, to_ms(now))
    return chosen


def _chosen(
    keeping: Keeping, contact: Contact, platform: str, field: str | None
) -> Mapping[str, Ref]:
    """Of several records on that platform, the one that was edited last."""
    if keeping.mappings is None:
        return {}
    if field is not None and field not in contact.contested:
        raise ValueError(f"{field} does not wait for a choice")
    wanted = contact.contested if field is None else {field}
    shown = contested(keeping.mappings, contact.observed)
    chosen = {}
    for name in sorted(wanted):
        there = [ref for ref in shown[name] if ref.platform == platform]
        if not there:
            raise ValueError(
                f"{platform} shows no value of {name}; choose one of: {_who(shown[name])}"
            )
        chosen[name] = max(there, key=lambda ref: shown[name][ref].at)
    return chosen


def _who(refs: Iterable[Ref]) -> str:
    return ", ".join(sorted({ref.platform for ref in refs}))


def _number(tx: Transaction, ref: Ref) -> int:
    home = Homes(tx).known(ref.platform, ref.kind)
    found = tx.one("SELECT id FROM ref WHERE home = ? AND key = ?", home or 0, ref.id)
    if found is None:
        raise KeyError(ref)
    return int(found[0])
