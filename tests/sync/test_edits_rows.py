"""Rows of a value file and cells of a matrix in what the text says differently."""

from __future__ import annotations

from connector.model.condition import Test as Asked
from connector.model.rules import Band
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


def test_a_cell_of_a_matrix_is_told_though_others_are_called_like_it() -> None:
    cells = [
        Band("warm", Asked("activity", "at_least", 20, f"s:{row}"), f"s:{row}") for row in "ab"
    ]
    fewer = Band("warm", Asked("activity", "at_least", 9, "s:a"), "s:a")
    (told,) = edits(tuple(cells), (fewer, cells[1]))
    assert told == ("s:a", "warm", "activity at least 20 -> 9")
    assert [one.said for one in edits(tuple(cells), tuple(cells[:1]))] == ["gone"]
