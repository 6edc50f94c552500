"""Whom the store knows by the keys that a page shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from connector.model.reading import Reading
from connector.model.ref import Ref
from connector.store.intake.work import Work

Key = tuple[str, str]

_CONTACTS = (
    "SELECT i.value, r.contact FROM identity i JOIN ref r ON r.id = i.ref"
    " WHERE i.kind = ? AND i.value IN [?] AND r.contact IS NOT NULL"
)
_ACCOUNTS = (
    "SELECT i.value, r.account FROM identity i JOIN ref r ON r.id = i.ref"
    " WHERE i.kind = ? AND i.value IN [?] AND r.account IS NOT NULL AND r.contact IS NULL"
)


def contacts_by_key(work: Work, keys: Iterable[Key]) -> dict[Key, frozenset[int]]:
    """Contacts by what identifies them."""
    return _by_key(work, _CONTACTS, keys)


def accounts_by_key(work: Work, keys: Iterable[Key]) -> dict[Key, frozenset[int]]:
    """Accounts by what identifies them."""
    return _by_key(work, _ACCOUNTS, keys)


def contacts_by_our_key(work: Work, readings: Sequence[Reading]) -> dict[Ref, int]:
    """A record that carries the key we minted with a contact is that contact's, whatever else it shows."""
    carried: dict[str, list[Ref]] = defaultdict(list)
    for reading in readings:
        name = work.keeping.external_id(reading.ref[0], reading.ref[1])
        key = reading.forms.get(name) if name else None
        if isinstance(key, str) and key:
            carried[key].append(reading.ref)
    if not carried:
        return {}
    rows = work.tx.rows(
        "SELECT key, COALESCE(survivor, id) FROM contact WHERE key IN [?]", sorted(carried)
    )
    return {ref: contact for key, contact in rows for ref in carried[key]}


def _by_key(work: Work, sql: str, keys: Iterable[Key]) -> dict[Key, frozenset[int]]:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, value in keys:
        by_kind[kind].add(str(value))
    found: dict[Key, set[int]] = defaultdict(set)
    for kind, values in by_kind.items():
        for value, whose in work.tx.rows(sql, kind, sorted(values)):
            found[kind, value].add(whose)
    return {key: frozenset(ids) for key, ids in found.items()}
