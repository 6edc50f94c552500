"""Territories: the longest postal code wins; key accounts by domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.facts import Facts
from connector.decide.routing.key_account import key_account
from connector.decide.routing.postal import postal
from connector.decide.routing.territory import patch_of
from connector.model.person.contact import Account
from connector.model.rules import Assign, KeyAccount, Patch, Routes, Territories

TABLE = Territories(
    (
        Patch("north", "DE", "0", "3"),
        Patch("west", "DE", "4", "6"),
        Patch("ruhr", "DE", "44", "46", region="Ruhr"),
        Patch("city", "DE", "44135", "44137"),
        Patch("bavaria", "DE", state="Bayern"),
        Patch("home", "DE"),
        Patch("alps", "AT"),
        Patch("world", "*"),
        Patch("nobody-knows"),
    ),
    state="state",
)


def placed(**facts: Any) -> str:
    found = patch_of(TABLE, facts.get)
    return "" if found is None else found.territory


@pytest.mark.parametrize(
    ("facts", "territory"),
    [
        ({"country": "DE", "postal_code": "20457"}, "north"),
        ({"country": "DE", "postal_code": "1067"}, "north"),  # Dresden without its zero
        ({"country": "DE", "postal_code": "D-40210"}, "west"),
        ({"country": "DE", "postal_code": "45127"}, "ruhr"),
        ({"country": "DE", "postal_code": "44 136"}, "city"),
        ({"country": "DE", "postal_code": "44138"}, "ruhr"),
        ({"country": "DE", "postal_code": "80331", "state": "BAYERN"}, "bavaria"),
        ({"country": "DE", "postal_code": "20457", "state": "Bayern"}, "north"),
        ({"country": "DE", "postal_code": "80331"}, "home"),
        ({"country": "DE"}, "home"),
        ({"country": "DE", "postal_code": 4}, "home"),
        ({"country": "AT", "postal_code": "4020"}, "alps"),
        ({"country": "FR", "postal_code": "44000"}, "world"),
        ({"postal_code": "20457"}, "nobody-knows"),
        ({}, "nobody-knows"),
    ],
)
def test_where_somebody_is(facts: Mapping[str, Any], territory: str) -> None:
    assert placed(**facts) == territory


def test_nobody_is_anywhere_without_a_table() -> None:
    assert patch_of(Territories(), {"country": "DE"}.get) is None


CODES = st.text("0123456789", min_size=1, max_size=5)


@given(
    st.dictionaries(CODES, st.sampled_from("abcd"), min_size=1, max_size=30),
    st.text("0123456789", max_size=5),
)
def test_the_longest_prefix_wins(prefixes: dict[str, str], code: str) -> None:
    """Against the plain reading: of all rows whose beginning fits, the longest."""
    table = Territories(tuple(Patch(name, "XX", low, low) for low, name in prefixes.items()))
    fitting = [low for low in prefixes if code.startswith(low)]
    expected = prefixes[max(fitting, key=len)] if fitting else None
    found = patch_of(table, {"country": "XX", "postal_code": code}.get)
    assert (found and found.territory) == expected


@pytest.mark.parametrize(
    ("written", "country", "code"),
    [
        ("D 20457", "DE", "20457"),
        ("DE-20457", "DE", "20457"),
        ("F 75001", "FR", "75001"),
        ("L-1234", "LU", "1234"),
        ("F 75001", "DE", "F75001"),
        ("VLT 1117", "MT", "VLT1117"),
        ("20457.0", "DE", "20457"),
        ("1067.0", "DE", "01067"),
        ("10.115", "DE", "10115"),
        ("118", "IT", "00118"),
        ("100", "FI", "00100"),
        ("150", "NO", "0150"),
        ("950", "PL", "00950"),
        ("00–950", "PL", "00950"),
        ("501", "US", "00501"),
        ("109", "DE", "109"),
        ("20", "IT", "20"),
        ("1011 ab", "NL", "1011AB"),
        ("sw1a 1aa", "GB", "SW1A1AA"),
    ],
)
def test_codes_as_people_and_spreadsheets_write_them(written: str, country: str, code: str) -> None:
    assert postal(written, country) == code


@pytest.mark.parametrize(
    ("code", "territory"),
    [
        ("E1 6AN", "east"),
        ("e16an", "east"),
        ("E16 1AA", "docks"),
        ("EC1A 1BB", "city"),
        ("E2 0AA", "east"),
        ("SW1A 1AA", "palace"),
        ("SW1A 2AA", "south"),
        ("SW19 5AE", "south"),
    ],
)
def test_british_codes_by_their_district(code: str, territory: str) -> None:
    rows = (("east", "E"), ("docks", "E16"), ("city", "EC1"), ("south", "SW"), ("palace", "SW1A1"))
    table = Territories(tuple(Patch(name, "GB", low, low) for name, low in rows))
    found = patch_of(table, {"country": "GB", "postal_code": code}.get)
    assert found is not None
    assert found.territory == territory


@pytest.mark.parametrize(
    ("country", "code", "territory"),
    [("DE", "20457", "north"), ("DE", None, ""), ("DE", "80331", ""), ("FR", None, "export")],
)
def test_every_other_country_is_none_that_has_rows(
    country: str, code: str | None, territory: str
) -> None:
    table = Territories((Patch("north", "DE", "2", "2"), Patch("export", "*")))
    found = patch_of(table, {"country": country, "postal_code": code}.get)
    assert (found.territory if found else "") == territory


@given(st.text(max_size=12), st.sampled_from(["DE", "GB", "PL", ""]))
def test_any_text_may_stand_as_a_postal_code(text: str, country: str) -> None:
    once = postal(text, country)
    assert postal(once, country) == once
    patch_of(TABLE, {"country": country, "postal_code": text, "state": text}.get)


def routes(**more: Any) -> Routes:
    return Routes((), (), Assign("queue", "q"), **more)


def test_a_key_account_by_the_longest_domain() -> None:
    book = routes(
        key_accounts=(
            KeyAccount("x.example", "s@x.example"),
            KeyAccount("de.x.example", "m@x.example"),
        )
    )
    owners = {
        text: found.owner if (found := key_account(book, {"email_domain": text}.get)) else None
        for text in (
            "x.example",
            "mail.x.example",
            "pumps.de.x.example",
            "notx.example",
            "example",
            "",
        )
    }
    assert owners == {
        "x.example": "s@x.example",
        "mail.x.example": "s@x.example",
        "pumps.de.x.example": "m@x.example",
        "notx.example": None,
        "example": None,
        "": None,
    }
    for shown in ("https://www.x.example/de", "X.Example.", "info@x.example"):
        by_site = key_account(book, {"domain": shown}.get)
        assert by_site is not None
        assert by_site.owner == "s@x.example"
    by_company = key_account(book, {"email_domain": "gmail.example", "domain": "x.example"}.get)
    assert by_company is not None
    assert by_company.owner == "s@x.example"


@pytest.mark.parametrize(
    ("person", "territory"),
    [
        ({"country": "DE", "postal_code": None}, "home"),
        ({"country": "DE", "postal_code": "44136"}, "city"),
        ({"country": "AT", "postal_code": None}, "vienna"),
        ({"country": None, "postal_code": None}, "vienna"),
    ],
)
def test_an_address_is_one_place(house: Any, person: Mapping[str, Any], territory: str) -> None:
    """The company is in Vienna; its postal code is none of Saxony's because the person is in Germany."""
    table = Territories((*TABLE.patches, Patch("vienna", "AT", "1", "1")), state="state")
    account = Account("a", (), {"country": "AT", "postal_code": "1010"}, None)
    book = house.rulebook(routes=routes(territories=table))
    contact = house.person(account=account, **person)
    assert Facts(contact, house.roster(), book).get("territory") == territory


def test_the_facts_say_it(house: Any) -> None:
    more = {"territories": TABLE, "key_accounts": (KeyAccount("pumpen.example", "s@x.example"),)}
    book = house.rulebook(routes=routes(**more))
    facts = Facts(house.person(postal_code="45127"), house.roster(), book)
    assert (facts.get("territory"), facts.get("region"), facts.get("key_account")) == (
        "ruhr",
        "Ruhr",
        "s@x.example",
    )
    plain = Facts(house.person(region="Nord"), house.roster(), house.rulebook())
    assert (plain.get("territory"), plain.get("region")) == (None, "Nord")
