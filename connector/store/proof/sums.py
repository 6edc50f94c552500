"""Kept strengths against a full recomputation from the activities, by the plain formula."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import groupby
from math import fsum
from operator import itemgetter

import orjson

from connector.store.intake.done.strengths import LOG, kept_signals
from connector.store.keeping import Keeping
from connector.store.proof.broken import Broken, Proof
from connector.store.proof.standing import named
from connector.store.sql.transaction import Row, Transaction

WITHIN = 1e-6
SLICE = 500
_MS = timedelta(milliseconds=1)
Key = tuple[int, int]  # ref, signal


def strengths_stand(tx: Transaction, keeping: Keeping) -> Proof:
    """Each kept sum at its own moment: the sum over its activities of 2^-(age / half-life)."""
    numbers = kept_signals(tx)
    names = {numbers[s.digest]: s.name for s in keeping.signals if s.digest in numbers}
    broken: list[Broken] = []
    counted = sums = 0
    seen: set[int] = set()
    for batch in _batches(tx):
        refs = [ref for ref, _ in batch]
        seen.update(refs)
        counted += sum(len(rows) for _, rows in batch)
        kept = _kept(tx, refs)
        sums += len(kept)
        for ref, rows in batch:
            broken += _compare(tx, ref, _times(rows, keeping, numbers), kept, names)
    for ref, signal in tx.rows("SELECT ref, signal FROM strength ORDER BY ref, signal"):
        if ref not in seen:
            sums += 1
            record, contact = named(tx, ref)
            cause = f"the strength of {names.get(signal, signal)} is kept without any activity"
            broken.append(Broken(record, cause, contact))
    return Proof("strengths", {"strengths": sums, "activities": counted}, tuple(broken))


def _batches(tx: Transaction) -> Iterator[list[tuple[int, list[Row]]]]:
    rows = (row for some in tx.slices(f"{LOG} ORDER BY a.ref, a.at, a.key") for row in some)
    batch: list[tuple[int, list[Row]]] = []
    for ref, group in groupby(rows, key=itemgetter(0)):
        batch.append((ref, list(group)))
        if len(batch) == SLICE:
            yield batch
            batch = []
    if batch:
        yield batch


def _kept(tx: Transaction, refs: list[int]) -> dict[Key, tuple[float, int]]:
    return {
        (ref, signal): (total, at)
        for ref, signal, total, at in tx.rows(
            "SELECT ref, signal, sum, at FROM strength WHERE ref IN [?]", refs
        )
    }


def _times(
    rows: list[Row], keeping: Keeping, numbers: Mapping[str, int]
) -> dict[int, tuple[timedelta | None, list[int]]]:
    """By signal: the half-life and when its activities happened (or were learned of, if that was earlier)."""
    found: dict[int, tuple[timedelta | None, list[int]]] = defaultdict(lambda: (None, []))
    for _, at, _, kind, asset, body, learned in rows:
        detail = None if body is None else orjson.loads(body)
        for digest, half_life in keeping.sums(kind, asset, detail):
            if digest in numbers:
                times = found[numbers[digest]][1]
                times.append(min(at, learned))
                found[numbers[digest]] = (half_life, times)
    return found


def _compare(
    tx: Transaction,
    ref: int,
    times: Mapping[int, tuple[timedelta | None, list[int]]],
    kept: Mapping[Key, tuple[float, int]],
    names: Mapping[int, str],
) -> Iterator[Broken]:
    mine = {signal for owner, signal in kept if owner == ref}
    for signal in sorted(mine | times.keys()):
        name = names.get(signal, f"signal {signal}")
        found = kept.get((ref, signal))
        half_life, moments = times.get(signal, (None, []))
        if found is None:
            cause = f"no strength of {name} is kept, {len(moments)} activities count for it"
        else:
            full = _sum(moments, found[1], half_life)
            if abs(full - found[0]) <= WITHIN:
                continue
            cause = f"the strength of {name} is kept as {found[0]:.6f}, its {len(moments)} activities sum to {full:.6f}"
        record, contact = named(tx, ref)
        yield Broken(record, cause, contact)


def _sum(moments: list[int], at: int, half_life: timedelta | None) -> float:
    if half_life is None:
        return float(len(moments))
    return fsum(2.0 ** -((at - moment) / (half_life / _MS)) for moment in moments)
