"""Owners, turns and unanswered leads at one version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeVar

import orjson

from connector.model.mapping.mappings import Mappings, OwnerEntry
from connector.model.person.standing import MAIN
from connector.model.roster import Owner, Roster
from connector.model.rules import Rulebook
from connector.model.systems.ref import Ref
from connector.store.sql.codec import hub
from connector.store.sql.transaction import Transaction
from connector.store.tables.bookkeeping import meta

VERSION = "roster"
DAY = timedelta(days=1)
_NOBODY: Mapping[str, OwnerEntry] = {}
K = TypeVar("K")
N = TypeVar("N", int, float)


class Seen(NamedTuple):
    """One record of an owner: the key that its own address or name gives, and what it shows."""

    ref: Ref
    key: str
    shown: Mapping[str, Any]


def move_on(tx: Transaction, event: int) -> None:
    """The roster is another one since this row of the ledgers."""
    tx.put(meta, [(VERSION, str(event))])


def version(tx: Transaction) -> int:
    """The ledger row that last changed the roster."""
    return tx.number("SELECT value FROM meta WHERE name = ?", VERSION)


class Told(NamedTuple):
    """What the store knows of owners at one version, before anybody says who is who."""

    version: int
    records: Sequence[Seen]
    turns: Mapping[tuple[str, str], float]
    waiting: Mapping[tuple[str, str], int]  # (owner, track) -> unanswered leads


def load_roster(tx: Transaction, mappings: Mappings | None, book: Rulebook | None) -> Roster:
    """The roster as it is now, people known by these mappings, leads of the tracks that these rules have."""
    return folded(told(tx), mappings, book)


def told(tx: Transaction) -> Told:
    """What is known now."""
    turns = tx.rows("SELECT pool, owner, turns FROM turn ORDER BY pool, owner")
    waiting = tx.rows("SELECT owner, track, leads FROM unanswered ORDER BY owner, track")
    return Told(
        version(tx),
        tuple(_records(tx)),
        {(pool, owner): count for pool, owner, count in turns},
        {(owner, track): leads for owner, track, leads in waiting if leads > 0},
    )


def folded(known: Told, mappings: Mappings | None, book: Rulebook | None = None) -> Roster:
    """Records of one person become one owner: by the id or the address in `mappings/owners.yaml`, else by the address shown.

    Leads of a track that `book` has dropped are nobody's work: nobody decides about them, so they fill no cap and no turn.
    """
    entries = _NOBODY if mappings is None else mappings.owners
    aliases = {alias: entry.key for entry in entries.values() for alias in entry.aliases}
    by_id = {
        (platform, id_): entry.key
        for entry in entries.values()
        for platform, ids in entry.ids.items()
        for id_ in ids
    }
    grouped: dict[str, list[Seen]] = {}
    for one in known.records:
        key = by_id.get((one.ref.platform, one.ref.id)) or aliases.get(one.key, one.key)
        if key:
            grouped.setdefault(key, []).append(one)
    places = owning(mappings)
    return Roster(
        version=known.version,
        owners={key: _owner(key, grouped[key], places) for key in sorted(grouped)},
        turns=_summed(((pool, aliases.get(key, key)), n) for (pool, key), n in known.turns.items()),
        open=_summed(
            (aliases.get(key, key), n)
            for (key, track), n in known.waiting.items()
            if in_force(book, track)
        ),
        by_ref={one.ref: key for key, seen in grouped.items() for one in seen},
        aliases=aliases,
        substitutes={e.key: e.substitute for e in entries.values() if e.substitute},
        speaks={e.key: e.speaks for e in entries.values() if e.speaks},
        absences={e.key: e.away for e in entries.values() if e.away},
    )


def in_force(book: Rulebook | None, track: str) -> bool:
    """Whether rules decide about a track; without rules every track counts."""
    return book is None or track == MAIN or book.lifecycle.track(track) is not None


def owning(mappings: Mappings | None) -> frozenset[str]:
    """Platforms in which our leads get owners: whoever cannot own anything there has left. None at all: every platform counts."""
    if mappings is None:
        return frozenset()
    return frozenset(
        platform.platform
        for platform in mappings.platforms.values()
        for record in platform.records.values()
        if any(write.source == "owner" for write in record.write)
    )


def _records(tx: Transaction) -> Iterable[Seen]:
    rows = tx.rows(
        "SELECT h.platform, h.kind, r.key, o.key, o.body, r.gone_at FROM owner o"
        " JOIN ref r ON r.id = o.ref JOIN home h ON h.id = r.home ORDER BY h.platform, r.id"
    )
    for platform, kind, id_, key, body, gone_at in rows:
        shown = orjson.loads(body)
        if gone_at is not None:
            shown["active"] = False
        yield Seen(Ref(platform, kind, id_), key, shown)


def _owner(key: str, records: Iterable[Seen], places: frozenset[str]) -> Owner:
    """One person across systems, who has left as soon as one of `places` knows none but closed records of theirs."""
    seen = sorted(records, key=_closed)
    gone = frozenset(one.ref for one in seen if _closed(one))
    counted = [one for one in seen if not places or one.ref.platform in places]
    lead = (one.shown["manager"] for one in seen if one.shown.get("manager"))
    return Owner(
        key=key,
        name=next((str(one.shown["name"]) for one in seen if one.shown.get("name")), key),
        refs=tuple(one.ref for one in seen),
        active=all(
            any(one.ref not in gone for one in counted if one.ref.platform == platform)
            for platform in {one.ref.platform for one in counted}
        ),
        manager=next((_manager(one) for one in lead), None),
        queue=any(one.shown["queue"] for one in seen),
        away_until=max(filter(None, map(_away_until, seen)), default=None),
        gone=gone,
    )


def _away_until(one: Seen) -> datetime | None:
    """The end of the last day of absence, in UTC."""
    day = hub(one.shown.get("away_until"))
    return datetime.combine(day + DAY, time(), UTC) if isinstance(day, date) else None


def _closed(one: Seen) -> bool:
    return one.shown.get("active") is False


def _summed(counted: Iterable[tuple[K, N]]) -> dict[K, N]:
    total: dict[K, N] = {}
    for key, count in counted:
        total[key] = total[key] + count if key in total else count
    return total


def _manager(text: str) -> Ref | None:
    try:
        return Ref.parse(text)
    except ValueError:
        return None
