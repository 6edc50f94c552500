"""Whoever is called unreachable really is: a law against the evaluator itself, and examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.config.lint.conditions.implies import implies
from connector.decide.conditions.condition import compiled
from connector.decide.conditions.operators.age import NOW, RELATIVE
from connector.model.condition import ALWAYS, All, AnyOf, Condition, Not
from connector.model.condition import Test as Asked

WORDS = st.sampled_from(
    ["de", "DE", "at", "d", "deat", "ß", "ü", "ue", "de at", "Leiter De", "Deleiter"]
)
SPELT = ["has_word", "has_phrase", "has_word_beginning", "has_form_of", "domain_in", "matches_path"]
SPANS = st.sampled_from([timedelta(days=1), timedelta(days=30)])
NUMBERS = st.integers(0, 4)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LISTS = st.lists(WORDS, min_size=1, max_size=3).map(tuple)


def _tests() -> st.SearchStrategy[Asked]:
    words = st.one_of(
        st.tuples(st.sampled_from(["equals", "not_equals", "contains"]), WORDS),
        st.tuples(
            st.sampled_from(["in", "not_in", "contains_any", "starts_with", "ends_with"]), LISTS
        ),
        st.tuples(st.sampled_from(SPELT), LISTS),
        st.tuples(st.just("present"), st.booleans()),
    )
    numbers = st.one_of(
        st.tuples(
            st.sampled_from(["equals", "at_least", "above", "at_most", "below", "not_equals"]),
            NUMBERS,
        ),
        st.tuples(st.just("between"), st.tuples(NUMBERS, NUMBERS)),
        st.tuples(st.just("in"), st.lists(NUMBERS, min_size=1, max_size=3).map(tuple)),
        st.tuples(st.just("present"), st.booleans()),
    )
    ages = st.tuples(st.sampled_from(sorted(RELATIVE)), SPANS)
    return st.one_of(
        ages.map(lambda pair: Asked("since", *pair)),
        words.map(lambda pair: Asked("country", *pair)),
        numbers.map(lambda pair: Asked("points", *pair)),
    )


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    _tests(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=5,
)
FACTS = st.fixed_dictionaries(
    {
        "country": st.one_of(st.none(), WORDS, st.lists(WORDS, min_size=1, max_size=2).map(tuple)),
        "points": st.one_of(st.none(), NUMBERS, st.floats(0, 4)),
        "since": st.one_of(
            st.none(), st.integers(-40, 40).map(lambda days: NOON + timedelta(days))
        ),
        NOW: st.just(NOON),
    }
)


@settings(max_examples=1500, deadline=None)
@given(CONDITIONS, CONDITIONS, st.lists(FACTS, min_size=1, max_size=8))
def test_what_is_implied_holds(
    narrow: Condition, wide: Condition, people: list[dict[str, Any]]
) -> None:
    if implies(narrow, wide):
        for facts in people:
            assert not compiled(narrow)(facts.get) or compiled(wide)(facts.get)


@settings(deadline=None)
@given(CONDITIONS)
def test_every_condition_implies_itself_and_everybody(one: Condition) -> None:
    assert implies(one, ALWAYS)
    if isinstance(one, Asked):
        assert implies(one, one)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (Asked("n", "between", (50, 199)), Asked("n", "at_least", 50)),
        (Asked("n", "above", 5000), Asked("n", "above", 50)),
        (All((Asked("n", "at_least", 5), Asked("n", "below", 9))), Asked("n", "between", (5, 9))),
        (Asked("c", "in", ("de",)), Asked("c", "in", ("AT", "DE"))),
        (Asked("c", "equals", "DE"), Asked("c", "starts_with", ("d",))),
        (Asked("t", "contains_any", ("Head of Purchasing",)), Asked("t", "contains_any", ("purchasing",))),
        (Asked("c", "in", ("DE",)), Asked("c", "present", value=True)),
        (All((Asked("c", "in", ("DE",)), Asked("p", "starts_with", ("1",)))), Asked("c", "in", ("DE",))),
        (Asked("c", "not_in", ("DE", "AT")), Asked("c", "not_equals", "AT")),
        (Not(Asked("n", "above", 5)), Not(Asked("n", "above", 6))),
        (Asked("t", "in", ("CEO", "Chief CEO")), Asked("t", "has_word", ("ceo",))),
        (Asked("t", "in", ("Einkaufsleiterin",)), Asked("t", "has_form_of", ("Leiter Einkauf",))),
        (Asked("t", "has_word", ("CEO",)), Asked("t", "has_word", ("CFO", "ceo"))),
        (Asked("d", "within_last", timedelta(7)), Asked("d", "within_last", timedelta(30))),
        (Asked("d", "older_than", timedelta(30)), Asked("d", "older_than", timedelta(7))),
    ],
)  # fmt: skip
def test_is_seen(narrow: Condition, wide: Condition) -> None:
    assert implies(narrow, wide)
    assert not implies(wide, narrow)


def _nested(join: type[All] | type[AnyOf], leaf: Asked, depth: int) -> Condition:
    found: Condition = leaf
    for _ in range(depth):
        found = join((found,))
    return found


def test_deep_conditions_are_compared_part_by_part() -> None:
    """Thirty levels on both sides: without a memory that would be as many ways as there are through a grid of 30 by 30."""
    narrow = _nested(All, Asked("x", "equals", "a"), 30)
    assert not implies(narrow, _nested(AnyOf, Asked("x", "equals", "b"), 30))
    assert implies(narrow, _nested(AnyOf, Asked("x", "in", ("a", "b")), 30))
