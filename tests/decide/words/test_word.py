"""Whole words against a slow reading of the same rules, letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.words.letters import fold
from connector.decide.words.word import begins_word, has_word, words


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("Intern", "Intern", True),
        ("Intern", "Intern (Marketing)", True),
        ("Intern", "Marketing-Intern", True),
        ("Intern", "International Sales", False),
        ("Intern", "Praktikant/Intern", True),
        ("CEO", "Founder & CEO", True),
        ("CEO", "Geocaching", False),
        ("Geschäftsführer", "geschaeftsfuehrer, Inhaber", True),
        ("Leiter Einkauf", "stv. Leiter  Einkauf", True),
        ("Leiter Einkauf", "Leiter-Einkauf", True),
        ("Leiter Einkauf", "Leiter Vertrieb, Einkauf", False),
        ("R&D", "Head of R & D", True),
        ("R&D", "RD", False),
        ("A1", "A1 Quality", True),
        ("und_nicht", "und nicht", True),
        ("&", "a & b", False),
    ],
)
def test_words(wanted: str, text: str, found: bool) -> None:
    assert has_word((wanted,))(text) is found


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("Einkauf", "Leiter Einkaufsabteilung", True),
        ("Einkauf", "Zentraleinkauf", False),
        ("Head of Pur", "Deputy Head of Purchasing", True),
        ("Head of Pur", "Head of Sales, Purchasing", False),
        ("Head of Pur", "Head of", False),
    ],
)
def test_beginnings(wanted: str, text: str, found: bool) -> None:
    assert begins_word((wanted,))(text) is found


LETTERS = st.text(alphabet="abAB äÄß-/&_1é", max_size=12)


def slow_words(text: str) -> list[str]:
    found, word = [], ""
    for letter in fold(text) + " ":
        if letter.isalnum():
            word += letter
        elif word:
            found.append(word)
            word = ""
    return found


@given(LETTERS, LETTERS)
def test_a_word_is_never_found_inside_a_word(wanted: str, text: str) -> None:
    sought, there = slow_words(wanted), slow_words(text)
    assert list(words(text)) == there
    places = range(len(there) - len(sought) + 1) if sought else ()
    whole = any(there[at : at + len(sought)] == sought for at in places)
    assert has_word((wanted,))(text) is whole
    begun = any(
        there[at : at + len(sought) - 1] == sought[:-1]
        and there[at + len(sought) - 1].startswith(sought[-1])
        for at in places
    )
    assert begins_word((wanted,))(text) is begun


@given(st.text(alphabet="abcäß", min_size=1, max_size=6), LETTERS, LETTERS)
def test_a_word_among_others_is_found(word: str, before: str, after: str) -> None:
    assert has_word((word,))(f"{before} {word} {after}")
    assert not has_word((word,))(f"x{word}y")
