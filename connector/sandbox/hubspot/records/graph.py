"""Associations between records: both directions are kept, each with its own type ids (api-contracts A.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from connector.sandbox.hubspot.records.standard import KINDS

_PAIRS = (
    ("contacts", "companies", 279, 280), ("contacts", "deals", 4, 3), ("deals", "companies", 341, 342),
    ("contacts", "leads", 609, 608), ("leads", "deals", 1037, 1036), ("leads", "companies", 610, 611),
    ("tasks", "contacts", 204, 203), ("tasks", "deals", 216, 215), ("tasks", "leads", 647, 646), ("tasks", "companies", 192, 191),
    ("notes", "contacts", 202, 201), ("notes", "companies", 190, 189), ("notes", "deals", 214, 213),
    ("calls", "contacts", 194, 193), ("calls", "companies", 182, 181), ("calls", "deals", 206, 205),
    ("meetings", "contacts", 200, 199), ("meetings", "companies", 188, 187), ("meetings", "deals", 212, 211),
    ("emails", "contacts", 198, 197), ("emails", "companies", 186, 185), ("emails", "deals", 210, 209),
    ("tickets", "contacts", 16, 15), ("tickets", "companies", 339, 340),
)  # fmt: skip
_PRIMARY_PAIRS = (
    ("contacts", "companies", 1, 2), ("deals", "companies", 5, 6), ("leads", "contacts", 578, 579), ("leads", "deals", 582, 583),
)  # fmt: skip

DEFAULT = {
    pair: id_ for a, b, there, back in _PAIRS for pair, id_ in (((a, b), there), ((b, a), back))
}
"""The unlabelled type of each direction."""
PRIMARY = {
    pair: id_
    for a, b, there, back in _PRIMARY_PAIRS
    for pair, id_ in (((a, b), there), ((b, a), back))
}
"""The type labelled Primary of each direction."""
INVERSE = {there: back for _, _, there, back in _PAIRS + _PRIMARY_PAIRS} | {
    back: there for _, _, there, back in _PAIRS + _PRIMARY_PAIRS
}
_OTHER = 10_000


def default_type(from_kind: str, to_kind: str) -> int:
    """The unlabelled type id; pairs outside of the documented ones get one of their own."""
    order = list(KINDS)
    return DEFAULT.get((from_kind, to_kind)) or _OTHER + 100 * order.index(from_kind) + order.index(
        to_kind
    )


def inverse_type(type_id: int, from_kind: str, to_kind: str) -> int:
    """What the same link is called when read from the other end."""
    return INVERSE.get(type_id) or (
        default_type(to_kind, from_kind) if type_id >= _OTHER else type_id
    )


Links = dict[int, set[int]]


@dataclass(slots=True)
class Graph:
    """(kind, id) -> other kind -> other id -> type ids, in the order of association."""

    edges: dict[tuple[str, int], dict[str, Links]] = field(default_factory=dict)

    def links(self, kind: str, id_: int, to_kind: str) -> Links:
        return self.edges.get((kind, id_), {}).get(to_kind, {})

    def put(self, kind: str, id_: int, to_kind: str, to_id: int, types: Iterable[int]) -> None:
        """Associate; the labels sent take the place of those that were there."""
        named = {default_type(kind, to_kind), *types}
        self._half(kind, id_, to_kind)[to_id] = named
        back = {inverse_type(type_id, kind, to_kind) for type_id in named}
        self._half(to_kind, to_id, kind)[id_] = back

    def _half(self, kind: str, id_: int, to_kind: str) -> Links:
        return self.edges.setdefault((kind, id_), {}).setdefault(to_kind, {})

    def cut(self, kind: str, id_: int, to_kind: str, to_id: int) -> bool:
        """Take all labels of a pair away; False if there was nothing."""
        there = self.links(kind, id_, to_kind).pop(to_id, None)
        self.links(to_kind, to_id, kind).pop(id_, None)
        return there is not None

    def around(self, kind: str, id_: int) -> Iterator[tuple[str, int, set[int]]]:
        """Everything this record is associated with; safe to change the graph meanwhile."""
        for to_kind, links in list(self.edges.get((kind, id_), {}).items()):
            for to_id, types in list(links.items()):
                yield to_kind, to_id, types

    def move(self, kind: str, old: int, new: int) -> None:
        """Give one record's associations to another (a merge)."""
        for to_kind, to_id, types in self.around(kind, old):
            self.cut(kind, old, to_kind, to_id)
            if to_id != new or to_kind != kind:
                self.put(
                    kind,
                    new,
                    to_kind,
                    to_id,
                    types | self.links(kind, new, to_kind).get(to_id, set()),
                )
        self.edges.pop((kind, old), None)
