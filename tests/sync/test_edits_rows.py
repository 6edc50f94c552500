"""Rows of a value file in what the text says differently."""

from __future__ import annotations

from connector.model.rules.territory import Patch, Territories
from connector.sync.rollout.edits import edits

FILE = "values/territories.csv"
NORTH, WEST = (
    Patch("north", "DE", "2", "2", where=f"{FILE}:2"),
    Patch("west", "DE", "4", "4", where=f"{FILE}:3"),
)


def said(before: tuple[Patch, ...], after: tuple[Patch, ...]) -> list[str]:
    return [
        f"{one.where} {one.rule} {one.said}"
        for one in edits(Territories(before), Territories(after))
    ]


def test_a_row_is_told_with_its_line() -> None:
    moved = NORTH._replace(territory="west")
    assert said((NORTH, WEST), (moved, WEST)) == [
        f"{FILE}:2 patches + west DE 2",
        f"{FILE}:2 patches - north DE 2",
    ]


def test_another_line_is_no_difference_and_another_order_is() -> None:
    assert said((NORTH, WEST), (NORTH, WEST._replace(where=f"{FILE}:9"))) == []
    assert said((NORTH, WEST), (WEST, NORTH)) == [" patches in another order"]
