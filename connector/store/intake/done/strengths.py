"""Kept sums: for each record and signal, exactly what adding up its activities in their order would give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import orjson

from connector.decide.scoring.strength import add, moved
from connector.model.rules import Signal
from connector.store.intake.work import Work
from connector.store.keeping import Keeping
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Row, Transaction
from connector.store.tables import projections
from connector.store.tables.bookkeeping import signal as signal_table

LOG = (
    "SELECT a.ref, a.at, a.key, k.text, s.text, d.body, i.at FROM activity a"
    " JOIN word k ON k.id = a.kind JOIN word s ON s.id = a.asset JOIN intake i ON i.id = a.intake"
    " LEFT JOIN activity_detail d ON d.ref = a.ref AND d.at = a.at AND d.key = a.key"
)


class Counted(NamedTuple):
    """One activity's part in one sum. `place` is its time in the log, `at` that time or, if it lay ahead, when we learned it."""

    ref: int
    digest: str
    half_life: timedelta | None
    place: int
    at: int


class Sum(NamedTuple):
    """`sum` at the moment `at`, unweighted; `last` is the place in the log up to which it goes."""

    sum: float
    at: int
    last: int


def added(before: Sum | None, at: int, place: int, half_life: timedelta | None) -> Sum:
    """One more activity, later in the log than all before. The reference moves along, so nothing overflows."""
    if before is None:
        return Sum(1.0, at, place)
    if at >= before.at:
        kept = moved(before.sum, from_ms(before.at), from_ms(at), half_life)
        return Sum(kept + 1.0, at, place)
    return Sum(add(before.sum, from_ms(before.at), from_ms(at), half_life), before.at, place)


def kept_signals(tx: Transaction) -> dict[str, int]:
    """Digests of the signals whose sums are kept, with their numbers."""
    return dict(tx.rows("SELECT digest, id FROM signal"))


def add_to_sums(work: Work, counted: Sequence[Counted]) -> None:
    """Add activities in the order of the log; where one comes late, that record's sums are added up again."""
    numbers = kept_signals(work.tx) if counted else {}
    fresh = [one for one in counted if one.digest in numbers]
    if not fresh:
        return
    sums: dict[tuple[int, int], Sum] = {
        (row[0], row[1]): Sum(*row[2:])
        for row in work.tx.rows(
            "SELECT ref, signal, sum, at, last FROM strength WHERE ref IN [?]",
            sorted({one.ref for one in fresh}),
        )
    }
    stored = {key: value.last for key, value in sums.items()}
    changed: dict[tuple[int, int], Sum] = {}
    late: set[int] = set()
    for one in fresh:
        key = (one.ref, numbers[one.digest])
        if key in stored and one.place <= stored[key]:
            late.add(one.ref)
            continue
        sums[key] = changed[key] = added(sums.get(key), one.at, one.place, one.half_life)
    if late:
        changed.update(from_the_log(work.tx, work.keeping, numbers, late))
    put_sums(work.tx, changed)


def from_the_log(
    tx: Transaction, keeping: Keeping, numbers: Mapping[str, int], refs: Iterable[int]
) -> dict[tuple[int, int], Sum]:
    """All kept sums of these records, added up again."""
    rows = tx.rows(f"{LOG} WHERE a.ref IN [?] ORDER BY a.ref, a.at, a.key", sorted(refs))
    return summed(rows, keeping, numbers)


def summed(
    rows: Iterable[Row], keeping: Keeping, numbers: Mapping[str, int]
) -> dict[tuple[int, int], Sum]:
    """Sums over rows of the log, which come in its order."""
    sums: dict[tuple[int, int], Sum] = {}
    for ref, at, _, kind, asset, body, learned in rows:
        detail: Mapping[str, Any] | None = None if body is None else orjson.loads(body)
        for digest, half_life in keeping.sums(kind, asset, detail):
            number = numbers.get(digest)
            if number is not None:
                key = (ref, number)
                sums[key] = added(sums.get(key), min(at, learned), at, half_life)
    return sums


def put_sums(tx: Transaction, sums: Mapping[tuple[int, int], Sum]) -> None:
    tx.put(projections.strength, [(*key, *value) for key, value in sorted(sums.items())])


def keep_signals(tx: Transaction, keeping: Keeping) -> None:
    """Keep sums for exactly the signals of this rulebook: forget others, add new ones up from the whole log."""
    wanted: dict[str, Signal] = {s.digest: s for s in keeping.signals if s.kept}
    before = kept_signals(tx)
    for digest in before.keys() - wanted.keys():
        tx.run("DELETE FROM strength WHERE signal = ?", before[digest])
        tx.run("DELETE FROM signal WHERE id = ?", before[digest])
    fresh = sorted(wanted.keys() - before.keys())
    if not fresh:
        return
    first = tx.allot("signal", len(fresh))
    numbers = {digest: first + place for place, digest in enumerate(fresh)}
    tx.insert(signal_table, [(number, digest) for digest, number in numbers.items()])
    add_up(tx, keeping, numbers)


def add_up(tx: Transaction, keeping: Keeping, numbers: Mapping[str, int]) -> None:
    """The sums of these signals over the whole log, record by record, in bounded memory."""
    waiting: dict[int, list[Row]] = defaultdict(list)
    for rows in tx.slices(f"{LOG} ORDER BY a.ref, a.at, a.key"):
        for row in rows:
            waiting[row[0]].append(row)
        last = rows[-1][0]
        whole = [row for ref, kept in waiting.items() if ref != last for row in kept]
        put_sums(tx, summed(whole, keeping, numbers))
        waiting = defaultdict(list, {last: waiting[last]})
    put_sums(tx, summed([row for kept in waiting.values() for row in kept], keeping, numbers))
