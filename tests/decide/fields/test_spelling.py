"""What is only another spelling of what we sent, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.spelling import respelled

SAME: tuple[tuple[Any, Any], ...] = (
    ("Ute", "UTE"),
    (" Ute ", "Ute"),
    ("Jörg Müller", "Jorg Muller"),
    ("Head of Purchasing & Logistics", "Head of Purchasing &amp; Logistics"),
    ("line one\r\nline two", "line one line two"),
    ("Head of Purchasing, Seals and Gaskets", "Head of Purchasing, Sea"),
    ("+49511123456", "(0511) 123456"),
    ("+49 511 123456", "0049511123456"),
    (12.345, 12.35),
    (12.345, 12),
    ("12.5", 12.5),
    (3, 3.0),
    (True, "true"),
    (None, False),
    ("", None),
    ("2026-03-02T08:00:00.000+0000", "2026-03-02T08:00:00Z"),
    ("2026-03-02T08:00:00.000+0000", "2026-03-02"),
    ("a;b;c", "c;a;b"),
)
OTHER: tuple[tuple[Any, Any], ...] = (
    ("SQL", "MQL"),
    ("A+", "A-"),
    ("hot", "warm"),
    ("Customer lost", "Customer"),
    ("Ute", None),
    (None, "Ute"),
    (False, True),
    (12, 13),
    (12.345, 13.4),
    ("+49511123456", "+49511123457"),
    ("12345", "2345"),
    ("0055e000001AbCdAAK", "0055e000002AbCdAAK"),
    ("2026-03-02", "2026-03-03"),
    ("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"),
    ("a;b", "a;c"),
    ("+", "-"),
    ("Head of Purchasing", "Head of Marketing"),
)


@pytest.mark.parametrize(("sent", "shown"), SAME)
def test_the_same_said_otherwise(sent: Any, shown: Any) -> None:
    assert respelled(sent, shown)


@pytest.mark.parametrize(("sent", "shown"), OTHER)
def test_something_else(sent: Any, shown: Any) -> None:
    assert not respelled(sent, shown)


forms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.from_regex(r"[+0-9 ()/-]{0,20}", fullmatch=True),
    st.from_regex(r"2026-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?", fullmatch=True),
)


@given(forms)
def test_every_form_is_a_spelling_of_itself(form: Any) -> None:
    assert respelled(form, form)


@given(forms, forms)
def test_any_two_forms_have_an_answer(sent: Any, shown: Any) -> None:
    assert respelled(sent, shown) in (True, False)


@given(st.text(min_size=1), st.sampled_from((str.upper, str.lower, str.title, str.strip)))
def test_case_and_space_are_spelling(text: str, how: Any) -> None:
    if text.casefold() == how(text).casefold() or how is str.strip:
        assert respelled(text, how(text)) or not how(text)


@given(st.text(min_size=1).filter(str.strip))
def test_what_was_emptied_is_no_spelling(text: str) -> None:
    assert not respelled(text, None)
    assert not respelled(None, text)
