"""What a condition may come to where some facts are known, and nothing is known of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connector.decide.conditions.condition import compiled, ranked
from connector.model.condition import All, Condition, Not, Test

Known = Mapping[str, frozenset[str]]
EITHER = frozenset({True, False})


def outcomes(condition: Condition, known: Known, stages: tuple[str, ...]) -> frozenset[bool]:
    """The answers it may give; `known` holds the values that a fact may have, `stages` their order. An answer that is missing is
    impossible for certain; one that is there may be impossible all the same."""
    if isinstance(condition, Test):
        return _answers(condition, known, stages)
    if isinstance(condition, Not):
        return frozenset(not one for one in outcomes(condition.part, known, stages))
    parts = [outcomes(part, known, stages) for part in condition.parts]
    joined: Callable[[list[bool]], bool] = all if isinstance(condition, All) else any
    likely = joined([True in part for part in parts])
    unlikely = not joined([False not in part for part in parts])
    return frozenset([True] * likely + [False] * unlikely)


def _answers(test: Test, known: Known, stages: tuple[str, ...]) -> frozenset[bool]:
    values = known.get(test.field)
    if values is None:
        return EITHER
    holds = compiled(ranked(test, stages))
    return frozenset(holds({test.field: value}.get) for value in values)
