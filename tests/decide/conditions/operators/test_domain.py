"""Domains and what lies below them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.conditions.operators import verdict


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("x.example", True),
        ("X.Example", True),
        ("mail.x.example", True),
        ("a.b.x.example", True),
        ("notx.example", False),
        ("x.example.org", False),
        ("example", False),
        ("k.weber@x.example", True),
        ("k.weber@sub.x.example", True),
        ("k.weber@notx.example", False),
        ("https://www.x.example/de?y.example", True),
        ("https://x.example/@somebody", True),
        ("https://y.example/@x.example", False),
        ("https://x.example:8443/a?mail=b@y.example", True),
        ("k weber@x.example", True),
        ("x.example.", True),
        ("x.example@y.example", False),
        ("", False),
        (5, False),
        ("not a domain", False),
        ("m\u00fcller.example", True),
        ("xn--mller-kva.example", True),
        ("mueller.example", False),
    ],
)
def test_a_domain_and_what_is_below(value: object, found: bool) -> None:
    assert verdict("domain_in", ("x.example", "Müller.example"))(value) is found


LABEL = st.text("abx", min_size=1, max_size=3)
HOST = st.lists(LABEL, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, "example"]))


@given(HOST, HOST)
def test_by_its_labels(wanted: str, value: str) -> None:
    sought, there = wanted.split("."), value.split(".")
    slow = there[-len(sought) :] == sought
    assert verdict("domain_in", (wanted,))(value) is slow
    assert verdict("domain_in", (wanted,))(f"someone@{value}") is slow
