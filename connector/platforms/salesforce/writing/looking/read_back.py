"""What became of updates without an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from connector.model.systems.change import Change, Receipt
from connector.platforms.salesforce.parts import Row
from connector.platforms.salesforce.writing.conclude import moved, retry, written
from connector.platforms.salesforce.writing.forms import all_same, same
from connector.platforms.salesforce.writing.looking.find import Finder, Place

Receipts = dict[int, Receipt]  # by id() of the change


def read_back(finder: Finder, changes: Sequence[Change]) -> Receipts:
    """What became of updates, by what the records show: one call per 10,000 rows, one more for records that went away."""
    rows = finder.now(asked(changes, lambda change: change.fields)) if changes else {}
    lost = [c.ref for c in changes if c.ref not in rows or rows[c.ref].get("IsConverted")]
    places = finder.places(lost) if lost else {}
    return {
        id(change): _told(finder, change, rows.get(change.ref), places.get(change.ref))
        for change in changes
    }


def _told(finder: Finder, change: Change, row: Row | None, place: Place | None) -> Receipt:
    shown = None if row is None else finder.shown(change.ref.kind, row, change.fields)
    if shown is not None and (all_same(change.fields, shown) or _showed(change, shown)):
        return written(change, change.ref)
    if place is not None and place.ref is None:
        return Receipt(change, "gone", ref=change.ref, code="ENTITY_IS_DELETED", message="deleted")
    if place is not None and place.ref is not None and place.ref != change.ref:
        return moved(change, place.ref, "MOVED", "merged or converted")
    return retry(change, "NOT_THERE", "was not written")


def _showed(change: Change, shown: Mapping[str, Any]) -> bool:
    """Whether it shows some of it that it did not show before: records are written whole, so somebody has edited the rest since."""
    base = change.base
    return any(
        same(value, shown.get(name)) and not same(base[name], value)
        for name, value in change.fields.items()
        if name in base
    )


def asked(
    changes: Iterable[Change], of: Callable[[Change], Iterable[str]]
) -> dict[str, tuple[list[str], list[str]]]:
    """The ids and properties to read, per kind."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for change in changes:
        ids, props = found.setdefault(change.ref.kind, ([], []))
        ids.append(change.ref.id)
        props += [prop for prop in of(change) if prop not in props]
    return found


def by_id(changes: Sequence[Change], receipts: Sequence[Receipt]) -> Receipts:
    return {id(change): receipt for change, receipt in zip(changes, receipts, strict=True)}
