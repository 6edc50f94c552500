"""Who is in scope, and what is said of those who are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.conditions.condition import compiled
from connector.decide.conditions.operators.age import RELATIVE
from connector.decide.conditions.operators.order import ORDER
from connector.decide.fields.scope import barred_by, why_outside
from connector.model.condition import All, AnyOf, Condition, Not, Operator
from connector.model.condition import Test as Asked

FACTS = st.fixed_dictionaries(
    {
        "country": st.sampled_from([None, "DE", "AT", "FR"]),
        "employees": st.sampled_from([None, 0, 50, 500.0]),
        "topics": st.sampled_from([(), ("seals",), ("seals", "pumps")]),
    }
)
LEAVES = st.sampled_from(
    [
        Asked("country", "in", ("DE", "AT")),
        Asked("country", "not_in", ("FR",)),
        Asked("country", "present", True),
        Asked("country", "present", False),
        Asked("employees", "at_least", 100),
        Asked("employees", "between", (10, 100)),
        Asked("topics", "contains", "pumps"),
    ]
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=6,
)


@given(condition=CONDITIONS, facts=FACTS)
def test_whoever_is_outside_is_told_why_and_nobody_else(
    condition: Condition, facts: dict[str, Any]
) -> None:
    inside = compiled(condition)(facts.get)
    assert bool(why_outside(condition, facts.get)) is not inside


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (Asked("country", "in", ("DE", "AT")), "country is not one of DE, AT"),
        (Asked("country", "equals", "DE"), "country is not DE"),
        (Asked("country", "not_in", ("FR", "IT")), "country is one of FR, IT"),
        (Asked("country", "present", False), "country is known"),
        (Asked("size", "at_least", 1.0), "size is unknown"),
        (Asked("size", "present", True), "size is unknown"),
        (Asked("employees", "at_least", 100.0), "employees is below 100"),
        (Asked("employees", "between", (60, 100)), "employees is not between 60, 100"),
        (Not(Asked("country", "in", ("FR",))), "country is what it must not be"),
        (
            Asked("job_title", "has_form_of", ("Leiter Einkauf",)),
            "job_title is no form of Leiter Einkauf",
        ),
        (Asked("email", "domain_in", ("x.example",)), "email is at none of x.example"),
        (
            Asked("country", "in", tuple("ABCDEFGHIJ")),
            "country is not one of A, B, C, D, E, F, G, H …",
        ),
        (Asked("seen", "within_last", timedelta(days=30)), "seen is not within the last 30 days"),
    ],
)
def test_in_the_words_of_the_rule(test: Condition, said: str) -> None:
    facts = {"country": "FR", "employees": 50, "job_title": "Chef", "email": "a@b.example"}
    facts["seen"] = datetime(2026, 1, 1, tzinfo=UTC)
    assert why_outside(test, facts.get) == (said,)


@pytest.mark.parametrize("operator", sorted({*get_args(Operator)} - {"present"}))
def test_every_operator_has_words(operator: Any) -> None:
    wanted: Any = ("x", "y")
    if operator in RELATIVE:
        wanted = timedelta(days=1)
    elif operator in ORDER:
        wanted = "x"
    test = Asked("name", operator, wanted)
    for value in ("x", "q"):
        told = why_outside(test, {"name": value}.get)
        assert bool(told) is not compiled(test)({"name": value}.get)


def test_no_value_of_the_person_is_told() -> None:
    test = Asked("email_domain", "in", ("kern.example",))
    assert "geheim" not in str(why_outside(test, {"email_domain": "geheim.example"}.get))


def test_what_barred_a_decision_is_found_again() -> None:
    waits = ("needs email", "not in scope of salesforce: country is unknown")
    assert barred_by(waits) == waits[1]
    assert barred_by(waits[:1]) == ""
