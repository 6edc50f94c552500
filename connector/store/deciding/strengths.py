"""Strengths of a contact's signals at one moment: from kept sums, or from the log where a sum does not do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from connector.decide.scoring.strength import all_from_log, moved
from connector.model.person.decision import Strength
from connector.model.rules import Signal
from connector.store.intake.done.strengths import LOG, kept_signals
from connector.store.keeping import Keeping
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Transaction

Activity = tuple[datetime, str, Mapping[str, Any] | None]
Log = Mapping[int, Mapping[str, Sequence[Activity]]]  # contact -> kind -> activities


def strengths_of(
    tx: Transaction, keeping: Keeping, owned: Mapping[int, Iterable[int]], now: datetime
) -> dict[int, dict[str, Strength]]:
    """By contact and signal; a signal without activities is absent. `owned` lists the records of each contact."""
    book = keeping.book
    if book is None or not owned:
        return {}
    numbers = kept_signals(tx)
    summed: list[Signal] = []
    logged: list[Signal] = []
    for signal in keeping.signals:
        (summed if signal.kept and signal.digest in numbers else logged).append(signal)
    holders = {ref: contact for contact, refs in owned.items() for ref in refs}
    found: dict[int, dict[str, Strength]] = defaultdict(dict)
    repeated = _from_sums(tx, summed, numbers, holders, now, found)
    if repeated:
        log = activities_of(tx, repeated, {signal.kind for signal in summed})
        for contact, by_kind in log.items():
            found[contact].update(all_from_log(summed, by_kind, now, book.timezone))
    if logged:
        log = activities_of(tx, holders, {kind for signal in logged for kind in signal.kinds})
        for contact, by_kind in log.items():
            found[contact].update(all_from_log(logged, by_kind, now, book.timezone))
    return {
        contact: {name: by_name[name] for name in sorted(by_name, key=keeping.places.__getitem__)}
        for contact, by_name in found.items()
    }


def _from_sums(
    tx: Transaction,
    signals: Sequence[Signal],
    numbers: Mapping[str, int],
    holders: Mapping[int, int],
    now: datetime,
    found: dict[int, dict[str, Strength]],
) -> dict[int, int]:
    """Adds the sums of each contact's records; returns the records, with their contacts, of which it cannot."""
    parts: dict[tuple[int, int], list[tuple[float, datetime]]] = defaultdict(list)
    for ref, number, total, at in tx.rows(
        "SELECT ref, signal, sum, at FROM strength WHERE ref IN [?] ORDER BY ref, signal",
        sorted(holders),
    ):
        parts[holders[ref], number].append((total, from_ms(at)))
    by_number: dict[int, list[Signal]] = defaultdict(list)
    for signal in signals:
        by_number[numbers[signal.digest]].append(signal)
    for (contact, number), sums in parts.items():
        for signal in by_number.get(number, ()):
            total = sum(moved(kept, at, now, signal.half_life) for kept, at in sums)
            last = max(at for _, at in sums)
            found[contact][signal.name] = Strength(round(total, 6), last)
    several = {contact for (contact, _), sums in parts.items() if len(sums) > 1}
    repeating = _repeating(tx, {ref: c for ref, c in holders.items() if c in several})
    return {ref: contact for ref, contact in holders.items() if contact in repeating}


def _repeating(tx: Transaction, holders: Mapping[int, int]) -> set[int]:
    """Contacts of which two records show one activity: a system that has merged them shows it under the one that stays, maybe
    before we learn of the merge."""
    if not holders:
        return set()
    seen: set[tuple[int, int, int]] = set()
    found = set()
    rows = tx.rows("SELECT ref, at, key FROM activity WHERE ref IN [?]", sorted(holders))
    for ref, at, key in rows:
        place = (holders[ref], at, key)
        if place in seen:
            found.add(holders[ref])
        seen.add(place)
    return found


def activities_of(
    tx: Transaction,
    holders: Mapping[int, int],
    kinds: Iterable[str],
    learned_until: int | None = None,
) -> Log:
    """Activities by contact and kind, each at its time or, if that lay ahead, when we learned of it; one that several records of
    a contact show, once."""
    seen: set[tuple[int, int, int]] = set()
    found: dict[int, dict[str, list[Activity]]] = defaultdict(lambda: defaultdict(list))
    rows = tx.rows(
        f"{LOG} WHERE a.ref IN [?] AND k.text IN [?] ORDER BY a.ref, a.at, a.key",
        sorted(holders),
        sorted(kinds),
    )
    for ref, at, key, kind, asset, body, learned in rows:
        contact, place = holders[ref], (holders[ref], at, key)
        if place in seen or (learned_until is not None and learned > learned_until):
            continue
        seen.add(place)
        detail = None if body is None else orjson.loads(body)
        found[contact][kind].append((from_ms(min(at, learned)), asset, detail))
    return found
