"""Fields that a person decides about: has one side been edited since all showed the same, or both, and was a choice made since?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from connector.decide.fields.plan import shown_by
from connector.decide.fields.resolve import contested
from connector.model.mapping.field import Field
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Observed
from connector.model.systems.ref import Ref
from connector.store.keeping import Keeping
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes

CHOOSE = "choose"
SECOND = 1000  # vendors stamp whole seconds
Seen = Mapping[Ref, Mapping[str, Observed]]


@dataclass(frozen=True, slots=True)
class Contest:
    """Of one contact: the record that wins each field by which nobody need be asked, and the fields that wait for a choice."""

    chosen: Mapping[str, Ref] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()


class _Edit(NamedTuple):
    """One property of a record as the ledger last tells it."""

    row: int
    ours: bool
    value: Any
    since: int  # when it was made, and when we learned of it (ms)
    learned: int


NONE = Contest()


def contests(
    tx: Transaction, keeping: Keeping, observed: Mapping[int, Seen], until: int | None = None
) -> dict[int, Contest]:
    """By contact; those without a contest are absent. `until`: as known at that moment (ms)."""
    mappings = keeping.mappings
    if mappings is None or not any(one.wins == "manual" for one in mappings.fields.values()):
        return {}
    found = {contact: contested(mappings, seen) for contact, seen in observed.items()}
    return {
        contact: _contest(tx, mappings, contact, observed[contact], fields, until)
        for contact, fields in found.items()
        if fields
    }


def _contest(
    tx: Transaction,
    mappings: Mappings,
    contact: int,
    observed: Seen,
    fields: Collection[str],
    until: int | None,
) -> Contest:
    numbers = _numbers(tx, observed)
    story = _story(tx, mappings, numbers, until)
    rulings = _rulings(tx, contact, numbers, until)
    chosen: dict[str, Ref] = {}
    for name in fields:
        ref = _winner(story[name], rulings.get(name))
        if ref is not None and ref in observed:
            chosen[name] = ref
    return Contest(chosen, frozenset(fields) - chosen.keys())


def _winner(story: Sequence[tuple[Ref, _Edit]], ruling: tuple[int, Ref] | None) -> Ref | None:
    """Whose value holds, if that is clear.

    Since all records last showed one value, either one of them was edited, or several were and a person chose after the last edit.
    """
    edited = _edited(story)
    if len({repr(edit.value) for edit in edited.values()}) == 1:
        return max(edited, key=lambda ref: edited[ref].row)
    last = max((edit.row for edit in edited.values()), default=0)
    return ruling[1] if ruling is not None and ruling[0] > last else None


def _edited(story: Sequence[tuple[Ref, _Edit]]) -> dict[Ref, _Edit]:
    """The records that people edited since all last showed one value.

    An edit that had been made when we learned of it did not follow the agreement: it only seemed so, because one system was read
    before the other.
    """
    everybody = {ref for ref, _ in story}
    stands: dict[Ref, _Edit] = {}
    edited: dict[Ref, _Edit] = {}
    before: dict[Ref, _Edit] = {}
    agreed = 0
    for ref, edit in story:
        if agreed and not edit.ours and edit.since < agreed // SECOND * SECOND:
            edited = {**before, **edited}
        stands[ref] = edit
        edited = {other: kept for other, kept in edited.items() if other != ref}
        if not edit.ours and edit.value is not None:
            edited[ref] = edit
        values = [kept.value for kept in stands.values()]
        agree = None not in values and values.count(values[0]) == len(values)
        if stands.keys() == everybody and agree:
            before = {**before, **edited} if edit.learned == agreed else edited
            agreed, edited = edit.learned, {}
    return edited


def _numbers(tx: Transaction, observed: Seen) -> dict[int, Ref]:
    homes = Homes(tx)
    by_place: dict[tuple[str, str], list[str]] = defaultdict(list)
    for ref in observed:
        by_place[ref[:2]].append(ref.id)
    return {
        number: Ref(*place, key)
        for place, keys in by_place.items()
        for number, key in tx.rows(
            "SELECT id, key FROM ref WHERE home = ? AND key IN [?]", homes.known(*place) or 0, keys
        )
    }


def _story(
    tx: Transaction, mappings: Mappings, numbers: Mapping[int, Ref], until: int | None
) -> dict[str, list[tuple[Ref, _Edit]]]:
    """What each record showed of each such field, in the order in which we learned it."""
    plans = shown_by(mappings)
    found: dict[str, list[tuple[Ref, _Edit]]] = defaultdict(list)
    for number, ref, learned, delta in tx.rows(
        "SELECT id, ref, recorded_at, delta FROM sighting WHERE ref IN [?] AND recorded_at <= ? ORDER BY id",
        sorted(numbers),
        _ALWAYS if until is None else until,
    ):
        shown = orjson.loads(delta)
        for key, name, one, _ in plans.get(numbers[ref][:2], ()):
            if one.wins == "manual" and key in shown:
                seen = shown[key]
                found[name].append((numbers[ref], _edit(number, learned, seen, one)))
    return found


def _edit(number: int, learned: int, seen: Sequence[Any] | None, field: Field) -> _Edit:
    if seen is None:
        return _Edit(number, False, None, 0, learned)
    value = seen[1]
    if value is None and seen[0] in (None, "") and field.blank == "erase":
        value = _ERASED
    return _Edit(number, len(seen) > 3, value, seen[2], learned)


def _rulings(
    tx: Transaction, contact: int, numbers: Mapping[int, Ref], until: int | None
) -> dict[str, tuple[int, Ref]]:
    rows = tx.rows(
        "SELECT id, field, ref FROM ruling WHERE kind = ? AND at <= ? AND contact IN"
        " (SELECT id FROM contact WHERE id = ? OR survivor = ?) ORDER BY id",
        CHOOSE,
        _ALWAYS if until is None else until,
        contact,
        contact,
    )
    return {name: (number, numbers[ref]) for number, name, ref in rows if ref in numbers}


_ALWAYS = 2**62
_ERASED = "\0"  # a blank that says something
