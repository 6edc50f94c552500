"""Every operator by example, what unknown and several values mean, the order of stages, and garbage."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.conditions.condition import compiled, failing, ranked
from connector.model.condition import All, AnyOf, Not
from connector.model.condition import Test as Single

DAY = date(2026, 11, 17)
MOMENT = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
HOLDS = [
    ("equals", "de", "DE"),
    ("equals", "größe", "GRÖSSE"),
    ("equals", "u\u0308ber", "Über"),
    ("equals", 1, 1.0),
    ("equals", 20, "20"),
    ("equals", 20.0, "20"),
    ("equals", 20, " 20.0 "),
    ("in", (1, 1234.5), "1.234,5"),
    ("at_least", 500, "1,000"),
    ("at_least", 1000, "1.234,50"),
    ("at_least", 1000, "1 000"),
    ("equals", True, "true"),
    ("equals", True, True),
    ("equals", Decimal("1.5"), 1.5),
    ("equals", "b", ("a", "b")),
    ("not_equals", "DE", "FR"),
    ("in", ("DE", "AT"), "at"),
    ("in", ("x",), frozenset({"x", "y"})),
    ("not_in", ("DE", "AT"), "FR"),
    ("not_in", ("c",), ("a", "b")),
    ("at_least", 20, 20),
    ("at_least", 20, "45"),
    ("above", 20, 20.000001),
    ("at_most", 20, Decimal("20.0")),
    ("below", 20, 19),
    ("at_least", "20000", "20457"),
    ("at_least", DAY, DAY),
    ("at_least", DAY, MOMENT),
    ("below", MOMENT, datetime(2026, 11, 17, 9, 29, tzinfo=UTC)),
    ("between", (200, 5000), 200),
    ("between", (200, 5000), 5000),
    ("contains", "eit", "LEITUNG"),
    ("contains", "eit", ("x", "Leitung")),
    ("contains_any", ("CPO", "Einkauf"), "leiter einkauf"),
    ("starts_with", ("0", "1"), "01067"),
    ("starts_with", "White", "whitepaper Dichtungen"),
    ("ends_with", ".PDF", "/a/b.pdf"),
    ("matches_path", ("/preise/**",), "https://www.nordring.example/Preise/orings?x=1#top"),
    ("present", True, 0),
    ("present", False, None),
    ("present", False, ""),
    ("present", False, ()),
]
FAILS = [
    ("equals", "de", "den"),
    ("equals", "Muller", "Müller"),
    ("equals", 1, True),
    ("equals", 1067, "01067"),
    ("at_least", 20, "1_000"),
    ("at_least", 20, "٢٠٠"),
    ("equals", True, 1),
    ("equals", False, 0),
    ("equals", "x", {"an": "object"}),
    ("not_equals", "DE", None),
    ("not_equals", "DE", ""),
    ("not_equals", "DE", "de"),
    ("not_equals", "b", ("a", "b")),
    ("not_in", ("DE",), None),
    ("not_in", ("DE",), ()),
    ("in", (), "x"),
    ("at_least", 20, None),
    ("at_least", 20, "many"),
    ("at_least", 20, "inf"),
    ("at_least", 20, True),
    ("at_least", 20, float("nan")),
    ("at_least", 20, Decimal("NaN")),
    ("above", 20, 20),
    ("below", 20, 20),
    ("between", (200, 5000), 199.999),
    ("at_least", MOMENT, datetime(2026, 11, 18)),  # noqa: DTZ001 a naive time has no order to an aware one
    ("at_least", MOMENT, "2026-11-18"),
    ("contains", "x", 5),
    ("contains_any", (), "x"),
    ("starts_with", ("0",), 1067),
    ("matches_path", ("/preise/*",), "/preise/orings/nbr"),
    ("present", True, None),
    ("present", True, ""),
    ("present", False, 0),
]


def ask(operator: str, wanted: object, value: object) -> bool:
    return compiled(Single("it", operator, wanted))({"it": value}.get)


@pytest.mark.parametrize(("operator", "wanted", "value"), HOLDS)
def test_it_holds(operator: str, wanted: object, value: object) -> None:
    assert ask(operator, wanted, value)


@pytest.mark.parametrize(("operator", "wanted", "value"), FAILS)
def test_it_does_not_hold(operator: str, wanted: object, value: object) -> None:
    assert not ask(operator, wanted, value)


def test_joins() -> None:
    yes, no = Single("a", "equals", 1), Single("b", "equals", 1)
    get = {"a": 1, "b": 2}.get
    assert compiled(All())(get)
    assert not compiled(AnyOf())(get)
    assert compiled(All((yes, yes, yes)))(get)
    assert not compiled(All((yes, yes, no)))(get)
    assert not compiled(All((yes, no)))(get)
    assert compiled(AnyOf((no, yes)))(get)
    assert compiled(Not(no))(get)
    assert compiled(Not(Single("unknown", "equals", 1)))(get)


def test_yes_and_one_are_remembered_apart() -> None:
    assert compiled(Single("it", "equals", True))({"it": True}.get)
    assert not compiled(Single("it", "equals", 1))({"it": True}.get)


def test_the_same_condition_is_compiled_once() -> None:
    condition = All((Single("a", "equals", 1), Single("b", "equals", 1)))
    assert compiled(condition) is compiled(condition)


@pytest.mark.parametrize(
    ("operator", "value", "members"),
    [
        ("at_least", "SQL", "SQL SAL Customer"),
        ("above", "SQL", "SAL Customer"),
        ("at_most", "MQL", "Lead MQL"),
        ("below", "MQL", "Lead"),
        ("between", ("MQL", "SAL"), "MQL SQL SAL"),
        ("at_least", "Nowhere", ""),
    ],
)
def test_stages_compare_by_their_place(operator: str, value: object, members: str) -> None:
    stages = ("Lead", "MQL", "SQL", "SAL", "Customer")
    holds = compiled(ranked(Not(Not(Single("stage", operator, value))), stages))
    assert [stage for stage in stages if holds({"stage": stage}.get)] == members.split()


def test_an_order_of_stages_without_their_list_is_refused() -> None:
    with pytest.raises(ValueError, match="stage has an order only after ranked"):
        compiled(AnyOf((Single("stage", "at_least", "SQL"),)))


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown operator 'eqals'"):
        compiled(Single("a", "eqals", 1))


def test_why_it_fails_names_fields_and_no_values() -> None:
    condition = All(
        (
            Single("country", "in", ("DE",)),
            AnyOf((Single("zip", "starts_with", "2"), Single("zip", "starts_with", "3"))),
            Single("owner", "present", False),
            Not(Single("size", "above", 5)),
            Single("role", "equals", "x"),
        )
    )
    get = {"country": "FR", "owner": "me", "size": 9, "role": "x"}.get
    assert failing(condition, get) == (
        "country does not match",
        "zip is unknown",
        "owner is known",
        "size does not match",
    )
    assert failing(All(), get) == ()


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=8),
    st.dates(),
    st.datetimes(),
    st.lists(st.one_of(st.text(max_size=3), st.integers()), max_size=3).map(tuple),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
OPERATORS = [
    "equals",
    "not_equals",
    "in",
    "not_in",
    "at_least",
    "above",
    "at_most",
    "below",
    "contains",
    "contains_any",
]
OPERATORS += ["starts_with", "ends_with", "matches_path", "present"]


@given(
    st.sampled_from(OPERATORS),
    st.one_of(st.text(max_size=5), st.integers(), st.booleans(), st.dates()),
    VALUES,
)
def test_any_value_gets_an_answer(operator: str, wanted: object, value: object) -> None:
    assert ask(operator, wanted, value) in (True, False)


@given(
    st.sampled_from(["equals", "in"]), st.one_of(st.text(), st.integers(), st.booleans()), VALUES
)
def test_a_known_value_either_equals_or_does_not(
    operator: str, wanted: object, value: object
) -> None:
    known = ask("present", True, value)
    assert (ask(operator, wanted, value) != ask(f"not_{operator}", wanted, value)) == known
