"""What names, companies and addresses come to before they are compared."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.decide.fields.free_mail import company_domain
from connector.decide.identity.words.addresses import is_role
from connector.decide.identity.words.companies import company_name
from connector.decide.identity.words.folding import fold
from connector.decide.identity.words.likeness import clearly_different, likeness
from connector.decide.identity.words.sounds import english, german

NAMES = ("first", "last")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "mueller"),
        ("MUELLER", "mueller"),
        ("  Dr.-Ing.  Anaïs ", "dr ing anais"),
        ("Straße", "strasse"),
        ("O'Neill", "o neill"),
        ("Łódź", "łodz"),
        ("", ""),
    ],
)
def test_spellings_that_mean_the_same(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_what_is_folded_stays_so_for_every_character() -> None:
    characters = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    assert [each for each in characters if fold(fold(each)) != fold(each)] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Wikipedia", "3412"),
        ("Müller-Lüdenscheidt", "65752682"),
        ("Breschnew", "17863"),
        ("Meier", "67"),
        ("Maier", "67"),
        ("Mayr", "67"),
        ("Heinz", "068"),
        ("Philipp", "351"),
        ("123", ""),
    ],
)
def test_cologne_phonetics(name: str, code: str) -> None:
    assert german(name) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Robert", "R163"),
        ("Rupert", "R163"),
        ("Ashcraft", "A261"),
        ("Tymczak", "T522"),
        ("Pfister", "P236"),
        ("Honeyman", "H555"),
        ("Lee", "L000"),
        ("", ""),
    ],
)
def test_soundex(name: str, code: str) -> None:
    assert english(name) == code


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("MARTHA", "MARHTA", 0.961),
        ("DIXON", "DICKSONX", 0.813),
        ("DWAYNE", "DUANE", 0.84),
        ("Katrin", "Kathrin", 0.967),
        ("Bob", "Robert", 0.5),
        ("Lea", "Leigh", 0.689),  # a common beginning helps only those who are alike already
        ("Müller", "mueller", 1.0),
        ("1971-06-24", "1971-05-24", 0.9),
        ("1971-06-24", "1971-06-42", 0.9),
        ("Ute", "", 0.0),
    ],
)
def test_likeness(one: str, other: str, alike: float) -> None:
    assert likeness(one, other) == pytest.approx(alike, abs=0.001)


@given(one=st.text(max_size=12), other=st.text(max_size=12))
def test_likeness_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert likeness(one, one) == 1


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        (("Ute", "Kern"), ("Jan", "Vogt"), True),
        (("Ute", "Kern"), ("Ute", "Vogt"), False),  # married
        (("Ute", "Kern"), ("Kern", "Ute"), False),  # swapped
        (("Ute", "Kern"), ("U", "Kern"), False),
        (("Katrin", "Meier"), ("Kathrin", "Maier"), False),
        (("Ute", "Kern"), ("Jan", ""), False),  # unknown is not another
        (("Alexander", "Braun"), ("Alex", "Schmitz"), False),
    ],
)
def test_clearly_different_names(
    one: tuple[str, str], other: tuple[str, str], different: bool
) -> None:
    mine, theirs = dict(zip(NAMES, one, strict=True)), dict(zip(NAMES, other, strict=True))
    assert clearly_different(NAMES, mine, theirs) is different
    assert clearly_different(NAMES, theirs, mine) is different


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Müller & Söhne GmbH & Co. KG", "mueller soehne"),
        ("Fiat S.p.A.", "fiat"),
        ("ACME, Inc.", "acme"),
        ("Polmax Sp. z o.o.", "polmax"),
        ("Hans Meier e. K.", "hans meier"),
        ("Škoda a.s.", "skoda"),
        ("Nordring S.à r.l.", "nordring"),
        ("The Ford Motor Company", "ford motor"),
        ("Kern Pumpen", "kern pumpen"),
        ("GmbH", "gmbh"),
        ("", ""),
    ],
)
def test_legal_forms_go(text: str, name: str) -> None:
    assert company_name(text) == name


@given(st.text(max_size=40))
@example("A:E:B")
@example("\U0001d71c")  # a capital alpha of mathematicians
def test_a_company_name_stays_what_it_is(text: str) -> None:
    assert company_name(company_name(text)) == company_name(text)


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("info@kern.example", True),
        ("einkauf@kern.example", True),
        ("sales-2@kern.example", True),
        ("support+demo@kern.example", True),
        ("werkstatt2@kern.example", True),
        ("ute.kern@kern.example", False),
        ("infomann@kern.example", False),
        ("u2@kern.example", False),
        ("halle7@kern.example", False),
    ],
)
def test_addresses_of_a_role(address: str, role: bool) -> None:
    assert is_role(address) is role


def test_a_house_has_roles_of_its_own() -> None:
    assert is_role("halle7@kern.example", {"halle"})


def test_throw_away_addresses_name_no_company() -> None:
    assert company_domain("x@mailinator.com") is None
    assert company_domain("x@own.example", {"own.example"}) is None
