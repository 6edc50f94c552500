"""Every operator against a slow reading of what its page says: letter by letter, no sets, no shortcuts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connector.decide.conditions.condition import compiled
from connector.model.condition import Test as Single

SPELT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e"}
TEXT = st.text("abAB äÄöÜßéÉ/-.1", max_size=8)
NUMBER = st.integers(-3, 3) | st.sampled_from([0.5, -1.5, 2.0])
DAY = st.dates(date(2026, 1, 1), date(2026, 1, 9))


def plain(text: str) -> str:
    return "".join(SPELT.get(letter, letter) for letter in text.lower())


def number(value: Any) -> float | None:
    """Numbers, and texts that are one; a yes/no is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) else None


def equal(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool):
        same = isinstance(wanted, bool) and isinstance(value, bool) and wanted is value
        written = isinstance(wanted, bool) and isinstance(value, str)
        return same or (written and plain(value) == str(wanted).lower())
    if isinstance(wanted, str):
        return isinstance(value, str) and plain(value) == plain(wanted)
    return number(value) == wanted if isinstance(value, str) else bool(wanted == value)


def inside(part: str, text: str) -> bool:
    part, text = plain(part), plain(text)
    return any(text[at : at + len(part)] == part for at in range(len(text) - len(part) + 1))


def one(operator: str, wanted: Any, value: Any) -> bool:
    """One known value."""
    many = wanted if isinstance(wanted, tuple) else (wanted,)
    match operator:
        case "equals" | "not_equals" | "in" | "not_in":
            return any(equal(each, value) for each in many)
        case "contains" | "contains_any":
            return isinstance(value, str) and any(inside(each, value) for each in many)
        case "starts_with":
            return isinstance(value, str) and any(plain(value)[: len(plain(each))] == plain(each) for each in many)  # fmt: skip
        case "ends_with":
            return isinstance(value, str) and any(plain(value)[len(plain(value)) - len(plain(each)) :] == plain(each) for each in many if len(plain(each)) <= len(plain(value)))  # fmt: skip
    left, right = number(value), number(wanted)
    if isinstance(wanted, str):
        return isinstance(value, str) and ordered(operator, plain(value), plain(wanted))
    return left is not None and right is not None and ordered(operator, left, right)


def ordered(operator: str, value: Any, wanted: Any) -> bool:
    match operator:
        case "at_least":
            return bool(value > wanted or value == wanted)
        case "above":
            return bool(value > wanted)
        case "at_most":
            return bool(value < wanted or value == wanted)
    return bool(value < wanted)


def slow(operator: str, wanted: Any, value: Any) -> bool:
    if operator == "present":
        return (value not in (None, "", ())) is wanted
    if value in (None, "", ()):
        return False
    many = value if isinstance(value, tuple) else (value,)
    met = any(one(operator, wanted, each) for each in many)
    return not met if operator in ("not_equals", "not_in") else met


SINGLE = TEXT | NUMBER | st.booleans()
VALUE = st.none() | SINGLE | st.lists(SINGLE, max_size=3).map(tuple) | st.sampled_from(["1", "-1.5", "true"])  # fmt: skip
ASKED = (
    st.tuples(st.sampled_from(["equals", "not_equals"]), SINGLE)
    | st.tuples(st.sampled_from(["in", "not_in"]), st.lists(SINGLE, min_size=1, max_size=3).map(tuple))
    | st.tuples(st.sampled_from(["at_least", "above", "at_most", "below"]), TEXT | NUMBER)
    | st.tuples(st.just("contains"), TEXT.filter(bool))
    | st.tuples(st.sampled_from(["contains_any", "starts_with", "ends_with"]), st.lists(TEXT.filter(bool), min_size=1, max_size=3).map(tuple))
    | st.tuples(st.just("present"), st.booleans())
)  # fmt: skip


@given(ASKED, VALUE)
def test_texts_numbers_and_lists(asked: tuple[str, Any], value: Any) -> None:
    operator, wanted = asked
    found = compiled(Single("it", operator, wanted))({"it": value}.get)  # type: ignore[arg-type]
    assert found is slow(operator, wanted, value)


@given(st.sampled_from(["at_least", "above", "at_most", "below"]), DAY, DAY, st.integers(0, 23))
def test_days(operator: str, wanted: date, value: date, hour: int) -> None:
    """A moment compares with a day as its own day."""
    moment = datetime(value.year, value.month, value.day, hour)  # noqa: DTZ001 only its day is asked
    asks = compiled(Single("it", operator, wanted))  # type: ignore[arg-type]
    distance = (value - wanted) // timedelta(days=1)
    assert asks({"it": value}.get) is ordered(operator, distance, 0)
    assert asks({"it": moment}.get) is ordered(operator, distance, 0)
