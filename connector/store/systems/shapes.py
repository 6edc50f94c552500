"""What systems last said of their records, and what the mappings lack because of it: one shelf row a line, whoever it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from connector.decide.fit.fault import Fault, problems
from connector.decide.fit.kind import fitting
from connector.decide.fit.mapped import faults, vocabulary
from connector.model.mapping.mappings import Mappings
from connector.model.systems.shape import Place, Property, Shape, Shapes
from connector.store import shelf
from connector.store.due import SHAPE, touch_all
from connector.store.keeping import Keeping
from connector.store.shelf import trouble_of
from connector.store.sql.transaction import Transaction
from connector.store.tables import bookkeeping

ORIGIN: shelf.Origin = "shape"
_PLAIN = {each.name: each.default for each in fields(Property) if each.name not in ("name", "type")}
Stamps = Mapping[Place, int]


class Regained(NamedTuple):
    """Whether a shape has changed, and the kinds of which something can be read again that could not."""

    changed: bool = False
    back: tuple[Place, ...] = ()


def stamps(tx: Transaction) -> Stamps:
    """When each shape last changed."""
    rows = tx.rows("SELECT platform, kind, at FROM shape")
    return {(platform, kind): at for platform, kind, at in rows}


def shapes(tx: Transaction) -> dict[Place, Shape]:
    """Every shape that is known."""
    rows = tx.rows("SELECT platform, kind, body FROM shape ORDER BY platform, kind")
    return {(platform, kind): _read(platform, kind, body) for platform, kind, body in rows}


def regained(tx: Transaction, keeping: Keeping, seen: Shapes) -> Regained:
    """What keeping these shapes would bring."""
    known, changed = _compared(tx, seen)
    before = {place: known[place] for place in changed if place in known}
    back = () if keeping.mappings is None else _back(keeping.mappings, before, changed)
    return Regained(bool(before), tuple(back))


def keep(tx: Transaction, keeping: Keeping, seen: Shapes, now: int) -> bool:
    """Note what systems say now; whether that is news. Whoever a change may concern is due, and the shelf says what a mapping line lacks.

    A property that changed its type remembers the one it had, until it has it again or a person says that it is well.
    """
    known, changed = _compared(tx, seen)
    for (platform, kind), shape in changed.items():
        tx.put(bookkeeping.shape, [(platform, kind, _written(shape), now)])
    if keeping.mappings is None:
        return bool(changed)
    now_known = {**known, **changed}
    found = faults(keeping.mappings, now_known, vocabulary(keeping.book), known)
    _shelve(tx, {place[0] for place in seen}, found, now, again=bool(changed))
    before = {place: known[place] for place in changed if place in known}
    if before and _concerns(keeping.mappings, known, now_known):
        touch_all(tx, SHAPE, now)
        _cure_refused(tx, {platform for platform, _ in before}, now)
    return bool(changed)


def _compared(tx: Transaction, seen: Shapes) -> tuple[dict[Place, Shape], dict[Place, Shape]]:
    """The shapes that are known, and those of the seen that differ."""
    known, accepted = shapes(tx), _accepted(tx)
    fresh = {
        place: _remembering(known.get(place), shape, accepted) for place, shape in seen.items()
    }
    return known, {place: shape for place, shape in fresh.items() if known.get(place) != shape}


def _remembering(old: Shape | None, new: Shape, accepted: frozenset[str]) -> Shape:
    if old is None:
        return new
    kept = {}
    for key, prop in new.properties.items():
        before = old.properties.get(key)
        place = f"{new.platform}/{new.kind}.{prop.name}"
        was = "" if before is None or place in accepted else before.was or before.type
        remembered = "" if was == prop.type else was
        kept[key] = prop if prop.was == remembered or not was else replace(prop, was=remembered)
    return replace(new, properties=kept)


def _accepted(tx: Transaction) -> frozenset[str]:
    """Retyped properties of which a person has said that they are well as they are."""
    rows = tx.rows(
        "SELECT record FROM shelf WHERE origin = ? AND code = 'FIELD_RETYPED' AND state IN [?]",
        ORIGIN,
        [shelf.RETRY],
    )
    return frozenset(record for (record,) in rows)


def _shelve(
    tx: Transaction, platforms: Iterable[str], found: Iterable[Fault], now: int, *, again: bool
) -> None:
    """These platforms' rows are exactly these."""
    names = set(platforms)
    open_rows = [fault for fault in found if fault.place[0] in names]
    troubles = [
        trouble_of(problem, ORIGIN, problem.where.partition("/")[0])
        for problem in problems(open_rows)
    ]
    shelf.put(tx, troubles, now, again=again)
    there = tx.rows(
        "SELECT record FROM shelf WHERE origin = ? AND platform IN [?] AND state <> 'cured'",
        ORIGIN,
        sorted(names),
    )
    good: dict[str, set[str]] = {record: set() for (record,) in there}
    for trouble in troubles:
        good.setdefault(trouble.record, set()).add(trouble.code)
    shelf.cure(tx, (ORIGIN,), good, now)


