"""Ways that nobody can take are told (golden/lifecycle.txt); here: those that somebody can, and the law behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config.lint.conditions.outcomes import outcomes
from connector.decide.conditions.condition import compiled, ranked
from connector.model.condition import All, AnyOf, Condition, Not
from connector.model.condition import Test as Asked

STAGES = ("Prospect", "Lead", "MQL", "SQL", "SAL", "Customer")
HOT = "from: MQL, to: SQL, when: {any: [{activity: {at_least: 45}, grade: {in: [A]}}, {activity: {at_least: 60}, grade: {in: [B]}}]}"


@pytest.mark.parametrize(
    "way",
    [
        f"{{name: at-once, {HOT}}}",  # the one above must hold for a while
        f"{{name: sooner, {HOT}, hold_for: 5m}}",
        f"{{name: awake, {HOT}, hold_for: 15m, breaks_rest: true}}",
        "{name: theirs, from: MQL, to: SQL, when: {acceptance: {equals: accepted}, activity: {at_least: 70}, grade: {in: [A]}}, hold_for: 1h}",
        "{name: peaked, from: MQL, to: SQL, when: {peak: {at_least: SQL}, stage: {in: [Lead, MQL]}}}",
        "{name: outside, from: MQL, to: SQL, when: {not: {stage: {equals: SQL}}, activity: {above: 3}}}",
    ],
)
def test_a_way_that_somebody_may_take_is_left_alone(
    way: str, said: Callable[..., list[str]]
) -> None:
    accepted = "  - {name: accepted, from: SQL"
    assert said("rules/lifecycle.yaml", accepted, f"  - {way}\n{accepted}") == []


def test_one_that_needs_less_is_left_alone(said: Callable[..., list[str]]) -> None:
    old = "hold_for: 15m}\n"
    needs = "hold_for: 15m, needs: [phone]}\n"
    assert (
        said("rules/lifecycle.yaml", old, f"{needs}  - {{name: without, {HOT}, hold_for: 15m}}\n")
        == []
    )
    both = f"{needs}  - {{name: the-same, {HOT}, {needs}"
    (line,) = said("rules/lifecycle.yaml", old, both)
    assert '"the-same" can never be taken' in line


TESTS: st.SearchStrategy[Condition] = st.builds(
    Asked,
    st.sampled_from(["stage", "peak", "grade"]),
    st.sampled_from(["at_least", "above", "at_most", "below", "equals", "not_equals"]),
    st.sampled_from(STAGES),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, max_size=3).map(tuple).map(All),
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(AnyOf),
    ),
    max_leaves=8,
)


@given(condition=CONDITIONS, facts=st.fixed_dictionaries(dict.fromkeys(("stage", "peak"), st.sampled_from(STAGES))), grade=st.sampled_from([None, *STAGES]))  # fmt: skip
def test_what_is_said_to_be_impossible_never_is(
    condition: Condition, facts: dict[str, Any], grade: str | None
) -> None:
    plain = ranked(_without_order(condition), STAGES)
    got = compiled(plain)({**facts, "grade": grade}.get)
    known = {name: frozenset({value}) for name, value in facts.items()}
    assert got in outcomes(_without_order(condition), known, STAGES)


def _without_order(condition: Condition) -> Condition:
    """`grade` has no order of stages."""
    if isinstance(condition, Asked):
        alike = condition.field == "grade" and condition.operator not in ("equals", "not_equals")
        return Asked("grade", "equals", condition.value) if alike else condition
    if isinstance(condition, Not):
        return Not(_without_order(condition.part))
    parts = tuple(_without_order(part) for part in condition.parts)
    return All(parts) if isinstance(condition, All) else AnyOf(parts)
