"""What people did: each activity once, clustered by its record, with the sums of the signals it counts for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from connector.model.systems.fact import Activity
from connector.store.due import ACTIVITY
from connector.store.intake.directory import Entry
from connector.store.intake.done.addresses import address_ref
from connector.store.intake.done.strengths import Counted, add_to_sums
from connector.store.intake.work import Work
from connector.store.sql.codec import dumps
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Row
from connector.store.sql.words import Words
from connector.store.tables import ledgers

Place = tuple[int, int, int]  # ref, at, key: the cluster


def activity_key(platform: str, key: str) -> int:
    """63 bits that identify an activity within its platform for ever."""
    digest = blake2b(f"{platform}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def note_activities(
    work: Work,
    platform: str,
    stream: str,
    activities: Sequence[Activity],
    words: Words,
    secret: bytes,
) -> int:
    """Append the new ones; returns how many. Their contacts become due."""
    placed: dict[Place, tuple[Activity, Entry]] = {}
    seen: set[Place] = set()  # by contact: merged records may show one activity twice
    for one in activities:
        entry = _entry(work, one, secret)
        if entry is not None:
            key = activity_key(platform, one.key)
            whose = (entry.contact or -entry.id, to_ms(one.at), key)
            if whose not in seen:
                seen.add(whose)
                placed[entry.id, whose[1], key] = (one, entry)
    if not placed:
        return 0
    work.save()
    _leave_out_known(work, placed)
    if not placed:
        return 0
    _write(work, placed, words, work.intake(platform, stream))
    add_to_sums(work, _counted(work, placed))
    for _, entry in placed.values():
        work.touch(entry.contact, ACTIVITY)
    return len(placed)


def _entry(work: Work, one: Activity, secret: bytes) -> Entry | None:
    if one.ref is not None:
        return work.refs[one.ref]
    return work.refs[address_ref(secret, one.contact_hint)] if one.contact_hint else None


def _asset(one: Activity) -> str:
    return one.asset.replace("\0", "")  # no database text may hold it


def _leave_out_known(work: Work, placed: dict[Place, tuple[Activity, Entry]]) -> None:
    """Replays, also those that a merged record now shows under its own name."""
    for ref, at, key in _stored(work, {ref for ref, _, _ in placed}, placed):
        placed.pop((ref, at, key), None)
    siblings = _siblings(work, {entry.id: entry for _, entry in placed.values()})
    _leave_out_moved(work, placed, siblings)
    if not siblings:
        return
    there: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for ref, at, key in _stored(work, {s for group in siblings.values() for s in group}, placed):
        there[ref].add((at, key))
    for ref, at, key in list(placed):
        if any((at, key) in there[sibling] for sibling in siblings.get(ref, ())):
            del placed[ref, at, key]


def _leave_out_moved(
    work: Work, placed: dict[Place, tuple[Activity, Entry]], siblings: dict[int, list[int]]
) -> None:
    """What is known with another time already: it was moved after its time had come, and has counted."""
    moved = {place for place, (one, _) in placed.items() if one.movable}
    if not moved:
        return
    refs = {near for ref, _, _ in moved for near in (ref, *siblings.get(ref, ()))}
    known = set(
        work.tx.rows(
            "SELECT ref, key FROM activity WHERE ref IN [?] AND key IN [?]",
            sorted(refs),
            sorted({key for _, _, key in moved}),
        )
    )
    for place in moved:
        if any((near, place[2]) in known for near in (place[0], *siblings.get(place[0], ()))):
            del placed[place]


def _stored(work: Work, refs: Iterable[int], placed: Iterable[Place]) -> list[Row]:
    """Activities of these records within the times of this page."""
    times = [at for _, at, _ in placed]
    if not times:
        return []
    return work.tx.rows(
        "SELECT ref, at, key FROM activity WHERE ref IN [?] AND at BETWEEN ? AND ?",
        sorted(refs),
        min(times),
        max(times),
    )


def _siblings(work: Work, entries: dict[int, Entry]) -> dict[int, list[int]]:
    """Other records of the same contact on the same platform."""
    contacts = sorted({e.contact for e in entries.values() if e.contact is not None})
    by_contact: dict[int, list[Row]] = defaultdict(list)
    for row in work.tx.rows("SELECT contact, id, home FROM ref WHERE contact IN [?]", contacts):
        by_contact[row[0]].append(row)
    found = {}
    for number, entry in entries.items():
        platform = work.homes.place(entry.home)[0]
        others = [
            other
            for _, other, home in by_contact.get(entry.contact or 0, ())
            if other != number and work.homes.place(home)[0] == platform
        ]
        if others:
            found[number] = others
    return found


def _write(
    work: Work, placed: dict[Place, tuple[Activity, Entry]], words: Words, intake: int
) -> None:
    numbers = words.numbers(
        work.tx,
        {one.kind for one, _ in placed.values()} | {_asset(one) for one, _ in placed.values()},
    )
    work.tx.insert(
        ledgers.activity,
        [
            (*place, numbers[one.kind], numbers[_asset(one)], intake)
            for place, (one, _) in sorted(placed.items(), key=lambda item: item[0])
        ],
    )
    work.tx.insert(
        ledgers.activity_detail,
        [(*place, dumps(one.detail)) for place, (one, _) in placed.items() if one.detail],
    )


def _counted(work: Work, placed: dict[Place, tuple[Activity, Entry]]) -> list[Counted]:
    counted = []
    for place in sorted(placed):
        one = placed[place][0]
        for digest, half_life in work.keeping.sums(one.kind, _asset(one), one.detail):
            at = min(place[1], work.now)
            counted.append(Counted(place[0], digest, half_life, place[1], at))
    return counted