def _cure_refused(tx: Transaction, platforms: Iterable[str], now: int) -> None:
    """Refusals that named a field are decided again; one that is refused once more comes back."""
    tx.run(
        "UPDATE shelf SET state = 'cured', seen_at = ? WHERE origin = 'write' AND platform IN [?]"
        " AND code IN [?] AND state IN ('open', 'retry')",
        now,
        sorted(platforms),
        sorted(SHAPE_CODES),
    )


SHAPE_CODES = frozenset(
    {
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_TYPE",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "FIELD_INTEGRITY_EXCEPTION",
        "STRING_TOO_LONG",
        "REQUIRED_FIELD_MISSING",
        "JSON_PARSER_ERROR",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "PROPERTY_DOESNT_EXIST",
        "INVALID_OPTION",
        "READ_ONLY_VALUE",
        "INVALID_INTEGER",
        "INVALID_LONG",
        "INVALID_DATE",
        "INVALID_BOOLEAN",
        "NO_SUCH_LABEL",
    }
)
"""Refusals that may mean that a record's shape has changed (api-contracts A.4, B.4)."""


def _concerns(mappings: Mappings, before: Shapes, after: Shapes) -> bool:
    """Whether anything of what the mappings name has changed."""
    return fitting(before)(mappings) != fitting(after)(mappings)


def _back(mappings: Mappings, before: Shapes, after: Shapes) -> Iterable[Place]:
    """Kinds that show a mapped property again, or in another way than was refused to be read."""
    old, new = fitting(before)(mappings), fitting(after)(mappings)
    for place in before:
        if place in old and place in new:
            gained = old[place].unread - new[place].unread
            if gained or (new[place].visible and not old[place].visible):
                yield place


def _written(shape: Shape) -> str:
    body: dict[str, Any] = {
        "properties": {key: _member(prop) for key, prop in shape.properties.items()},
        "createable": shape.createable,
        "updateable": shape.updateable,
        "visible": shape.visible,
    }
    return orjson.dumps(body).decode()


def _member(prop: Property) -> dict[str, Any]:
    """Only what is not as usual: an organisation has hundreds of fields."""
    own = {name: value for name, usual in _PLAIN.items() if (value := getattr(prop, name)) != usual}
    if not prop.valid:
        own.pop("valid", None)
    return {"name": prop.name, "type": prop.type, **own}


@lru_cache(maxsize=64)
def _read(platform: str, kind: str, text: str) -> Shape:
    """Read several times an hour, and hardly ever another one."""
    body = orjson.loads(text)
    properties = {key: _property(each) for key, each in body["properties"].items()}
    return Shape(
        platform,
        kind,
        properties,
        body["createable"],
        body["updateable"],
        body["visible"],
    )


def _property(each: dict[str, Any]) -> Property:
    for name in ("values", "also"):
        if name in each:
            each[name] = tuple(each[name])
    if "valid" in each:
        each["valid"] = {value: tuple(allowed) for value, allowed in each["valid"].items()}
    return Property(**each)
