"""Whom the store knows by the keys that a page shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson

from connector.decide.fields.plan import shown_by
from connector.decide.identity.keys import EMAIL, Pair
from connector.model.identity import FORMER, SHARED, Key, Shown
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store.intake.work import Work

COMMON = 100
"""A value that more records show is too common to look at each of them again: it brings nobody up."""

_CONTACTS = (
    "SELECT i.value, r.contact, r.id, r.home FROM identity i JOIN ref r ON r.id = i.ref"
    " WHERE i.kind = ? AND i.value IN [?] AND r.contact IS NOT NULL"
)
_ACCOUNTS = (
    "SELECT i.value, r.account, r.id, r.home FROM identity i JOIN ref r ON r.id = i.ref"
    " WHERE i.kind = ? AND i.value IN [?] AND r.account IS NOT NULL AND r.contact IS NULL"
)


def people_by_key(work: Work, pairs: Iterable[Pair]) -> dict[Pair, tuple[Shown, ...]]:
    """Everybody whose records show what identifies a person, with what is compared of those records.

    Also under the kinds `former …` (no longer shown) and `shared …` (found out to be several people's).
    """
    return _by_key(work, _CONTACTS, pairs, work.keeping.identity.person)


def companies_by_key(work: Work, pairs: Iterable[Pair]) -> dict[Pair, tuple[Shown, ...]]:
    """The same of companies."""
    return _by_key(work, _ACCOUNTS, pairs, work.keeping.identity.account)


def contacts_by_key(work: Work, pairs: Iterable[Pair]) -> dict[Pair, frozenset[int]]:
    """Contacts whose records show these values, of whatever kind."""
    return _ids_by_key(work, _CONTACTS, pairs)


def accounts_by_key(work: Work, pairs: Iterable[Pair]) -> dict[Pair, frozenset[int]]:
    """Accounts whose records show these values."""
    return _ids_by_key(work, _ACCOUNTS, pairs)


def _ids_by_key(work: Work, sql: str, pairs: Iterable[Pair]) -> dict[Pair, frozenset[int]]:
    found: dict[Pair, set[int]] = defaultdict(set)
    for kind, values in _by_kind(pairs).items():
        for value, whose, *_ in work.tx.rows(sql, kind, sorted(values)):
            found[kind, value].add(whose)
    return {pair: frozenset(ids) for pair, ids in found.items()}


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


def shown_in(work: Work, reading: Reading) -> Mapping[str, str]:
    """What a reading says in the fields that are compared."""
    wanted = work.keeping.identity.compared
    if not wanted:
        return {}
    values, fields = reading.values, reading.fields
    found: dict[str, str] = {}
    for name, field in fields.items():
        if field in wanted and values.get(name) not in (None, "", ()):
            found.setdefault(field, text_of(values[name]))
    return found


def observed_in(work: Work, homes: Mapping[int, int]) -> dict[int, Mapping[str, str]]:
    """What records say in the fields that are compared, by ref; `homes` says where each lives."""
    if not homes or work.keeping.mappings is None:
        return {}
    shows = shown_by(work.keeping.mappings)
    wanted = work.keeping.identity.compared
    found: dict[int, Mapping[str, str]] = {}
    for ref, body in work.tx.rows("SELECT ref, body FROM observed WHERE ref IN [?]", sorted(homes)):
        plan = shows.get(work.homes.place(homes[ref]), ())
        shown = orjson.loads(body)
        said: dict[str, str] = {}
        copied: set[str] = set()
        for each in plan:
            seen = shown.get(each.property)
            if each.name in wanted and seen and seen[1] not in (None, "", []):
                said.setdefault(each.name, text_of(seen[1]))
                copied |= {each.name} if len(seen) > 3 else set()
        found[ref] = _own_name(said, copied, work.keeping.identity.names)
    return found


def _own_name(
    said: Mapping[str, str], copied: Collection[str], names: Collection[str]
) -> Mapping[str, str]:
    """A first name that we copied beside a surname that somebody typed is nobody's name: it may be older than what it was
    copied from, and would look like another person."""
    if not any(name in said and name not in copied for name in names):
        return said
    return {name: text for name, text in said.items() if name not in names or name not in copied}


def text_of(value: Any) -> str:
    """A hub value, fresh or stored, as text that can be compared."""
    if isinstance(value, dict):
        return str(next(iter(value.values()), ""))
    if isinstance(value, tuple | list):
        return " ".join(text_of(each) for each in value)
    return str(value)


def _by_key(
    work: Work, sql: str, pairs: Iterable[Pair], keys: Sequence[Key]
) -> dict[Pair, tuple[Shown, ...]]:
    known = {key.name: key for key in keys}
    by_kind = {kind: values for kind, values in _by_kind(pairs).items() if kind in known}
    hits: dict[Pair, list[tuple[int, int]]] = {}
    homes: dict[int, int] = {}
    for kind, values in by_kind.items():
        looked = known[kind].looks_again
        compared = looked or (known[kind].plain and bool(work.keeping.identity.names))
        for also in _kinds(work, known[kind]):
            rows: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
            for value, whose, ref, home in work.tx.rows(sql, also, sorted(values)):
                rows[value].append((whose, ref, home))
            for value, held in rows.items():
                if looked and len(held) > COMMON:
                    continue
                hits[also, value] = [(whose, ref) for whose, ref, _ in held]
                if compared and len(held) <= COMMON:
                    homes.update((ref, home) for _, ref, home in held)
    said = observed_in(work, homes)
    return {
        pair: tuple(Shown(whose, said.get(ref, {})) for whose, ref in held)
        for pair, held in hits.items()
    }


def _kinds(work: Work, key: Key) -> list[str]:
    """A kind with what else its values may stand under, as far as there is any."""
    if not key.plain:
        return [key.name]
    also = [SHARED + key.name] + ([FORMER + EMAIL] if key.name == EMAIL else [])
    return [key.name] + [kind for kind in also if work.any_of(kind)]


def _by_kind(pairs: Iterable[Pair]) -> dict[str, set[str]]:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, value in pairs:
        by_kind[kind].add(str(value))
    return by_kind
