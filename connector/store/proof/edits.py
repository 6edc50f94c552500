"""No edit is lost: whatever somebody else wrote still stands, was followed by another edit, or is on record as having lost.

Walks what the ledger of sightings says of each record, oldest first. An edit is a value of a mapped property that somebody else
put there; a write of ours over it must be answered by a row of the conflict ledger that names the edit and the rule. What a
property of ours alone showed when it was first seen is the system's default, and nobody's edit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from connector.decide.fields.inherit import reads
from connector.store.intake.records.memberships import LIST
from connector.store.keeping import Keeping
from connector.store.proof.broken import Broken, Proof
from connector.store.proof.standing import named
from connector.store.sql.codec import hub
from connector.store.sql.transaction import Row, Transaction
from connector.store.sql.words import Homes, Place

SLICE = 500
OURS = 3  # members of an observed property; one more says that we wrote it


class Edit(NamedTuple):
    """What stands in a property, by the ledger: who put it there and in which row. `since` 0: it was there from the beginning."""

    sighting: int
    written: bool
    form: Any
    value: Any
    since: int


class Walked(NamedTuple):
    """Everything the proof needs of some records."""

    sightings: Mapping[int, Sequence[Row]]
    observed: Mapping[int, Mapping[str, Any]]
    conflicts: frozenset[tuple[int, str, int]]  # ref, property, sighting


def edits_stand(tx: Transaction, keeping: Keeping) -> Proof:
    """Of all records of people and companies."""
    proof = _Edits(tx, keeping)
    for place, batch in _batches(tx):
        for ref in batch.sightings:
            proof.record(ref, place[ref], batch)
    return Proof("edits", dict(sorted(proof.counts.items())), tuple(proof.broken))


class _Edits:
    """The walk over all records."""

    def __init__(self, tx: Transaction, keeping: Keeping) -> None:
        self._tx, self._keeping = tx, keeping
        self._fields: dict[Place, Mapping[str, str]] = {}
        self.counts: Counter[str] = Counter(edits=0, standing=0, followed=0, lost_by_rule=0)
        self.broken: list[Broken] = []

    def record(self, ref: int, place: Place, batch: Walked) -> None:
        """One record from its first sighting to what is observed now."""
        fields = self.fields(place)
        stands: dict[str, Edit] = {}
        for number, written, delta in batch.sightings[ref]:
            for name, seen in orjson.loads(delta).items():
                if name.startswith(LIST):
                    continue
                before, after = stands.get(name), _edit(number, bool(written), seen)
                stands[name] = after
                if before is not None and _read_anew(before, after):
                    continue
                if before is not None and _edited(before, name in fields):
                    self._followed(ref, name, before, after, batch)
        for name, last in stands.items():
            if _edited(last, name in fields):
                self._stands(ref, name, last, batch.observed.get(ref, {}))

    def fields(self, place: Place) -> Mapping[str, str]:
        """The field behind each property that this kind of record reads."""
        found = self._fields.get(place)
        if found is None:
            mapping, record = self._keeping.platform(place[0]), self._keeping.record(*place)
            shown = reads(mapping, record) if mapping and record else ()
            found = self._fields[place] = {read.property: read.field for read in shown}
        return found

    def _followed(self, ref: int, name: str, before: Edit, after: Edit, batch: Walked) -> None:
        self.counts["edits"] += 1
        if not after.written:
            self.counts["followed"] += 1
        elif _same(before, after):
            self.counts["standing"] += 1  # ours says the same, perhaps in another spelling
        elif (ref, name, before.sighting) in batch.conflicts:
            self.counts["lost_by_rule"] += 1
        else:
            self._lost(
                ref, f"the edit of {name} that sighting {before.sighting} showed was overwritten"
                f" by our write {after.sighting}, and no rule is on record for it"
            )  # fmt: skip

    def _stands(self, ref: int, name: str, last: Edit, observed: Mapping[str, Any]) -> None:
        self.counts["edits"] += 1
        seen = observed.get(name)
        if seen is not None and seen[0] == last.form:
            self.counts["standing"] += 1
            return
        self._lost(
            ref, f"the edit of {name} that sighting {last.sighting} showed is not what is observed now"
        )  # fmt: skip

    def _lost(self, ref: int, cause: str) -> None:
        record, contact = named(self._tx, ref)
        self.broken.append(Broken(record, cause, contact))


def _edit(number: int, written: bool, seen: Any) -> Edit:
    if seen is None:
        return Edit(number, written, None, None, 0)
    return Edit(number, written or len(seen) > OURS, seen[0], hub(seen[1]), seen[2])


def _edited(one: Edit, shared: bool) -> bool:
    """Whether somebody else put it there and meant something by it."""
    if one.written or (one.form in (None, "") and not one.since):
        return False
    return shared or bool(one.since)


def _read_anew(before: Edit, after: Edit) -> bool:
    """The edit that was there already, in another spelling or by another mapping."""
    return not after.written and not before.written and after.since == before.since


def _same(before: Edit, after: Edit) -> bool:
    """Our write says the same in other words: the hub value is the one that was edited in."""
    return before.form == after.form or (before.value is not None and before.value == after.value)


def _batches(tx: Transaction) -> Iterator[tuple[Mapping[int, Place], Walked]]:
    homes = Homes(tx)
    sql = (
        "SELECT s.ref, r.home, s.id, s.written, s.delta FROM sighting s JOIN ref r ON r.id = s.ref"
        " ORDER BY s.ref, s.id"
    )
    rows = (row for some in tx.slices(sql) for row in some)
    places: dict[int, Place] = {}
    walked: dict[int, list[Row]] = {}
    for ref, group in groupby(rows, key=itemgetter(0)):
        seen = list(group)
        places[ref], walked[ref] = homes.place(seen[0][1]), [row[2:] for row in seen]
        if len(walked) == SLICE:
            yield places, _walked(tx, walked)
            places, walked = {}, {}
    if walked:
        yield places, _walked(tx, walked)


def _walked(tx: Transaction, sightings: Mapping[int, Sequence[Row]]) -> Walked:
    refs = sorted(sightings)
    observed = {
        ref: orjson.loads(body)
        for ref, body in tx.rows("SELECT ref, body FROM observed WHERE ref IN [?]", refs)
    }
    conflicts = tx.rows(
        "SELECT ref, property, sighting FROM conflict WHERE ref IN [?] AND sighting IS NOT NULL",
        refs,
    )
    return Walked(sightings, observed, frozenset(conflicts))
