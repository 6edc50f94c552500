"""Letters that mean the same, and letters that do not."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.words.letters import fold

SAME = [
    ("Geschäftsführer", "geschaeftsfuehrer"),
    ("GESCHÄFTSFÜHRER", "Geschaeftsfuehrer"),
    ("Größe", "GROESSE"),
    ("Straße", "STRASSE"),
    ("STRAẞE", "strasse"),
    ("u\u0308ber", "Über"),
    ("Müller", "Mueller"),
    ("Gérant", "gerant"),
    ("Ein\u00adkauf", "Einkauf"),
    ("Oﬃce", "office"),
    ("Ｌeiter", "leiter"),
    ("Ångström", "aangstroem"),
    ("Sørensen", "Soerensen"),
    ("ŁÓDŹ", "Lodz"),
    ("Işık", "ISIK"),
    ("DIŞ TİCARET", "dış ticaret"),
    ("Đorđević", "dordevic"),
    ("E\u2011Mail", "e-mail"),
    ("Head\u00a0of", "head of"),
]
APART = [("Müller", "Muller"), ("Köln", "Koln"), ("Maße", "Mase"), ("a b", "ab"), ("R&D", "RD")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_these_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_these_are_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_and_composition_do_not_matter(text: str) -> None:
    assert fold(normalize("NFD", text)) == fold(normalize("NFC", text)) == fold(text)


@given(st.text(st.characters(codec="latin-1")))
def test_capitals_do_not_matter(text: str) -> None:
    """Beyond Latin there are capitals that two small letters share."""
    assert fold(text.upper()) == fold(text.lower()) == fold(text)
